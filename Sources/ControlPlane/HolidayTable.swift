import Directory
import Foundation
import Storage

/// The table of national holidays as the Cabinet Office publishes it: a heading, then lines such as
/// `2026/11/23,勤労感謝の日`, in Shift_JIS; here in UTF-8 too.
struct HolidayTable {
    /// Of lines. The table begins in 1955, with less than 20 days a year.
    static let limit = 10_000
    static let heading = "国民の祝日"

    let days: [CivilDay: String]

    /// - Parameter days: with their names, as ``name(_:)`` gives them; at least one.
    init(days: [CivilDay: String]) { self.days = days }

    init(_ data: Data) throws(HolidayRefusal) {
        guard let text = String(data: data, encoding: .utf8) ?? String(data: data, encoding: .shiftJIS) else {
            throw .unreadable
        }
        // A mark of UTF-8 at the beginning is no part of the heading.
        let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.count <= Self.limit else { throw .tooLarge(limit: Self.limit) }
        var days: [CivilDay: String] = [:]
        for (index, line) in lines.enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || index == 0 && line.hasPrefix(Self.heading) { continue }
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { field in
                field.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
            }
            guard fields.count == 2, let day = Self.day(fields[0]), let name = Self.name(fields[1]) else {
                throw .line(index + 1, line)
            }
            days[day] = name
        }
        guard !days.isEmpty else { throw .empty }
        self.days = days
    }

    /// The years that the table is about.
    var years: ClosedRange<Int> {
        let years = days.keys.map(\.parts.year)
        return (years.min() ?? 0)...(years.max() ?? 0)
    }

    static func name(_ text: String) -> String? {
        let name = text.trimmingCharacters(in: .whitespaces)
        let isName = (1...64).contains(name.unicodeScalars.count) && !name.unicodeScalars.contains(where: \.isControl)
        return isName ? name : nil
    }

    /// `2026/1/1` or `2026-01-01`.
    private static func day(_ text: String) -> CivilDay? {
        let parts = text.split(whereSeparator: { $0 == "/" || $0 == "-" }).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
        return CivilDay(year: year, month: month, day: day)
    }
}
