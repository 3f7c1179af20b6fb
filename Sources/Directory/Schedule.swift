/// When a rule applies: on these days, during these hours of each, until it ends. Outside of that it is as if it were
/// switched off.
///
/// Hours that reach over midnight belong to the day on which they begin: with `fri` and `18:00-09:00` the rule applies
/// until Saturday 09:00. A call is judged by the time at which its INVITE came, and by that for as long as it lasts,
/// even where the hours begin or end while it rings.
///
/// Hours are read off the clock on the wall: where that is put forward or back, a rule applies for an hour less or more,
/// and an hour that the clock shows twice counts both times. The end is one point in time.
package struct Schedule: Sendable, Equatable, CustomStringConvertible {
    /// Nil: the whole day.
    package var hours: DailyHours?
    package var days: DaySet
    /// Nil: it stays.
    package var ends: Deadline?

    package init(hours: DailyHours? = nil, days: DaySet = .everyDay, ends: Deadline? = nil) {
        self.hours = hours
        self.days = days
        self.ends = ends
    }

    /// Whether it restricts nothing.
    package var isAlways: Bool { hours == nil && days == .everyDay && ends == nil }

    /// `mon-fri,holidays 18:00-09:00 until 2026-12-28 09:00`.
    package var description: String {
        let parts = [
            days == .everyDay && hours == nil && ends != nil ? nil : days == .everyDay ? "daily" : days.description,
            hours?.description, ends.map { "until \($0.text)" },
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    package func applies(at moment: LocalMoment) -> Bool { finding(at: moment).applies }

    package func finding(at moment: LocalMoment) -> ScheduleFinding {
        let countsForYesterday = hours.map { $0.reachesOverMidnight && moment.minute < $0.to } ?? false
        let day = countsForYesterday ? moment.day.dayBefore : moment.day
        let holiday = countsForYesterday ? moment.holidayBefore : moment.holiday
        var finding = ScheduleFinding(
            schedule: description, hours: hours?.description, ends: ends?.text, day: day.description,
            weekday: day.weekday, holiday: holiday, time: DailyHours.text(minute: moment.minute),
            isDayAfter: countsForYesterday, verdict: .applies)
        if let ends, ends.hasPassed(at: moment.milliseconds) {
            finding.verdict = .ended
        } else if let hours, !countsForYesterday,
            moment.minute < hours.from || (!hours.reachesOverMidnight && moment.minute >= hours.to)
        {
            finding.verdict = .otherHours
        } else if !days.contains(day.weekday, isHoliday: holiday != nil) {
            finding.verdict = .otherDay
        }
        return finding
    }
}

/// Whether a schedule lets its rule apply, with all that this follows from.
package struct ScheduleFinding: Sendable, Equatable, Codable {
    package enum Verdict: String, Sendable, Codable {
        case applies
        case otherDay = "other-day"
        case otherHours = "other-hours"
        case ended
    }

    /// `mon-fri 18:00-09:00`.
    package var schedule: String
    package var hours: String?
    /// When the rule ends.
    package var ends: String?
    /// The day that counts, `2026-12-29`.
    package var day: String
    package var weekday: Weekday
    /// The day's name as a holiday; nil: it is none.
    package var holiday: String?
    /// Of day, `20:00`.
    package var time: String
    /// It is the day after the one that counts: the hours have begun then.
    package var isDayAfter: Bool
    package var verdict: Verdict

    package var applies: Bool { verdict == .applies }

    /// `2026-12-29 is a Tuesday, not a holiday; 20:00 lies within 18:00-09:00`.
    package var reason: String {
        if verdict == .ended { return "it ended at \(ends ?? "")" }
        let kind = holiday.map { "a holiday (\($0))" } ?? "not a holiday"
        let date = "\(day) is a \(weekday.name), \(kind)"
        let when = isDayAfter ? "\(time) of the day after" : time
        return switch verdict {
        case .otherHours: "\(date); \(when) lies outside \(hours ?? "")"
        case .otherDay: "\(date), which is none of the days" + (isDayAfter ? "; \(when) belongs to it" : "")
        case .applies, .ended: date + (hours.map { "; \(when) lies within \($0)" } ?? "")
        }
    }
}
