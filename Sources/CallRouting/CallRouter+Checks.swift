internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// RFC 3261 §16.3: what a new request must pass before anything is done for it; and how it is refused.
extension CallRouter {
    /// Starts work on a request that is no retransmission.
    mutating func begin(_ request: SIPMessage, _ server: SlotID, _ via: ReceivedVia, _ flow: Flow, _ turn: Turn) {
        let arrival = Arrival(request: request, server: server, via: via, flow: flow)
        do throws(MessageFault) {
            try begin(arrival, RequestHead(request, topViaIsRead: true, remembering: &uris), turn)
        } catch {
            refuse(arrival, status: error.status, reason: error.description, turn)
        }
    }

    private mutating func begin(_ arrival: Arrival, _ head: RequestHead, _ turn: Turn) {
        guard !dropScanner(arrival, turn) else { return }
        let request = arrival.request
        let method = head.method
        let uri = head.uri
        if case .other = uri.scheme { return refuse(arrival, status: 416, reason: "Unsupported URI Scheme", turn) }
        if head.maxForwards == 0, !isForServer(method, uri) {
            return refuse(arrival, status: 483, reason: "Too Many Hops", turn)
        }
        let hash = LoopDetection.hash(request)
        if LoopDetection.isLoop(request, hash: hash, among: transactions) {
            return refuse(arrival, status: 482, reason: "Loop Detected", turn)
        }
        if let unsupported = unsupportedOptions(request) {
            return refuse(
                arrival, status: 420, reason: "Bad Extension", headers: "Unsupported: \(unsupported)\r\n", turn)
        }
        let breadth =
            request.number(.maxBreadth).map { Int(min($0, UInt64(configuration.maximumBreadth))) }
            ?? configuration.maximumBreadth
        guard breadth > 0 else {
            counters.limits.add(.breadth)
            return refuse(arrival, status: 440, reason: "Max-Breadth Exceeded", turn)
        }
        guard let route = preprocessRoute(request, uri) else {
            return refuse(arrival, status: 400, reason: "Malformed Route", turn)
        }
        if head.maxForwards == 0, route.next != nil || !isForServer(method, route.uri) {
            return refuse(arrival, status: 483, reason: "Too Many Hops", turn)
        }
        if method == .register, !route.hasRoute, isForRegistrar(route.uri) { return register(arrival, turn) }
        guard let sender = identify(arrival, head, route, turn) else { return }
        let context = makeContext(arrival, head, sender, route, hash, breadth, turn)
        if context.isNewCall {
            counters.callsBegun &+= 1
            openLedger(context, turn)
        }
        direct(context, route, turn)
        settle(context, turn)
    }

    /// A request that is not passed on may have come to the end of its hops (§16.3 step 3).
    private func isForServer(_ method: Method, _ uri: SIPURI) -> Bool {
        (method == .options || method == .register) && uri.user == nil && own.contain(uri)
    }

    /// Proxy-Require names options that nobody here has: none is known (§16.3 step 5).
    private func unsupportedOptions(_ request: SIPMessage) -> String? {
        guard request.first(.proxyRequire) != nil else { return nil }
        let options = request.elements(.proxyRequire).map { request.text($0.range) }.filter { !$0.isEmpty }
        return options.isEmpty ? nil : options.joined(separator: ", ")
    }

    private mutating func makeContext(
        _ arrival: Arrival, _ head: RequestHead, _ sender: Sender, _ route: ReceivedRoute, _ hash: UInt64,
        _ breadth: Int, _ turn: Turn
    ) -> ResponseContext {
        var edits = RequestEdits(route)
        // A NOTIFY has a To tag, and is all the same what begins the dialog with each phone that a SUBSCRIBE was forked to,
        // but for the one whose answer comes back (RFC 6665 §4.4.1).
        edits.recordsRoute =
            head.method.mayBeginDialog && (arrival.request.tag(.to) == nil || head.method == .notify)
        let context = ResponseContext(
            arrival, head, sender: sender, loopHash: hash, edits: edits, breadth: breadth, tagSeed: random.next(),
            startedAt: turn.now)
        context.id = contexts.insert(context)
        transactions.setOwner(context.owner, of: arrival.server)
        return context
    }

    /// Answers a request that goes nowhere, in its transaction.
    mutating func refuse(
        _ arrival: Arrival, status: Int, reason: String, headers: String = "", _ turn: Turn
    ) {
        let bytes = ResponseWriter.response(
            to: arrival.request, status: status, reason: reason, toTag: String(random.next(), radix: 36),
            topVia: arrival.via.value, headers: headers)
        transactions.respond(arrival.server, status: status, bytes: bytes, at: turn.now, into: &outgoing)
    }

    /// Asks for credentials, once and without a transaction: sent again and again, the challenge would go to whomever a
    /// forged Via names (§26.3.2.4). A request that comes again is challenged again,
    /// and what is wrong in it counts again: fifty times are allowed, and few are ever sent twice. A source that answers
    /// too few of its challenges gets none.
    mutating func challenge(
        _ arrival: Arrival, _ kind: DigestAuthenticator.Challenge, stale: Bool, _ turn: Turn
    ) {
        transactions.abandon(arrival.server)
        guard admitsChallenge(arrival.flow, turn) else { return }
        let headers = authenticator.challengeHeaders(
            kind, stale: stale, to: arrival.request, from: SourceKey(arrival.flow.remote.address), at: turn.now)
        refuseStatelessly(
            arrival.request, arrival.via, status: kind.status, reason: kind.reason, headers: headers)
    }

    /// Answers without a transaction, when there is no room for one or nothing is to be remembered (§8.2.7).
    mutating func refuseStatelessly(
        _ request: SIPMessage, _ via: ReceivedVia, status: Int, reason: String, headers: String
    ) {
        guard request.method != .ack else { return }
        let bytes = ResponseWriter.response(
            to: request, status: status, reason: reason, toTag: Self.statelessTag, topVia: via.value, headers: headers)
        outgoing.append(Outgoing(bytes: bytes, hop: via.replyHop))
    }

    /// Without a usable Via only the sender's own address is known. One that speaks another version is told so there
    /// (§8.2.1, §21.5.6); what else comes so is noise.
    mutating func refuseWithoutVia(_ request: SIPMessage, _ flow: Flow) {
        guard case .version? = request.fault, request.method != .ack else {
            return log(.debug, "dropped a request without a usable Via from \(flow.remote)", of: request)
        }
        let bytes = ResponseWriter.response(
            to: request, status: 505, reason: MessageFault.version.description, toTag: Self.statelessTag)
        let hop = Hop(
            transport: flow.transport, remote: flow.remote, local: flow.local, connection: flow.connection)
        outgoing.append(Outgoing(bytes: bytes, hop: hop))
    }

    /// Answers for the caller's side of a context with a final response of our own.
    mutating func answer(
        _ context: ResponseContext, status: Int, reason: String, headers: String = "", _ turn: Turn
    ) {
        context.best.decide(status: status, reason: reason, headers: headers)
        for stage in context.stages { stage.isOver = true }
    }
}

/// A new request with all that is known of how it came.
final class Arrival {
    let request: SIPMessage
    let server: SlotID
    let via: ReceivedVia
    let flow: Flow

    init(request: SIPMessage, server: SlotID, via: ReceivedVia, flow: Flow) {
        self.request = request
        self.server = server
        self.via = via
        self.flow = flow
    }

    /// An INVITE that no dialog is there for yet.
    var isNewCall: Bool { request.method == .invite && request.tag(.to) == nil }
}
