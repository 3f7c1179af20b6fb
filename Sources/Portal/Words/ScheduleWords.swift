import ControlPlane
import Directory

/// When a rule applies, in a person's words: `月～金・祝日 18:00～09:00`.
struct ScheduleWords: Sendable {
    let text: String

    init(_ schedule: ScheduleState, _ words: Catalogue, _ clock: GuestClock) {
        let days = schedule.days.flatMap { try? DaySet($0) }.map { Self.text($0, words) }
        let hours = schedule.hours.map { $0.replacing("-", with: words("schedule.to")) }
        let times = [days ?? words("schedule.daily"), hours].compactMap(\.self).joined(separator: " ")
        let named = days == nil && hours == nil ? times : clock.named(times, words)
        text =
            schedule.ends.map {
                words("schedule.until", ["schedule": named, "until": clock.shown($0).text])
            } ?? named
    }

    /// `月～金・祝日`: three and more in a row as a range.
    private static func text(_ days: DaySet, _ words: Catalogue) -> String {
        var parts: [String] = []
        var rest = Weekday.allCases[...]
        while let first = rest.first {
            let run = rest.prefix { days.contains($0, isHoliday: false) }
            rest = rest.dropFirst(max(run.count, 1))
            guard !run.isEmpty else { continue }
            let names = run.map { words("decision.weekday.\($0.rawValue)") }
            if names.count > 2, let last = names.last {
                parts.append("\(words("decision.weekday.\(first.rawValue)"))\(words("schedule.to"))\(last)")
            } else {
                parts += names
            }
        }
        switch days.holidays {
        case .asWeekday: break
        case .included: parts.append(words("schedule.holidays"))
        case .excluded: parts.append(words("schedule.not-holidays"))
        }
        return parts.joined(separator: words("schedule.and"))
    }
}
