package import Directory
package import Storage

extension ControlSession {
    /// Puts a number under a contract or a voice contract, with all the options of its contract; nil takes it from
    /// under any. Its rules stay; those whose option it has not rest.
    ///
    /// What a company has set for a number is that company's: when the number leaves it, the rules, the saved
    /// destinations, the lists and the phone's password are taken off, each with its own entry in the history. Whoever
    /// calls this takes the registrations off, which are kept elsewhere.
    ///
    /// - Throws: ``ControlError``, `StorageError`.
    package func assignNumber(
        _ number: PhoneNumber, to place: ContractPlace?, as kind: ContractedNumberKind = .pilot
    ) throws -> NumberState {
        try refusing {
            try write(.assignNumber, on: .number(number)) { try assign(number, to: place, as: kind, in: $0) }
        }
    }

    func assign(
        _ number: PhoneNumber, to place: ContractPlace?, as kind: ContractedNumberKind,
        from lifted: LiftedNumber? = nil,
        in transaction: ControlTransaction
    ) throws -> NumberState {
        let before = try lifted?.state ?? state(of: number, in: transaction.snapshot)
        try put(number, at: place, as: kind, from: lifted, in: transaction)
        let state = try state(of: number, in: transaction.snapshot)
        try record("number assign", of: .number(number), from: before, to: state, in: transaction)
        return state
    }

    /// Takes a number from its place for the moment, to be assigned to another one in the same transaction.
    func lift(_ number: PhoneNumber, in transaction: ControlTransaction) throws -> LiftedNumber {
        let state = try state(of: number, in: transaction.snapshot)
        return LiftedNumber(state: state, login: try transaction.lift(number))
    }

    /// - Parameter undone: the assignment that is taken back by it: of what was set for the number, what was there before
    ///   that one stays.
    /// - Throws: ``ContractRefusal``.
    func put(
        _ number: PhoneNumber, at place: ContractPlace?, as kind: ContractedNumberKind,
        from lifted: LiftedNumber? = nil, undoing undone: HistoryEntry? = nil,
        in transaction: ControlTransaction
    ) throws {
        let former = try lifted?.state.company ?? transaction.snapshot.entry(of: number)?.place?.company
        try self.place(number, at: place, as: kind, login: lifted?.login, in: transaction)
        if let former, try transaction.snapshot.entry(of: number)?.place?.company != former {
            try clear(number, since: undone, in: transaction)
        }
    }

    /// Takes off what a company has set for a number.
    ///
    /// - Parameter assignment: leaves each part that was not changed since this one, because it is not the company's; nil:
    ///   takes off all of them.
    private func clear(
        _ number: PhoneNumber, since assignment: HistoryEntry?, in transaction: ControlTransaction
    ) throws {
        let snapshot = transaction.snapshot
        func goes(_ subjects: String..., made isMade: (HistoryEntry) -> Bool = { _ in true }) throws -> Bool {
            guard let assignment else { return true }
            let later = try snapshot.changes(
                of: assignment.object, key: assignment.key, after: assignment.id, by: subjects)
            return Self.standing(later.filter(isMade)) != nil
        }
        if try goes("temporary") { try takeOff(from: number, as: "temporary clear", in: transaction) }
        if try goes("forward", "destination") { try clearForwarding(of: number, in: transaction) }
        if try goes("anonymous") { try clearAnonymous(of: number, in: transaction) }
        if try goes("block") { try clearBlockList(of: number, in: transaction) }
        if try goes("number", made: { $0.action == "number password" }), try snapshot.entry(of: number)?.username != nil
        {
            try takePassword(of: number, in: transaction)
        }
    }

    private func clearForwarding(of number: PhoneNumber, in transaction: ControlTransaction) throws {
        let before = try ForwardingState(of: number, in: transaction.snapshot)
        for condition in ForwardingCondition.allCases { try transaction.clearRule(condition, of: number) }
        for saved in before.saved { try transaction.removeDestination(saved.slot, of: number) }
        let state = try ForwardingState(of: number, in: transaction.snapshot)
        try record("forward clear", of: .number(number), from: before, to: state, in: transaction)
    }

    private func clearAnonymous(of number: PhoneNumber, in transaction: ControlTransaction) throws {
        let before = AnonymousState(try require(number, in: transaction.snapshot))
        try transaction.setAnonymousCalls(AnonymousCallPolicy(), of: number)
        let state = AnonymousState(try require(number, in: transaction.snapshot))
        try record("anonymous clear", of: .number(number), from: before, to: state, in: transaction)
    }

    private func clearBlockList(of number: PhoneNumber, in transaction: ControlTransaction) throws {
        let before = try BlockListState(of: number, in: transaction.snapshot)
        for entry in before.callers { _ = try transaction.unblock(PhoneNumber(shown: entry.caller), for: number) }
        let state = try BlockListState(of: number, in: transaction.snapshot)
        try record("block clear", of: .number(number), from: before, to: state, in: transaction)
    }

    private func place(
        _ number: PhoneNumber, at place: ContractPlace?, as kind: ContractedNumberKind, login: String?,
        in transaction: ControlTransaction
    ) throws {
        switch place {
        case .contract(let text)?:
            let contract = ContractText.code(text)
            guard let hasVoiceGroup = try transaction.snapshot.hasVoiceGroup(contract: contract) else {
                throw ContractRefusal.noSuchContract(contract)
            }
            guard !hasVoiceGroup else { throw ContractRefusal.needsVoiceContract(contract: contract) }
            try transaction.place(number, at: .contract(contract), as: kind, login: login)
        case .voiceContract(let text)?:
            let voiceContract = try require(voiceContract: text, in: transaction.snapshot).number
            if kind == .pilot, let pilot = try transaction.snapshot.pilot(of: voiceContract), pilot != number {
                throw ContractRefusal.hasPilot(voiceContract: voiceContract, pilot)
            }
            try transaction.place(number, at: .voiceContract(voiceContract), as: kind, login: login)
        case nil:
            try transaction.place(number, at: nil, as: kind)
        }
    }

    /// The filter with its names as they are stored, each of which has to exist: a misspelt one would give an empty
    /// list, which looks like an answer.
    func existing(_ filter: NumberFilter, in snapshot: ControlSnapshot) throws -> NumberFilter {
        var filter = filter
        filter.company = try filter.company.map { text in
            let name = try ContractText.knownName(text)
            try requireReached(.company(name), in: snapshot)
            return try require(company: name, in: snapshot).name
        }
        filter.contract = try filter.contract.map { text in
            try requireReached(.contract(text), in: snapshot)
            return try require(contract: text, in: snapshot).number
        }
        filter.voiceContract = try filter.voiceContract.map { text in
            try requireReached(.voiceContract(text), in: snapshot)
            return try require(voiceContract: text, in: snapshot).number
        }
        filter.site = filter.site.map(ContractText.code)
        if let site = filter.site {
            if let contract = filter.contract {
                _ = try require(site: site, of: contract, in: snapshot)
            } else if try !snapshot.hasSite(site, of: filter.company, within: reach) {
                throw ContractRefusal.noSuchSite(site, contract: nil)
            }
        }
        return filter
    }
}

/// A number that has no place for the moment, because it changes places with others: as it was before.
struct LiftedNumber {
    let state: NumberState
    /// The account of its login ID.
    let login: String?
}
