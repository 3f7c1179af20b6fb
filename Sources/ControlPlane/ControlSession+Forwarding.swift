package import Directory
package import Storage

extension ControlSession {
    /// Switches forwarding on for one condition.
    ///
    /// The destination is kept among the number's saved ones: where it is already, or in a free slot, or in the slot
    /// that was saved longest ago of those that no rule uses.
    ///
    /// - Parameters:
    ///   - text: a number, a sip: URI (only the operator sets new ones) or `voicemail`, as typed.
    ///   - ringSeconds: how long the phone rings before a call counts as not answered; nil leaves it as it is.
    ///   - schedule: when the rule applies.
    /// - Throws: ``ControlError``, `StorageError`.
    package func setForwarding(
        of number: PhoneNumber, when condition: ForwardingCondition, to text: String, ringSeconds: Int? = nil,
        schedule: ScheduleOrder = .kept
    ) throws -> ForwardingState {
        try changeForwarding(
            of: number, .set(condition, to: text, ringSeconds: ringSeconds, schedule: schedule))
    }

    /// Switches forwarding off; the destinations stay saved.
    ///
    /// - Parameter condition: nil: all of them.
    package func stopForwarding(of number: PhoneNumber, when condition: ForwardingCondition? = nil) throws
        -> ForwardingState
    {
        try changeForwarding(of: number, .off(condition))
    }

    /// Does one thing to the forwarding of one number.
    package func changeForwarding(of number: PhoneNumber, _ order: ForwardingOrder) throws -> ForwardingState {
        try write(order.useCase, on: .number(number)) { transaction in
            let before = try present(number, in: transaction.snapshot)
            try perform(order, on: number, in: transaction)
            var state = try present(number, in: transaction.snapshot)
            state.replaced = state.replaced(since: before)
            return state
        }
    }

    /// - Parameter operation: what it is a part of, if many numbers are changed.
    func perform(
        _ order: ForwardingOrder, on number: PhoneNumber, by operation: Int64? = nil, in transaction: ControlTransaction
    ) throws {
        switch order {
        case .set(let condition, let text, let ringSeconds, let schedule):
            try setRule(condition, to: text, ringSeconds: ringSeconds, schedule, of: number, in: transaction)
        case .off(let condition): try clearRules(condition, of: number, in: transaction)
        case .layOver(let condition, let text, let until):
            try layOver(condition, to: text, until: until, of: number, by: operation, in: transaction)
        case .layOff(let condition, let until):
            try layOff(condition, until: until, of: number, by: operation, in: transaction)
        }
    }

    private func setRule(
        _ condition: ForwardingCondition, to text: String, ringSeconds: Int?, _ schedule: ScheduleOrder,
        of number: PhoneNumber, in transaction: ControlTransaction
    ) throws {
        try schedule.requireFuture(at: now)
        let snapshot = transaction.snapshot
        let before = try ForwardingState(of: number, in: snapshot)
        if let ringSeconds {
            guard ForwardingRules.ringSecondsRange.contains(ringSeconds) else {
                throw ControlError.ringSeconds(ringSeconds)
            }
            try transaction.setRingSeconds(ringSeconds, of: number)
        }
        let destination = try allowedDestination(typed: text, for: number, in: snapshot)
        // With the rule goes its schedule.
        let present = try require(number, in: snapshot).forwarding.schedules[condition]
        try transaction.clearRule(condition, of: number)
        let target: RuleTarget =
            destination == .voicemail
            ? .voicemail : .slot(try slot(for: destination, typed: text, of: number, in: transaction))
        try transaction.setRule(condition, to: target, of: number)
        try transaction.setSchedule(
            schedule.schedule(after: present, renewedAt: now), of: condition, of: number)
        let state = try ForwardingState(of: number, in: snapshot)
        try record("forward set", of: .number(number), from: before, to: state, in: transaction)
    }

    private func clearRules(
        _ condition: ForwardingCondition?, of number: PhoneNumber, in transaction: ControlTransaction
    ) throws {
        let before = try ForwardingState(of: number, in: transaction.snapshot)
        for condition in condition.map({ [$0] }) ?? ForwardingCondition.allCases {
            try transaction.clearRule(condition, of: number)
        }
        let state = try ForwardingState(of: number, in: transaction.snapshot)
        try record("forward off", of: .number(number), from: before, to: state, in: transaction)
    }

    /// What a number may forward to now.
    ///
    /// - Parameter wasSet: it comes from the history, so that a URI needs no operator.
    func allowedDestination(
        typed text: String, for number: PhoneNumber, wasSet: Bool = false, in snapshot: ControlSnapshot
    ) throws -> Destination {
        let options = try snapshot.savedRecord(of: number)?.options ?? .withoutContract
        let destination = try destination(typed: text, for: number, with: options, wasSet: wasSet, in: snapshot)
        try checkOption(for: destination, of: number, in: snapshot)
        try checkLoop(from: number, to: destination, in: snapshot)
        return destination
    }

