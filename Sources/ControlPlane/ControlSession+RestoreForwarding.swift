import Directory
package import Foundation
package import Storage

/// What is put back to what it was.
package enum ForwardingRestoration: Sendable {
    /// What an operation has changed.
    case operation(Int64)
    /// What lies over the rules of these numbers; if nothing does, what the last operation that changed their rules did to
    /// them.
    case numbers(NumberSelection)
    /// What lies over the rules of these numbers, and nothing that stays.
    case temporary(NumberSelection)
    /// The last operation that was not taken back, and has not ended.
    case last
}

/// An operation as it is listed; of its numbers, only those that are reached count.
package struct ForwardingOperationState: Codable, Sendable, Equatable {
    package let id: Int64
    package let at: Date
    package let actor: String
    package let kind: ForwardingOperation.Kind
    /// `always → 0312345678`.
    package let summary: String
    /// `contract Y0001234`.
    package let scope: String
    /// Nil: what was set stays.
    package let until: Date?
    /// How many numbers it changed.
    package let numbers: Int
    /// Of how many it lies over the own rules now.
    package let inForce: Int
    /// How many were put back since.
    package let restored: Int

    init(_ entry: ForwardingOperationEntry) {
        let operation = entry.operation
        id = operation.id
        at = Date(milliseconds: operation.at)
        actor = operation.actor
        kind = operation.kind
        summary = operation.summary
        scope = operation.scope
        until = operation.until.map(Date.init(milliseconds:))
        numbers = entry.numbers
        inForce = entry.inForce
        restored = entry.restored
    }
}

extension ControlSession {
    /// Puts back what was before, number by number: one that was changed since is left as it is, and told.
    ///
    /// - Parameter commits: false: only tells what would be changed.
    /// - Throws: ``ControlError/nothingToRestore``, ``ControlError/noSuchOperation(_:)``.
    package func restoreForwarding(_ restoration: ForwardingRestoration = .last, commits: Bool = true) throws
        -> ForwardingOutcome
    {
        try operate(.restoreForwarding, commits: commits) { try restore(restoration, in: $0) }
    }

    /// - Returns: an outcome that its operation is to be committed with.
    func restore(_ restoration: ForwardingRestoration, in transaction: ControlTransaction) throws -> ForwardingOutcome {
        let snapshot = transaction.snapshot
        switch restoration {
        case .operation(let id): return try takeBack(id, in: transaction)
        case .last:
            let last = try snapshot.lastForwardingOperation(of: nil, within: reach, at: now)
            guard let last else { throw ControlError.nothingToRestore }
            return try takeBack(last, in: transaction)
        case .temporary(let selection):
            let selected = try numbers(of: selection, in: snapshot)
            guard let outcome = try takeOff(of: selection, selected, in: transaction) else {
                throw ControlError.nothingToRestore
            }
            return outcome
        case .numbers(let selection):
            let selected = try numbers(of: selection, in: snapshot)
            if let outcome = try takeOff(of: selection, selected, in: transaction) { return outcome }
            let last = try snapshot.lastForwardingOperation(of: selected.numbers, within: reach, at: now)
            guard let last else {
                if selected.refused.isEmpty { throw ControlError.nothingToRestore }
                return ForwardingOutcome(refused: selected.refused)
            }
            return try takeBack(last, of: selected, in: transaction)
        }
    }

    /// - Returns: nil: nothing lies over the rules of any of them.
    private func takeOff(
        of selection: NumberSelection, _ selected: SelectedNumbers, in transaction: ControlTransaction
    ) throws -> ForwardingOutcome? {
        let covered = try selected.numbers.filter {
            try !transaction.snapshot.temporaryForwarding(of: $0, at: now).isEmpty
        }
        guard !covered.isEmpty else { return nil }
        let (operation, moment) = (
            try begin(.restore, "temporary forwarding taken off", of: selection.scope, in: transaction),
            try transaction.snapshot.clock().moment(at: now)
        )
        let others = Set(selected.numbers).subtracting(covered)
        var outcome = ForwardingOutcome(
            operation: operation, unchanged: selected.numbers.filter(others.contains).map(\.national),
            refused: selected.refused)
        for number in covered {
            try outcome.attempt(number) {
                try change(number, .restoreForwarding, at: moment) { try takeOff(from: number, in: $0) }
            }
        }
        return outcome
    }

    /// - Parameter selected: of which numbers; nil: of all that it changed.
    private func takeBack(_ id: Int64, of selected: SelectedNumbers? = nil, in transaction: ControlTransaction) throws
        -> ForwardingOutcome
    {
        let snapshot = transaction.snapshot
        guard let entry = try snapshot.forwardingOperations(id: id, within: reach, at: now, limit: 1).first else {
            throw ControlError.noSuchOperation(id)
        }
        let (operation, moment) = (
            try begin(
                .restore, "operation \(id) taken back (\(entry.operation.summary))", of: entry.operation.scope,
                restoring: id, in: transaction),
            try snapshot.clock().moment(at: now)
        )
        let wanted = selected.map { Set($0.numbers.map(\.canonical)) }
        var outcome = ForwardingOutcome(operation: operation, refused: selected?.refused ?? [])
        for (change, isTakenBack) in try snapshot.changes(ofOperation: id, within: reach)
        where wanted?.contains(change.key) != false {
            let number = PhoneNumber(trustedCanonical: change.key)
            if isTakenBack {
                outcome.unchanged.append(number.national)
                continue
            }
            try outcome.attempt(number) {
                try self.change(number, .restoreForwarding, at: moment) { transaction in
                    try refusing {
                        try judge(change, in: transaction.snapshot)
                        try reverse(change, in: transaction)
                    }
                }
            }
        }
        return outcome
    }

    /// The newest first.
    ///
    /// - Parameter id: only those before this one; nil: all.
    package func forwardingOperations(before id: Int64? = nil, limit: Int) throws -> [ForwardingOperationState] {
        try read(.listForwardingOperations, on: .reached) { snapshot in
            try snapshot.forwardingOperations(before: id, within: reach, at: now, limit: limit)
                .map(ForwardingOperationState.init)
        }
    }

    /// - Throws: ``ControlError/noSuchOperation(_:)``.
    package func forwardingOperation(_ id: Int64) throws -> ForwardingOperationState {
        try read(.listForwardingOperations, on: .reached) { snapshot in
            let found = try snapshot.forwardingOperations(id: id, within: reach, at: now, limit: 1).first
            guard let found else { throw ControlError.noSuchOperation(id) }
            return ForwardingOperationState(found)
        }
    }

    /// What an operation changed, number by number.
    package func changes(ofForwardingOperation id: Int64) throws -> [HistoryEntry] {
        try read(.listForwardingOperations, on: .reached) { snapshot in
            let changes = try snapshot.changes(ofOperation: id, within: reach)
            guard !changes.isEmpty else { throw ControlError.noSuchOperation(id) }
            return changes.map(\.entry)
        }
    }
}
