internal import CallPlanning
internal import Directory

/// What a rule, or a guard over the rules, has done to a call. A call that is forwarded twice has two.
package enum RuleAtWork: UInt8, Sendable, CaseIterable {
    case forwardedAlways
    case forwardedBusy
    case forwardedNoAnswer
    case forwardedUnreachable
    /// The phone itself sent the call on (3xx).
    case deflected
    case rejectedAnonymous
    case rejectedBlocked
    /// It would have been forwarded, but has been too often already.
    case stoppedByLimit
    /// It would have been forwarded in a circle.
    case stoppedByLoop

    /// What a label of a metric says.
    package var name: String {
        switch self {
        case .forwardedAlways: "forwarded_unconditional"
        case .forwardedBusy: "forwarded_busy"
        case .forwardedNoAnswer: "forwarded_no_answer"
        case .forwardedUnreachable: "forwarded_unreachable"
        case .deflected: "deflected"
        case .rejectedAnonymous: "rejected_anonymous"
        case .rejectedBlocked: "rejected_blocked"
        case .stoppedByLimit: "stopped_by_limit"
        case .stoppedByLoop: "stopped_by_loop"
        }
    }

    /// Nil for a reason that no plan gives.
    init?(_ reason: DiversionReason) {
        switch reason {
        case .unconditional: self = .forwardedAlways
        case .userBusy: self = .forwardedBusy
        case .noAnswer: self = .forwardedNoAnswer
        case .unavailable: self = .forwardedUnreachable
        case .deflectionImmediate, .deflectionAlerting: self = .deflected
        case .unknown, .timeOfDay, .doNotDisturb, .followMe, .outOfService, .away: return nil
        }
    }

    /// Nil for a decision that turns no call away.
    init?(rejecting decision: Decision) {
        switch decision {
        case .anonymousRejected: self = .rejectedAnonymous
        case .callerBlocked: self = .rejectedBlocked
        case .forwardingLimitReached: self = .stoppedByLimit
        case .forwardingLoop: self = .stoppedByLoop
        default: return nil
        }
    }
}
