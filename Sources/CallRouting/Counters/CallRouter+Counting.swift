internal import CallPlanning
internal import Metering
internal import SIPTransaction

extension CallRouter {
    mutating func countRinging(_ context: ResponseContext, _ turn: Turn) {
        guard !context.hasRung else { return }
        context.hasRung = true
        if context.isNewCall { counters.ringing.add(nanoseconds: context.age(at: turn.now)) }
    }

    /// A plan turns the call away: its last decision says why.
    mutating func countRejection(_ context: ResponseContext, _ stage: Int) {
        guard let rule = context.stages[stage].plan?.decisions.last.flatMap(RuleAtWork.init(rejecting:)) else { return }
        counters.rules.add(rule)
        if rule == .rejectedAnonymous || rule == .rejectedBlocked { context.isTurnedAway = true }
    }

    mutating func countEnd(of context: ResponseContext, _ status: Int, _ turn: Turn) {
        counters.outcomes.add(CallOutcome(context, status: status, policy: configuration.planning))
        let age = context.age(at: turn.now)
        if (200..<300).contains(status) {
            counters.answered.add(nanoseconds: age)
        } else {
            counters.failed.add(nanoseconds: age)
        }
    }
}

extension ResponseContext {
    /// Nanoseconds since its request came.
    fileprivate func age(at now: Instant) -> UInt64 { now.nanoseconds &- startedAt.nanoseconds }
}
