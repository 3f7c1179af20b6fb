import SignIn

/// SMS認証, MailOTP認証, TOTP認証: the code of the second factor.
struct CodePage: Page {
    static let template = "signing-in/code"

    let heading: String
    let lead: String
    /// What the message shows as its sender; nil: it says so itself.
    let sender: String?
    /// What the code is called, and the button: each manual has its own words.
    let label: String
    let hint: String
    let verify: String
    /// When another code can be asked for; nil: now.
    let nextAt: String?
    let action: String
    /// Sends another code; nil: nothing was sent, or it is the app that makes codes.
    let againPath: String?
    /// A recovery code in the app's place.
    let recoveryPath: String?
    let startPath: String
    var problem: String?
    /// Another code was asked for, and none was sent.
    var hasAskedTooSoon = false

    func title(_ words: Catalogue) -> String { heading }
}
