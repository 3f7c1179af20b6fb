import Directory

/// A point in time, as programs write it (RFC 3339 section 5.6, `date-time`): `2026-12-28T09:00:00Z`,
/// `2026-12-28T18:00:00.250+09:00`.
///
/// Foundation takes the 99th minute of an hour for the 39th of the next; whoever has written it meant something else.
struct InternetTime {
    /// Milliseconds since the Unix epoch.
    let milliseconds: Int64

    /// Nil: there is no such time, it lies before the year 1, or it is a leap second.
    init?(_ text: String) {
        let pattern = #/(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))/#
            .asciiOnlyDigits()
        guard let match = text.wholeMatch(of: pattern)?.output, let day = CivilDay(match.1),
            let ofDay = Self.minutes(match.2, match.3), let seconds = Int(match.4), seconds < 60,
            let offset = Self.minutes(match.7 ?? "00", match.8 ?? "00"),
            let fraction = Int(((match.5 ?? "") + "000").prefix(3))
        else { return nil }
        let minutes = day.number * 24 * 60 + ofDay - (match.6 == "-" ? -offset : offset)
        milliseconds = Int64((minutes * 60 + seconds) * 1000 + fraction)
    }

    private static func minutes(_ hours: Substring, _ minutes: Substring) -> Int? {
        guard let hours = Int(hours), let minutes = Int(minutes), hours < 24, minutes < 60 else { return nil }
        return hours * 60 + minutes
    }
}
