/// Days of the week, and what a national holiday is among them.
package struct DaySet: Sendable, Equatable, CustomStringConvertible {
    /// What a holiday counts as.
    package enum Holidays: String, CaseIterable, Sendable {
        /// The weekday that it is.
        case asWeekday = "as-weekday"
        /// One of the days, whatever weekday it is.
        case included
        /// None of the days.
        case excluded
    }

    package static let everyDay = DaySet(weekdayBits: 0b111_1111, holidays: .asWeekday)

    /// Bit 0 for Monday to bit 6 for Sunday.
    package let weekdayBits: Int
    package let holidays: Holidays

    package init(weekdayBits: Int, holidays: Holidays) {
        self.weekdayBits = weekdayBits & 0b111_1111
        self.holidays = holidays
    }

    /// Reads `mon-fri,holidays`: weekdays and ranges of them, `holidays` for those as well, `not-holidays` for none of
    /// those (alone: for every other day).
    package init(_ text: String) throws(ScheduleError) {
        var (bits, holidays) = (0, Holidays.asWeekday)
        for word in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "holidays", "not-holidays":
                let wanted: Holidays = word == "holidays" ? .included : .excluded
                guard holidays == .asWeekday || holidays == wanted else { throw .holidaysAndNot(text) }
                holidays = wanted
            default:
                guard let range = Self.range(word) else { throw .days(text, word: String(word)) }
                bits |= range
            }
        }
        if bits == 0, holidays == .excluded { bits = Self.everyDay.weekdayBits }
        guard bits != 0 || holidays == .included else { throw .noDays(text) }
        self.init(weekdayBits: bits, holidays: holidays)
    }

    package func contains(_ weekday: Weekday, isHoliday: Bool) -> Bool {
        guard isHoliday, holidays != .asWeekday else { return weekdayBits & (1 << weekday.index) != 0 }
        return holidays == .included
    }

    /// As ``init(_:)`` reads it.
    package var description: String {
        var words: [String] = []
        var index = 0
        while index < 7 {
            guard weekdayBits & (1 << index) != 0 else {
                index += 1
                continue
            }
            var last = index
            while last < 6, weekdayBits & (1 << (last + 1)) != 0 { last += 1 }
            let names = (index...last).map { Weekday.allCases[$0].rawValue }
            words += names.count > 2 ? ["\(names[0])-\(names[names.count - 1])"] : names
            index = last + 1
        }
        if holidays == .included { words.append("holidays") }
        if holidays == .excluded { words.append("not-holidays") }
        return words.joined(separator: ",")
    }

    /// `sat-mon` goes over the end of the week.
    private static func range(_ word: Substring) -> Int? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count), let first = Weekday(rawValue: String(ends[0])),
            let last = Weekday(rawValue: String(ends[ends.count - 1]))
        else { return nil }
        var (bits, index) = (1 << last.index, first.index)
        while index != last.index {
            bits |= 1 << index
            index = (index + 1) % 7
        }
        return bits
    }
}
