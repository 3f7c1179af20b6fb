/// An address that nothing is taken from for a time.
package struct Ban: Sendable, Equatable {
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// It sent far more than its rate, and went on when it was told so.
        case flood
        /// It tried one wrong password after the other.
        case passwords
        /// It asked for one name after the other, and answered no challenge.
        case guessing
        /// It says itself that it is a program that looks for servers to break into.
        case scanner
        /// An administrator's wish.
        case administrator
    }

    /// Bans at one time, in memory and on the disk. Those that end first make room for more: whoever has sent from so many
    /// addresses has others.
    package static let limit = 10_000

    /// An IPv4 address, or the /64 of an IPv6 address: `192.0.2.1`, `2001:db8:0:1::/64`.
    package let source: String
    package let reason: Reason
    /// Milliseconds since the Unix epoch.
    package let since: Int64
    package let until: Int64

    package init(source: String, reason: Reason, since: Int64, until: Int64) {
        self.source = source
        self.reason = reason
        self.since = since
        self.until = until
    }
}
