import Directory
import Storage

extension ControlSession {
    /// Adds and sets the numbers of a table: what a row states, as ``Blueprint/Number`` has it; numbers that are not in
    /// the table stay. All of it or, when a row is refused, nothing.
    ///
    /// Each change has its entry in the history as if it were made by hand.
    ///
    /// - Parameter commits: false: only tells what would be changed.
    /// - Throws: ``ControlError``, `StorageError`, what the rows throw; a refused row is in the outcome.
    package func importNumbers(from rows: some ImportedRows<Blueprint.Number>, commits: Bool = true) throws
        -> ImportOutcome
    {
        try importing(.importNumbers, rows, commits: commits) { session, table, transaction in
            var names = NamedLines()
            // A destination may be a number further down, so all of them are there before any rule is set.
            try table.pass { row, line, marks in
                let number = try row.number.doing(Self.parsed)
                if let first = names.name(number.canonical, at: line) {
                    throw BlueprintRefusal(
                        place: row.number.place, reason: "\(number) is there already, in line \(first)")
                }
                try session.place(row, number, orWait: true, &marks, in: transaction)
            }
            // A voice contract has one pilot: who is to be it waits until the one before has given way, or all of those
            // who take one another's places leave them.
            var lifted: [PhoneNumber: LiftedNumber] = [:]
            try table.passWaiting { row in
                let number = try Self.parsed(row.number.value)
                guard try transaction.snapshot.hasNumber(number) else { return }
                lifted[number] = try session.lift(number, in: transaction)
            } _: { row, mayWait, marks in
                let number = try Self.parsed(row.number.value)
                try session.place(row, number, orWait: mayWait, from: lifted[number], &marks, in: transaction)
            }
            try session.setRules(table, transaction)
        }
    }

    /// Sets the saved destinations of numbers that are there.
    ///
    /// - Parameter rows: of which only ``Blueprint/Number/number`` and ``ForwardingWish/destinations`` count.
    /// - Throws: as ``importNumbers(from:commits:)``.
    package func importDestinations(from rows: some ImportedRows<Blueprint.Number>, commits: Bool = true) throws
        -> ImportOutcome
    {
        try importing(.importDestinations, rows, commits: commits) { session, table, transaction in
            var names = NamedLines()
            try table.pass { row, line, _ in
                let number = try row.number.doing(Self.parsed)
                if let first = names.name(number.canonical, at: line) {
                    throw BlueprintRefusal(
                        place: row.number.place, reason: "\(number) is there already, in line \(first)")
                }
            }
            try session.setRules(table, transaction)
        }
    }

    private func place(
        _ row: Blueprint.Number, _ number: PhoneNumber, orWait mayWait: Bool, from lifted: LiftedNumber? = nil,
        _ marks: inout RowMarks, in transaction: ControlTransaction
    ) throws {
        let snapshot = transaction.snapshot
        let isThere = try snapshot.hasNumber(number)
        if isThere, row.place == nil, row.kind == nil { return }
        let present = try lifted?.state ?? (isThere ? state(of: number, in: snapshot) : nil)
        let there =
            present?.voiceContract.map(ContractPlace.voiceContract) ?? present?.contract.map(ContractPlace.contract)
        let wanted = row.place.map { $0.value?.inCode } ?? there
        let kind = row.kind?.value ?? present?.kind ?? .pilot
        guard !isThere || wanted != there || wanted != nil && kind != present?.kind else { return }
        if mayWait, kind == .pilot, case .voiceContract(let code)? = wanted,
            let pilot = try snapshot.pilot(of: code), pilot != number
        {
            marks.insert(.waiting)
            return
        }
        try (row.place?.place ?? row.number.place).doing {
            if isThere {
                _ = try assign(number, to: wanted, as: kind, from: lifted, in: transaction)
            } else {
                _ = try row.number.doing(Self.newNumber)
                _ = try add(number, at: wanted, as: kind, in: transaction)
            }
        }
        marks.insert(isThere ? .changed : .added)
    }

    /// All that is set for numbers that are there. Whether rules lead in a circle is looked at when all of them are set:
    /// one further down may open it.
    private func setRules(_ table: RowImport<Blueprint.Number>, _ transaction: ControlTransaction) throws {
        try table.pass { row, _, marks in
            let number = try Self.parsed(row.number.value)
            if row.forwarding.isEmpty, try !transaction.snapshot.hasNumber(number) {
                throw ControlError.noSuchNumber(number)
            }
            let withholds = try row.withheld?.doing { try withhold($0, from: number, in: transaction) } ?? false
            let rejects =
                try row.rejected?.doing { try reject($0, row.rejectionOrder, of: number, in: transaction) } ?? false
            var forwards = false
            if !row.forwarding.isEmpty {
                let (before, after) = try setForwarding(of: number, as: row.forwarding, in: transaction)
                forwards = before != after
                if forwards { marks.insert(.waiting) }
            }
            if withholds || rejects || forwards { marks.insert(.changed) }
        }
        guard try mayHaveCircles(table.waitingCount, in: transaction.snapshot) else { return }
        try table.pass(waiting: true) { row, _, _ in
            try row.number.doing { try checkLoops(of: Self.parsed($0), in: transaction.snapshot) }
        }
    }

    /// Following the rules of each number would take as long as the chains that they make; one look at all rules finds
    /// that there is no circle at all, as nearly always.
    private func mayHaveCircles(_ changedNumbers: Int, in snapshot: ControlSnapshot) throws -> Bool {
        guard changedNumbers > Self.followedNumbers else { return changedNumbers > 0 }
        var graph = ForwardingGraph()
        try snapshot.eachForwarding { graph.add(from: $0, to: $1) }
        return !graph.circles().isEmpty
    }

    /// So many are quicker followed one by one than a million rules looked at.
    private static let followedNumbers = 1_000

    private func withhold(
        _ wanted: [OptionService], from number: PhoneNumber, in transaction: ControlTransaction
    ) throws -> Bool {
        let present = try transaction.snapshot.withheldOptions(of: number)
        if present.isEmpty, wanted.isEmpty { return false }
        guard let contract = try state(of: number, in: transaction.snapshot).contract else {
            throw ContractRefusal.notUnderContract(number)
        }
        let contracted = try transaction.snapshot.options(ofContract: contract)
        let differing = OptionService.allCases.filter { option in
            (contracted.contains(option) && present.contains(option)) != wanted.contains(option)
        }
        for option in differing {
            let isWithheld = wanted.contains(option)
            try changeOption(
                isWithheld ? "option remove" : "option add", option, of: number, isWithheld: isWithheld,
                in: transaction)
        }
        return !differing.isEmpty
    }

    private func reject(
        _ reasons: [NonPresentationReason], _ schedule: ScheduleOrder, of number: PhoneNumber,
        in transaction: ControlTransaction
    ) throws -> Bool {
        let present = try require(number, in: transaction.snapshot).anonymousCalls
        let wanted = AnonymousCallPolicy(
            rejected: Set(reasons), schedule: reasons.isEmpty ? nil : schedule.schedule(after: present.schedule))
        guard wanted != present else { return false }
        try changeAnonymous("anonymous set", of: number, { $0 = wanted }, in: transaction)
        return true
    }
}
