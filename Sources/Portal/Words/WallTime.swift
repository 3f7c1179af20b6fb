import Foundation

/// A day and a time of day, as a browser's field for them has it: `2026-12-29T20:00`.
enum WallTime {
    static func text(_ date: Date, in zone: TimeZone) -> String {
        let parts = calendar(zone).dateComponents([.year, .month, .day, .hour, .minute], from: date)
        return String(
            format: "%04d-%02d-%02dT%02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0, parts.hour ?? 0,
            parts.minute ?? 0)
    }

    /// Also with a blank or a slash where people put one. Nil: it is no time, or one that the clock leaves out. Of a time
    /// that it shows twice, because it is put back, the first is meant: a browser's field has no offset to say which, and
    /// what is for a time ends rather too early than too late.
    static func date(_ text: String, in zone: TimeZone) -> Date? {
        guard
            let match = text.firstMatch(
                of: /^(\d{4})[-\/](\d{1,2})[-\/](\d{1,2})(?:T|\s+)(\d{1,2}):(\d{2})(?::\d{2})?$/)
        else { return nil }
        let fields = [match.1, match.2, match.3, match.4, match.5].compactMap { Int($0) }
        guard fields.count == 5 else { return nil }
        let parts = DateComponents(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4])
        let calendar = calendar(zone)
        guard let date = calendar.date(from: parts) else { return nil }
        let read = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        return read == parts ? date : nil
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
