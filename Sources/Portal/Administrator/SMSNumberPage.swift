import ControlPlane
import SignIn

/// SMS認証用番号設定: the form.
struct SMSNumberPage: Page {
    static let template = "administrator/sms-numbers"
    static let administratorField = "administrator"

    /// What the person knows to have been in each field before anything was typed.
    typealias Shown = [String: String]

    struct Line: Sendable {
        /// The administrator ID or login ID.
        let name: String
        let numbers: [String]
        let field: String
        let value: String
        /// What the person knows to have been there before anything was typed.
        var shown: String
        var isAdministrator = false
        var problem: String?
    }

    /// One line of the list above a form that was refused.
    struct Problem: Sendable {
        let field: String
        let text: String
    }

    let action: String
    private(set) var administrator: Line
    private(set) var lines: [Line]
    /// What all of the fields were filled with, to be sent along.
    let shown: String
    let pages: PageLinks
    private(set) var problems: [Problem] = []
    let hasProblems: Bool
    let problemHeading: String

    /// - Parameter flaws: why the form is shown again; empty: it is not, or to be gone on with.
    init(
        action: String, administrator: Line, lines: [Line], pages: PageLinks, _ flaws: [SMSNumberFlaw],
        _ language: Language, _ words: Catalogue
    ) throws {
        (self.action, self.administrator, self.lines, self.pages) = (action, administrator, lines, pages)
        for flaw in flaws {
            let text = flaw.reason.text(in: language, words)
            if flaw.isAdministrator {
                problems.append(Self.problem(&self.administrator, flaw, text, named: flaw.name, words))
            } else if let index = lines.firstIndex(where: { $0.name == flaw.name }) {
                let name = (lines[index].numbers + [flaw.name]).joined(separator: " ")
                problems.append(Self.problem(&self.lines[index], flaw, text, named: name, words))
            }
        }
        hasProblems = !flaws.isEmpty
        problemHeading = words("form.problems", ["count": "\(problems.count)"])
        shown = try FormFields.shownText(
            Shown(
                ([self.administrator] + self.lines).map { ($0.field, $0.shown) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Says beside a field what is wrong with it.
    ///
    /// - Returns: the same, for the list above the form.
    private static func problem(
        _ line: inout Line, _ flaw: SMSNumberFlaw, _ text: String, named name: String, _ words: Catalogue
    ) -> Problem {
        line.problem = text
        if case .changedMeanwhile(let number) = flaw.reason { line.shown = number ?? "" }
        return Problem(field: line.field, text: "\(name)\(words("list.colon"))\(text)")
    }

    static func field(of loginID: String) -> String { "sms.\(loginID)" }

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }
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

        init(_ wish: SMSNumberWish, numbers: [String]) {
            name = wish.name
            self.numbers = numbers
            isAdministrator = wish.isAdministrator
            field = isAdministrator ? SMSNumberPage.administratorField : SMSNumberPage.field(of: wish.name)
            number = wish.wanted
            value = wish.wanted ?? ""
            isChanged = wish.present != wish.wanted
            shown = wish.present ?? ""
        }
    }

    let setAction: String
    let editAction: String
    let lines: [Line]
    /// What the person knows from this page to be there, to be sent along.
    let shown: String
    let hasChanges: Bool

    init(setAction: String, editAction: String, lines: [Line]) throws {
        (self.setAction, self.editAction, self.lines) = (setAction, editAction, lines)
        shown = try FormFields.shownText(
            SMSNumberPage.Shown(lines.map { ($0.field, $0.shown) }, uniquingKeysWith: { first, _ in first }))
        hasChanges = lines.contains(where: \.isChanged)
    }

    func title(_ words: Catalogue) -> String { words("administrator.sms.heading") }
}
