package import Directory
import GRDB

/// A day of the table of holidays.
package struct Holiday: Sendable, Equatable {
    package let day: CivilDay
    package let name: String
    /// By the Act on National Holidays, and not added by somebody for their own office.
    package let isByLaw: Bool

    package init(day: CivilDay, name: String, isByLaw: Bool) {
        self.day = day
        self.name = name
        self.isByLaw = isByLaw
    }
}

extension ControlSnapshot {
    /// The data directory's time zone and holidays.
    package func clock() throws -> LocalClock { try LocalClock.fetch(db) }

    /// From one day to another, both included, in order.
    package func holidays(from first: CivilDay, to last: CivilDay) throws -> [Holiday] {
        try Row.fetchAll(
            db, kept: "SELECT day, name, by_law FROM holiday WHERE day BETWEEN ? AND ? ORDER BY day",
            arguments: [first.description, last.description]
        ).compactMap { row in
            CivilDay(row[0] as String).map { Holiday(day: $0, name: row[1], isByLaw: row[2]) }
        }
    }
}

extension ControlTransaction {
    /// When a rule that is switched on applies.
    ///
    /// - Parameter schedule: nil: at any time.
    package func setSchedule(_ schedule: Schedule?, of condition: ForwardingCondition, of number: PhoneNumber) throws {
        try execute(
            """
            DELETE FROM forwarding_schedule
            WHERE number_id = (SELECT id FROM number WHERE canonical = ?) AND condition = ?
            """, [number.canonical, condition.rawValue])
        guard let schedule, !schedule.isAlways else { return }
        try execute(
            """
            INSERT INTO forwarding_schedule (number_id, condition, from_minute, to_minute, days, holidays, ends_at)
            SELECT id, ?, ?, ?, ?, ?, ? FROM number WHERE canonical = ?
            """,
            [
                condition.rawValue, schedule.hours?.from, schedule.hours?.to, schedule.days.weekdayBits,
                schedule.days.holidays.rawValue, schedule.ends?.milliseconds, number.canonical,
            ])
    }

    /// Puts a day into the table of holidays, in place of what it was.
    package func setHoliday(_ holiday: Holiday) throws {
        try execute(
            """
            INSERT INTO holiday (day, name, by_law) VALUES (?, ?, ?)
            ON CONFLICT (day) DO UPDATE SET name = excluded.name, by_law = excluded.by_law
            """, [holiday.day.description, holiday.name, holiday.isByLaw])
    }

    package func removeHoliday(_ day: CivilDay) throws {
        try execute("DELETE FROM holiday WHERE day = ?", [day.description])
    }
}
