import Directory
package import Storage

extension BlueprintApplication {
    func applyNumbers() throws {
        try BlueprintPlace.unique(blueprint.numbers.map(\.number)) { try ControlSession.parsed($0).canonical }
        for number in blueprint.numbers where number.isAbsent { try remove(number) }
        // A voice contract has one pilot: who is none any more gives way first.
        for number in blueprint.numbers where !number.isAbsent && number.kind?.value != .pilot {
            _ = try session.place(number, onlyIfThere: true)
        }
        try session.exchangePlaces(
            of: blueprint.numbers.filter { try !$0.isAbsent && !session.place($0, onlyIfThere: false) })
        for number in blueprint.numbers where !number.isAbsent {
            try session.applyParts(of: number, checksLoops: false)
        }
        try checkLoops()
    }

    /// A loop that comes now leads through something that was changed: a number, or a contract whose options let more
    /// of its numbers' rules apply.
    private func checkLoops() throws {
        let changes = try session.outlines(after: lastChange)
        let isAny = changes.contains { $0.object == "contract" }
        let changed = Set(changes.filter { $0.object == "number" }.map(\.key))
        for number in blueprint.numbers where !number.isAbsent && number.forwarding.rules != nil {
            try number.number.doing { text in
                let parsed = try ControlSession.parsed(text)
                if isAny || changed.contains(parsed.canonical) { try session.checkLoops(of: parsed) }
            }
        }
    }

    private func remove(_ number: Blueprint.Number) throws {
        try number.number.doing { text in
            let parsed = try ControlSession.parsed(text)
            if try session.numberIfThere(parsed) != nil { _ = try session.removeNumber(parsed) }
        }
    }
}

extension ControlSession {
    fileprivate func outlines(after change: Int64) throws -> [ChangeOutline] {
        try read(.applyBlueprint, on: .service) { try $0.outlines(after: change) }
    }

    /// Adds a number where it is missing, and puts it where it shall stand.
    ///
    /// - Returns: false: nothing was done, because another is still the pilot that it shall be.
    func place(_ number: Blueprint.Number, onlyIfThere: Bool, mayWait: Bool = true) throws -> Bool {
        try number.number.doing { text in
            let parsed = try Self.parsed(text)
            guard let present = try numberIfThere(parsed) else {
                if onlyIfThere { return true }
                let kind = number.kind?.value ?? .pilot
                if try mayWait && hasOtherPilot(number.place?.value, as: kind, than: parsed) { return false }
                try (number.place?.place ?? number.number.place).doing {
                    _ = try addNumber(
                        typed: text, password: number.password?.value, at: number.place?.value,
                        as: kind)
                }
                return true
            }
            let there =
                present.voiceContract.map(ContractPlace.voiceContract) ?? present.contract.map(ContractPlace.contract)
            let place = number.place.map { $0.value?.inCode } ?? there
            let kind = number.kind?.value ?? present.kind ?? .pilot
            guard place != there || place != nil && kind != present.kind else { return true }
            if try mayWait && hasOtherPilot(place, as: kind, than: parsed) { return false }
            try (number.place?.place ?? number.number.place).doing { _ = try assignNumber(parsed, to: place, as: kind) }
            return true
        }
    }

    private func hasOtherPilot(_ place: ContractPlace?, as kind: ContractedNumberKind, than number: PhoneNumber) throws
        -> Bool
    {
        guard kind == .pilot, case .voiceContract(let text)? = place else { return false }
        return try read(.showContract, on: .service) { snapshot in
            try snapshot.pilot(of: ContractText.code(text)).map { $0 != number } ?? false
        }
    }

