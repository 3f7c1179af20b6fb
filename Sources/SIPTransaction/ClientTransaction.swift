internal import SIPMessage

/// A client transaction: its machine, what it has sent and where to.
package struct ClientTransaction: Sendable {
    let hop: Hop
    /// Handed back with every event of this transaction.
    package internal(set) var owner: UInt64
    /// The request as it was sent, while it may be needed for a retransmission, an ACK or a CANCEL.
    var request: [UInt8] = []
    /// What the branch of the request is signed with: a response that has another one is not for it.
    var signature: UInt64 = 0
    /// An INVITE that is to be cancelled.
    var cancellation: Cancellation?
    var retransmitInterval: Interval
    package internal(set) var machine: ClientMachine
    let method: Method

    init(method: Method, hop: Hop, owner: UInt64, t1: Interval) {
        machine = ClientMachine(method == .invite ? .invite : .nonInvite)
        self.method = method
        self.hop = hop
        self.owner = owner
        retransmitInterval = t1
    }

    var isReliable: Bool { hop.transport.isReliable }
}

/// A CANCEL that was asked for; it is sent as soon as a provisional response allows it (RFC 3261 §9.1).
///
/// Behind a reference, because few calls have one.
final class Cancellation: Sendable {
    /// A Reason header's value (RFC 3326).
    let reason: String?
    let sent: Sent?

    struct Sent {
        let transaction: SlotID
        /// From when on the INVITE without a final response counts as over (§9.1).
        let deadline: Instant
    }

    init(reason: String?, sent: Sent? = nil) {
        self.reason = reason
        self.sent = sent
    }
}
