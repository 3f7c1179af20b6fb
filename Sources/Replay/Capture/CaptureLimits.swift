/// What reading a capture may hold in memory at a time, whatever the file says. Past a limit the oldest is given up and
/// counted in the summary.
package struct CaptureLimits: Sendable {
    /// IP datagrams being put together from fragments at a time.
    package var datagrams = 256
    /// Octets of those, in total.
    package var datagramBytes = 8 << 20
    /// Nanoseconds of capture time after which a datagram that still lacks a fragment is given up. RFC 791 §3.2
    /// suggests 15 s, RFC 8200 §4.5 says 60 s; between them identifications of IPv4 begin to repeat.
    package var datagramAge: UInt64 = 30_000_000_000
    /// Directions of TCP connections followed at a time.
    package var streams = 4096
    /// Octets held for all of them: segments that wait for an earlier one, and messages not yet complete.
    package var streamBytes = 64 << 20
    /// Octets that wait, in one direction, for an earlier segment.
    package var waitingBytes = 256 << 10
    /// Segments that wait, in one direction, for an earlier segment.
    package var waitingSegments = 256
    /// Nanoseconds of capture time after which a missing segment counts as lost by the capture. More than a
    /// retransmission needs, and little enough that a message behind a gap keeps its place in the ladder.
    package var gapAge: UInt64 = 2_000_000_000
    /// Octets of start-line and header fields of a message on a stream.
    package var headerBytes = 64 << 10
    /// Octets of a whole message on a stream.
    package var messageBytes = 1 << 20

    package init() {}
}
