/// A day of the week, by its English abbreviation.
package enum Weekday: String, CaseIterable, Sendable, Codable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"

    /// 0 for Monday to 6 for Sunday.
    package var index: Int {
        switch self {
        case .monday: 0
        case .tuesday: 1
        case .wednesday: 2
        case .thursday: 3
        case .friday: 4
        case .saturday: 5
        case .sunday: 6
        }
    }

    package var name: String {
        switch self {
        case .monday: "Monday"
        case .tuesday: "Tuesday"
        case .wednesday: "Wednesday"
        case .thursday: "Thursday"
        case .friday: "Friday"
        case .saturday: "Saturday"
        case .sunday: "Sunday"
        }
    }
}

/// A day of the Gregorian calendar, wherever it is.
package struct CivilDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let number: Int

    package init(number: Int) { self.number = number }

    /// Nil: there is no such day. Years 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Years that begin in March end with the leap day; 400 of them have 146,097 days.
        let marchYear = month > 2 ? year : year - 1
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
        // The 31st of February would be a day of March.
        guard parts == (year, month, day) else { return nil }
    }

    /// Reads `2026-12-29`.
    package init?(_ text: some StringProtocol) {
        // Octet by octet: every page of the web sites reads all holidays.
        guard text.utf8.count == 10 else { return nil }
        var parts = (0, 0, 0)
        for (place, octet) in text.utf8.enumerated() {
            switch (place, octet) {
            case (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")): break
            case (0..<4, 48...57): parts.0 = parts.0 * 10 + Int(octet - 48)
            case (5..<7, 48...57): parts.1 = parts.1 * 10 + Int(octet - 48)
            case (8..., 48...57): parts.2 = parts.2 * 10 + Int(octet - 48)
            default: return nil
            }
        }
        self.init(year: parts.0, month: parts.1, day: parts.2)
    }

    /// Reads what a person gives for a day: in full width too.
    package init?(typed text: String) { self.init(NumberPlan.halfWidth(text)) }

    package var parts: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400
        return (
            month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday.allCases[((number + 3) % 7 + 7) % 7]
    }

    package var dayBefore: CivilDay { CivilDay(number: number - 1) }

    package var description: String {
        let (year, month, day) = parts
        return String(10_000 + year).dropFirst() + "-" + String(100 + month).dropFirst() + "-"
            + String(100 + day).dropFirst()
    }

    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }
}
