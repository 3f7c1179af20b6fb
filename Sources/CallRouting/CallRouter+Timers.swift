internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// A timer of the proxy itself, beside those of the transactions.
struct RouterTimer: Sendable {
    enum Kind: Sendable {
        /// Timer C: an INVITE has been going on for too long without news (RFC 3261 §16.8).
        case timerC(branch: Int)
        /// The number's ring time is up.
        case ring(stage: Int)
        /// A phone that is doing something but does not ring.
        case progress(stage: Int)
        /// A phone that has said nothing at all.
        case silence(branch: Int, attempt: Int)
        /// An address that has said nothing at all, while there is another to try.
        case silentAttempt(branch: Int, attempt: Int)
        /// A name that was to be looked up.
        case lookup(ticket: UInt64)
        /// Contacts that have expired are swept out.
        case sweep
    }

    let kind: Kind
    let context: SlotID

    init(_ kind: Kind, _ context: SlotID) {
        self.kind = kind
        self.context = context
    }
}

extension CallRouter {
    mutating func handle(_ event: TransactionLayer.TimerEvent, _ turn: Turn) {
        switch event {
        case .serverEnded(let owner):
            if case .context(let id) = TransactionOwner(rawValue: owner) { contexts.remove(id) }
        case .clientTimedOut(let client, let owner):
            guard let context = self.context(ofOwner: owner), let index = context.branchIndex(of: client)
            else { return }
            addressFailed(context, index, status: 408, cause: .timeout, turn)
            settle(context, turn)
        }
    }

    mutating func fire(_ timer: RouterTimer, _ turn: Turn) {
        if case .sweep = timer.kind { return sweepRegistrations(turn) }
        if case .lookup(let ticket) = timer.kind { return takeAddresses([], ticket, turn) }
        guard let context = contexts[timer.context], !context.hasFinal else { return }
        switch timer.kind {
        case .ring where context.isStopped, .progress where context.isStopped: break
        case .ring(let stage): tell(context, stage, .ringTimeExpired, turn)
        case .progress(let stage): tell(context, stage, .progressTimeExpired, turn)
        case .silence(let branch, let attempt): fellSilent(context, branch, attempt, turn)
        case .silentAttempt(let branch, let attempt): giveUp(context, branch, attempt, turn)
        case .timerC(let branch): fireTimerC(context, branch, turn)
        case .sweep, .lookup: break
        }
        settle(context, turn)
    }

    private mutating func fellSilent(_ context: ResponseContext, _ index: Int, _ attempt: Int, _ turn: Turn) {
        let branch = context.branches[index]
        guard branch.isLive, branch.attempt == attempt, !branch.hasProvisional else { return }
        tell(context, branch.stage, .noProvisionalTimeExpired(branch: index), turn)
    }

    /// Timer C is far longer than most calls take to be answered: it is set in steps, so that a call that has ended is
    /// not remembered for its sake.
    mutating func setTimerC(_ context: ResponseContext, _ index: Int, _ rest: Interval, _ turn: Turn) {
        // Lanes are kept few: a rest is rounded up to whole seconds.
        let seconds = min(Int((rest.milliseconds + 999) / 1000), Self.timerCStep)
        timers.set(RouterTimer(.timerC(branch: index), context.id), after: .seconds(seconds), at: turn.now)
    }

    /// Seconds.
    private static var timerCStep: Int { 30 }

    private mutating func fireTimerC(_ context: ResponseContext, _ index: Int, _ turn: Turn) {
        let branch = context.branches[index]
        guard branch.isLive, let deadline = branch.timerCDeadline else { return }
        guard deadline <= turn.now else {
            return setTimerC(context, index, .milliseconds(deadline.milliseconds(since: turn.now)), turn)
        }
        if branch.hasProvisional {
            // What the CANCEL brings about counts as the silence that it ends. Another address of the branch may have set
            // a timer C of its own: it changes nothing any more.
            if !branch.isCancelled { branch.isOvertime = true }
            cancelBranch(context, branch, reason: nil, turn)
        } else {
            branchFailed(context, index, status: 408, cause: .timeout, turn)
        }
    }
}
