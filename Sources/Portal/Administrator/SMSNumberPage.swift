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
        /// What the person knows to have been there before anything was typed, and the field that tells so.
        var shown: String
        let shownField: String
        var isAdministrator = false
        var problem: String?

        init(
            name: String, numbers: [String], field: String, value: String, shown: String, isAdministrator: Bool = false
        ) {
            self.name = name
            self.numbers = numbers
            self.field = field
            self.value = value
            self.shown = shown
            self.isAdministrator = isAdministrator
            shownField = SMSNumberPage.shownField(of: field)
        }
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

    static func shownField(of field: String) -> String { "shown.\(field)" }

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }

    /// Says beside each field what is wrong with it, and above the form which they are.
    mutating func show(_ flaws: [SMSNumberFlaw], _ language: Language, _ words: Catalogue) {
        for flaw in flaws {
            let text = flaw.reason.text(in: language, words)
            if flaw.isAdministrator {
                administrator.problem = text
                if case .changedMeanwhile(let number) = flaw.reason { administrator.shown = number ?? "" }
                problems.append(
                    Problem(field: administrator.field, text: "\(administrator.name)\(words("list.colon"))\(text)"))
            } else if let index = lines.firstIndex(where: { $0.name == flaw.name }) {
                lines[index].problem = text
                if case .changedMeanwhile(let number) = flaw.reason { lines[index].shown = number ?? "" }
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
        case .changedMeanwhile(let number?): words("administrator.sms.changed-meanwhile", ["number": number])
        case .changedMeanwhile(nil): words("administrator.sms.removed-meanwhile")
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
        /// The number that is there now: the person is told of it here.
        let shown: String
        let shownField: String

        init(_ wish: SMSNumberWish, numbers: [String]) {
            name = wish.name
            self.numbers = numbers
            isAdministrator = wish.isAdministrator
            field = isAdministrator ? SMSNumberPage.administratorField : SMSNumberPage.field(of: wish.name)
            number = wish.wanted
            value = wish.wanted ?? ""
            isChanged = wish.present != wish.wanted
            shown = wish.present ?? ""
            shownField = SMSNumberPage.shownField(of: field)
        }
    }

    let setAction: String
    let editAction: String
    let lines: [Line]
    let hasChanges: Bool

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }
}
