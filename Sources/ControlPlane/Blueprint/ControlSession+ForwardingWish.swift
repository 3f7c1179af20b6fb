package import Directory
import Storage

extension ControlSession {
    /// Makes the stated parts of a number's forwarding what they shall be, as one change.
    ///
    /// What stays as it is was allowed once and is not judged again; all else is, as if it were set by itself.
    ///
    /// - Parameter checksLoops: false where the rules of several numbers change together: ``checkLoops(of:)`` has to
    ///   follow.
    /// - Throws: ``ControlError``, ``BlueprintRefusal`` with the place of what is refused, `StorageError`.
    @discardableResult
    package func setForwarding(of number: PhoneNumber, as wish: ForwardingWish, checksLoops: Bool = true) throws
        -> ForwardingState
    {
        try write(.setForwarding, on: .number(number)) { transaction in
            let change = try setForwarding(of: number, as: wish, in: transaction)
            if checksLoops { try checkLoops(of: number, in: transaction.snapshot) }
            return change.after
        }
    }

    /// The same without a look for loops.
    ///
    /// - Returns: what was set before and what is set now.
    func setForwarding(of number: PhoneNumber, as wish: ForwardingWish, in transaction: ControlTransaction) throws
        -> (before: ForwardingState, after: ForwardingState)
    {
        let snapshot = transaction.snapshot
        guard let (record, options) = try snapshot.savedRecord(of: number) else {
            throw ControlError.noSuchNumber(number)
        }
        let saved = try snapshot.savedDestinations(of: number)
        var draft = ForwardingDraft(number: number, options: options, saved: saved, record.forwarding, now: now)
        try wish.ringSeconds?.doing { seconds in
            guard ForwardingRules.ringSecondsRange.contains(seconds) else { throw ControlError.ringSeconds(seconds) }
            draft.ringSeconds = seconds
        }
        try state(destinations: wish, in: &draft, snapshot)
        try state(rules: wish, in: &draft, snapshot)
        if let schedules = wish.schedules { draft.schedules = schedules.mapValues(\.value) }
        let before = ForwardingState(number, record.forwarding, options, saved: saved)
        guard draft.isChanged else { return (before, before) }
        try draft.write(transaction)
        // Ends are told as the clock of the data directory shows them.
        let after = draft.schedules.isEmpty ? draft.state : try ForwardingState(of: number, in: snapshot)
        try self.record("forward set", of: .number(number), from: before, to: after, in: transaction)
        return (before, after)
    }

    /// - Throws: ``ControlError/loop(path:)`` when calls to a number would come back to it.
    package func checkLoops(of number: PhoneNumber) throws {
        try read(.showForwarding, on: .number(number)) { try checkLoops(of: number, in: $0) }
    }

    func checkLoops(of number: PhoneNumber, in snapshot: ControlSnapshot) throws {
        let active = try require(number, in: snapshot).forwarding.active
        for destination in ForwardingCondition.allCases.compactMap({ active[$0] }) {
            try checkLoop(from: number, to: destination, in: snapshot)
        }
    }

    private func state(
        destinations wish: ForwardingWish, in draft: inout ForwardingDraft, _ snapshot: ControlSnapshot
    ) throws {
        guard let destinations = wish.destinations else { return }
        let present = draft.saved
        draft.saved = [:]
        for (slot, stated) in destinations.sorted(by: { $0.key < $1.key }) {
            try stated.doing { text in
                if let same = present[slot], same.typed == NumberPlan.halfWidth(text) {
                    draft.saved[slot] = same
                } else {
                    let destination = try destination(
                        typed: text, for: draft.number, with: draft.options,
                        isKept: wish.keptDestinations.contains(slot), in: snapshot)
                    guard destination != .voicemail else { throw ControlError.destination(.voicemailInList) }
                    draft.save(destination, typed: text, as: slot)
                }
                let twin = draft.saved.first {
                    $0.key != slot && $0.value.destination == draft.saved[slot]?.destination
                }
                if let twin { throw ControlError.destinationSaved(draft.number, slot: twin.key) }
            }
        }
    }

    private func state(
        rules wish: ForwardingWish, in draft: inout ForwardingDraft, _ snapshot: ControlSnapshot
    ) throws {
        let present = draft.rules
        guard let rules = wish.rules else {
            for (condition, destination) in present where destination != .voicemail {
                // The rule was set by itself, so it is not switched off for the sake of the list.
                guard draft.slot(of: destination) == nil else { continue }
                let slot = draft.slotBefore(of: destination) ?? 0
                guard wish.rulesFollow, let successor = draft.saved[slot] else {
                    throw ControlError.destinationInUse(draft.number, slot: slot, when: condition)
                }
                draft.rules[condition] = successor.destination
            }
            return
        }
        draft.rules = [:]
        for condition in ForwardingCondition.allCases {
            guard let stated = rules[condition] else { continue }
            try stated.doing { text in
                var wanted = Destination(shown: NumberPlan.halfWidth(text))
                if present[condition] != wanted {
                    wanted = try destination(
                        typed: text, for: draft.number, with: draft.options, isKept: wish.kept.contains(condition),
                        in: snapshot)
                }
                if present[condition] != wanted, !wish.kept.contains(condition),
                    let missing = draft.options.missing(for: wanted)
                {
                    try refusing { try require(missing, of: draft.number, in: snapshot) }
                }
                draft.rules[condition] = wanted
            }
        }
        for condition in ForwardingCondition.allCases {
            guard let stated = rules[condition], let wanted = draft.rules[condition] else { continue }
            try stated.doing { text in
                try draft.findSlot(for: wanted, typed: text, mayForget: wish.destinations == nil)
            }
        }
    }
}

