import NIOCore
import SIPMessage
import SIPTransaction

/// Messages on their way to the shard that owns them, as they came, all octets in one piece.
///
/// Not as the parts that they were cut into: memory that one thread has taken and another gives back costs several times
/// as much, and each message is some pieces of it.
struct HandOver: Sendable {
    private struct Arrival {
        let flow: Flow
        /// Its source has sent too much.
        let isLimited: Bool
        let end: Int
    }

    /// When the first one came.
    private(set) var since: NIODeadline?
    private var octets: [UInt8] = []
    private var arrivals: [Arrival] = []

    var count: Int { arrivals.count }
    var isEmpty: Bool { arrivals.isEmpty }

    mutating func append(_ message: [UInt8], from flow: Flow, isLimited: Bool, at now: NIODeadline) {
        since = since ?? now
        octets.append(contentsOf: message)
        arrivals.append(Arrival(flow: flow, isLimited: isLimited, end: octets.count))
    }

    /// Goes through them in the order in which they came.
    func unpack(_ take: (_ message: [UInt8], _ flow: Flow, _ isLimited: Bool) -> Void) {
        var start = 0
        for arrival in arrivals {
            take(Array(octets[start..<arrival.end]), arrival.flow, arrival.isLimited)
            start = arrival.end
        }
    }
}
