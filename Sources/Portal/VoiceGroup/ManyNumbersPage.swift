import ControlPlane
import Directory

/// まとめて設定: what is to become of the numbers that were chosen.
struct ManyNumbersPage: Page {
    static let template = "voice/many"

    struct Number: Sendable {
        let value: String
        let text: String
    }

    struct Condition: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    let subject: GroupSubject
    let searchPath: String
    let action: String
    let numbers: [Number]
    let hasNumbers: Bool
    let count: String
    let isSet: Bool
    let isOff: Bool
    let conditions: [Condition]
    let to: String
    /// Nil: it is not said what to do.
    let order: ForwardingOrder?
    var doProblem: String?
    var toProblem: String?
    /// What is wrong with the form; empty: nothing, or it was not sent.
    private(set) var problems: [FormProblem] = []
    private(set) var hasProblems = false
    private(set) var problemsLead = ""

    init(_ visit: GroupVisit, _ form: FormFields) {
        let words = visit.words
        subject = GroupSubject(visit)
        searchPath = "\(visit.base)/numbers"
        action = "\(visit.base)/many/check"
        numbers = form.all("number").map { Number(value: $0, text: TelephoneText.grouped($0)) }
        hasNumbers = !numbers.isEmpty
        count = words("many.count", ["count": String(numbers.count)])
        let condition = ForwardingCondition(rawValue: form.trimmed("when")) ?? .always
        (isSet, isOff) = (form["do"] == "set", form["do"] == "off")
        conditions = ForwardingCondition.allCases.map {
            Condition(value: $0.rawValue, name: words("forwarding.operation.\($0.key)"), isChosen: $0 == condition)
        }
        to = form.trimmed("to")
        order = isSet ? .set(condition, to: to) : isOff ? .off(nil) : nil
    }

    mutating func collectProblems(_ words: Catalogue) {
        problems = [("do", "forwarding.forwards", doProblem), ("to", "outage.to", toProblem)].compactMap {
            field, label, text in text.map { FormProblem(field: field, label: words(label), text: $0) }
        }
        hasProblems = !problems.isEmpty
        problemsLead = words("forwarding.problems", ["count": String(problems.count)])
    }

    /// What is said where what is set does not apply at once, or not always.
    static func texts(of delays: [ForwardingDelay: Int], _ words: Catalogue) -> [String] {
        ForwardingDelay.allCases.compactMap { delay in
            delays[delay].map { words("many.\(delay.rawValue)", ["count": String($0)]) }
        }
    }

    func title(_ words: Catalogue) -> String { words("many.heading") }
}

/// The numbers were set, or put back.
struct ManyDonePage: Page {
    static let template = "voice/many-done"

    let subject: GroupSubject
    let text: String
    /// When it applies to the numbers; nil: the delays say it of all of them.
    let applies: String?
    let delays: [String]
    let undoAction: String
    let nextPath: String

    init(_ visit: GroupVisit, operation: Int64, count: Int, _ delays: [ForwardingDelay: Int]) {
        subject = GroupSubject(visit)
        self.delays = ManyNumbersPage.texts(of: delays, visit.words)
        let later = delays.values.reduce(0, +)
        applies =
            later < count ? visit.words(later == 0 ? "forwarding.done-next" : "many.done-others") : nil
        text = visit.words("many.done", ["count": String(count)])
        undoAction = "\(visit.base)/many/\(operation)/undo"
        nextPath = "\(visit.base)/numbers"
    }

    func title(_ words: Catalogue) -> String { words("many.done-heading") }
}
