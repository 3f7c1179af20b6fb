package import SIPMessage

extension TransactionLayer {
    /// Makes room for a client transaction, so that its name can stand in the request's branch.
    ///
    /// - Returns: nil if the table is full.
    package mutating func reserveClient(method: Method, hop: Hop, owner: UInt64) -> SlotID? {
        guard !isFull else { return nil }
        return clients.insert(ClientTransaction(method: method, hop: hop, owner: owner, t1: settings.t1))
    }

    /// Says under which value the core above wants to be told of this transaction from now on.
    package mutating func setOwner(_ owner: UInt64, ofClient id: SlotID) {
        clients[id]?.owner = owner
    }

    package func branch(of id: SlotID, loopHash: UInt64) -> BranchParameter {
        BranchParameter(transaction: id, secret: secret, loopHash: loopHash)
    }

    /// Whether a branch was made by this process.
    package func isOurs(_ branch: BranchParameter) -> Bool { branch.secret == secret }

    /// Sends the request of a reserved transaction for the first time.
    package mutating func start(_ id: SlotID, request: [UInt8], at now: Instant, into outgoing: inout [Outgoing]) {
        guard let client = clients[id] else { return }
        clients[id]?.request = request
        outgoing.append(Outgoing(bytes: request, hop: client.hop, transaction: id))
        if !client.hop.transport.isReliable { arm(.retransmitRequest, client: id, after: settings.t1, at: now) }
        arm(.requestTimeout, client: id, after: settings.sixtyFourT1, at: now)
    }

    package mutating func receive(
        response: SIPMessage, at now: Instant, into outgoing: inout [Outgoing]
    ) -> ResponseArrival {
        guard let status = response.status, let range = response.topBranch,
            let branch = BranchParameter(response.bytes, range), branch.secret == secret,
            let method = response.cseqMethod
        else { return .unmatched }
        var id = branch.transaction
        guard let addressed = clients[id] else { return .unmatched }
        if method == .cancel, let cancel = addressed.cancelTransaction { id = cancel }
        guard let client = clients[id], client.method == method,
            let action = clients[id]?.machine.responseReceived(status)
        else {
            return .unmatched
        }
        let isReliable = client.hop.transport.isReliable
        switch action {
        case .ignore: return .absorbed
        case .acknowledgeAgain:
            acknowledge(id, response, into: &outgoing)
            return .absorbed
        case .passOn:
            if status < 200, client.wantsCancel { sendCancel(id, at: now, into: &outgoing) }
        case .passOnAndAccept:
            clients[id]?.request = []
            arm(.forget, client: id, after: settings.sixtyFourT1, at: now)
        case .passOnAndComplete:
            if client.machine.kind == .invite {
                acknowledge(id, response, into: &outgoing)
                arm(.forget, client: id, after: isReliable ? .milliseconds(0) : settings.timerD, at: now)
            } else {
                clients[id]?.request = []
                arm(.forget, client: id, after: isReliable ? .milliseconds(0) : settings.t4, at: now)
            }
        }
        return client.method == .cancel ? .absorbed : .matched(id, owner: client.owner)
    }

    private func acknowledge(_ id: SlotID, _ response: SIPMessage, into outgoing: inout [Outgoing]) {
        guard let client = clients[id], let ack = DerivedRequest.write(.ack, for: client.request, response: response)
        else { return }
        outgoing.append(Outgoing(bytes: ack, hop: client.hop))
    }

    /// Cancels an INVITE: at once after a provisional response, else as soon as one comes (§9.1).
    ///
    /// - Parameter reason: a Reason header's value (RFC 3326).
    package mutating func cancel(_ id: SlotID, reason: String?, at now: Instant, into outgoing: inout [Outgoing]) {
        guard let client = clients[id], client.method == .invite, !client.wantsCancel else { return }
        clients[id]?.wantsCancel = true
        clients[id]?.cancelReason = reason
        if client.machine.state == .proceeding { sendCancel(id, at: now, into: &outgoing) }
    }

    private mutating func sendCancel(_ id: SlotID, at now: Instant, into outgoing: inout [Outgoing]) {
        guard let client = clients[id], client.cancelTransaction == nil,
            let request = DerivedRequest.write(
                .cancel, for: client.request, response: nil, reason: client.cancelReason)
        else { return }
        // Not held to the limit: there is at most one for each INVITE, and it makes room.
        let cancel = clients.insert(
            ClientTransaction(method: .cancel, hop: client.hop, owner: client.owner, t1: settings.t1))
        clients[id]?.cancelTransaction = cancel
        clients[id]?.cancelDeadline = now + settings.sixtyFourT1
        arm(.requestTimeout, client: id, after: settings.sixtyFourT1, at: now)
        start(cancel, request: request, at: now, into: &outgoing)
    }

    /// The transport could not send a message of this transaction.
    ///
    /// - Returns: its owner, if that has to be told.
    package mutating func transportFailed(_ id: SlotID) -> (owner: UInt64, method: Method)? {
        guard let client = clients[id] else { return nil }
        switch client.machine.state {
        case .calling, .proceeding: break
        case .completed, .accepted: return nil
        }
        forgetClient(id)
        return client.method == .cancel ? nil : (client.owner, client.method)
    }

    /// Forgets a transaction of which nobody wants to hear any more, and the CANCEL that was for it.
    package mutating func forgetClient(_ id: SlotID) {
        if let cancel = clients.remove(id)?.cancelTransaction { clients.remove(cancel) }
    }

    mutating func fireClient(_ token: TimerToken, at now: Instant, into outgoing: inout [Outgoing]) -> TimerEvent? {
        let id = token.transaction
        guard let client = clients[id] else { return nil }
        switch token.timer {
        case .retransmitRequest:
            guard client.machine.retransmits else { return nil }
            outgoing.append(Outgoing(bytes: client.request, hop: client.hop, transaction: id))
            // Timer A doubles without bound (B ends it); timer E up to T2, and is T2 in Proceeding.
            let doubled = client.retransmitInterval * 2
            let next =
                client.machine.kind == .invite
                ? doubled : (client.machine.state == .proceeding ? settings.t2 : min(doubled, settings.t2))
            clients[id]?.retransmitInterval = next
            arm(.retransmitRequest, client: id, after: next, at: now)
            return nil
        case .requestTimeout:
            let isCancelled = client.machine.state == .proceeding && client.cancelDeadline.map { $0 <= now } == true
            guard client.machine.canTimeOut || isCancelled else { return nil }
            forgetClient(id)
            return client.method == .cancel ? nil : .clientTimedOut(id, owner: client.owner)
        case .forget:
            forgetClient(id)
            return nil
        case .trying, .retransmitResponse, .acknowledgementTimeout: return nil
        }
    }
}
