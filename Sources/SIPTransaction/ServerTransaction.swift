internal import SIPMessage

/// A server transaction: its machine, and what it may still have to send and where to.
///
/// It stays for 64·T1 after its request was answered, so it holds only what that takes.
struct ServerTransaction {
    let key: TransactionKey
    let replyHop: Hop
    /// Whatever the core above wants to find again; 0 until it says so.
    var owner: UInt64 = 0
    /// The last response, while it may have to be sent again.
    var lastResponse: [UInt8]?
    /// What a 100 is made of, while nothing was sent.
    var unanswered: SlotID?
    var machine: ServerMachine
    /// How often timer G has sent the final response again.
    var repetitions: UInt8 = 0
    init(key: TransactionKey, replyHop: Hop, kind: ServerMachine.Kind, unanswered: SlotID) {
        self.key = key
        self.replyHop = replyHop
        self.unanswered = unanswered
        machine = ServerMachine(kind)
    }

    var isReliable: Bool { replyHop.transport.isReliable }
}

/// A request that nothing was sent for yet, and its topmost Via as the response must have it; nil: as it came.
struct UnansweredRequest {
    let request: SIPMessage
    let receivedVia: [UInt8]?
    let arrivedAt: Instant
}
