package import Directory
package import Storage

extension ControlSession {
    /// What was changed about everything that is reached, newest first.
    ///
    /// - Parameter id: only the changes before this one; nil: all.
    package func history(before id: Int64? = nil, matching filter: HistoryFilter = HistoryFilter(), limit: Int) throws
        -> [HistoryEntry]
    {
        try read(.listHistory, on: .reached) {
            try $0.history(before: id, matching: filter, within: reach, limit: limit)
        }
    }

    /// Which of these changes were taken back since, by their ids.
    package func undone(_ entries: [HistoryEntry]) throws -> Set<Int64> {
        try read(.listHistory, on: .reached) { snapshot in
            var undone: Set<Int64> = []
            for changes in Dictionary(grouping: entries, by: { [$0.object, $0.key] }).values {
                guard let first = changes.min(by: { $0.id < $1.id }) else { continue }
                let steps = try snapshot.changes(of: first.object, key: first.key, after: first.id, by: [])
                    .filter { $0.action.hasSuffix(" undo") }
                undone.formUnion(changes.filter { change in steps.contains { $0.undoes(change) } }.map(\.id))
            }
            return undone
        }
    }

    /// What was changed about a company, newest first; a renamed one has its changes under the name of their time.
    ///
    /// - Parameters, of the others below too:
    ///   - filter: which of them.
    ///   - id: only those before this one; nil: all.
    /// - Throws: ``ControlError/noHistoryOf(_:)`` where nothing is recorded at all.
    package func history(
        ofCompany text: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil, limit: Int
    ) throws -> [HistoryEntry] {
        try refusing {
            let name = try ContractText.knownName(text)
            return try read(.showCompanyHistory, on: .company(name)) {
                try entries(of: .company(name), named: name, filter, before: id, limit, in: $0)
            }
        }
    }

    /// What was changed about a contract, its sites and its voice contracts, newest first.
    package func history(
        ofContract text: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil, limit: Int
    ) throws -> [HistoryEntry] {
        let code = ContractText.code(text)
        return try read(.showContractHistory, on: .contract(text)) {
            try entries(of: .contract(code), named: code, filter, before: id, limit, in: $0)
        }
    }

    /// What was changed about a portal user, newest first: the one who has the address, or else who had it at last.
    package func history(
        ofUser text: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil, limit: Int
    ) throws -> [HistoryEntry] {
        try refusing {
            let email = try AccountText.email(text)
            return try history(
                .portalUser, named: email, as: ChangedObject.user, "email", filter, before: id, limit)
        }
    }

    /// The same of an administrator ID.
    package func history(
        ofAdministratorID text: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil,
        limit: Int
    ) throws -> [HistoryEntry] {
        try refusing {
            let name = try AccountText.signInName(text)
            return try history(
                .administratorID, named: name, as: ChangedObject.administratorID, "administratorID", filter,
                before: id, limit)
        }
    }

    /// The same of a login ID.
    package func history(
        ofLoginID text: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil, limit: Int
    ) throws -> [HistoryEntry] {
        try refusing {
            let name = try AccountText.signInName(text)
            return try history(
                .loginID, named: name, as: ChangedObject.loginID, "loginID", filter, before: id, limit)
        }
    }

    /// - Parameters:
    ///   - object: what an account with an id is filed under.
    ///   - field: where its states keep the name.
    private func history(
        _ kind: AccountKind, named name: String, as object: (String) -> ChangedObject, _ field: String,
        _ filter: HistoryFilter, before id: Int64?, _ limit: Int
    ) throws -> [HistoryEntry] {
        try read(.listHistory, on: .reached) { snapshot in
            let key =
                try snapshot.account(kind, named: name)?.id
                ?? snapshot.lastKey(of: object("").kind, whose: field, was: name)
            return try entries(of: object(key ?? ""), named: name, filter, before: id, limit, in: snapshot)
        }
    }

    /// - Throws: ``ControlError/noHistoryOf(_:)`` where nothing is recorded at all.
    private func entries(
        of object: ChangedObject, named name: String, _ filter: HistoryFilter, before id: Int64?, _ limit: Int,
        in snapshot: ControlSnapshot
    ) throws -> [HistoryEntry] {
        let entries = try snapshot.history(
            of: object.kind, key: object.key, matching: filter, before: id, within: reach, limit: limit)
        guard
            try !entries.isEmpty
                || !snapshot.history(of: object.kind, key: object.key, within: reach, limit: 1).isEmpty
        else { throw ControlError.noHistoryOf("\(object.kind) \(name)") }
        return entries
    }

    /// What was changed about a number, newest first; for the operator, of one that was removed too.
    ///
    /// - Parameter id: only those before this one; nil: all.
    /// - Throws: ``ControlError/noHistory(_:)`` where nothing is recorded, and it is none of our numbers.
    package func history(
        of number: PhoneNumber, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil, limit: Int
    ) throws -> [HistoryEntry] {
        try read(.showNumberHistory, on: .number(number)) { snapshot in
            do {
                return try entries(
                    of: .number(number), named: number.description, filter, before: id, limit, in: snapshot)
            } catch ControlError.noHistoryOf {
                guard try snapshot.hasNumber(number) else { throw ControlError.noHistory(number.description) }
                return []
            }
        }
    }

    /// How many entries the history has, when all of them are as they were written.
    ///
    /// - Throws: ``ControlError/historyFlawed(_:)``.
    package func verifyHistory() throws -> Int64 {
        do {
            return try read(.verifyHistory, on: .service) { try $0.verifyHistory() }
        } catch let flaw as HistoryFlaw {
            throw ControlError.historyFlawed(flaw)
        }
    }
}

extension HistoryEntry {
    /// Whether this is the step back of another change.
    fileprivate func undoes(_ other: HistoryEntry) -> Bool {
        id > other.id && before == other.after && after == other.before
    }
}
