package import SIPMessage

extension TransactionLayer {
    /// Makes room for a client transaction, so that its name can stand in the request's branch.
    ///
    /// - Parameter loopHash: of all that the routing of the request depends on.
    /// - Returns: nil if the table is full.
    package mutating func reserveClient(
        method: Method, hop: Hop, owner: UInt64, loopHash: UInt64
    ) -> BranchParameter? {
        guard !isFull else { return nil }
        let id = clients.insert(ClientTransaction(method: method, hop: hop, owner: owner, t1: settings.t1))
        let branch = branch(of: id, loopHash: loopHash)
        clients[at: id].signature = branch.signature
        return branch
    }

    /// Says under which value the core above wants to be told of this transaction from now on.
    package mutating func setOwner(_ owner: UInt64, ofClient id: SlotID) {
        if clients.contains(id) { clients[at: id].owner = owner }
    }

    /// The branch of a request of ours that has this place and whose routing depends on the same.
    package func branch(of id: SlotID, loopHash: UInt64) -> BranchParameter {
        var state = branchSign.state()
        state.add(word: UInt64(id.index) << 32 | UInt64(id.generation))
        state.add(word: loopHash)
        return BranchParameter(transaction: id, signature: state.finish())
    }

    /// Sends the request of a reserved transaction for the first time.
    package mutating func start(_ id: SlotID, request: [UInt8], at now: Instant, into outgoing: inout [Outgoing]) {
        guard clients.contains(id) else { return }
        keep(request, of: id)
        outgoing.append(Outgoing(bytes: request, hop: clients[at: id].hop, transaction: id))
        if !clients[at: id].isReliable { arm(.retransmitRequest, client: id, after: settings.t1, at: now) }
        arm(.requestTimeout, client: id, after: settings.sixtyFourT1, at: now)
    }

    /// Takes a response from the network: finds the INVITE or other request of ours that it answers, by our own branch
    /// and the method of its CSeq, and does what that machine does (§17.1): ACK for a final response other than 2xx,
    /// the CANCEL that waited for a provisional one, timers.
    ///
    /// - Parameter outgoing: is given what is to be sent.
    /// - Returns: whether the core above has to look at it. A response to a CANCEL never concerns it.
    package mutating func receive(
        response: SIPMessage, at now: Instant, into outgoing: inout [Outgoing]
    ) -> ResponseArrival {
        guard let status = response.status, let range = response.topBranch,
            let branch = BranchParameter(response.bytes, range), let method = response.cseqMethod
        else { return .unmatched }
        var id = branch.transaction
        guard clients.contains(id), clients[at: id].signature == branch.signature else { return .unmatched }
        if method == .cancel, let cancel = clients[at: id].cancellation?.sent { id = cancel.transaction }
        guard clients.contains(id), clients[at: id].method == method else { return .unmatched }
        let isReliable = clients[at: id].isReliable
        switch clients[at: id].machine.responseReceived(status) {
        case .ignore: return .absorbed
        case .acknowledgeAgain:
            acknowledge(id, response, into: &outgoing)
            return .absorbed
        case .passOn:
            if status < 200, clients[at: id].cancellation != nil { sendCancel(id, at: now, into: &outgoing) }
        case .passOnAndAccept:
            keep([], of: id)
            arm(.forget, client: id, after: settings.sixtyFourT1, at: now)
        case .passOnAndComplete where method == .invite:
            acknowledge(id, response, into: &outgoing)
            arm(.forget, client: id, after: isReliable ? .milliseconds(0) : settings.timerD, at: now)
        case .passOnAndComplete:
            keep([], of: id)
            arm(.forget, client: id, after: isReliable ? .milliseconds(0) : settings.t4, at: now)
        }
        return method == .cancel ? .absorbed : .matched(id, owner: clients[at: id].owner)
    }

    private func acknowledge(_ id: SlotID, _ response: SIPMessage, into outgoing: inout [Outgoing]) {
        guard let ack = DerivedRequest.write(.ack, for: clients[at: id].request, response: response) else { return }
        outgoing.append(Outgoing(bytes: ack, hop: clients[at: id].hop))
    }

