/// The password that takes the place of one that was issued, or of the present one.
struct NewPasswordPage: Page {
    static let template = "signing-in/new-password"

    let heading: String
    let lead: String
    let rule: String
    let action: String
    let seal: String
    /// ID/パスワード変更 asks for the present one.
    let asksForPresent: Bool
    /// Nil: 変更する.
    var saveLabel: String?
    var presentProblem: String?
    /// All that the new one lacks.
    var problems: [String] = []
    var hasProblems = false
    var repeatedProblem: String?

    func title(_ words: Catalogue) -> String { heading }
}
