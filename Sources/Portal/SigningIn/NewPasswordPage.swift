/// The password that takes the place of one that was issued, or of the present one.
struct NewPasswordPage: Page {
    static let template = "signing-in/new-password"

    let heading: String
    let lead: String
    let rule: String
    let action: String
    /// ID/パスワード変更 asks for the present one.
    let asksForPresent: Bool
    /// Nil: 変更する.
    let saveLabel: String?
    var presentProblem: String?
    /// All that the new one lacks.
    var problems: [String] = [] { didSet { hasProblems = !problems.isEmpty } }
    private var hasProblems = false
    /// The second time, something else was typed.
    var isRepeatedWrongly = false

    init(
        heading: String, lead: String, rule: String, action: String, asksForPresent: Bool = false,
        saveLabel: String? = nil
    ) {
        self.heading = heading
        self.lead = lead
        self.rule = rule
        self.action = action
        self.asksForPresent = asksForPresent
        self.saveLabel = saveLabel
    }

    func title(_ words: Catalogue) -> String { heading }
}

extension FormFields {
    /// What was typed on a ``NewPasswordPage``; nil: the second time, something else.
    var newPassword: String? {
        let password = self["password"] ?? ""
        return self["repeated"] ?? "" == password ? password : nil
    }
}
