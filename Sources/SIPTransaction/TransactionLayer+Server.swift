internal import Metering
package import SIPMessage

extension TransactionLayer {
    /// Takes a request whose topmost Via is usable.
    ///
    /// - Parameter admitsNew: whether it may begin a transaction; if not, it is as if there were no room for one.
    package mutating func receive(
        request: SIPMessage, via: ReceivedVia, from flow: Flow, admitsNew: Bool = true, at now: Instant,
        into outgoing: inout [Outgoing]
    ) -> RequestArrival {
        guard let method = request.method else { return .absorbed }
        let wanted = ServerTable.Wanted(
            TransactionKey(request, via: via.via, over: flow.transport, method: method, signedBy: sign))
        if let known = servers.find(wanted) {
            return method == .ack ? acknowledge(known, at: now) : repeated(known, into: &outgoing)
        }
        if method == .ack { return .ack }
        let cancelled = method == .cancel ? transaction(cancelledBy: request, via, flow) : nil
        // A CANCEL of ours is taken when the table is full: there is at most one for each INVITE, and it makes room.
        guard (admitsNew && !isFull) || cancelled != nil else { return .full }
        keeps(request.bytes.count)
        let server = ServerTransaction(
            key: wanted.key, replyHop: via.replyHop, kind: method == .invite ? .invite : .nonInvite,
            unanswered: unanswered.insert(
                UnansweredRequest(request: request, receivedVia: via.value, arrivedAt: now)))
        let id = servers.insert(server, wanted)
        if method == .cancel { return .cancel(id, of: cancelled) }
        // RFC 4320 §4.1 for what is no INVITE: 100 when the client's timer E has grown to T2, and over UDP not before.
        arm(.trying, server: id, after: method == .invite ? settings.trying : settings.t1 * 7, at: now)
        return .new(id)
    }

    /// The transaction that a CANCEL is for: of an INVITE, hardly ever of another method (RFC 3261 §9.2).
    private func transaction(cancelledBy request: SIPMessage, _ via: ReceivedVia, _ flow: Flow) -> SlotID? {
        for method in Method.allCases where method != .ack && method != .cancel {
            let key = TransactionKey(request, via: via.via, over: flow.transport, method: method, signedBy: sign)
            if let found = servers.find(ServerTable.Wanted(key)) { return found }
        }
        return nil
    }

    private mutating func acknowledge(_ id: SlotID, at now: Instant) -> RequestArrival {
        switch servers[id].machine.ackReceived() {
        case .ignore: return .absorbed
        case .passOn: return .ack
        case .confirm:
            keep(nil, of: id)
            // Timer I: T4 over UDP, nothing over TCP.
            arm(.forget, server: id, after: servers[id].isReliable ? .milliseconds(0) : settings.t4, at: now)
            return .absorbed
        }
    }

    private mutating func repeated(_ id: SlotID, into outgoing: inout [Outgoing]) -> RequestArrival {
        counters.repeated &+= 1
        switch servers[id].machine.requestRetransmitted() {
        case .ignore: break
        case .resend: resend(id, into: &outgoing)
        }
        return .absorbed
    }

    private func resend(_ id: SlotID, into outgoing: inout [Outgoing]) {
        guard let response = servers[id].lastResponse else { return }
        outgoing.append(Outgoing(bytes: response, hop: servers[id].replyHop))
    }

    /// Says under which value the core above wants to be told of this transaction.
    package mutating func setOwner(_ owner: UInt64, of id: SlotID) {
        if servers.contains(id) { servers[id].owner = owner }
    }

