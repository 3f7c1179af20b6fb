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
        var text: [UInt8] = []
        text.reserveCapacity(25)
        text.append(contentsOf: day.weekday.name.utf8.prefix(3))
        text.append(contentsOf: ", ".utf8)
        append(dayOfMonth, to: &text)
        text.append(UInt8(ascii: " "))
        text.append(contentsOf: months[month - 1].utf8)
        text.append(UInt8(ascii: " "))
        append(year / 100, to: &text)
        append(year % 100, to: &text)
        for (mark, part) in [(" ", ofDay / 3600), (":", ofDay / 60 % 60), (":", ofDay % 60)] {
            text.append(contentsOf: mark.utf8)
            append(part, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Two digits; of a larger number the last two.
    private static func append(_ number: Int, to text: inout [UInt8]) {
        text.append(0x30 &+ UInt8(truncatingIfNeeded: number / 10 % 10))
        text.append(0x30 &+ UInt8(truncatingIfNeeded: number % 10))
    }
}
