import SignIn

/// 第2段階認証方式の選択.
struct FactorChoicePage: Page {
    static let template = "signing-in/factor"

    let action: String
    let startPath: String
    var problem: String?

    func title(_ words: Catalogue) -> String { words("set-up.choice.heading") }
}

/// TOTP設定: what the app is given, and the code by which it shows that it has it.
struct TOTPSetUpPage: Page {
    static let template = "signing-in/totp"

    let code: QRCode?
    /// In groups of four, for typing.
    let secret: String
    let action: String
    /// Back to the choice between this and mail; nil: there is none.
    let choicePath: String?
    let startPath: String
    var problem: String?

    func title(_ words: Catalogue) -> String { words("set-up.totp.heading") }
}

/// TOTP設定完了, with the codes for the day the app is lost, which are shown this once.
struct RecoveryCodesPage: Page {
    static let template = "signing-in/recovery-codes"

    let codes: [String]
    let next: PageFrame.Link

    func title(_ words: Catalogue) -> String { words("set-up.done.heading") }
}
