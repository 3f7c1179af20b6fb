internal import Directory
internal import SIPTransaction

/// Date (RFC 3261 §20.17): many a phone has no other clock.
enum DateHeader {
    /// The header line, always in GMT: `Date: Sat, 13 Nov 2010 23:29:00 GMT`.
    static func line(at now: Instant) -> String {
        let seconds = Int(now.milliseconds / 1000)
        let day = CivilDay(number: seconds / 86_400)
        let (year, month, dayOfMonth) = day.parts
        let ofDay = seconds % 86_400
        let time = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map(twoDigits).joined(separator: ":")
        let date = "\(twoDigits(dayOfMonth)) \(months[month - 1]) \(year)"
        return "Date: \(day.weekday.name.prefix(3)), \(date) \(time) GMT\r\n"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
