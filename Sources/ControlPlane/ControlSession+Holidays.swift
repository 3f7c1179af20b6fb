package import Directory
package import Foundation
import Storage

/// A holiday, for showing and for history.
package struct HolidayState: Codable, Sendable, Equatable {
    /// `2026-11-23`.
    package let day: String
    package let weekday: Weekday
    package let name: String
    /// Of the national table, and not added for an office of its own.
    package let national: Bool

    init(_ holiday: Holiday) {
        day = holiday.day.description
        weekday = holiday.day.weekday
        name = holiday.name
        national = holiday.isByLaw
    }
}

/// What a change of the table is about: some days, and which of them are holidays.
struct HolidayChange: Codable, Equatable {
    let days: [String]
    let holidays: [HolidayState]

    /// What history files it under.
    var object: ChangedObject { .holiday(days.count == 1 ? days[0] : "import") }

    init(_ days: [CivilDay], in snapshot: ControlSnapshot) throws {
        let days = days.sorted()
        self.days = days.map(\.description)
        guard let first = days.first, let last = days.last else {
            holidays = []
            return
        }
        let about = Set(days)
        holidays = try snapshot.holidays(from: first, to: last).filter { about.contains($0.day) }.map(HolidayState.init)
    }
}

/// What an import has changed.
package struct HolidayImport: Codable, Sendable, Equatable {
    package let firstYear: Int
    package let lastYear: Int
    package let added: [HolidayState]
    package let renamed: [HolidayState]
    package let removed: [HolidayState]
}

extension ControlSession {
    /// The holidays of a year, or all of them, in order.
    package func holidays(of year: Int? = nil) throws -> [HolidayState] {
        try read(.listHolidays, on: .service) { snapshot in
            let (first, last) = Self.days(of: (year ?? 1)...(year ?? 9999))
            return try snapshot.holidays(from: first, to: last).map(HolidayState.init)
        }
    }

    /// Makes a day a holiday: one that the office has for itself, or one that is not in the table yet.
    package func addHoliday(_ text: String, named nameText: String) throws -> HolidayState {
        guard let day = CivilDay(typed: text) else { throw ControlError.holiday(.day(text)) }
        guard let name = HolidayTable.name(nameText) else { throw ControlError.holiday(.name(nameText)) }
        let holiday = Holiday(day: day, name: name, isByLaw: false)
        try changeHoliday(.addHoliday, "holiday add", day) { try $0.setHoliday(holiday) }
        return HolidayState(holiday)
    }

    package func removeHoliday(_ text: String) throws -> HolidayState {
        guard let day = CivilDay(typed: text) else { throw ControlError.holiday(.day(text)) }
        return try changeHoliday(.removeHoliday, "holiday remove", day) { transaction in
            guard let before = try transaction.snapshot.holidays(from: day, to: day).first else {
                throw ControlError.holiday(.missing(text))
            }
            try transaction.removeHoliday(day)
            return HolidayState(before)
        }
    }

    /// Takes up the table of the Cabinet Office. In the years that it is about, it takes the place of the national
    /// holidays that were known; days that an office has added for itself stay.
    ///
    /// - Parameter data: the file, in Shift_JIS or UTF-8.
    package func importHolidays(_ data: Data) throws -> HolidayImport {
        let table: HolidayTable
        do {
            table = try HolidayTable(data)
        } catch {
            throw ControlError.holiday(error)
        }
        return try importHolidays(table)
    }

    func importHolidays(_ table: HolidayTable) throws -> HolidayImport {
        let (first, last) = Self.days(of: table.years)
        return try write(.importHolidays, on: .service) { transaction in
            let known = try transaction.snapshot.holidays(from: first, to: last)
            let names = Dictionary(known.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
            let new = table.days.map { Holiday(day: $0.key, name: $0.value, isByLaw: true) }
                .filter { names[$0.day] != $0 }.sorted { $0.day < $1.day }
            let removed = known.filter { $0.isByLaw && table.days[$0.day] == nil }
            let about = (new + removed).map(\.day)
            let before = try HolidayChange(about, in: transaction.snapshot)
            for holiday in new { try transaction.setHoliday(holiday) }
            for holiday in removed { try transaction.removeHoliday(holiday.day) }
            let after = try HolidayChange(about, in: transaction.snapshot)
            try record("holiday import", of: after.object, from: before, to: after, in: transaction)
            return HolidayImport(
                firstYear: table.years.lowerBound, lastYear: table.years.upperBound,
                added: new.filter { names[$0.day] == nil }.map(HolidayState.init),
                renamed: new.filter { names[$0.day] != nil }.map(HolidayState.init),
                removed: removed.map(HolidayState.init))
        }
    }

    @discardableResult
    private func changeHoliday<Result>(
        _ useCase: UseCase, _ action: String, _ day: CivilDay, _ change: (ControlTransaction) throws -> Result
    ) throws -> Result {
        try write(useCase, on: .service) { transaction in
            let before = try HolidayChange([day], in: transaction.snapshot)
            let result = try change(transaction)
            let after = try HolidayChange([day], in: transaction.snapshot)
            try record(action, of: after.object, from: before, to: after, in: transaction)
            return result
        }
    }

    var holidayReversal: Reversal<HolidayChange> {
        Reversal(
            subjects: ["holiday"],
            object: \.object,
            current: { state, snapshot in try HolidayChange(state.days.compactMap { CivilDay($0) }, in: snapshot) },
            matches: { $0 == $1 },
            apply: { _, before, transaction in
                for day in (before?.days ?? []).compactMap({ CivilDay($0) }) { try transaction.removeHoliday(day) }
                for holiday in before?.holidays ?? [] {
                    guard let day = CivilDay(holiday.day) else { continue }
                    try transaction.setHoliday(Holiday(day: day, name: holiday.name, isByLaw: holiday.national))
                }
            })
    }

    static func days(of years: ClosedRange<Int>) -> (first: CivilDay, last: CivilDay) {
        let first = CivilDay(year: max(1, years.lowerBound), month: 1, day: 1) ?? CivilDay(number: 0)
        return (first, CivilDay(year: min(9999, years.upperBound), month: 12, day: 31) ?? first)
    }
}
