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
            let snapshot = transaction.snapshot
            let before = try ForwardingState(of: number, in: snapshot)
            if let ring = wish.ringSeconds, ring.value != before.ringSeconds {
                try ring.doing { seconds in
                    guard ForwardingRules.ringSecondsRange.contains(seconds) else {
                        throw ControlError.ringSeconds(seconds)
                    }
                    try transaction.setRingSeconds(seconds, of: number)
                }
            }
            var draft = ForwardingDraft(
                number: number, saved: try snapshot.savedDestinations(of: number), before: before, now: now)
            try state(destinations: wish.destinations, in: &draft, snapshot)
            try state(rules: wish, in: &draft, snapshot)
            let schedules = try require(number, in: snapshot).forwarding.schedules
            try draft.write(transaction)
            try setSchedules(of: number, as: wish, before: schedules, transaction)
            if checksLoops { try checkLoops(of: number, in: snapshot) }
            let state = try ForwardingState(of: number, in: snapshot)
            try record("forward set", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    /// - Throws: ``ControlError/loop(path:)`` when calls to a number would come back to it.
    package func checkLoops(of number: PhoneNumber) throws {
        try read(.showForwarding, on: .number(number)) { try checkLoops(of: number, in: $0) }
    }

    private func checkLoops(of number: PhoneNumber, in snapshot: ControlSnapshot) throws {
        let active = try require(number, in: snapshot).forwarding.active
        for destination in ForwardingCondition.allCases.compactMap({ active[$0] }) {
            try checkLoop(from: number, to: destination, in: snapshot)
        }
    }

    private func state(
        destinations: [Int: Stated<String>]?, in draft: inout ForwardingDraft, _ snapshot: ControlSnapshot
    ) throws {
        guard let destinations else { return }
        let present = draft.saved
        draft.saved = [:]
        for (slot, stated) in destinations.sorted(by: { $0.key < $1.key }) {
            try stated.doing { text in
                if let same = present[slot], same.typed == NumberPlan.halfWidth(text) {
                    draft.saved[slot] = same
                } else {
                    let destination = try destination(typed: text, for: draft.number, in: snapshot)
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
                guard draft.slot(of: destination) != nil else {
                    throw ControlError.destinationInUse(
                        draft.number, slot: draft.slotBefore(of: destination) ?? 0, when: condition)
                }
            }
            return
        }
        draft.rules = [:]
        for condition in ForwardingCondition.allCases {
            guard let stated = rules[condition] else { continue }
            try stated.doing { text in
                var wanted = Destination(shown: NumberPlan.halfWidth(text))
                if present[condition] != wanted {
                    wanted = try destination(typed: text, for: draft.number, in: snapshot)
                }
                if present[condition] != wanted, !wish.kept.contains(condition) {
                    try checkOption(for: wanted, of: draft.number, in: snapshot)
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
    let now: Int64
    var saved: [Int: SavedDestination]
    var rules: [ForwardingCondition: Destination]
    private let savedBefore: [Int: SavedDestination]
    private let rulesBefore: [ForwardingCondition: Destination]

    init(number: PhoneNumber, saved: [SavedDestination], before: ForwardingState, now: Int64) {
        self.number = number
        self.now = now
        savedBefore = Dictionary(uniqueKeysWithValues: saved.map { ($0.slot, $0) })
        rulesBefore = Dictionary(
            uniqueKeysWithValues: before.rules.map { rule in
                (rule.when, saved.first { $0.slot == rule.slot }?.destination ?? .voicemail)
            })
        (self.saved, rules) = (savedBefore, rulesBefore)
    }

    func slot(of destination: Destination) -> Int? { saved.first { $0.value.destination == destination }?.key }

    func slotBefore(of destination: Destination) -> Int? {
        savedBefore.first { $0.value.destination == destination }?.key
    }

    mutating func save(_ destination: Destination, typed text: String, as slot: Int) {
        saved[slot] = SavedDestination(
            slot: slot, destination: destination, typed: NumberPlan.halfWidth(text), savedAt: now)
    }

    /// Puts a destination into the list if it is not there: in a free slot, or in the one that was saved longest ago of
    /// those that no rule uses.
    mutating func findSlot(for destination: Destination, typed text: String, mayForget: Bool) throws {
        guard destination != .voicemail, slot(of: destination) == nil else { return }
        let inUse = Set(rules.values)
        let idle = saved.values.filter { mayForget && !inUse.contains($0.destination) }
            .min { ($0.savedAt, $0.slot) < ($1.savedAt, $1.slot) }
        let free = (1...ForwardingRules.savedDestinationCount).first { saved[$0] == nil }
        guard let slot = free ?? idle?.slot else { throw ControlError.noFreeSlot(number) }
        save(destination, typed: text, as: slot)
    }

    func write(_ transaction: ControlTransaction) throws {
        guard saved != savedBefore || rules != rulesBefore else { return }
        for condition in rulesBefore.keys { try transaction.clearRule(condition, of: number) }
        for slot in savedBefore.keys.sorted() where saved[slot] == nil {
            try transaction.removeDestination(slot, of: number)
        }
        for (slot, destination) in saved.sorted(by: { $0.key < $1.key }) where savedBefore[slot] != destination {
            try transaction.save(destination, of: number)
        }
        for condition in ForwardingCondition.allCases {
            guard let destination = rules[condition] else { continue }
            let target = slot(of: destination).map(RuleTarget.slot) ?? .voicemail
            try transaction.setRule(condition, to: target, of: number)
        }
    }
}
