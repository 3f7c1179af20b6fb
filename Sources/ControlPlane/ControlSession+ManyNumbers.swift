import Directory
import Storage

/// What many numbers' forwarding is changed by at once: one operation, whose changes are known by it.
extension ControlSession {
    /// Does one thing to many numbers, in one transaction.
    ///
    /// - Parameters:
    ///   - commits: false: only tells what would be changed.
    ///   - skipsRefused: false: nothing is done if it is refused for one of them.
    /// - Throws: ``ControlError`` for what concerns no single number, `StorageError`.
    package func changeForwarding(
        of selection: NumberSelection, _ order: ForwardingOrder, commits: Bool = true, skipsRefused: Bool = false
    ) throws -> ForwardingOutcome {
        try changeForwarding(of: selection, order, commits: commits) { _ in skipsRefused }
    }

    /// - Parameter isSkipped: whether the others are changed when this is refused.
    func changeForwarding(
        of selection: NumberSelection, _ order: ForwardingOrder, commits: Bool,
        isSkipped: (ForwardingOutcome.Refusal) -> Bool
    ) throws -> ForwardingOutcome {
        try operate(order.useCaseForMany, commits: commits) { transaction in
            let selected = try numbers(of: selection, in: transaction.snapshot)
            let (operation, moment) = (
                try begin(
                    order.kind, order.summary, of: selection.scope, until: order.until, in: transaction),
                try transaction.snapshot.clock().moment(at: now)
            )
            var outcome = ForwardingOutcome(refused: selected.refused)
            for number in selected.numbers {
                try outcome.attempt(number) {
                    try change(number, order.useCase, at: moment) {
                        try perform(order, on: number, by: operation, in: $0)
                    }
                }
            }
            guard outcome.refused.allSatisfy(isSkipped) else { return outcome }
            outcome.operation = operation
            return outcome
        }
    }

    /// An operation's frame: all of it is committed, or nothing.
    ///
    /// - Parameter work: gives an outcome whose operation is nil if it may not be.
    func operate(
        _ useCase: UseCase, commits: Bool, _ work: (ControlTransaction) throws -> ForwardingOutcome
    ) throws -> ForwardingOutcome {
        struct Withdrawn: Error {
            var outcome: ForwardingOutcome
        }
        do {
            return try write(useCase, on: .reached) { transaction in
                let last = try transaction.snapshot.lastChange()
                var outcome = try work(transaction)
                outcome.lastChange = last
                guard commits, let operation = outcome.operation, !outcome.changed.isEmpty else {
                    outcome.operation = nil
                    throw Withdrawn(outcome: outcome)
                }
                _ = try transaction.link(changesAfter: last, to: operation)
                outcome.isDone = true
                return outcome
            }
        } catch let withdrawn as Withdrawn {
            return withdrawn.outcome
        }
    }

    /// - Returns: the operation's id.
    func begin(
        _ kind: ForwardingOperation.Kind, _ summary: String, of scope: String, until: Int64? = nil,
        restoring restored: Int64? = nil, in transaction: ControlTransaction
    ) throws -> Int64 {
        try transaction.add(
            ForwardingOperation(
                at: now, actor: principal.actor, source: principal.source, kind: kind, summary: summary, scope: scope,
                until: until, restores: restored))
    }

    /// What one number is before and after some work, which is taken back by itself if it throws.
    func change(
        _ number: PhoneNumber, _ useCase: UseCase, at moment: LocalMoment, _ work: (ControlTransaction) throws -> Void
    ) throws -> ForwardingOutcome.Change {
        try write(useCase, on: .number(number)) { transaction in
            let before = try ForwardingState(of: number, in: transaction.snapshot, at: moment)
            try work(transaction)
            return ForwardingOutcome.Change(
                number: number.national, before: before,
                after: try ForwardingState(of: number, in: transaction.snapshot, at: moment))
        }
    }
}

extension ForwardingOutcome {
    /// Notes what becomes of a number, or why nothing does.
    mutating func attempt(_ number: PhoneNumber, _ work: () throws -> Change) throws {
        do {
            add(try work())
        } catch let error as ControlError {
            if case .cannotUndo(_, let obstacle) = error {
                refuse(number, obstacle.description, error)
            } else {
                refuse(number, error.description, error)
            }
        }
    }
}
