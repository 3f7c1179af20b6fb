package import Directory
import Storage

extension ControlSession {
    /// Sets all that a number's forwarding is made of: what is on, where it leads, the five saved destinations, the ring
    /// time. Rules that stay keep their schedules; what lies over the rules for a time stays as it is.
    ///
    /// A saved destination that stays as it was and that nothing uses is not looked at again, so that one that may no longer
    /// be used stands in nobody's way.
    ///
    /// - Throws: ``ControlError/forwardingForm(_:)`` with all that is wrong with it; nothing is changed then.
    package func setForwarding(of number: PhoneNumber, as form: ForwardingForm) throws -> ForwardingState {
        try write(.fillForwardingForm, on: .number(number)) { transaction in
            let before = try ForwardingState(of: number, in: transaction.snapshot)
            let reading = try FormReading(form, before, of: number, self, transaction.snapshot)
            guard reading.flaws.isEmpty else { throw ControlError.forwardingForm(reading.flaws) }
            let schedules = try require(number, in: transaction.snapshot).forwarding.schedules
            for condition in ForwardingCondition.allCases { try transaction.clearRule(condition, of: number) }
            for (slot, entry) in zip(1..., reading.entries) {
                switch entry {
                case .kept: continue
                case .none: try transaction.removeDestination(slot, of: number)
                case .new(let destination, let typed):
                    try transaction.save(
                        SavedDestination(slot: slot, destination: destination, typed: typed, savedAt: now), of: number)
                }
            }
            if let seconds = reading.ringSeconds { try transaction.setRingSeconds(seconds, of: number) }
            for (condition, target) in reading.rules {
                switch target {
                case .entry(let slot): try transaction.setRule(condition, to: .slot(slot), of: number)
                case .voicemail: try transaction.setRule(condition, to: .voicemail, of: number)
                }
                let stays = before.rules.contains { $0.when == condition }
                try transaction.setSchedule(stays ? schedules[condition] : nil, of: condition, of: number)
            }
            let state = try ForwardingState(of: number, in: transaction.snapshot)
            try record("forward form", of: .number(number), from: before, to: state, in: transaction)
            return try present(number, in: transaction.snapshot)
        }
    }

    /// What may be typed into an entry, or is wrong with it.
    fileprivate func destination(entry text: String, of number: PhoneNumber, in snapshot: ControlSnapshot) throws
        -> Result<Destination, ForwardingFormRefusal>
    {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-") })
        else { return .failure(.init(.notDigits)) }
        do {
            return .success(try destination(typed: text, for: number, in: snapshot))
        } catch ControlError.destination(let refusal) {
            return .failure(.init(.destination(refusal)))
        }
    }

    fileprivate func loop(from number: PhoneNumber, to destination: Destination, in snapshot: ControlSnapshot) throws
        -> ForwardingFlaw.Reason?
    {
        do {
            try checkLoop(from: number, to: destination, in: snapshot)
            return nil
        } catch ControlError.loop(let path) {
            return .loop(path: path)
        } catch ControlError.loopElsewhere {
            return .loopElsewhere
        }
    }
}

private struct ForwardingFormRefusal: Error {
    let reason: ForwardingFlaw.Reason

    init(_ reason: ForwardingFlaw.Reason) { self.reason = reason }
}

/// What a form comes to, or all that is wrong with it.
private struct FormReading {
    enum Entry {
        case none
        /// As it was.
        case kept(Destination)
        case new(Destination, typed: String)

        var destination: Destination? {
            switch self {
            case .none: nil
            case .kept(let destination), .new(let destination, _): destination
            }
        }
    }

    /// Of each slot.
    private(set) var entries: [Entry] = []
    private(set) var rules: [(ForwardingCondition, ForwardingForm.Target)] = []
    /// Nil: it stays.
    private(set) var ringSeconds: Int?
    private(set) var flaws: [ForwardingFlaw] = []

