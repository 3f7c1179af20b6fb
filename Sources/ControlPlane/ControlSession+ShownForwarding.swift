import Directory
import Storage

/// What was shown to somebody before it is done to many numbers. Whoever decides on it decides on what was shown: what
/// others have changed since is shown once more instead of being overwritten.
extension ControlSession {
    /// Does to many numbers what a preview has shown; those that it was refused for are left out.
    ///
    /// - Parameter change: the ``ForwardingOutcome/lastChange`` of the preview.
    /// - Returns: if one of the numbers was changed since, what would be done now, with
    ///   ``ForwardingOutcome/overtaken``. Nothing was done then.
    package func changeForwarding(of selection: NumberSelection, _ order: ForwardingOrder, shownAt change: Int64) throws
        -> ForwardingOutcome
    {
        let outcome = try unlessChanged(since: change).changeForwarding(of: selection, order, commits: true) {
            !$0.isOvertaken
        }
        let overtaken = try overtaken(in: outcome, order.useCaseForMany)
        guard !overtaken.isEmpty else { return outcome }
        var preview = try changeForwarding(of: selection, order, commits: false, skipsRefused: true)
        preview.overtaken = overtaken
        return preview
    }

    /// Takes off what lies over the rules of these numbers, and nothing that stays.
    ///
    /// - Parameter change: the ``OutageSheet/lastChange`` of what was shown.
    /// - Returns: if one of the numbers was changed since, the outcome has them in ``ForwardingOutcome/overtaken``, and
    ///   nothing was done.
    /// - Throws: ``ControlError/nothingToRestore``.
    package func endTemporaryForwarding(of selection: NumberSelection, shownAt change: Int64) throws
        -> ForwardingOutcome
    {
        let session = unlessChanged(since: change)
        var outcome = try session.operate(.restoreForwarding, commits: true) { transaction in
            var outcome = try session.restore(.temporary(selection), in: transaction)
            if outcome.refused.contains(where: \.isOvertaken) { outcome.operation = nil }
            return outcome
        }
        outcome.overtaken = try overtaken(in: outcome, .restoreForwarding)
        return outcome
    }

    private func overtaken(in outcome: ForwardingOutcome, _ useCase: UseCase) throws -> [ForwardingOutcome.Overtaking] {
        guard outcome.refused.contains(where: \.isOvertaken) else { return [] }
        return try read(useCase, on: .reached) { snapshot in
            try outcome.refused.compactMap { refusal in
                guard case .changedSince(_, _, let id, _)? = refusal.error else { return nil }
                return ForwardingOutcome.Overtaking(
                    number: refusal.number, change: try snapshot.historyEntry(id, within: reach))
            }
        }
    }
}

extension ForwardingOutcome.Refusal {
    /// Whether it is because somebody else has changed the number.
    fileprivate var isOvertaken: Bool {
        if case .changedSince? = error { true } else { false }
    }
}
