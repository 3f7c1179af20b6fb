import ControlPlane
import Foundation

/// What was typed to make a token.
struct TokenForm: Sendable {
    /// Days that are offered.
    static let days = [30, 90, 180, 365]

    var name = ""
    var scope = TokenScope(mayWrite: false, numbersOnly: false)
    /// Nil: none of those.
    var days: Int? = 90
    var nameProblem: String?
    var daysProblem: String?
    /// Of no field.
    var problem: String?

    init() {}

    init(_ fields: FormFields) {
        name = fields.trimmed("name")
        scope = TokenScope(mayWrite: fields["scope"] == "write", numbersOnly: fields["numbers-only"] != nil)
        days = fields["days"].flatMap(Int.init).flatMap { Self.days.contains($0) ? $0 : nil }
    }
}

/// APIトークン: those that there are, and a form for another one.
struct OwnTokenPage: Page {
    static let template = "account/tokens"

    struct Row: Sendable {
        let name: String
        let scope: String
        let created: ShownTime
        let expires: ShownTime
        let state: StateMark
        let used: String
        let endPath: String

        init(_ token: TokenState, at now: Date, in zone: TimeZone, below path: String, _ words: Catalogue) {
            name = token.name
            scope = token.scope.text(words)
            created = ShownTime(token.createdAt, in: zone)
            expires = ShownTime(token.expiresAt, in: zone)
            state =
                now < token.expiresAt
                ? StateMark(shape: .ok, text: words("tokens.valid"))
                : StateMark(shape: .warn, text: words("tokens.over"))
            used = token.usedText(words, in: zone)
            endPath = "\(path)/\(token.id)/end"
        }
    }

    let action: String
    let rows: [Row]
    let isEmpty: Bool
    let name: TextField
    let scope: ChoiceField
    let isNumbersOnly: Bool
    let days: ChoiceField
    /// A token was ended just now.
    let done: String?
    /// What concerns no field. Not `problem`: fields without one would be shown with this.
    let formProblem: String?
    let problems: [FormProblem]
    let problemsLead: String
    let hasProblems: Bool

    init(_ form: TokenForm, _ rows: [Row], _ path: String, _ words: Catalogue, done: String?) {
        action = path
        self.rows = rows
        isEmpty = rows.isEmpty
        name = TextField(
            name: "name", label: words("tokens.name"), value: form.name, isRequired: true,
            hint: words("tokens.name-hint"), problem: form.nameProblem)
        scope = ChoiceField(
            name: "scope", label: words("tokens.scope"),
            choices: [false, true].map { mayWrite in
                ChoiceField.Choice(
                    value: mayWrite ? "write" : "read", text: words(mayWrite ? "tokens.write" : "tokens.read"),
                    isChosen: form.scope.mayWrite == mayWrite)
            })
        isNumbersOnly = form.scope.numbersOnly
        days = ChoiceField(
            name: "days", label: words("tokens.lifetime"),
            choices: TokenForm.days.map {
                ChoiceField.Choice(
                    value: "\($0)", text: words("tokens.days", ["days": "\($0)"]), isChosen: $0 == form.days)
            }, problem: form.daysProblem)
        self.done = done
        formProblem = form.problem
        problems = [(name.name, name.label, name.problem), (days.name, days.label, days.problem)].compactMap {
            field, label, text in text.map { FormProblem(field: field, label: label, text: $0) }
        }
        problemsLead = words("form.problems", ["count": "\(problems.count)"])
        hasProblems = !problems.isEmpty
    }

    func title(_ words: Catalogue) -> String { words("tokens.heading") }
}

extension TokenScope {
    /// What a program can do with such a token.
    func text(_ words: Catalogue) -> String {
        let extent = words(mayWrite ? "tokens.write" : "tokens.read")
        return numbersOnly ? words("tokens.limited", ["scope": extent]) : extent
    }
}

extension TokenState {
    /// When and from where a program has shown it last.
    func usedText(_ words: Catalogue, in zone: TimeZone) -> String {
        guard let usedAt else { return words("tokens.never-used") }
        return words("tokens.used-at", ["time": ShownTime(usedAt, in: zone).text, "address": usedFrom ?? ""])
    }
}
