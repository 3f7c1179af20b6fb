internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// The ACK to a 2xx: no transaction, but a request that follows its route without state (RFC 3261 §16.11). Only one
/// whose route we signed does, or one of a trusted peer.
extension CallRouter {
    /// ACKs that wait for an address at one time; further ones are dropped, and come again with the next 2xx.
    private static let waitingLimit = 1000

    mutating func forwardAcknowledgement(_ request: SIPMessage, _ via: ReceivedVia, _ flow: Flow, _ turn: Turn) {
        let isTrusted = isTrusted(via, flow)
        let hash = LoopDetection.hash(request)
        guard let head = try? RequestHead(request, topViaIsRead: true, remembering: &uris), head.maxForwards != 0,
            !LoopDetection.isLoop(request, hash: hash, among: transactions),
            let route = preprocessRoute(request, head.uri), route.note != nil || isTrusted,
            let target = acknowledgementTarget(request, route)
        else { return }
        let arrival = Arrival(request: request, server: SlotID(index: 0, generation: 0), via: via, flow: flow)
        let sender = Sender(isTrusted: isTrusted, isInOurDialog: route.note != nil)
        let proxied = ProxiedRequest(arrival, head, sender: sender, loopHash: hash, edits: RequestEdits(route))
        send(WaitingAcknowledgement(request: proxied, target: target, remaining: target.candidates[...]), turn)
    }

    /// Sends it to the first address that there is a way to; a name has to be looked up first.
    private mutating func send(_ acknowledgement: WaitingAcknowledgement, _ turn: Turn) {
        var waiting = acknowledgement
        while let candidate = waiting.remaining.popFirst() {
            switch candidate {
            case .address(let transport, let remote):
                guard
                    let local = configuration.listeners.local(
                        for: transport, to: remote.address, preferring: waiting.request.flow.local)
                else { continue }
                return launch(waiting, by: Hop(transport: transport, remote: remote, local: local), turn)
            case .name(let transport, let name, let port):
                return lookUp(name, transport, port, for: waiting, turn)
            }
        }
    }

    private mutating func launch(_ acknowledgement: WaitingAcknowledgement, by hop: Hop, _ turn: Turn) {
        var (waiting, hop) = (acknowledgement, hop)
        var bytes = compose(waiting, hop)
        if waiting.withoutStream != hop.remote,
            let stream = streamHop(insteadOf: hop, forOctets: bytes.count, of: waiting.request, to: waiting.target)
        {
            // If TCP fails, it is sent over UDP all the same.
            waiting.remaining = [.address(.udp, hop.remote)] + waiting.remaining
            waiting.withoutStream = hop.remote
            hop = stream
            bytes = compose(waiting, hop)
        }
        let ticket = waitingTicket(for: waiting, over: hop.transport, turn)
        outgoing.append(Outgoing(bytes: bytes, hop: hop, transaction: ticket))
    }

    private mutating func compose(_ acknowledgement: WaitingAcknowledgement, _ hop: Hop) -> [UInt8] {
        let proxied = acknowledgement.request
        // §16.11: the branch of a stateless copy is the same for each retransmission.
        let client = SlotID(index: .max, generation: UInt32(truncatingIfNeeded: proxied.loopHash))
        let branch = transactions.branch(of: client, loopHash: proxied.loopHash)
        return compose(proxied, acknowledgement.target, nil, configuration.maximumBreadth, hop, branch)
    }

    private mutating func lookUp(
        _ name: String, _ transport: TransportProtocol, _ port: UInt16, for acknowledgement: WaitingAcknowledgement,
        _ turn: Turn
    ) {
        guard acknowledgements.count < Self.waitingLimit else {
            counters.limits.add(.acknowledgements)
            return
        }
        let ticket = nextTicket()
        var waiting = acknowledgement
        waiting.lookup = (transport, port)
        acknowledgements[ticket] = waiting
        let nobody = SlotID(index: 0, generation: 0)
        timers.set(RouterTimer(.lookup(ticket: ticket), nobody), after: Self.lookupPatience, at: turn.now)
        effects.append(.resolve(name: name, ticket: ticket))
    }

    /// A connection may be gone that the call was set up by, or not be had. Then the next address is tried, as for any
    /// other request.
    ///
    /// - Returns: what its failure is told by; nil: there is no other address.
    private mutating func waitingTicket(
        for acknowledgement: WaitingAcknowledgement, over transport: TransportProtocol, _ turn: Turn
    ) -> SlotID? {
        guard transport.isReliable, !acknowledgement.remaining.isEmpty,
            unsureAcknowledgements.count < Self.waitingLimit
        else { return nil }
        let ticket = nextTicket()
        let generation = UInt32(truncatingIfNeeded: ticket)
        unsureAcknowledgements[generation] = acknowledgement
        let nobody = SlotID(index: 0, generation: 0)
        timers.set(RouterTimer(.lookup(ticket: ticket), nobody), after: Self.connectionPatience, at: turn.now)
        return SlotID(index: Self.acknowledgementIndex, generation: generation)
    }

    /// Longer than it takes until a connection is known to be gone, or not to be had.
    private static var connectionPatience: Interval { .seconds(5) }

    /// No transaction has this place: it stands for an ACK, whose ticket is the generation.
    private static var acknowledgementIndex: UInt32 { .max - 1 }

    /// An ACK could not be sent.
    ///
    /// - Returns: false if it was something else.
    mutating func acknowledgementFailed(_ id: SlotID, _ turn: Turn) -> Bool {
        guard id.index == Self.acknowledgementIndex else { return false }
        if let waiting = unsureAcknowledgements.removeValue(forKey: id.generation) { send(waiting, turn) }
        return true
    }

    /// The addresses of the name that an ACK is for have come.
    mutating func found(_ addresses: [IPAddress], for waiting: WaitingAcknowledgement, _ turn: Turn) {
        guard let (transport, port) = waiting.lookup else { return }
        var waiting = waiting
        waiting.remaining = addresses.map { .address(transport, Endpoint(address: $0, port: port)) } + waiting.remaining
        send(waiting, turn)
    }

    /// Nil: the ACK belongs to nothing that goes on from here.
    private func acknowledgementTarget(_ request: SIPMessage, _ route: ReceivedRoute) -> Target? {
        if let next = route.next {
            guard let address = NameAddress(request.bytes, next.range), let uri = SIPURI(request.bytes, address.uri)
            else { return nil }
            return target(of: uri, bytes: nil)
        }
        if let user = route.uri.decodedUser, user.hasPrefix(RouteSigner.concealedPrefix),
            let callID = request.first(.callID),
            let contact = signer.reveal(user, callID: request.bytes[callID.value]),
            let uri = SIPURI(contact, contact.indices)
        {
            return reached(target(of: uri, bytes: contact), by: route.note, request)
        }
        // To one of our numbers: which of its phones it is for can't be told.
        guard !isForUs(route) else { return nil }
        return reached(target(of: route.uri, bytes: nil), by: route.note, request)
    }
}

/// An ACK on its way, and the ways to its target that are left.
struct WaitingAcknowledgement {
    let request: ProxiedRequest
    let target: Target
    var remaining: ArraySlice<Candidate>
    /// It went there by TCP because of its size; if that fails, UDP has to do (RFC 3261 §18.1.1).
    var withoutStream: Endpoint?
    /// While a name is looked up: by which way its addresses are used.
    var lookup: (TransportProtocol, UInt16)?
}