    /// Puts numbers where they shall stand, which wait for one another: all of them leave their places first.
    func exchangePlaces(of numbers: [Blueprint.Number]) throws {
        try write(.applyBlueprint, on: .service) { transaction in
            let present = try numbers.filter { try transaction.snapshot.hasNumber(Self.parsed($0.number.value)) }
            let lifted = try present.map { try lift(Self.parsed($0.number.value), in: transaction) }
            for (number, lifted) in zip(present, lifted) {
                try (number.place?.place ?? number.number.place).doing {
                    let there =
                        lifted.state.voiceContract.map(ContractPlace.voiceContract)
                        ?? lifted.state.contract.map(ContractPlace.contract)
                    _ = try assign(
                        Self.parsed(number.number.value), to: number.place.map { $0.value?.inCode } ?? there,
                        as: number.kind?.value ?? lifted.state.kind ?? .pilot, from: lifted, in: transaction)
                }
            }
        }
        for number in numbers { _ = try place(number, onlyIfThere: false, mayWait: false) }
    }

    /// All that is set for a number, as far as it is stated.
    func applyParts(of number: Blueprint.Number, checksLoops: Bool) throws {
        let parsed = try number.number.doing(Self.parsed)
        try number.password?.doing { password in
            if try !hasPassword(password, parsed) { _ = try setPassword(password, of: parsed) }
        }
        try number.withheld?.doing { try withhold($0, from: parsed) }
        if !number.forwarding.isEmpty {
            try number.number.doing { _ in
                try setForwarding(of: parsed, as: number.forwarding, checksLoops: checksLoops)
            }
        }
        if let rejected = number.rejected ?? number.keptRejected {
            let kept = Set(number.keptRejected?.value ?? [])
            let wanted = kept.union(number.rejected?.value ?? [])
            try rejected.doing { _ in
                _ = try setAnonymous(wanted, keeping: kept, schedule: number.rejectionOrder, of: parsed)
            }
        }
        if number.blocked != nil || number.keptBlocked != nil { try applyBlockList(of: number) }
    }

    private func withhold(_ wanted: [OptionService], from number: PhoneNumber) throws {
        guard let contract = try self.number(number).contract else {
            if wanted.isEmpty { return }
            throw ContractRefusal.notUnderContract(number)
        }
        let (contracted, present) = (try self.contract(contract).options, try options(of: number).options)
        for option in OptionService.allCases {
            let isWithheld = contracted.contains(option) && !present.contains(option)
            guard isWithheld != wanted.contains(option) else { continue }
            _ = try isWithheld ? addOption(option, to: number) : removeOption(option, from: number)
        }
    }

    private func applyBlockList(of number: Blueprint.Number) throws {
        let parsed = try number.number.doing(Self.parsed)
        let present = Set(try blockList(of: parsed).callers.map { PhoneNumber(shown: $0.caller) })
        func callers(_ stated: [Stated<String>]?) throws -> [(PhoneNumber, Stated<String>)] {
            try (stated ?? []).map { (try $0.doing(Self.parsed), $0) }
        }
        let (blocked, kept) = (try callers(number.blocked), try callers(number.keptBlocked))
        for (caller, stated) in kept {
            guard let twin = blocked.first(where: { $0.0 == caller }) else { continue }
            throw BlueprintRefusal(
                place: stated.place,
                reason: "\(caller) stands in block of \(parsed) already, in \(twin.1.place): take it out of kept, or "
                    + "out of block if it is a caller who could not be blocked anew")
        }
        for caller in present.subtracting((blocked + kept).map(\.0)).sorted() {
            try number.number.doing { _ in _ = try unblock(caller, for: parsed) }
        }
        for (callers, isKept) in [(blocked, false), (kept, true)] {
            for (caller, stated) in callers where !present.contains(caller) {
                try stated.doing { _ = try block(typed: $0, for: parsed, isKept: isKept) }
            }
        }
    }
}

extension ContractPlace {
    /// Reads `N0005678` as a voice contract, anything else as a contract.
    package init(typed text: String) {
        let code = ContractText.code(text)
        self = ContractText.isNumbered(code, "N") ? .voiceContract(code) : .contract(code)
    }

    /// As it is stored.
    var inCode: ContractPlace {
        switch self {
        case .contract(let text): .contract(ContractText.code(text))
        case .voiceContract(let text): .voiceContract(ContractText.code(text))
        }
    }
}