    package func forwarding(of number: PhoneNumber) throws -> ForwardingState {
        try read(.showForwarding, on: .number(number)) { try present(number, in: $0) }
    }

    /// A page of the numbers that forward calls, if only for a time: those behind `number`, or the first.
    ///
    /// - Throws: ``ControlError`` when the filter names what does not exist.
    package func forwardingNumbers(
        after number: PhoneNumber? = nil, in filter: NumberFilter = NumberFilter(), limit: Int
    ) throws -> [ForwardingState] {
        try refusing {
            try read(.listForwarding, on: .reached) { snapshot in
                let moment = try snapshot.clock().moment(at: now)
                return try snapshot.forwardingNumbers(
                    after: number, in: try existing(filter, in: snapshot), within: reach, at: moment.milliseconds,
                    limit: limit
                ).map { try ForwardingState(of: $0, in: snapshot, at: moment) }
            }
        }
    }

    /// A number's forwarding as it is now.
    func present(_ number: PhoneNumber, in snapshot: ControlSnapshot) throws -> ForwardingState {
        try ForwardingState(of: number, in: snapshot, at: try snapshot.clock().moment(at: now))
    }

    func destination(typed text: String, for number: PhoneNumber, in snapshot: ControlSnapshot) throws
        -> Destination
    {
        let options = try snapshot.savedRecord(of: number)?.options ?? .withoutContract
        return try destination(typed: text, for: number, with: options, in: snapshot)
    }

    /// - Parameters:
    ///   - options: those of the number.
    ///   - wasSet: it comes from the history, so that a URI needs no operator.
    ///   - isKept: what has come since it was set is no reason to refuse it.
    func destination(
        typed text: String, for number: PhoneNumber, with options: NumberOptions, wasSet: Bool = false,
        isKept: Bool = false, in snapshot: ControlSnapshot
    ) throws -> Destination {
        do {
            let policy = DestinationPolicy(
                forbidden: try Self.forbiddenDestinations(in: snapshot), options: options,
                uris: wasSet || principal.isOperator ? .anyURI : .savedOnes, isKept: isKept)
            return try policy.destination(typed: text, for: number, in: snapshot)
        } catch let refusal as DestinationRefusal {
            throw ControlError.destination(refusal)
        }
    }

    func checkOption(for destination: Destination, of number: PhoneNumber, in snapshot: ControlSnapshot) throws {
        guard let missing = try snapshot.savedRecord(of: number)?.options.missing(for: destination) else { return }
        try refusing { try require(missing, of: number, in: snapshot) }
    }

    /// - Throws: ``ControlError/loop(path:)``, or ``ControlError/loopElsewhere(_:)`` if it leaves the company.
    func checkLoop(from number: PhoneNumber, to destination: Destination, in snapshot: ControlSnapshot) throws {
        if case .number(let target) = destination,
            let path = try ForwardingLoop.path(from: number, through: target, in: snapshot, at: now)
        {
            throw try isShown(path, of: number, in: snapshot)
                ? ControlError.loop(path: path) : ControlError.loopElsewhere(number)
        }
    }

    /// A way through numbers of one company may be seen by all of it; what another's numbers do is nobody else's.
    private func isShown(_ path: [PhoneNumber], of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> Bool {
        if reach.isEverything { return true }
        guard let company = try snapshot.entry(of: number)?.place?.company else { return false }
        return try path.allSatisfy { try snapshot.has(.number($0), within: Reach([.company(company)])) }
    }

    private func slot(
        for destination: Destination, typed text: String, of number: PhoneNumber, in transaction: ControlTransaction
    ) throws -> Int {
        let saved = try transaction.snapshot.savedDestinations(of: number)
        if let same = saved.first(where: { $0.destination == destination }) { return same.slot }
        let taken = Set(saved.map(\.slot))
        let inUse = try transaction.snapshot.slotsInUse(of: number)
        let idle = saved.filter { !inUse.contains($0.slot) }.min { ($0.savedAt, $0.slot) < ($1.savedAt, $1.slot) }
        let free = (1...ForwardingRules.savedDestinationCount).first { !taken.contains($0) }
        guard let slot = free ?? idle?.slot else { throw ControlError.noFreeSlot(number) }
        try transaction.save(
            SavedDestination(
                slot: slot, destination: destination, typed: NumberPlan.halfWidth(text), savedAt: now), of: number)
        return slot
    }
}
