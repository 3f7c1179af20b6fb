/// A moment as mail (RFC 5322 §3.3), HTTP and SIP (RFC 3261 §20.17) write it, in universal time.
package enum InternetDate {
    /// January first.
    package static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sat, 13 Nov 2010 23:29:00`; what stands behind it names the zone, which each of them does in its own way.
    ///
    /// - Parameter milliseconds: since the Unix epoch.
    package static func text(_ milliseconds: Int64) -> String {
        let seconds = Int(milliseconds / 1000)
        let day = CivilDay(number: seconds / 86_400)
        let (year, month, dayOfMonth) = day.parts
        let ofDay = seconds % 86_400
        let time = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map(twoDigits).joined(separator: ":")
        return "\(day.weekday.name.prefix(3)), \(twoDigits(dayOfMonth)) \(months[month - 1]) \(year) \(time)"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
