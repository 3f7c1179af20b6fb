import ControlPlane
import Directory
import Foundation
import SignIn
import Storage

/// The form above 変更履歴: changes of what, by whom and from when to when.
struct HistorySearch: Sendable {
    private static let kinds = ["number", "contract", "company", "user", "group", "admin", "login"]

    let action: String
    /// Empty: the page is about one thing only.
    let kinds: [ChoiceField.Choice]
    let hasKinds: Bool
    let person: String
    let from: String
    let to: String
    let fromProblem: String?
    let toProblem: String?
    let filter: HistoryFilter
    /// What was asked for, to be asked for again.
    let query: String

    var isEmpty: Bool { filter == HistoryFilter() && !hasProblems }

    var hasProblems: Bool { fromProblem != nil || toProblem != nil }

    /// - Parameters:
    ///   - fields: of the query.
    ///   - hasKinds: whether the page is about more than one thing.
    init(_ fields: FormFields, at action: String, hasKinds: Bool, _ words: Catalogue, in zone: TimeZone) {
        let kind = Self.kinds.first { hasKinds && $0 == fields["kind"] }
        let (person, from, to) = (fields.trimmed("who"), fields.trimmed("from"), fields.trimmed("to"))
        let (start, last) = (Self.midnight(from, in: zone), Self.midnight(to, in: zone))
        self.action = action
        kinds =
            hasKinds
            ? Self.kinds.map {
                ChoiceField.Choice(value: $0, text: words("history.kind.\($0)"), isChosen: $0 == kind)
            } : []
        self.hasKinds = hasKinds
        (self.person, self.from, self.to) = (person, from, to)
        fromProblem = from.isEmpty || start != nil ? nil : words("history.search.no-day")
        toProblem = to.isEmpty || last != nil ? nil : words("history.search.no-day")
        filter = HistoryFilter(
            object: kind, person: person.isEmpty ? nil : person, from: start?.milliseconds,
            until: last.map { Self.dayAfter($0, in: zone).milliseconds })
        let asked = [("kind", kind ?? ""), ("who", person), ("from", from), ("to", to)].filter { !$0.1.isEmpty }
        query = asked.map { "\($0.0)=\(PercentEncoding.text($0.1))&" }.joined()
    }

    private static func midnight(_ day: String, in zone: TimeZone) -> Date? {
        day.isEmpty ? nil : WallTime.date("\(NumberPlan.halfWidth(day))T00:00", in: zone)
    }

    private static func dayAfter(_ date: Date, in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.date(byAdding: .day, value: 1, to: date) ?? date
    }
}
