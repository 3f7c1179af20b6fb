internal import SIPMessage

/// A client transaction: its machine, what it has sent and where to.
package struct ClientTransaction: Sendable {
    package internal(set) var machine = ClientMachine(.invite)
    let method: Method
    /// The request as it was sent, while it may be needed for a retransmission, an ACK or a CANCEL.
    var request: [UInt8] = []
    package internal(set) var hop: Hop
    /// Handed back with every event of this transaction.
    package internal(set) var owner: UInt64
    var retransmitInterval: Interval
    /// A CANCEL was asked for; it is sent as soon as a provisional response allows it (§9.1).
    var wantsCancel = false
    var cancelReason: String?
    var cancelTransaction: SlotID?
    /// From when on a cancelled INVITE without a final response counts as over (§9.1).
    var cancelDeadline: Instant?

    init(method: Method, hop: Hop, owner: UInt64, t1: Interval) {
        machine = ClientMachine(method == .invite ? .invite : .nonInvite)
        self.method = method
        self.hop = hop
        self.owner = owner
        retransmitInterval = t1
    }
}
