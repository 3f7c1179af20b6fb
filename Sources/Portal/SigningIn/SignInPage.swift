import SignIn

/// Name and password; for an administrator who has no mobile number yet, that too.
struct SignInPage: Page {
    static let template = "signing-in/sign-in"

    let heading: String
    /// Nil: the fields say all.
    let lead: String?
    let nameLabel: String
    let submit: String
    let action: String
    var name = ""
    /// What went wrong.
    var problems: [String] = []
    /// SMS認証用電話番号.
    var asksForMobileNumber = false
    var mobileNumber = ""
    var mobileNumberProblem: String?
    /// パスワード再設定はこちら; nil: this site has none.
    var resetPath: String?
    let autocomplete: String

    func title(_ words: Catalogue) -> String { heading }
}