    /// Cancels an INVITE: at once after a provisional response, else as soon as one comes (§9.1).
    ///
    /// - Parameter reason: a Reason header's value (RFC 3326).
    /// - Returns: whether it was sent; if not, it will be with the first provisional response, if one comes.
    @discardableResult
    package mutating func cancel(
        _ id: SlotID, reason: String?, at now: Instant, into outgoing: inout [Outgoing]
    ) -> Bool {
        guard clients.contains(id), clients[at: id].method == .invite, clients[at: id].cancellation == nil else {
            return false
        }
        clients[at: id].cancellation = Cancellation(reason: reason)
        guard clients[at: id].machine.state == .proceeding else { return false }
        sendCancel(id, at: now, into: &outgoing)
        return true
    }

    private mutating func sendCancel(_ id: SlotID, at now: Instant, into outgoing: inout [Outgoing]) {
        let invite = clients[at: id]
        guard let wanted = invite.cancellation, wanted.sent == nil,
            let request = DerivedRequest.write(.cancel, for: invite.request, response: nil, reason: wanted.reason)
        else { return }
        // Not held to the limit: there is at most one for each INVITE, and it makes room.
        let cancel = clients.insert(
            ClientTransaction(method: .cancel, hop: invite.hop, owner: invite.owner, t1: settings.t1))
        let sent = Cancellation.Sent(transaction: cancel, deadline: now + settings.sixtyFourT1)
        clients[at: id].cancellation = Cancellation(reason: nil, sent: sent)
        arm(.requestTimeout, client: id, after: settings.sixtyFourT1, at: now)
        start(cancel, request: request, at: now, into: &outgoing)
    }

    /// The transport could not send a message of this transaction.
    ///
    /// - Returns: its owner, if that has to be told.
    package mutating func transportFailed(_ id: SlotID) -> (owner: UInt64, method: Method)? {
        guard clients.contains(id) else { return nil }
        let (owner, method) = (clients[at: id].owner, clients[at: id].method)
        switch clients[at: id].machine.state {
        case .calling, .proceeding: break
        case .completed, .accepted: return nil
        }
        forgetClient(id)
        return method == .cancel ? nil : (owner, method)
    }

    /// Forgets a transaction of which nobody wants to hear any more, and the CANCEL that was for it.
    package mutating func forgetClient(_ id: SlotID) {
        guard clients.contains(id) else { return }
        let cancel = clients[at: id].cancellation?.sent?.transaction
        discard(id)
        if let cancel { discard(cancel) }
    }

    private mutating func discard(_ id: SlotID) {
        guard clients.contains(id) else { return }
        keeps(0, insteadOf: clients[at: id].request.count)
        clients.discard(id)
    }

    /// The request as it was sent; empty: it is needed no more.
    private mutating func keep(_ request: [UInt8], of id: SlotID) {
        keeps(request.count, insteadOf: clients[at: id].request.count)
        clients[at: id].request = request
    }

    mutating func fireClient(_ token: TimerToken, at now: Instant, into outgoing: inout [Outgoing]) -> TimerEvent? {
        let id = token.transaction
        guard clients.contains(id) else { return nil }
        switch token.timer {
        case .retransmitRequest:
            retransmit(id, at: now, into: &outgoing)
            return nil
        case .requestTimeout:
            let (owner, method) = (clients[at: id].owner, clients[at: id].method)
            guard clients[at: id].machine.canTimeOut || isCancelledInVain(id, at: now) else { return nil }
            counters.timedOut &+= 1
            forgetClient(id)
            return method == .cancel ? nil : .clientTimedOut(id, owner: owner)
        case .forget:
            forgetClient(id)
            return nil
        case .trying, .retransmitResponse, .acknowledgementTimeout: return nil
        }
    }

    private mutating func retransmit(_ id: SlotID, at now: Instant, into outgoing: inout [Outgoing]) {
        let machine = clients[at: id].machine
        guard machine.retransmits else { return }
        counters.retransmitted &+= 1
        outgoing.append(Outgoing(bytes: clients[at: id].request, hop: clients[at: id].hop, transaction: id))
        // Timer A doubles without bound (B ends it); timer E up to T2, and is T2 in Proceeding.
        let doubled = clients[at: id].retransmitInterval * 2
        let next =
            machine.kind == .invite
            ? doubled : (machine.state == .proceeding ? settings.t2 : min(doubled, settings.t2))
        clients[at: id].retransmitInterval = next
        arm(.retransmitRequest, client: id, after: next, at: now)
    }

    /// A CANCEL has brought no final response in all the time that it had.
    private func isCancelledInVain(_ id: SlotID, at now: Instant) -> Bool {
        guard clients[at: id].machine.state == .proceeding, let sent = clients[at: id].cancellation?.sent else {
            return false
        }
        return sent.deadline <= now
    }
}
