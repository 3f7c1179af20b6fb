import ControlPlane
import Directory
import SignIn
import Storage

/// A change of the history in a person's words: what was done, and what is different since.
struct ChangeWords: Sendable {
    /// One thing that is different.
    struct Difference: Sendable {
        /// Which thing it is.
        let name: String
        /// Nil: there was none.
        let before: String?
        /// Nil: there is none any more.
        let after: String?
    }

    let what: String
    let differences: [Difference]

    init(_ entry: HistoryEntry, _ words: Catalogue, _ clock: GuestClock) {
        what = Self.what(entry, words)
        differences =
            switch RecordedChange(entry) {
            case .forwarding(let before, let after): Self.differences(before, after, words, clock)
            case .temporary(let before, let after): Self.differences(before, after, words, clock)
            case .anonymous(let before, let after): Self.differences(before, after, words, clock)
            case .blockList(let before, let after): Self.differences(before, after, words)
            case .other(let members):
                members.compactMap { MemberWords($0, of: entry.objectName ?? entry.key, words, clock)?.difference }
            }
    }

    private static func what(_ entry: HistoryEntry, _ words: Catalogue) -> String {
        let key = "history.action.\(entry.object).\(entry.action.replacing(" ", with: "-"))"
        let action = words.holds(key) ? words(key) : entry.action
        let subject: String? =
            switch entry.object {
            case "number": TelephoneText.grouped(PhoneNumber(trustedCanonical: entry.key).national)
            case "contract", "company": entry.key
            default: entry.objectName
            }
        return subject.map { words("history.of", ["subject": $0, "action": action]) } ?? action
    }

    private static func differences(
        _ before: ForwardingState, _ after: ForwardingState, _ words: Catalogue, _ clock: GuestClock
    )
        -> [Difference]
    {
        var differences = ForwardingCondition.allCases.compactMap { condition -> Difference? in
            let old = before.rules.first { $0.when == condition }.map { text(of: $0, before, words, clock) }
            let new = after.rules.first { $0.when == condition }.map { text(of: $0, after, words, clock) }
            let name = words("forwarding.operation.\(condition.key)")
            return old == new
                ? nil : Difference(name: name, before: old ?? words("history.off"), after: new ?? words("history.off"))
        }
        if before.ringSeconds != after.ringSeconds {
            let texts = [before, after].map { words("history.seconds", ["seconds": String($0.ringSeconds)]) }
            differences.append(Difference(name: words("forwarding.ring"), before: texts[0], after: texts[1]))
        }
        for slot in 1...ForwardingRules.savedDestinationCount {
            let old = before.saved.first { $0.slot == slot }?.typed
            let new = after.saved.first { $0.slot == slot }?.typed
            guard old != new else { continue }
            differences.append(
                Difference(
                    name: words("forwarding.list.entry", ["slot": String(slot)]),
                    before: old.map(TelephoneText.grouped) ?? words("history.none"),
                    after: new.map(TelephoneText.grouped) ?? words("history.none")))
        }
        return differences
    }

    private static func text(
        of rule: ForwardingState.Rule, _ state: ForwardingState, _ words: Catalogue, _ clock: GuestClock
    ) -> String {
        let typed = state.saved.first { $0.slot == rule.slot }?.typed
        let to = rule.to == "voicemail" ? words("path.voicemail") : TelephoneText.grouped(typed ?? rule.to)
        return rule.schedule.map {
            words("history.at-hours", ["to": to, "hours": ScheduleWords($0, words, clock).text])
        } ?? to
    }

    private static func differences(
        _ before: [RecordedChange.TemporaryRule], _ after: [RecordedChange.TemporaryRule], _ words: Catalogue,
        _ clock: GuestClock
    ) -> [Difference] {
        func text(_ rules: [RecordedChange.TemporaryRule], _ condition: ForwardingCondition) -> String {
            guard let rule = rules.first(where: { $0.when == condition }) else { return words("history.as-set") }
            let to = rule.to.map { $0 == "voicemail" ? words("path.voicemail") : TelephoneText.grouped($0) }
            return words(
                "history.until",
                ["to": to ?? words("history.off"), "until": clock.shown(rule.until).text])
        }
        return ForwardingCondition.allCases.compactMap { condition in
            let (old, new) = (text(before, condition), text(after, condition))
            return old == new
                ? nil : Difference(name: words("forwarding.operation.\(condition.key)"), before: old, after: new)
        }
    }

    private static func differences(
        _ before: AnonymousState, _ after: AnonymousState, _ words: Catalogue, _ clock: GuestClock
    ) -> [Difference] {
        let (old, new) = (text(of: before, words, clock), text(of: after, words, clock))
        return old == new ? [] : [Difference(name: words("history.rejected"), before: old, after: new)]
    }

    private static func text(of state: AnonymousState, _ words: Catalogue, _ clock: GuestClock) -> String {
        guard !state.rejected.isEmpty else { return words("history.none-rejected") }
        let reasons = state.rejected.names(words)
        return state.schedule.map {
            words("history.at-hours", ["to": reasons, "hours": ScheduleWords($0, words, clock).text])
        } ?? reasons
    }

    private static func differences(_ before: [String], _ after: [String], _ words: Catalogue) -> [Difference] {
        let gone = before.filter { !after.contains($0) }.map {
            Difference(name: words("history.blocked"), before: TelephoneText.grouped($0), after: nil)
        }
        let added = after.filter { !before.contains($0) }.map {
            Difference(name: words("history.blocked"), before: nil, after: TelephoneText.grouped($0))
        }
        return gone + added
    }
}
