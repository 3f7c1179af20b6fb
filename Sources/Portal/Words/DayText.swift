import SignIn

/// A day of the calendar, as people write it.
enum DayText {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// `2026年12月1日`, `1 December 2026`; the text itself when it is no day.
    ///
    /// - Parameter day: `2026-12-01`.
    static func text(_ day: String, in language: Language) -> String {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return day }
        return switch language {
        case .japanese: "\(parts[0])年\(parts[1])月\(parts[2])日"
        case .english: "\(parts[2]) \(months[parts[1] - 1]) \(parts[0])"
        }
    }
}
