import ControlPlane
import SignIn

/// SMS認証用番号設定: the form.
struct SMSNumberPage: Page {
    static let template = "administrator/sms-numbers"
    static let administratorField = "administrator"

    struct Line: Sendable {
        /// The administrator ID or login ID.
        let name: String
        let numbers: [String]
        let field: String
        let value: String
        var isAdministrator = false
        var problem: String?
    }

    /// One line of the list above a form that was refused.
    struct Problem: Sendable {
        let field: String
        let text: String
    }

    let action: String
    var administrator: Line
    var lines: [Line]
    let pages: PageLinks
    var problems: [Problem] = []
    var hasProblems = false
    var problemHeading = ""

    static func field(of loginID: String) -> String { "sms.\(loginID)" }

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }

    /// Says beside each field what is wrong with it, and above the form which they are.
    mutating func show(_ flaws: [SMSNumberFlaw], _ language: Language, _ words: Catalogue) {
        for flaw in flaws {
            let text = flaw.reason.text(in: language, words)
            if flaw.isAdministrator {
                administrator.problem = text
                problems.append(
                    Problem(field: administrator.field, text: "\(administrator.name)\(words("list.colon"))\(text)"))
            } else if let index = lines.firstIndex(where: { $0.name == flaw.name }) {
                lines[index].problem = text
                let name = (lines[index].numbers + [flaw.name]).joined(separator: " ")
                problems.append(Problem(field: lines[index].field, text: "\(name)\(words("list.colon"))\(text)"))
            }
        }
        hasProblems = true
        problemHeading = words("form.problems", ["count": "\(problems.count)"])
    }
}

extension SMSNumberFlaw.Reason {
    fileprivate func text(in language: Language, _ words: Catalogue) -> String {
        switch self {
        case .number(let refusal): refusal.message.text(in: language)
        case .unknown: words("administrator.sms.unknown")
        case .twice: words("administrator.sms.twice")
        }
    }
}

/// All the numbers once more, before they are set.
struct SMSNumberConfirmPage: Page {
    static let template = "administrator/sms-numbers-confirm"

    struct Line: Sendable {
        let name: String
        let numbers: [String]
        let field: String
        /// Nil: none from now on.
        let number: String?
        let value: String
        let isAdministrator: Bool
        let isChanged: Bool

        init(_ wish: SMSNumberWish, numbers: [String]) {
            name = wish.name
            self.numbers = numbers
            isAdministrator = wish.isAdministrator
            field = isAdministrator ? SMSNumberPage.administratorField : SMSNumberPage.field(of: wish.name)
            number = wish.wanted
            value = wish.wanted ?? ""
            isChanged = wish.present != wish.wanted
        }
    }

    let setAction: String
    let editAction: String
    let lines: [Line]
    let hasChanges: Bool

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }
}
