import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

/// When a rule applies, on the command line.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "Hours of the day, 18:00-09:00.", transform: { try DailyHours(NumberPlan.halfWidth($0)) })
    var hours: DailyHours?

    @Option(
        help: ArgumentHelp(
            "mon to sun, mon-fri, holidays (they too), not-holidays (never then), with commas between them.",
            valueName: "days"),
        transform: { try DaySet(NumberPlan.halfWidth($0)) })
    var days: DaySet?

    @Option(
        help: "Until when: 2026-12-28T09:00, or 2026-12-28 for the whole of that day. \(EndArgument.repeatedHour)",
        transform: { try EndArgument(typed: $0) })
    var ends: EndArgument?

    @Flag(help: "At any time, where the rule has hours, days or an end.")
    var anyTime = false

    var isGiven: Bool { states || anyTime }

    private var states: Bool { hours != nil || days != nil || ends != nil }

    func validate() throws {
        guard !anyTime || !states else { throw ValidationError("--any-time goes without --hours, --days and --ends.") }
    }

    func order(_ session: ControlSession) throws -> ScheduleOrder {
        guard states else { return anyTime ? .anyTime : .kept }
        let clock = try session.localClock()
        return .changed(
            hours: hours, days: days,
            ends: try ends.map { clock.deadline(try $0.date(in: clock.zone).milliseconds) })
    }
}

/// A time on the command line, meant on the clock of the data directory; where that shows it twice, the first, unless an
/// offset says which.
struct WallTimeArgument {
    static let forms =
        "2026-12-28, 2026-12-28T09:00, or 2026-12-28T09:00+09:00 where it is not the local time; and there has to be such a "
        + "day"

    private let text: String

    /// - Throws: `ValidationError` that tells what can be read.
    init(typed text: String) throws {
        guard LocalTime.date(text, in: .gmt) != nil else { throw ValidationError("give it as \(Self.forms)") }
        self.text = text
    }

    /// - Throws: `ValidationError` for an hour that the clock leaves out when it is put forward.
    func date(in zone: TimeZone) throws -> Date {
        guard let date = LocalTime.date(text, in: zone) else { throw skipped(text, zone) }
        return date
    }

    /// As the end of what is asked for: of a day, its end.
    ///
    /// - Throws: as ``date(in:)``.
    func end(in zone: TimeZone) throws -> Date {
        guard let date = LocalTime.end(text, in: zone) else { throw skipped(text, zone) }
        return date
    }
}

/// The end of something on the command line: a time, or a day for the end of that day. Where the clock shows a time
/// twice, the next is meant, unless an offset says which.
struct EndArgument {
    /// What is told of it.
    static let repeatedHour =
        "Where the clock is put back and shows a time twice, the next is meant; an offset says which: "
        + "2026-11-01T01:30-05:00."

    private let text: String

    /// - Throws: `ValidationError` that tells what can be read.
    init(typed text: String) throws {
        _ = try WallTimeArgument(typed: text)
        self.text = text
    }

    /// - Throws: `ValidationError` for an hour that the clock leaves out when it is put forward;
    ///   ``ControlError/endIsPast(_:)``, as use cases do, who could only tell the midnight after a day that was given.
    func date(in zone: TimeZone, now: Date = Date()) throws -> Date {
        guard let date = LocalTime.end(text, in: zone, after: now) else { throw skipped(text, zone) }
        guard date > now else { throw ControlError.endIsPast(text) }
        return date
    }
}

private func skipped(_ text: String, _ zone: TimeZone) -> ValidationError {
    ValidationError("\(text) does not come in \(zone.identifier): the clock is put forward over it.")
}
