package import Directory
import Foundation
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

/// What the summary of an operation says, read back for people who read another language.
package struct SummarizedForwarding: Sendable, Equatable {
    /// Nil: all rules.
    package let when: ForwardingCondition?
    /// As it was typed, and what else was set with it; nil: calls are not forwarded.
    package let to: String?

    /// Nil: it is the summary of something else.
    package init?(summary: String) {
        if let arrow = summary.range(of: " → ") {
            guard let condition = ForwardingCondition(rawValue: String(summary[..<arrow.lowerBound])) else {
                return nil
            }
            (when, to) = (condition, String(summary[arrow.upperBound...]))
        } else if summary == ForwardingOrder.layOff(nil, until: 0).summary {
            (when, to) = (nil, nil)
        } else if let condition = ForwardingCondition.allCases.first(where: {
            summary == ForwardingOrder.layOff($0, until: 0).summary
        }) {
            (when, to) = (condition, nil)
        } else {
            return nil
        }
    }
}
