package import Directory
import Storage

/// What is to become of the forwarding of one number, or of many.
package enum ForwardingOrder: Sendable {
    /// A rule is switched on: to a number, a sip: URI (only the operator sets new ones) or `voicemail`, as typed.
    /// `ringSeconds` nil leaves them as they are.
    case set(ForwardingCondition, to: String, ringSeconds: Int? = nil, schedule: ScheduleOrder = .kept)
    /// Rules are switched off; nil: all of them.
    case off(ForwardingCondition?)
    /// Another destination lies over the rule until a time, in milliseconds since the Unix epoch.
    case layOver(ForwardingCondition, to: String, until: Int64)
    /// The rules don't hold until a time, in milliseconds since the Unix epoch; nil: none of them.
    case layOff(ForwardingCondition?, until: Int64)

    /// For one number.
    var useCase: UseCase {
        switch self {
        case .set, .layOver: .setForwarding
        case .off, .layOff: .stopForwarding
        }
    }

    var useCaseForMany: UseCase {
        switch self {
        case .set, .layOver: .setForwardingOfMany
        case .off, .layOff: .stopForwardingOfMany
        }
    }

    var kind: ForwardingOperation.Kind {
        switch self {
        case .set, .layOver: .set
        case .off, .layOff: .off
        }
    }

    /// `always → 0312345678`.
    var summary: String {
        switch self {
        case .set(let condition, let text, let ringSeconds, let schedule):
            "\(condition.rawValue) → \(NumberPlan.halfWidth(text))" + schedule.summary
                + (ringSeconds.map { ", rings for \($0) seconds" } ?? "")
        case .layOver(let condition, let text, _): "\(condition.rawValue) → \(NumberPlan.halfWidth(text))"
        case .off(let condition), .layOff(let condition, _): "\(condition?.rawValue ?? "all rules") off"
        }
    }

    /// Milliseconds since the Unix epoch; nil: it stays.
    var until: Int64? {
        switch self {
        case .set, .off: nil
        case .layOver(_, _, let until), .layOff(_, let until): until
        }
    }
}