    /// Sends a response in a transaction; one that the state no longer allows is not sent.
    ///
    /// - Returns: whether it was sent.
    @discardableResult
    package mutating func respond(
        _ id: SlotID, status: Int, bytes: [UInt8], at now: Instant, into outgoing: inout [Outgoing]
    ) -> Bool {
        guard servers.contains(id) else { return false }
        let action = servers[id].machine.respond(status)
        guard action != .refuse else { return false }
        outgoing.append(Outgoing(bytes: bytes, hop: servers[id].replyHop))
        dropRequest(id)
        switch action {
        case .refuse: return false
        case .send:
            if status < 200 { keep(bytes, of: id) }
        case .sendAndAccept:
            keep(nil, of: id)
            arm(.forget, server: id, after: settings.sixtyFourT1, at: now)
        case .sendAndComplete:
            keep(bytes, of: id)
            completed(id, at: now)
        }
        return true
    }

    /// The response that may have to be sent again.
    private mutating func keep(_ response: [UInt8]?, of id: SlotID) {
        keeps(response?.count ?? 0, insteadOf: servers.keep(response, of: id))
    }

    private mutating func completed(_ id: SlotID, at now: Instant) {
        let isReliable = servers[id].isReliable
        guard servers[id].machine.kind == .invite else {
            // Timer J.
            return arm(.forget, server: id, after: isReliable ? .milliseconds(0) : settings.sixtyFourT1, at: now)
        }
        if !isReliable { arm(.retransmitResponse, server: id, after: settings.t1, at: now) }
        arm(.acknowledgementTimeout, server: id, after: settings.sixtyFourT1, at: now)
    }

    /// Something was or will never be sent: no 100 has to be made of the request any more.
    private mutating func dropRequest(_ id: SlotID) {
        guard let request = servers[id].unanswered else { return }
        servers[id].unanswered = nil
        keeps(0, insteadOf: unanswered[request]?.request.bytes.count ?? 0)
        unanswered.discard(request)
    }

    /// Forgets a transaction: nothing more is sent in it, and what comes again is new.
    package mutating func abandon(_ id: SlotID) {
        _ = remove(id)
    }

    mutating func fireServer(_ token: TimerToken, at now: Instant, into outgoing: inout [Outgoing]) -> TimerEvent? {
        let id = token.transaction
        guard servers.contains(id) else { return nil }
        switch token.timer {
        case .trying:
            sendTrying(id, at: now, into: &outgoing)
            return nil
        case .retransmitResponse:
            repeatResponse(id, at: now, into: &outgoing)
            return nil
        case .acknowledgementTimeout:
            return servers[id].machine.state == .completed ? end(id) : nil
        case .forget:
            return end(id)
        case .retransmitRequest, .requestTimeout: return nil
        }
    }

    private mutating func sendTrying(_ id: SlotID, at now: Instant, into outgoing: inout [Outgoing]) {
        guard let name = servers[id].unanswered, let unanswered = unanswered[name] else { return }
        let bytes = ResponseWriter.response(
            to: unanswered.request, status: 100, reason: "Trying", toTag: nil, topVia: unanswered.receivedVia)
        if servers[id].machine.kind == .invite {
            counters.trying.add(nanoseconds: now.nanoseconds &- unanswered.arrivedAt.nanoseconds)
        }
        respond(id, status: 100, bytes: bytes, at: now, into: &outgoing)
    }

    /// Timer G: it doubles up to T2.
    private mutating func repeatResponse(_ id: SlotID, at now: Instant, into outgoing: inout [Outgoing]) {
        guard servers[id].machine.state == .completed else { return }
        counters.retransmitted &+= 1
        resend(id, into: &outgoing)
        let repetitions = min(servers[id].repetitions + 1, 30)
        servers[id].repetitions = repetitions
        let next = min(settings.t1 * (1 << Int64(repetitions)), settings.t2)
        arm(.retransmitResponse, server: id, after: next, at: now)
    }

    private mutating func end(_ id: SlotID) -> TimerEvent? {
        remove(id).map { .serverEnded(owner: $0) }
    }

    /// - Returns: the owner, nil if the transaction was gone already.
    private mutating func remove(_ id: SlotID) -> UInt64? {
        guard servers.contains(id) else { return nil }
        dropRequest(id)
        guard let removed = servers.remove(id) else { return nil }
        keeps(0, insteadOf: removed.keptOctets)
        return removed.owner
    }
}