/// A number's forwarding on its way to what it shall be.
struct ForwardingDraft {
    let number: PhoneNumber
    let options: NumberOptions
    let now: Int64
    var saved: [Int: SavedDestination]
    var rules: [ForwardingCondition: Destination]
    /// Of rules that are switched on; an end that has passed is taken: the rule does nothing any more.
    var schedules: [ForwardingCondition: Schedule]
    var ringSeconds: Int
    private let savedBefore: [Int: SavedDestination]
    private let before: ForwardingRules

    init(
        number: PhoneNumber, options: NumberOptions, saved: [SavedDestination], _ before: ForwardingRules, now: Int64
    ) {
        self.number = number
        self.options = options
        self.now = now
        self.before = before
        savedBefore = Dictionary(uniqueKeysWithValues: saved.map { ($0.slot, $0) })
        (self.saved, rules, ringSeconds) = (savedBefore, before.active, before.ringSeconds)
        schedules = before.schedules
    }

    var isChanged: Bool {
        saved != savedBefore || rules != before.active || ringSeconds != before.ringSeconds
            || rules.keys.contains(where: changesSchedule)
    }

    private func changesSchedule(of condition: ForwardingCondition) -> Bool {
        func setting(_ schedule: Schedule?) -> String? {
            schedule.flatMap { $0.isAlways ? nil : ScheduleState($0).setting }
        }
        let present = before.active[condition] == nil ? nil : before.schedules[condition]
        return setting(schedules[condition]) != setting(present)
    }

    func slot(of destination: Destination) -> Int? {
        saved.filter { $0.value.destination == destination }.keys.min()
    }

    func slotBefore(of destination: Destination) -> Int? {
        savedBefore.filter { $0.value.destination == destination }.keys.min()
    }

    mutating func save(_ destination: Destination, typed text: String, as slot: Int) {
        saved[slot] = SavedDestination(
            slot: slot, destination: destination, typed: NumberPlan.halfWidth(text), savedAt: now)
    }

    /// Puts a destination into the list if it is not there: where it was, in a free slot, or in the one that was saved
    /// longest ago of those that no rule uses.
    mutating func findSlot(for destination: Destination, typed text: String, mayForget: Bool) throws {
        guard destination != .voicemail, slot(of: destination) == nil else { return }
        if let slot = slotBefore(of: destination), saved[slot] == nil {
            saved[slot] = savedBefore[slot]
            return
        }
        let inUse = Set(rules.values)
        let idle = saved.values.filter { mayForget && !inUse.contains($0.destination) }
            .min { ($0.savedAt, $0.slot) < ($1.savedAt, $1.slot) }
        let free = (1...ForwardingRules.savedDestinationCount).first { saved[$0] == nil }
        guard let slot = free ?? idle?.slot else { throw ControlError.noFreeSlot(number) }
        save(destination, typed: text, as: slot)
    }

    /// As it is when it is written.
    var state: ForwardingState {
        var rules = before
        rules.active = self.rules
        rules.schedules = schedules.filter { self.rules[$0.key] != nil }
        rules.ringSeconds = ringSeconds
        return ForwardingState(number, rules, options, saved: saved.values.sorted { $0.slot < $1.slot })
    }

    /// Writes what differs, in an order in which no rule is ever without its destination. A condition that stays on
    /// keeps its schedule.
    func write(_ transaction: ControlTransaction) throws {
        if ringSeconds != before.ringSeconds { try transaction.setRingSeconds(ringSeconds, of: number) }
        for condition in ForwardingCondition.allCases where rules[condition] == nil && before.active[condition] != nil {
            try transaction.clearRule(condition, of: number)
        }
        for (slot, destination) in saved.sorted(by: { $0.key < $1.key }) where savedBefore[slot] != destination {
            try transaction.save(destination, of: number)
        }
        for condition in ForwardingCondition.allCases {
            guard let destination = rules[condition] else { continue }
            let (old, new) = (before.active[condition], slot(of: destination))
            guard old == nil || new != old.flatMap(slotBefore(of:)) else { continue }
            try transaction.setRule(condition, to: new.map(RuleTarget.slot) ?? .voicemail, of: number)
        }
        for condition in ForwardingCondition.allCases where rules[condition] != nil && changesSchedule(of: condition) {
            try transaction.setSchedule(schedules[condition], of: condition, of: number)
        }
        for slot in savedBefore.keys.sorted() where saved[slot] == nil {
            try transaction.removeDestination(slot, of: number)
        }
    }
}
