internal import CallPlanning
internal import SIPMessage
internal import SIPTransaction

/// Addresses that were given up as silent for the next ones, and may answer all the same.
extension CallRouter {
    /// The next address is tried; should this one be answered all the same, the answer counts.
    mutating func giveUp(_ context: ResponseContext, _ index: Int, _ attempt: Int, _ turn: Turn) {
        let branch = context.branches[index]
        guard branch.isLive, branch.attempt == attempt, !branch.hasProvisional, !branch.isCancelled, branch.hasMoreWays,
            let client = branch.client
        else { return }
        transactions.cancel(client, reason: nil, at: turn.now, into: &outgoing)
        branch.giveUp(client)
        addressFailed(context, index, status: 408, cause: .timeout, turn)
    }

    /// Of an address that was given up as silent only an answer counts: it ends what was begun instead.
    mutating func receiveFromGivenUp(
        _ response: SIPMessage, _ status: Int, from flow: Flow, _ client: SlotID, _ context: ResponseContext,
        _ turn: Turn
    ) {
        guard context.method == .invite, let index = context.branchIndex(thatGaveUp: client) else { return }
        let branch = context.branches[index]
        logFromGivenUp(response, status, client, branch, context.ledger, turn)
        guard (200..<300).contains(status), hasFurtherVia(response) else { return }
        cancelBranch(context, branch, reason: CancelReason.answeredElsewhere.headerValue, turn)
        branch.goBack(to: client)
        success(believed(response, from: flow, towards: context.flow.remote.address), status, context, index, turn)
        settle(context, turn)
    }

    private func logFromGivenUp(
        _ response: SIPMessage, _ status: Int, _ client: SlotID, _ branch: Branch, _ ledger: CallLedger?, _ turn: Turn
    ) {
        guard let ledger, let place = branch.givenUp.firstIndex(where: { $0.client == client }) else { return }
        let hop = branch.givenUp[place].hop
        ledger.received(response, hop, at: turn.now)
        guard status < 200, !branch.givenUp[place].hasSentCancel else { return }
        branch.givenUp[place].hasSentCancel = true
        ledger.cancelled(hop, at: turn.now)
    }
}

/// What a branch has sent to one address and given up as silent.
struct GivenUpAttempt {
    let client: SlotID
    let target: Target
    let hop: Hop?
    let leg: Int?
    /// Not before a provisional response came.
    var hasSentCancel = false
}

extension Branch {
    /// It will go on to another address: what was sent to this one is given up as silent.
    func giveUp(_ client: SlotID) {
        givenUp.append(GivenUpAttempt(client: client, target: target, hop: hop, leg: leg))
    }

    /// What was given up has been answered: from now on it is what the branch stands for, in place of what was begun
    /// instead of it.
    func goBack(to client: SlotID) {
        guard let place = givenUp.firstIndex(where: { $0.client == client }) else { return }
        let answered = givenUp.remove(at: place)
        if let begun = self.client { giveUp(begun) }
        (self.client, target, hop, leg) = (client, answered.target, answered.hop, answered.leg)
    }
}
