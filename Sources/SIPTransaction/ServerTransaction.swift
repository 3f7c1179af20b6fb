package import SIPMessage

/// A server transaction: its machine, what it answers and where answers go.
package struct ServerTransaction: Sendable {
    package internal(set) var machine: ServerMachine
    let key: TransactionKey
    /// Nil once a final response other than a retransmitted one can no longer need it.
    package internal(set) var request: SIPMessage?
    package let receivedVia: [UInt8]?
    package let replyHop: Hop
    package let flow: Flow
    /// The last response, while it may have to be sent again.
    var lastResponse: [UInt8]?
    var retransmitInterval: Interval
    var hasSent = false
    /// Whatever the core above wants to find again; 0 until it says so.
    package internal(set) var owner: UInt64 = 0

    init(
        _ request: SIPMessage, _ via: ReceivedVia, _ flow: Flow, key: TransactionKey, kind: ServerMachine.Kind,
        t1: Interval
    ) {
        machine = ServerMachine(kind)
        self.key = key
        self.request = request
        receivedVia = via.value
        replyHop = via.replyHop
        self.flow = flow
        retransmitInterval = t1
    }
}
