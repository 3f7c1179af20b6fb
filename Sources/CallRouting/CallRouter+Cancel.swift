internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// CANCEL (RFC 3261 §9, §16.10).
extension CallRouter {
    /// A caller gives up.
    ///
    /// - Parameter cancelled: what the CANCEL is for; nil: nothing that is known.
    mutating func cancel(_ request: SIPMessage, _ own: SlotID, of cancelled: SlotID?, _ turn: Turn) {
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
        let transaction = cancelled.flatMap { transactions.server($0) }
        let context = transaction.flatMap { self.context(ofOwner: $0.owner) }
        // A request that is answered already is known all the same (§9.2).
        let status = cancelled == nil ? 481 : 200
        let bytes = ResponseWriter.response(
            to: request, status: status, reason: status == 200 ? "OK" : "Call/Transaction Does Not Exist",
            toTag: context?.localTag ?? String(random.next(), radix: 36), topVia: server.receivedVia)
        transactions.respond(own, status: status, bytes: bytes, at: turn.now, into: &outgoing)
        // Nothing but an INVITE is ended by it.
        guard let context, context.method == .invite, !context.hasFinal, !context.isCancelled else { return }
        context.isCancelled = true
        // Before the plans are told, whose own CANCELs give no reason: the caller's own goes on (RFC 3326).
        let reasons = request.elements(.reason).map { request.text($0.range) }
        let reason = reasons.isEmpty ? nil : reasons.joined(separator: ", ")
        for branch in context.branches { cancelBranch(context, branch, reason: reason, turn) }
        for (index, stage) in context.stages.enumerated() where !stage.isOver {
            stage.waiting = []
            stage.waitingDestinations = []
            stage.isStopped = true
            if stage.plan != nil { tell(context, index, .callerCancelled, turn) }
        }
        if !context.stages.contains(where: { $0.plan != nil }) { context.ledger?.note(.cancelledByCaller) }
        settle(context, turn)
    }

    /// Gives up one branch; one that has heard nothing yet is cancelled when it does (§9.1).
    mutating func cancelBranch(
        _ context: ResponseContext, _ branch: Branch, reason: @autoclosure () -> String?, _ turn: Turn
    ) {
        guard branch.isLive, !branch.isCancelled else { return }
        branch.isCancelled = true
        guard context.method == .invite, let client = branch.client else {
            // Nothing was sent: a name is being looked up.
            branch.state = .finished
            return
        }
        branch.hasSentCancel = transactions.cancel(client, reason: reason(), at: turn.now, into: &outgoing)
        if branch.hasSentCancel { context.ledger?.cancelled(branch.hop, at: turn.now) }
    }
}
