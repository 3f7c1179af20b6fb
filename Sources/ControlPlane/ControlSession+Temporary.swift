import Directory
import Storage

/// Forwarding that lies over a number's own rules for a time.
extension ControlSession {
    /// How long what is over stays for those who ask what it was, in milliseconds.
    private static let keptAfterEnd: Int64 = 24 * 3600 * 1000

    func layOver(
        _ condition: ForwardingCondition, to text: String, until: Int64, of number: PhoneNumber, by operation: Int64?,
        in transaction: ControlTransaction
    ) throws {
        try lay([condition], until: until, of: number, by: operation, as: "temporary set", in: transaction) {
            try allowedDestination(typed: text, for: number, in: transaction.snapshot)
        }
    }

    func layOff(
        _ condition: ForwardingCondition?, until: Int64, of number: PhoneNumber, by operation: Int64?,
        in transaction: ControlTransaction
    ) throws {
        let conditions = condition.map { [$0] } ?? ForwardingCondition.allCases
        try lay(conditions, until: until, of: number, by: operation, as: "temporary off", in: transaction) { nil }
    }

    private func lay(
        _ conditions: [ForwardingCondition], until: Int64, of number: PhoneNumber, by operation: Int64?,
        as action: String, in transaction: ControlTransaction, _ destination: () throws -> Destination?
    ) throws {
        let now = now
        // History keeps whole seconds, and what it keeps has to be what was set.
        let until = until / 1000 * 1000
        let end = try transaction.snapshot.deadline(until)
        guard !end.hasPassed(at: now) else { throw ControlError.endIsPast(end.text) }
        let before = try TemporaryState(of: number, in: transaction.snapshot, at: now)
        let destination = try destination()
        for condition in conditions {
            let there = before.rules.first { $0.when == condition }?.stored
            // What is so already stays part of what laid it.
            guard there?.destination != destination || there?.until != until else { continue }
            try transaction.setTemporaryForwarding(
                StoredTemporaryForwarding(
                    condition: condition, destination: destination, until: until, operation: operation), of: number)
        }
        try transaction.removeTemporaryForwarding(endedBy: now - Self.keptAfterEnd)
        let state = try TemporaryState(of: number, in: transaction.snapshot, at: now)
        try record(action, of: .number(number), from: before, to: state, in: transaction)
    }

    /// Takes off all that lies over a number's own rules.
    func takeOff(
        from number: PhoneNumber, as action: String = "temporary restore", in transaction: ControlTransaction
    ) throws {
        let before = try TemporaryState(of: number, in: transaction.snapshot, at: now)
        try transaction.clearTemporaryForwarding(of: number)
        let state = try TemporaryState(of: number, in: transaction.snapshot, at: now)
        try record(action, of: .number(number), from: before, to: state, in: transaction)
    }

    /// What is over meanwhile is as if it were not there, before and after.
    var temporaryReversal: Reversal<TemporaryState> {
        let now = now
        return Reversal(
            subjects: ["temporary"],
            object: { .number(PhoneNumber(shown: $0.number)) },
            current: { try TemporaryState(of: PhoneNumber(shown: $0.number), in: $1, at: now) },
            matches: { $0.rules == $1.rules(at: now) },
            apply: { left, before, transaction in
                guard let before else { return }
                let number = PhoneNumber(shown: before.number)
                let stands = left?.rules(at: now) ?? []
                try transaction.clearTemporaryForwarding(of: number)
                for rule in before.rules(at: now) {
                    if let to = rule.to, !stands.contains(rule) {
                        _ = try allowedDestination(
                            typed: to, for: number, wasSet: true, in: transaction.snapshot)
                    }
                    try transaction.setTemporaryForwarding(rule.stored, of: number)
                }
            })
    }
}
