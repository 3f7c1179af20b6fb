/// A part of every day, from one time of day up to another, over midnight if that comes first.
package struct DailyHours: Sendable, Equatable, CustomStringConvertible {
    /// Of the day on which they begin, 0 to 1439.
    package let from: Int
    /// The first minute that is no longer part of them, 1 to 1440; not ``from``. Less than that: of the next day.
    package let to: Int

    /// Nil outside these ranges.
    package init?(from: Int, to: Int) {
        guard (0...1439).contains(from), (1...1440).contains(to), from != to else { return nil }
        self.from = from
        self.to = to
    }

    /// Reads `18:00-09:00`.
    package init(_ text: String) throws(ScheduleError) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let from = Self.minute(ends[0]), let to = Self.minute(ends[1]) else {
            throw .hours(text)
        }
        // Midnight ends a day as 24:00, and begins one as 00:00: only in this order it is a whole one.
        guard from % 1440 != to % 1440 || (from == 0 && to == 1440),
            let hours = DailyHours(from: from == 1440 ? 0 : from, to: to == 0 ? 1440 : to)
        else {
            throw .noHours(text)
        }
        self = hours
    }

    package var reachesOverMidnight: Bool { to < from }

    package var description: String { Self.text(minute: from) + "-" + Self.text(minute: to) }

    /// `09:00`.
    package static func text(minute: Int) -> String {
        String(100 + minute / 60).dropFirst() + ":" + String(100 + minute % 60).dropFirst()
    }

    /// The minute of the day that `18:00` is, 1440 for `24:00`; nil for anything else.
    package static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }
}

/// Why a schedule can't be read as it was typed.
package enum ScheduleError: Error, Equatable, CustomStringConvertible {
    case hours(String)
    /// They begin where they end.
    case noHours(String)
    case days(String, word: String)
    case noDays(String)
    /// Holidays can't be among the days and be none of them.
    case holidaysAndNot(String)

    package var description: String {
        switch self {
        case .hours(let text):
            "\"\(text)\" are no hours: give them as 09:00-18:00, or over midnight as 18:00-09:00"
        case .noHours(let text):
            "\"\(text)\" begins where it ends: for the whole day leave the hours away"
        case .days(let text, let word):
            "\"\(word)\" in \"\(text)\" is no day: give mon, tue, wed, thu, fri, sat, sun, ranges such as mon-fri, "
                + "holidays or not-holidays, with commas between them"
        case .holidaysAndNot(let text):
            "\"\(text)\" has holidays and not-holidays, which exclude each other: give one of them"
        case .noDays(let text):
            "\"\(text)\" is no day at all: name a day, or leave the days away for every day"
        }
    }
}
