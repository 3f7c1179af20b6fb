import Foundation

/// A point in time, as a person reads it in their zone and a program reads it: for `<time datetime>`.
struct ShownTime: Sendable, Equatable {
    /// `2026-11-20 17:42`.
    let text: String
    /// `2026-11-20T17:42:05+09:00`.
    let machine: String

    init(_ date: Date, in zone: TimeZone) {
        let parts = Self.parts(date, in: zone)
        text = String(
            format: "%04d-%02d-%02d %02d:%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0, parts.hour ?? 0,
            parts.minute ?? 0)
        machine = date.formatted(Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone))
    }

    /// `17:42:05`: of a moment that is near.
    static func ofDay(_ date: Date, in zone: TimeZone) -> String {
        let parts = parts(date, in: zone)
        return String(format: "%02d:%02d:%02d", parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
    }

    private static func parts(_ date: Date, in zone: TimeZone) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    }
}
