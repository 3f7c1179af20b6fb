package import Storage

extension ControlSession {
    /// One change that is within reach.
    ///
    /// - Throws: ``ControlError/noSuchChange(_:)``.
    package func change(_ id: Int64) throws -> HistoryEntry {
        try read(.listHistory, on: .reached) { snapshot in
            guard let entry = try snapshot.historyEntry(id, within: reach) else { throw ControlError.noSuchChange(id) }
            return entry
        }
    }

    /// Whether it is worth offering to take a change back: it is not ``Irreversible``, and the principal may set the
    /// same. What else stands in the way is told when it is tried.
    package func mayUndo(_ entry: HistoryEntry) -> Bool {
        guard Irreversible(entry) == nil else { return false }
        guard let useCase = UseCase.making(entry) else { return reach.isEverything }
        return principal.roles.allSatisfy { Permission.extent(of: useCase, for: $0.kind) != .nothing }
    }
}
