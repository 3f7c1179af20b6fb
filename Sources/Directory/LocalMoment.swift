/// A moment as people at home read it: day and time of day in their time zone, and whether the day is a holiday.
///
/// Routing is told it by its directory, and only for numbers whose rules depend on it; it reads no clock and knows no
/// time zones. One shared object, because every call carries one or none.
package final class LocalMoment: Sendable {
    /// Since the Unix epoch.
    package let milliseconds: Int64
    package let day: CivilDay
    /// Of the day, 0 to 1439.
    package let minute: Int
    /// The day's name as a holiday; nil: it is none.
    package let holiday: String?
    /// The same of the day before, whose hours may reach over midnight.
    package let holidayBefore: String?

    /// - Parameters:
    ///   - utcOffset: seconds east of Greenwich, at that moment.
    ///   - holidays: the name of a holiday.
    package init(milliseconds: Int64, utcOffset: Int, holidays: (CivilDay) -> String?) {
        let seconds = Self.floor(milliseconds, by: 1000) + Int64(utcOffset)
        let day = CivilDay(number: Int(Self.floor(seconds, by: 86_400)))
        self.milliseconds = milliseconds
        self.day = day
        minute = Int(seconds - Int64(day.number) * 86_400) / 60
        holiday = holidays(day)
        holidayBefore = holidays(day.dayBefore)
    }

    private init(_ other: LocalMoment, milliseconds: Int64) {
        self.milliseconds = milliseconds
        (day, minute) = (other.day, other.minute)
        (holiday, holidayBefore) = (other.holiday, other.holidayBefore)
    }

    /// Another moment of the same minute.
    package func moved(to milliseconds: Int64) -> LocalMoment { LocalMoment(self, milliseconds: milliseconds) }

    /// `2026-12-29 20:00`.
    package var text: String { day.description + " " + DailyHours.text(minute: minute) }

    private static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        value % divisor < 0 ? value / divisor - 1 : value / divisor
    }
}

/// A point in time at which something ends, and how people read it.
package struct Deadline: Sendable, Equatable {
    /// Since the Unix epoch.
    package let milliseconds: Int64
    /// `2026-12-28 09:00`, where the people are.
    package let text: String

    package init(milliseconds: Int64, text: String) {
        self.milliseconds = milliseconds
        self.text = text
    }

    package func hasPassed(at moment: Int64) -> Bool { milliseconds <= moment }

    package static func == (left: Deadline, right: Deadline) -> Bool { left.milliseconds == right.milliseconds }
}
