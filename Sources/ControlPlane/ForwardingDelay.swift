package import Directory
import Storage

/// Why what was set for a number's forwarding does not apply to every call from the next one on.
package enum ForwardingDelay: String, CaseIterable, Sendable {
    /// Everything is forwarded unconditionally.
    case resting
    /// Something that was set for a time goes before it.
    case covered
    /// It has hours of its own.
    case scheduled
}

extension ForwardingState {
    /// Nil: it applies from the next call on.
    ///
    /// - Parameter condition: that a rule was set for, or switched off; nil: all rules were switched off.
    package func delay(of condition: ForwardingCondition?) -> ForwardingDelay? {
        let isCovered = (temporary ?? []).contains { laid in
            guard laid.lacking == nil, !laid.resting else { return false }
            return laid.when == condition || laid.to != nil && (condition == nil || laid.when == .always)
        }
        if isCovered { return .covered }
        guard let rule = rules.first(where: { $0.when == condition }) else { return nil }
        return rule.resting ? .resting : rule.schedule == nil ? nil : .scheduled
    }
}

extension ForwardingOutcome {
    /// For how many of the changed numbers it is so.
    package func delays(of order: ForwardingOrder) -> [ForwardingDelay: Int] {
        switch order {
        case .set(let condition, _, _, _): Self.counted(changed.map { $0.after.delay(of: condition) })
        case .off(let condition): Self.counted(changed.map { $0.after.delay(of: condition) })
        // They go before everything else themselves.
        case .layOver, .layOff: [:]
        }
    }

    fileprivate static func counted(_ delays: [ForwardingDelay?]) -> [ForwardingDelay: Int] {
        delays.reduce(into: [:]) { counts, delay in if let delay { counts[delay, default: 0] += 1 } }
    }
}

extension ControlSession {
    /// For how many of its numbers what an operation has set does not apply now to every call.
    package func delays(of operation: ForwardingOperationState) throws -> [ForwardingDelay: Int] {
        guard operation.until == nil, let set = SummarizedForwarding(summary: operation.summary) else { return [:] }
        return try read(.listForwardingOperations, on: .reached) { snapshot in
            let moment = try snapshot.clock().moment(at: now)
            return ForwardingOutcome.counted(
                try snapshot.numbersWithMore(ofOperation: operation.id, within: reach, at: now).map {
                    try ForwardingState(of: $0, in: snapshot, at: moment).delay(of: set.when)
                })
        }
    }
}
