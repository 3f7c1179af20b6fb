package import Directory
package import Foundation

/// When a rule applies, for showing and for history.
package struct ScheduleState: Codable, Sendable, Equatable {
    /// `18:00-09:00`; nil: the whole day.
    package let hours: String?
    /// `mon-fri,holidays`; nil: every day.
    package let days: String?
    /// Nil: it stays.
    package let ends: Date?
    /// All of it: `mon-fri 18:00-09:00 until 2026-12-28 09:00`, on the clock of that time.
    package let text: String

    package init(_ schedule: Schedule) {
        hours = schedule.hours?.description
        days = schedule.days == .everyDay ? nil : schedule.days.description
        ends = schedule.ends.map { Date(milliseconds: $0.milliseconds) }
        text = schedule.description
    }

    /// What it was made of.
    var schedule: Schedule {
        Schedule(
            hours: hours.flatMap { try? DailyHours($0) }, days: days.flatMap { try? DaySet($0) } ?? .everyDay,
            ends: ends.map { Deadline(milliseconds: $0.milliseconds, text: "") })
    }

    /// What is set, whatever a clock shows.
    var setting: String { "\(hours ?? "") \(days ?? "") \(ends?.milliseconds ?? 0)" }
}
