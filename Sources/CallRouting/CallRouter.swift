internal import CallPlanning
package import Directory
package import SIPMessage
package import SIPTransaction

/// The engine of one shard: registrar, proxy and forwarding service, from the octets that came to those that go.
/// It holds all state of the calls it owns; it does no I/O and reads no clock.
///
/// The way of a request: ``receive(_:from:at:directory:into:)`` → transaction (`TransactionLayer`) → checks
/// (`CallRouter+Checks`) → who sent it (`+Identity`) → where it goes (`+Targets`) → which rule applies (`+Service`,
/// by `CallPlan`) → copies on their way (`+Forwarding`, `RequestComposer`) → their responses (`+Responses`).
package struct CallRouter {
    let locations: LocationTable
    let registrar: Registrar
    let authenticator: DigestAuthenticator
    let signer: RouteSigner
    let own: OwnHosts
    /// What is known of sources that misbehave; nil: nobody is held to anything.
    let sources: SourceLedger?
    /// The numbers that user parts of URIs were read as.
    let numbers = RecentTexts<PhoneNumber?>(capacity: 4096)
    /// The targets that contacts were read as.
    let phones = RecentTexts<Target?>(capacity: 4096)
    let shard: Int

    var transactions: TransactionLayer
    var contexts = Slab<ResponseContext>()
    var timers = TimerQueue<RouterTimer>()
    var registrations = PendingRegistrations()
    /// Branches that wait for the addresses of a name.
    var lookups: [UInt64: (context: SlotID, branch: Int)] = [:]
    /// ACKs that wait for the same.
    var acknowledgements: [UInt64: WaitingAcknowledgement] = [:]
    /// ACKs that a connection may not take, by the generations of the places that they are told by.
    var unsureAcknowledgements: [UInt32: WaitingAcknowledgement] = [:]
    var random: SeededGenerator
    private var ticket: UInt64 = 0

    var outgoing: [Outgoing] = []
    var effects: [Effect] = []
    var editor = MessageEditor()
    var uris = URIMemory(capacity: 4096)
    /// What is written for each of our listening addresses.
    var linesMade: [OwnLines] = []
    /// Header lines in the making; kept for its memory.
    var scratch: [UInt8] = []
    var senders = SentByMemory(capacity: 4096)
    private let annex: Annex

    var configuration: RoutingConfiguration { _read { yield annex.configuration } }
    var counters: RoutingCounters {
        _read { yield annex.counters }
        nonmutating _modify { yield &annex.counters }
    }

    /// What is large and lies beside the router, which the compiler often lends to a function as a copy of all its octets.
    private final class Annex {
        let configuration: RoutingConfiguration
        var counters = RoutingCounters()

        init(_ configuration: RoutingConfiguration) { self.configuration = configuration }
    }

    /// - Parameters:
    ///   - locations: shared by all shards.
    ///   - nonces: shared by all shards.
    ///   - sources: shared by all shards; nil: nobody is held to anything.
    ///   - seed: of tags, branches and choices among trunks; the same seed makes the same run.
    package init(
        configuration: RoutingConfiguration, locations: LocationTable, nonces: NonceLedger,
        sources: SourceLedger? = nil, seed: UInt64, shard: Int = 0
    ) {
        annex = Annex(configuration)
        self.locations = locations
        self.shard = shard
        self.sources = sources
        registrar = Registrar(settings: configuration.registrar)
        authenticator = DigestAuthenticator(
            realm: configuration.realm, secret: configuration.nonceSecret, ledger: nonces)
        signer = RouteSigner(secret: configuration.secret)
        own = OwnHosts(configuration)
        random = SeededGenerator(seed: seed)
        transactions = TransactionLayer(
            settings: configuration.transactionTimers, limit: configuration.transactionLimit,
            sign: SipHash(secret: configuration.nonceSecret, purpose: "transaction"),
            branchSign: SipHash(secret: configuration.nonceSecret, purpose: "branch"))
    }

    /// Takes one message, cut and not yet looked into.
    ///
    /// - Parameter admission: whether it may begin something new.
    package mutating func receive(
        _ message: SIPMessage, from flow: Flow, admission: Admission = .open, at now: Instant,
        directory: any CallDirectory, into effects: inout [Effect]
    ) {
        let turn = Turn(now: now, directory: directory)
        counters.received(message)
        if message.isRequest {
            receive(request: message, from: flow, admission, turn)
        } else {
            receive(response: message, from: flow, turn)
        }
        flush(into: &effects)
    }

    private mutating func receive(request: SIPMessage, from flow: Flow, _ admission: Admission, _ turn: Turn) {
        guard let via = ReceivedVia(request, from: flow, remembering: &senders) else {
            return refuseWithoutVia(request, flow)
        }
        let arrival = transactions.receive(
            request: request, via: via, from: flow, admitsNew: admission == .open || isAlwaysAdmitted(request),
            at: turn.now, into: &outgoing)
        switch arrival {
        case .absorbed: break
        case .new(let id): begin(request, id, via, flow, turn)
        case .cancel(let id, let cancelled): cancel(request, id, of: cancelled, turn)
        case .ack: if !acknowledgesRefusal(request) { forwardAcknowledgement(request, via, flow, turn) }
        case .full: refuseForLackOfRoom(request, via, admission)
        }
    }

    /// A message of this transaction could not be sent: no route, connection refused, or a datagram too large.
    package mutating func sendFailed(
        _ transaction: SlotID, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {
        let turn = Turn(now: now, directory: directory)
        if acknowledgementFailed(transaction, turn) { return flush(into: &effects) }
        if let failed = transactions.transportFailed(transaction),
            let context = self.context(ofOwner: failed.owner),
            let branch = context.branchIndex(of: transaction)
        {
            addressFailed(context, branch, status: 503, cause: .transport, turn)
            settle(context, turn)
        }
        flush(into: &effects)
    }

    /// The answer to `Effect.resolve`: addresses in the order in which to try them, none if the name has no address.
    package mutating func resolved(
        _ ticket: UInt64, addresses: [IPAddress], at now: Instant, directory: any CallDirectory,
        into effects: inout [Effect]
    ) {
        takeAddresses(addresses, ticket, Turn(now: now, directory: directory))
        flush(into: &effects)
    }

    mutating func takeAddresses(_ addresses: [IPAddress], _ ticket: UInt64, _ turn: Turn) {
        if unsureAcknowledgements.removeValue(forKey: UInt32(truncatingIfNeeded: ticket)) != nil {
            // Nothing was heard of it: it was sent.
        } else if let waiting = acknowledgements.removeValue(forKey: ticket) {
            found(addresses, for: waiting, turn)
        } else if let waiting = lookups.removeValue(forKey: ticket), let context = contexts[waiting.context] {
            found(addresses, for: context, waiting.branch, turn)
            settle(context, turn)
        }
    }

    /// The answer to `Effect.commit`: durable, or not (the phone is told 500 and the contacts stay as they were).
    package mutating func committed(
        _ ticket: UInt64, succeeded: Bool, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {
        finishRegistration(ticket, succeeded: succeeded, Turn(now: now, directory: directory))
        flush(into: &effects)
    }

    /// Runs the timers that are due.
    package mutating func advance(to now: Instant, directory: any CallDirectory, into effects: inout [Effect]) {
        let turn = Turn(now: now, directory: directory)
        while let event = transactions.advance(to: now, into: &outgoing) { handle(event, turn) }
        while let due = timers.popDue(at: now) { fire(due.token, turn) }
        flush(into: &effects)
    }

    /// When `advance` is to be called next; nil while nothing waits.
    package var nextDeadline: Instant? {
        switch (transactions.nextDeadline, timers.nextDeadline) {
        case (let one?, let other?): min(one, other)
        case (let one, let other): one ?? other
        }
    }

    /// INVITEs that have no final response yet: what an orderly stop waits for.
    package var pendingCallCount: Int {
        contexts.ids.reduce(0) { count, id in
            guard let context = contexts[id], context.method == .invite, !context.hasFinal else { return count }
            return count + 1
        }
    }

    /// Requests in progress.
    package var contextCount: Int { contexts.count }
    /// Of the places for transactions.
    package var placesTaken: Int { transactions.placesTaken }

    private mutating func flush(into effects: inout [Effect]) {
        // What is taken from the end is moved; what a loop hands out is copied.
        outgoing.reverse()
        while let message = outgoing.popLast() {
            counters.sent(message.bytes)
            effects.append(.send(message))
        }
        if !self.effects.isEmpty {
            effects.append(contentsOf: self.effects)
            self.effects.removeAll(keepingCapacity: true)
        }
    }

    /// The request on whose account a transaction runs, while it waits for its answer.
    func context(ofOwner owner: UInt64) -> ResponseContext? {
        guard case .context(let id) = TransactionOwner(rawValue: owner) else { return nil }
        return contexts[id]
    }

    mutating func nextTicket() -> UInt64 {
        ticket += 1
        return ticket
    }

    /// Characters.
    private static var longestLoggedCallID: Int { 256 }

    /// - Parameter cause: tells of which call it is.
    mutating func log(_ level: LogEvent.Level, _ text: String, of cause: SIPMessage) {
        let callID = cause.value(.callID).map { HeaderText.cleaned($0, longest: Self.longestLoggedCallID) }
        effects.append(.log(LogEvent(level, text, callID: callID)))
    }
}

/// What every step of handling one input needs: when it is, and the rules as they are now.
struct Turn {
    let now: Instant
    let directory: any CallDirectory
}

/// The same numbers for the same seed; who sees some of them can't tell the others, as RFC 3261 §19.3 demands of tags:
/// the signatures of 1, 2, 3 and so on.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private let sign: SipHash
    private var count: UInt64 = 0

    package init(seed: UInt64) { sign = SipHash((seed, ~seed)) }

    package mutating func next() -> UInt64 {
        count &+= 1
        var state = sign.state()
        state.add(word: count)
        return state.finish()
    }
}
