import Directory
import Foundation

/// Times as people here read and write them.
enum LocalTime {
    /// Whose clock times are told by: that of the data directory while a command works in one, else this machine's.
    @TaskLocal static var zone = TimeZone.current

    /// `2026-12-01 09:00:00`.
    static func text(_ date: Date, in zone: TimeZone = zone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        return day(parts) + " " + time(parts)
    }

    static func text(milliseconds: Int64) -> String { text(Date(timeIntervalSince1970: Double(milliseconds) / 1000)) }

    /// `2026-12-01T09:00:00.250+09:00` (ISO 8601).
    static func iso(_ date: Date) -> String {
        // Rounded first: a time read from a clock of milliseconds must not come out one less.
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
        let (seconds, fraction) = (
            milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000, ((milliseconds % 1000) + 1000) % 1000
        )
        let whole = Date(timeIntervalSince1970: Double(seconds))
        let point = point(whole, in: zone)
        return point.dropLast(6) + "." + padded(Int(fraction), 3) + point.suffix(6)
    }

    /// A point in time as a person may have given it: `2026-12-01T09:00:00+09:00`.
    static func point(_ date: Date, in zone: TimeZone) -> String {
        let offset = zone.secondsFromGMT(for: date) / 60
        return text(date, in: zone).replacingOccurrences(of: " ", with: "T") + (offset < 0 ? "-" : "+")
            + padded(abs(offset) / 60) + ":" + padded(abs(offset) % 60)
    }

    /// Reads `2026-12-01`, `2026-12-01T09:00`, `2026-12-01 09:00:00`, with `Z` or `+09:00` behind a time if it is
    /// not local; full-width signs count as half-width. Of a time that the clock shows twice, because it is put back, the
    /// first is meant; the other is said by its offset.
    static func date(_ text: String, in zone: TimeZone = zone) -> Date? {
        // Only these digits are those that Int reads.
        let pattern = #/(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?/#
            .asciiOnlyDigits()
        guard let match = NumberPlan.halfWidth(text).wholeMatch(of: pattern) else { return nil }
        var parts = DateComponents()
        parts.year = Int(match.1)
        parts.month = Int(match.2)
        parts.day = Int(match.3)
        parts.hour = match.4.map { Int($0) } ?? 0
        parts.minute = match.5.map { Int($0) } ?? 0
        parts.second = match.6.map { Int($0) } ?? 0
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        if let zone = match.7 {
            guard let seconds = seconds(ofZone: zone), let zone = TimeZone(secondsFromGMT: seconds) else { return nil }
            calendar.timeZone = zone
        }
        guard let date = calendar.date(from: parts) else { return nil }
        // The calendar turns the 31st of February into a day of March, and an hour over which the clock is put forward
        // into the next; a person meant something else.
        let back = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let isReal =
            back.year == parts.year && back.month == parts.month && back.day == parts.day && back.hour == parts.hour
            && back.minute == parts.minute && back.second == parts.second
        return isReal ? date : nil
    }

    /// The points in time at which the clock shows a text like those of ``date(_:in:)``: none for an hour that it leaves out,
    /// two for one that comes again when the clock is put back, unless an offset says which.
    static func readings(_ text: String, in zone: TimeZone) -> [Date] {
        guard let first = date(text, in: zone) else { return [] }
        guard !hasOffset(text), let change = zone.nextDaylightSavingTimeTransition(after: first) else { return [first] }
        let again = first + TimeInterval(zone.secondsFromGMT(for: first) - zone.secondsFromGMT(for: change))
        return again > first && again >= change ? [first, again] : [first]
    }

    /// When something ends that is given as a time, or as a day: then at the end of that day.
    ///
    /// - Parameter now: of a time that the clock shows twice, the first that comes after this is meant; nil: the first.
    static func end(_ text: String, in zone: TimeZone, after now: Date? = nil) -> Date? {
        guard let day = CivilDay(typed: text) else {
            let readings = readings(text, in: zone)
            return readings.first { $0 > now ?? .distantPast } ?? readings.first
        }
        // Some zones have days that begin at one in the morning.
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        guard let noon = date(day.description + "T12:00", in: zone),
            let next = calendar.date(byAdding: .day, value: 1, to: noon)
        else { return nil }
        return calendar.startOfDay(for: next)
    }

    private static func hasOffset(_ text: String) -> Bool {
        NumberPlan.halfWidth(text).firstMatch(of: #/:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/#) != nil
    }

    private static func seconds(ofZone text: Substring) -> Int? {
        guard text != "Z" else { return 0 }
        let parts = text.dropFirst().split(separator: ":")
        guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60 else { return nil }
        let value = hours * 3600 + minutes * 60
        return text.hasPrefix("-") ? -value : value
    }

    private static func day(_ parts: DateComponents) -> String {
        padded(parts.year ?? 0, 4) + "-" + padded(parts.month ?? 0) + "-" + padded(parts.day ?? 0)
    }

    private static func time(_ parts: DateComponents) -> String {
        padded(parts.hour ?? 0) + ":" + padded(parts.minute ?? 0) + ":" + padded(parts.second ?? 0)
    }

    private static func padded(_ value: Int, _ width: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension String {
    /// Filled with blanks to a column's width; longer ones stay whole.
    func column(_ width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
