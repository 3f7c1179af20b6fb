package import Storage

/// How the changes of one part of an object are taken back: the state that its history entries hold, where that
/// stands now, and how it becomes what it was before.
struct Reversal<State: Codable> {
    /// First words of the actions that change this part; empty: of everything about the object.
    var subjects: [String]
    /// What history files the state under.
    let object: (State) -> ChangedObject
    /// The state as it is now of what this one describes; nil: it does not exist.
    let current: (State, ControlSnapshot) throws -> State?
    /// Whether what the change left behind still stands.
    let matches: (_ present: State, _ left: State) -> Bool
    /// From what the change left behind to what was before it; nil: it did not exist.
    let apply: (_ left: State?, _ before: State?, ControlTransaction) throws -> Void
}

extension ControlSession {
    /// Takes a change back, as a change of its own, which can be taken back in turn.
    ///
    /// - Returns: the history entry of that change.
    /// - Throws: ``ControlError/cannotUndo(_:_:)`` where a later change of the same stands in the way, or for
    ///   one that is ``Irreversible``; otherwise what forbids the state that was before, as if it were set.
    package func undo(_ id: Int64) throws -> HistoryEntry {
        try refusing {
            try write(.undoChange, on: .reached) { transaction in
                guard let entry = try transaction.snapshot.historyEntry(id, within: reach) else {
                    throw ControlError.noSuchChange(id)
                }
                try judge(entry, in: transaction.snapshot)
                let newest = try transaction.snapshot.lastChange()
                try reverse(entry, in: transaction)
                guard let last = try transaction.snapshot.history(limit: 1).first, last.id > newest else {
                    throw ControlError.cannotUndo(id, .changedNothing)
                }
                return last
            }
        }
    }

    /// Whether the principal may do what the change did.
    func judge(_ entry: HistoryEntry, in snapshot: ControlSnapshot) throws {
        if let useCase = UseCase.making(entry) {
            try judge(useCase, on: .reached, in: snapshot)
        } else if !reach.isEverything {
            throw ControlError.notPermitted(.undoChange)
        }
    }

    func reverse(_ entry: HistoryEntry, in transaction: ControlTransaction) throws {
        if let never = Irreversible(entry) {
            throw ControlError.cannotUndo(entry.id, .irreversible(action: entry.action, reason: never.reason))
        }
        try requireSameOwner(entry, in: transaction.snapshot)
        switch (entry.object, entry.subject) {
        case ("number", "forward"), ("number", "destination"): try revert(entry, by: forwardingReversal, transaction)
        case ("number", "temporary"): try revert(entry, by: temporaryReversal, transaction)
        case ("number", "anonymous"): try revert(entry, by: anonymousReversal, transaction)
        case ("number", "block"): try revert(entry, by: blockListReversal, transaction)
        case ("number", "option"): try revert(entry, by: numberOptionReversal(entry), transaction)
        case ("number", "number"): try revert(entry, by: numberReversal(entry), transaction)
        case ("trunk", _): try revert(entry, by: trunkReversal, transaction)
        case ("setting", _) where entry.key == Setting.forbiddenDestinations.rawValue:
            try revert(entry, by: forbiddenDestinationsReversal, transaction)
        case ("setting", _) where entry.key == Setting.timeZone.rawValue:
            try revert(entry, by: timeZoneReversal, transaction)
        case ("setting", _): try revert(entry, by: letterheadReversal(entry), transaction)
        case ("holiday", _): try revert(entry, by: holidayReversal, transaction)
        case ("company", _): try revert(entry, by: companyReversal, transaction)
        case ("contract", "contract"), ("contract", "option"):
            try revert(entry, by: contractReversal(entry), transaction)
        case ("contract", "site"): try revert(entry, by: siteReversal, transaction)
        case ("contract", "representative"): try revert(entry, by: representativeReversal, transaction)
        case ("contract", "voice-contract"): try revert(entry, by: voiceContractReversal, transaction)
        case ("user", _): try revert(entry, by: portalUserReversal, transaction)
        case ("group", _): try revert(entry, by: userGroupReversal, transaction)
        case ("admin", _): try revert(entry, by: administratorIDReversal, transaction)
        case ("login", _): try revert(entry, by: loginIDReversal, transaction)
        default: return
        }
    }

    /// Of an account or a group that was removed only the names of its company and contract are left: they have to be
    /// the same ones still, and not others that were given these names since.
    private func requireSameOwner(_ entry: HistoryEntry, in snapshot: ControlSnapshot) throws {
        struct Owner: Decodable {
            let company: String?
            let contract: String?
        }
        guard ["user", "group", "admin", "login"].contains(entry.object), entry.after == nil, let before = entry.before
        else { return }
        let owner = try HistoryText.decode(Owner.self, from: before)
        let named =
            try owner.company.map { try snapshot.changes(of: "company", key: $0, after: entry.id, by: ["company"]) }
            ?? []
        let contracted =
            try owner.contract.map { try snapshot.changes(of: "contract", key: $0, after: entry.id, by: ["contract"]) }?
            .filter { $0.before == nil || $0.after == nil } ?? []
        guard let change = (named + contracted).first else { return }
        throw ControlError.cannotUndo(
            entry.id, .nameGiven(change.key, change: change.id, action: change.action))
    }

    private func revert<State: Codable>(
        _ entry: HistoryEntry, by reversal: Reversal<State>, _ transaction: ControlTransaction
    ) throws {
        let before = try entry.before.map { try HistoryText.decode(State.self, from: $0) }
        let left = try entry.after.map { try HistoryText.decode(State.self, from: $0) }
        guard let subject = left ?? before, let result = before ?? left else { return }
        let present = try reversal.current(subject, transaction.snapshot)
        let stands =
            switch (present, left) {
            case (nil, nil): true
            case (let present?, let left?): reversal.matches(present, left)
            default: false
            }
        let object = reversal.object(subject)
        let later = Self.standing(
            try transaction.snapshot.changes(
                of: object.kind, key: object.key, after: entry.id, by: reversal.subjects))
        // Where everything counts, a later change of any part does: removing the object would take it along.
        guard stands, !reversal.subjects.isEmpty || later == nil else {
            throw ControlError.cannotUndo(entry.id, Self.obstacle(later, isWhole: reversal.subjects.isEmpty))
        }
        try reversal.apply(left, before, transaction)
        try record(
            "\(entry.subject) undo", of: reversal.object(result), from: present,
            to: try reversal.current(result, transaction.snapshot), in: transaction)
    }

    /// The newest of later changes that was not taken back itself since.
    static func standing(_ later: [HistoryEntry]) -> HistoryEntry? {
        var standing: [HistoryEntry] = []
        for entry in later {
            let undone = standing.lastIndex { $0.before == entry.after && $0.after == entry.before }
            if entry.isUndo, let undone {
                standing.remove(at: undone)
            } else {
                standing.append(entry)
            }
        }
        return standing.last
    }

    private static func obstacle(_ later: HistoryEntry?, isWhole: Bool) -> UndoObstacle {
        guard let later else { return .overwritten }
        let canGoFirst = Irreversible(later) == nil && !later.isUndo
        return .laterChange(
            later.id, action: later.action, actor: later.actor,
            canGoFirst ? .undoItFirst : isWhole ? .remove(object: later.object) : .setAnew)
    }
}

extension HistoryEntry {
    fileprivate var isUndo: Bool { action.hasSuffix(" undo") }
}