    init(
        _ form: ForwardingForm, _ state: ForwardingState, of number: PhoneNumber, _ session: ControlSession,
        _ snapshot: ControlSnapshot
    ) throws {
        let options = try snapshot.savedRecord(of: number)?.options ?? .withoutContract
        let chosen = form.forwards == true ? form.operations : [:]
        let used = Set(chosen.values.compactMap(\.self))
        readOperations(form, options)
        readRingSeconds(form)
        for (slot, typed) in zip(1..., form.entries) {
            try read(
                typed, slot, isUsed: used.contains(.entry(slot)), state.saved.first { $0.slot == slot }, of: number,
                session, snapshot)
        }
        for (slot, entry) in zip(1..., entries) where used.contains(.entry(slot)) {
            guard let destination = entry.destination, !flaws.contains(where: { $0.field == .entry(slot) }) else {
                continue
            }
            if let reason = try session.loop(from: number, to: destination, in: snapshot) { flaw(.entry(slot), reason) }
        }
        flaws.sort { $0.field.place < $1.field.place }
    }

    private mutating func flaw(_ field: ForwardingFlaw.Field, _ reason: ForwardingFlaw.Reason) {
        flaws.append(ForwardingFlaw(field, reason))
    }

    private mutating func readOperations(_ form: ForwardingForm, _ options: NumberOptions) {
        guard let forwards = form.forwards else { return flaw(.forwards, .nothingChosen) }
        guard forwards else { return }
        guard options.has(.forwarding) else { return flaw(.forwards, .optionMissing(.forwarding)) }
        if form.operations.isEmpty { flaw(.operations, .noOperation) }
        if form.operations.count > 1, form.operations.keys.contains(.always) { flaw(.operations, .notAlone) }
        for condition in ForwardingCondition.allCases {
            guard let target = form.operations[condition] else { continue }
            guard let target else {
                flaw(.target(condition), .noTarget)
                continue
            }
            if target == .voicemail, let missing = options.missing(for: .voicemail) {
                flaw(.target(condition), .optionMissing(missing))
            }
            rules.append((condition, target))
        }
    }

    /// Without the no-answer operation, what is no ring time changes none.
    private mutating func readRingSeconds(_ form: ForwardingForm) {
        let range = ForwardingRules.ringSecondsRange
        let text = NumberPlan.halfWidth(form.ringSeconds)
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isDigits, let seconds = Int(text), range.contains(seconds) {
            ringSeconds = seconds
        } else if form.forwards == true, form.operations.keys.contains(.noAnswer) {
            flaw(.ringSeconds, .ringSeconds(range))
        }
    }

    private mutating func read(
        _ text: String, _ slot: Int, isUsed: Bool, _ saved: ForwardingState.Saved?, of number: PhoneNumber,
        _ session: ControlSession, _ snapshot: ControlSnapshot
    ) throws {
        let typed = Self.plainHyphens(NumberPlan.halfWidth(text))
        guard !typed.isEmpty else {
            if isUsed { flaw(.entry(slot), .emptyEntry) }
            return entries.append(.none)
        }
        if let saved, saved.typed == typed || saved.typed == NumberPlan.halfWidth(text) {
            let destination = Destination(shown: saved.to)
            entries.append(.kept(destination))
            if isUsed {
                do {
                    _ = try session.destination(typed: saved.to, for: number, in: snapshot)
                } catch ControlError.destination(let refusal) {
                    flaw(.entry(slot), .destination(refusal))
                }
            }
            return requireOnce(destination, slot)
        }
        switch try session.destination(entry: typed, of: number, in: snapshot) {
        case .success(let destination):
            entries.append(.new(destination, typed: typed))
            requireOnce(destination, slot)
        case .failure(let refusal):
            entries.append(.none)
            flaw(.entry(slot), refusal.reason)
        }
    }

    private mutating func requireOnce(_ destination: Destination, _ slot: Int) {
        if let same = entries.dropLast().firstIndex(where: { $0.destination == destination }) {
            flaw(.entry(slot), .sameAsEntry(same + 1))
        }
    }

    /// The dashes that Japanese keyboards put where a hyphen is meant.
    private static func plainHyphens(_ text: String) -> String {
        String(text.map { "‐‑–−ー".contains($0) ? "-" : $0 })
    }
}

extension ForwardingFlaw.Field {
    /// From the top of the form to its end.
    fileprivate var place: Int {
        switch self {
        case .forwards: 0
        case .operations: 1
        case .ringSeconds: 2
        case .entry(let slot): 10 + slot
        case .target(let condition): 20 + (ForwardingCondition.allCases.firstIndex(of: condition) ?? 0)
        }
    }
}
