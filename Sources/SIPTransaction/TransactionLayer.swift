internal import SIPMessage

/// All transactions of one shard: matching, retransmissions and timers (RFC 3261 §17, RFC 6026). Messages come in
/// with the time; what is to be sent is appended to the caller's list; what the core above has to know is returned.
package struct TransactionLayer {
    /// What became of a request.
    package enum RequestArrival: Sendable {
        /// A retransmission, or an ACK to a final response of ours: nothing to do above.
        case absorbed
        case new(SlotID)
        /// A CANCEL in a transaction of its own, and the INVITE that it cancels, if there is one.
        case cancel(SlotID, of: SlotID?)
        /// An ACK to a 2xx, which is no part of a transaction and is forwarded as it is.
        case ack
        /// The table is full.
        case full
    }

    /// What became of a response.
    package enum ResponseArrival: Sendable {
        /// The transaction has dealt with it: it came once more, or answers a CANCEL.
        case absorbed
        /// No transaction of ours: it is dropped (RFC 6026 §8.9).
        case unmatched
        /// The core is to pass it on; `owner` is what it has set for the transaction.
        case matched(SlotID, owner: UInt64)
    }

    /// What a timer has brought about.
    package enum TimerEvent: Sendable {
        /// Timer B or F, or a cancelled INVITE that never ended.
        case clientTimedOut(SlotID, owner: UInt64)
        /// The transaction is gone; nothing more can be sent in it.
        case serverEnded(owner: UInt64)
    }

    /// T1, T2, T4 and what is counted from them.
    package let settings: TimerSettings
    /// Places for transactions of either kind; the request that would want one more is answered 503.
    package let limit: Int
    let sign: SipHash
    let branchSign: SipHash
    var servers = ServerTable()
    /// The requests of those that nothing was sent in yet.
    let unanswered = Slab<UnansweredRequest>()
    let clients = Slab<ClientTransaction>()
    var timers = TimerQueue<TimerToken>()
    /// What long messages that are kept take, so that the limit bounds memory too: one place more for each 4 KiB of one.
    private var furtherPlaces = 0
    private let books = Books()
    /// Since it was made; nothing resets them.
    package internal(set) var counters: TransactionCounters {
        _read { yield books.counters }
        nonmutating _modify { yield &books.counters }
    }

    /// Beside the layer, because they are large and the compiler often lends the layer as a copy of all its octets.
    private final class Books {
        var counters = TransactionCounters()
    }

    /// - Parameters:
    ///   - sign: tells requests apart; its key is a secret, lest somebody make two that look the same.
    ///   - branchSign: signs the branches of what is sent; its key is a secret too.
    package init(settings: TimerSettings = .init(), limit: Int = 500_000, sign: SipHash, branchSign: SipHash) {
        self.settings = settings
        self.limit = limit
        self.sign = sign
        self.branchSign = branchSign
    }

    /// Places that open transactions take, and the long messages that are kept with them; they are held to ``limit``.
    package var placesTaken: Int { servers.count + clients.count + furtherPlaces }

    /// Whether no further transaction is begun.
    var isFull: Bool { placesTaken >= limit }

    /// A message of so many octets is kept from now on, in the place of another one.
    mutating func keeps(_ octets: Int, insteadOf other: Int = 0) {
        furtherPlaces += octets >> 12 - other >> 12
    }

    /// Open transactions of either kind.
    package var serverCount: Int { servers.count }
    package var clientCount: Int { clients.count }
    /// When ``advance(to:into:)`` has to be called next; nil: no timer is set.
    package var nextDeadline: Instant? { timers.nextDeadline }

    /// What the core above may know of a server transaction.
    package struct Server {
        /// What the core has set; 0 before.
        package let owner: UInt64
        /// Where its responses go.
        package let replyHop: Hop
        /// The topmost Via of the request as a response must have it, while nothing was sent; nil: as it came.
        package let receivedVia: [UInt8]?
    }

    /// Nil: the transaction has ended.
    package func server(_ id: SlotID) -> Server? {
        guard servers.contains(id) else { return nil }
        let request = servers[id].unanswered.flatMap { unanswered[$0] }
        return Server(owner: servers[id].owner, replyHop: servers[id].replyHop, receivedVia: request?.receivedVia)
    }

    /// Nil: the transaction has ended.
    package func client(_ id: SlotID) -> ClientTransaction? { clients[id] }

    mutating func arm(_ timer: TransactionTimer, server id: SlotID, after length: Interval, at now: Instant) {
        timers.set(TimerToken(timer: timer, transaction: id, isServer: true), after: length, at: now)
    }

    mutating func arm(_ timer: TransactionTimer, client id: SlotID, after length: Interval, at now: Instant) {
        timers.set(TimerToken(timer: timer, transaction: id, isServer: false), after: length, at: now)
    }

    /// Runs what is due. Call it until it returns nil: each event is told by itself.
    package mutating func advance(to now: Instant, into outgoing: inout [Outgoing]) -> TimerEvent? {
        while let due = timers.popDue(at: now) {
            let event =
                due.token.isServer
                ? fireServer(due.token, at: now, into: &outgoing) : fireClient(due.token, at: now, into: &outgoing)
            if let event { return event }
        }
        return nil
    }
}
