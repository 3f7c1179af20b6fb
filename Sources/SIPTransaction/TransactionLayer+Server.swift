package import SIPMessage

extension TransactionLayer {
    /// Takes a request whose topmost Via is usable.
    package mutating func receive(
        request: SIPMessage, via: ReceivedVia, from flow: Flow, at now: Instant, into outgoing: inout [Outgoing]
    ) -> RequestArrival {
        guard let method = request.method else { return .absorbed }
        let transport = flow.transport
        let key = TransactionKey(request, via: via.via, over: transport, method: method)
        if let known = index[key] {
            return method == .ack ? acknowledge(known, at: now) : repeated(known, into: &outgoing)
        }
        if method == .ack { return .ack }
        let cancelled =
            method == .cancel ? index[TransactionKey(request, via: via.via, over: transport, method: .invite)] : nil
        // A CANCEL of ours is taken when the table is full: there is at most one for each INVITE, and it makes room.
        guard !isFull || cancelled != nil else { return .full }
        let kind: ServerMachine.Kind = method == .invite ? .invite : .nonInvite
        let id = servers.insert(ServerTransaction(request, via, flow, key: key, kind: kind, t1: settings.t1))
        index[key] = id
        if method == .invite {
            arm(.trying, server: id, after: settings.trying, at: now)
        } else if method != .cancel {
            // RFC 4320 §4.1: 100 when the client's timer E has grown to T2, and over UDP not before.
            arm(.trying, server: id, after: settings.t1 * 7, at: now)
        }
        return method == .cancel ? .cancel(id, of: cancelled) : .new(id)
    }

    private mutating func acknowledge(_ id: SlotID, at now: Instant) -> RequestArrival {
        guard let action = servers[id]?.machine.ackReceived() else { return .absorbed }
        switch action {
        case .ignore: return .absorbed
        case .passOn: return .ack
        case .confirm:
            servers[id]?.lastResponse = nil
            // Timer I: T4 over UDP, nothing over TCP.
            let isReliable = servers[id]?.flow.transport.isReliable == true
            arm(.forget, server: id, after: isReliable ? .milliseconds(0) : settings.t4, at: now)
            return .absorbed
        }
    }

    private func repeated(_ id: SlotID, into outgoing: inout [Outgoing]) -> RequestArrival {
        guard let server = servers[id] else { return .absorbed }
        switch server.machine.requestRetransmitted() {
        case .ignore: break
        case .resend:
            if let response = server.lastResponse { outgoing.append(Outgoing(bytes: response, hop: server.replyHop)) }
        }
        return .absorbed
    }

    /// Says under which value the core above wants to be told of this transaction.
    package mutating func setOwner(_ owner: UInt64, of id: SlotID) {
        servers[id]?.owner = owner
    }

    /// Sends a response in a transaction; one that the state no longer allows is not sent.
    ///
    /// - Returns: whether it was sent.
    @discardableResult
    package mutating func respond(
        _ id: SlotID, status: Int, bytes: [UInt8], at now: Instant, into outgoing: inout [Outgoing]
    ) -> Bool {
        guard let action = servers[id]?.machine.respond(status), action != .refuse, let server = servers[id] else {
            return false
        }
        outgoing.append(Outgoing(bytes: bytes, hop: server.replyHop))
        servers[id]?.hasSent = true
        let isReliable = server.flow.transport.isReliable
        switch action {
        case .refuse: return false
        case .send:
            if status < 200 { servers[id]?.lastResponse = bytes }
        case .sendAndAccept:
            servers[id]?.lastResponse = nil
            servers[id]?.request = nil
            arm(.forget, server: id, after: settings.sixtyFourT1, at: now)
        case .sendAndComplete:
            servers[id]?.lastResponse = bytes
            servers[id]?.request = nil
            if server.machine.kind == .nonInvite {
                // Timer J.
                arm(.forget, server: id, after: isReliable ? .milliseconds(0) : settings.sixtyFourT1, at: now)
            } else {
                if !isReliable { arm(.retransmitResponse, server: id, after: settings.t1, at: now) }
                arm(.acknowledgementTimeout, server: id, after: settings.sixtyFourT1, at: now)
            }
        }
        return true
    }

    /// Ends a non-INVITE transaction that will never be answered (RFC 4320 §4.2: no 408 for those).
    package mutating func abandon(_ id: SlotID) {
        if let server = servers.remove(id) { index[server.key] = nil }
    }

    mutating func fireServer(_ token: TimerToken, at now: Instant, into outgoing: inout [Outgoing]) -> TimerEvent? {
        guard let server = servers[token.transaction] else { return nil }
        switch token.timer {
        case .trying:
            if !server.hasSent, let request = server.request {
                let bytes = ResponseWriter.response(
                    to: request, status: 100, reason: "Trying", toTag: nil, topVia: server.receivedVia)
                respond(token.transaction, status: 100, bytes: bytes, at: now, into: &outgoing)
            }
            return nil
        case .retransmitResponse:
            guard server.machine.state == .completed, let response = server.lastResponse else { return nil }
            outgoing.append(Outgoing(bytes: response, hop: server.replyHop))
            let next = min(server.retransmitInterval * 2, settings.t2)
            servers[token.transaction]?.retransmitInterval = next
            arm(.retransmitResponse, server: token.transaction, after: next, at: now)
            return nil
        case .acknowledgementTimeout:
            return server.machine.state == .completed ? end(token.transaction) : nil
        case .forget:
            return end(token.transaction)
        case .retransmitRequest, .requestTimeout: return nil
        }
    }

    private mutating func end(_ id: SlotID) -> TimerEvent? {
        guard let server = servers.remove(id) else { return nil }
        index[server.key] = nil
        return .serverEnded(owner: server.owner)
    }
}
