internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// CANCEL and the ACK to a 2xx (RFC 3261 §9, §16.10, §16.11).
extension CallRouter {
    /// A caller gives up.
    mutating func cancel(_ request: SIPMessage, _ own: SlotID, of invite: SlotID?, _ turn: Turn) {
        guard let server = transactions.server(own) else { return }
        if let fault = MessageValidation.fault(inRequest: request) {
            let bytes = ResponseWriter.response(
                to: request, status: fault.status, reason: fault.description, toTag: String(random.next(), radix: 36),
                topVia: server.receivedVia)
            transactions.respond(own, status: fault.status, bytes: bytes, at: turn.now, into: &outgoing)
            return
        }
        // Every INVITE that goes through here has its transaction here, so a CANCEL that finds none would find none
        // behind us either: it is answered instead of being passed on without state.
        let context = invite.flatMap { transactions.server($0) }.flatMap {
            contexts[ResponseContext.id(ofOwner: $0.owner)]
        }
        // An INVITE that is answered already is known all the same (§9.2).
        let status = invite == nil ? 481 : 200
        let bytes = ResponseWriter.response(
            to: request, status: status, reason: status == 200 ? "OK" : "Call/Transaction Does Not Exist",
            toTag: context?.localTag ?? String(random.next(), radix: 36), topVia: server.receivedVia)
        transactions.respond(own, status: status, bytes: bytes, at: turn.now, into: &outgoing)
        guard let context, !context.hasFinal, !context.isCancelled else { return }
        context.isCancelled = true
        // Before the plans are told, whose own CANCELs give no reason: the caller's own goes on (RFC 3326).
        let reasons = request.elements(.reason).map { request.text($0.range) }
        let reason = reasons.isEmpty ? nil : reasons.joined(separator: ", ")
        for index in context.branches.indices { cancelBranch(context, index, reason: reason, turn) }
        for index in context.stages.indices where !context.stages[index].isOver {
            context.stages[index].waiting = []
            context.stages[index].waitingDestinations = []
            context.stages[index].isStopped = true
            if context.stages[index].plan != nil { tell(context, index, .callerCancelled, turn) }
        }
        if !context.stages.contains(where: { $0.plan != nil }) { context.ledger?.note(.cancelledByCaller) }
        settle(context, turn)
    }

    /// Gives up one branch; one that has heard nothing yet is cancelled when it does (§9.1).
    mutating func cancelBranch(_ context: ResponseContext, _ index: Int, reason: String?, _ turn: Turn) {
        guard context.branches[index].isLive, !context.branches[index].isCancelled else { return }
        context.branches[index].isCancelled = true
        guard context.method == .invite, let client = context.branches[index].client else {
            // Nothing was sent: a name is being looked up.
            context.branches[index].state = .finished
            return
        }
        context.ledger?.cancelled(context.branches[index].hop, at: turn.now)
        transactions.cancel(client, reason: reason, at: turn.now, into: &outgoing)
    }

    /// An ACK to a 2xx is no transaction: it follows its route, without state. Only one whose route we signed does.
    mutating func forwardAcknowledgement(_ request: SIPMessage, _ via: ReceivedVia, _ flow: Flow, _ turn: Turn) {
        guard let head = try? RequestHead(request, topViaIsRead: true, remembering: &uris), head.maxForwards != 0,
            let route = preprocessRoute(request, head.uri),
            route.note != nil || configuration.isTrusted(flow.remote.address)
        else { return }
        guard let target = acknowledgementTarget(request, route), let hop = hop(to: target, preferring: flow.local)
        else { return }
        let hash = LoopDetection.hash(request)
        let context = ResponseContext(
            Arrival(request: request, server: SlotID(index: 0, generation: 0), via: via, flow: flow), head,
            sender: Sender(isTrusted: configuration.isTrusted(flow.remote.address), isInOurDialog: route.note != nil),
            loopHash: hash, breadth: configuration.maximumBreadth, tagSeed: 0)
        context.edits.removals = route.consumed
        context.edits.requestURI = route.rewrittenURI
        context.edits.note = route.note
        if let next = route.next, let address = NameAddress(request.bytes, next.range),
            let uri = SIPURI(request.bytes, address.uri), !uri.isLooseRouter
        {
            context.edits.strictRoute = (next.removal, Array(request.bytes[address.uri]))
        }
        context.stages = [Stage()]
        context.branches = [
            Branch(stage: 0, target: target, state: .calling, remaining: [], breadth: configuration.maximumBreadth)
        ]
        // §16.11: the branch of a stateless copy is the same for each retransmission.
        let place = SlotID(index: .max, generation: UInt32(truncatingIfNeeded: hash))
        outgoing.append(Outgoing(bytes: compose(context, 0, hop, place), hop: hop))
    }

    private func acknowledgementTarget(_ request: SIPMessage, _ route: ReceivedRoute) -> Target? {
        if let next = route.next {
            guard let address = NameAddress(request.bytes, next.range), let uri = SIPURI(request.bytes, address.uri)
            else { return nil }
            return target(of: uri, bytes: nil, name: "")
        }
        if let user = route.uri.decodedUser, user.hasPrefix(RouteSigner.concealedPrefix),
            let callID = request.first(.callID),
            let contact = signer.reveal(user, callID: request.bytes[callID.value]),
            let uri = SIPURI(contact, contact.indices)
        {
            return target(of: uri, bytes: contact, name: "")
        }
        return target(of: route.uri, bytes: nil, name: "")
    }

    /// An ACK can not wait for a name to be looked up; dialogs name addresses.
    private func hop(to target: Target, preferring local: Endpoint) -> Hop? {
        for case .address(let transport, let remote) in target.candidates {
            if let local = configuration.local(for: transport, to: remote.address, preferring: local) {
                return Hop(transport: transport, remote: remote, local: local)
            }
        }
        return nil
    }
}
