import Directory
import Foundation
import SignIn

/// Times as a mail tells them: in the person's zone, which is named, because a mail is read anywhere.
struct MomentText {
    let language: Language
    let timeZone: TimeZone

    /// `2026/12/01 09:00:00 (Asia/Tokyo)`, `1 Dec 2026 09:00:00 (Asia/Tokyo)`.
    func text(_ moment: Timestamp) -> String {
        let parts = parts(moment)
        let (month, day, second) = (parts.month ?? 1, parts.day ?? 1, Self.padded(parts.second))
        let date =
            switch language {
            case .japanese: "\(parts.year ?? 0)/\(Self.padded(month))/\(Self.padded(day))"
            case .english: "\(day) \(InternetDate.months[month - 1]) \(parts.year ?? 0)"
            }
        return "\(date) \(clock(parts)):\(second) (\(timeZone.identifier))"
    }

    /// `09:00`: a short message has little room, and is read at once.
    func clock(_ moment: Timestamp) -> String { clock(parts(moment)) }

    private func clock(_ parts: DateComponents) -> String { "\(Self.padded(parts.hour)):\(Self.padded(parts.minute))" }

    private func parts(_ moment: Timestamp) -> DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        return calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000))
    }

    private static func padded(_ value: Int?) -> String {
        let text = String(value ?? 0)
        return text.utf8.count < 2 ? "0" + text : text
    }
}
