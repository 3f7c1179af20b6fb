import Directory
import Foundation
import Storage

/// How changes of one number are taken back.
extension ControlSession {
    var forwardingReversal: Reversal<ForwardingState> {
        Reversal(
            subjects: ["forward", "destination"],
            object: { .number(PhoneNumber(shown: $0.number)) },
            current: { try ForwardingState(of: PhoneNumber(shown: $0.number), in: $1) },
            matches: { $0.isSame(as: $1) },
            apply: { _, before, transaction in
                if let before { try restore(before, in: transaction) }
            })
    }

    /// What is switched on by it has to be allowed now, as if it were set anew.
    private func restore(_ state: ForwardingState, in transaction: ControlTransaction) throws {
        let (number, snapshot) = (PhoneNumber(shown: state.number), transaction.snapshot)
        let present = try ForwardingState(of: number, in: snapshot)
        for condition in ForwardingCondition.allCases { try transaction.clearRule(condition, of: number) }
        for saved in present.saved where !state.saved.contains(where: { $0.slot == saved.slot }) {
            try transaction.removeDestination(saved.slot, of: number)
        }
        for saved in state.saved where !present.saved.contains(saved) {
            try transaction.save(
                SavedDestination(
                    slot: saved.slot, destination: Destination(shown: saved.to), typed: saved.typed, savedAt: now),
                of: number)
        }
        try transaction.setRingSeconds(state.ringSeconds, of: number)
        for rule in state.rules {
            if !present.rules.contains(where: { $0.when == rule.when && $0.to == rule.to }) {
                _ = try allowedDestination(typed: rule.to, for: number, wasSet: true, in: snapshot)
            }
            try transaction.setRule(rule.when, to: rule.slot.map(RuleTarget.slot) ?? .voicemail, of: number)
            try transaction.setSchedule(rule.schedule?.schedule, of: rule.when, of: number)
        }
    }

    var anonymousReversal: Reversal<AnonymousState> {
        Reversal(
            subjects: ["anonymous"],
            object: { .number(PhoneNumber(shown: $0.number)) },
            current: { AnonymousState(try require(PhoneNumber(shown: $0.number), in: $1)) },
            matches: { $0.isSame(as: $1) },
            apply: { left, before, transaction in
                guard let before else { return }
                let number = PhoneNumber(shown: before.number)
                if !Set(before.rejected).isSubset(of: left?.rejected ?? []) {
                    try require(.anonymousRejection, of: number, in: transaction.snapshot)
                }
                try transaction.setAnonymousCalls(
                    AnonymousCallPolicy(rejected: Set(before.rejected), schedule: before.schedule?.schedule),
                    of: number)
            })
    }

    var blockListReversal: Reversal<BlockListState> {
        Reversal(
            subjects: ["block"],
            object: { .number(PhoneNumber(shown: $0.number)) },
            current: { try BlockListState(of: PhoneNumber(shown: $0.number), in: $1) },
            matches: { $0.callers.map(\.caller) == $1.callers.map(\.caller) },
            apply: { left, before, transaction in
                guard let left, let before else { return }
                let number = PhoneNumber(shown: before.number)
                let (had, has) = (Set(before.callers.map(\.caller)), Set(left.callers.map(\.caller)))
                for entry in left.callers where !had.contains(entry.caller) {
                    try transaction.unblock(PhoneNumber(shown: entry.caller), for: number)
                }
                for entry in before.callers where !has.contains(entry.caller) {
                    try transaction.block(
                        BlockedCaller(
                            caller: PhoneNumber(shown: entry.caller), blockedAt: entry.blockedAt.milliseconds),
                        for: number)
                }
            })
    }

    /// Only the options that the change was about count: others may have changed meanwhile.
    func numberOptionReversal(_ entry: HistoryEntry) throws -> Reversal<NumberOptionState> {
        let changed = try Self.changedOptions(entry)
        return Reversal(
            subjects: ["option"],
            object: { .number(PhoneNumber(shown: $0.number)) },
            current: { try optionState(of: PhoneNumber(shown: $0.number), in: $1) },
            matches: { present, left in
                present.contract == left.contract && changed.intersection(present.options).isSubset(of: left.options)
                    && changed.intersection(left.options).isSubset(of: present.options)
            },
            apply: { _, before, transaction in
                guard let before else { return }
                let number = PhoneNumber(shown: before.number)
                for option in OptionService.allCases where changed.contains(option) {
                    let isBack = before.options.contains(option)
                    try transaction.withhold(option, from: number, !isBack)
                    if isBack { try require(option, of: number, in: transaction.snapshot) }
                }
            })
    }

    /// The options that a change has added or taken away.
    static func changedOptions(_ entry: HistoryEntry) throws -> Set<OptionService> {
        struct Holder: Decodable {
            let options: Set<OptionService>
        }
        let states = try [entry.before, entry.after].map {
            try $0.map { try HistoryText.decode(Holder.self, from: $0).options } ?? []
        }
        return states[0].symmetricDifference(states[1])
    }

    func numberReversal(_ entry: HistoryEntry) -> Reversal<NumberState> {
        Reversal(
            subjects: entry.before == nil ? [] : ["number"],
            object: { .number(PhoneNumber(trustedCanonical: $0.canonical)) },
            current: { state, snapshot in
                let number = PhoneNumber(trustedCanonical: state.canonical)
                return try snapshot.hasNumber(number) ? self.state(of: number, in: snapshot) : nil
            },
            matches: { present, left in
                present.contract == left.contract && present.voiceContract == left.voiceContract
                    && present.kind == left.kind
            },
            apply: { left, before, transaction in
                if let before {
                    try putBack(before, undoing: entry, in: transaction)
                } else if let left {
                    try transaction.removeNumber(PhoneNumber(trustedCanonical: left.canonical))
                }
            })
    }

    private func putBack(
        _ state: NumberState, undoing entry: HistoryEntry, in transaction: ControlTransaction
    ) throws {
        let number = PhoneNumber(trustedCanonical: state.canonical)
        let place: ContractPlace? =
            state.voiceContract.map(ContractPlace.voiceContract) ?? state.contract.map(ContractPlace.contract)
        try put(number, at: place, as: state.kind ?? .pilot, undoing: entry, in: transaction)
        for option in try withheld(of: state, in: transaction.snapshot) {
            try transaction.withhold(option, from: number, true)
        }
        // Only where it may still have the number, which the table sees to.
        if let login = try state.login.flatMap({ try transaction.snapshot.loginID($0) }) {
            try transaction.giveNumbers([number], toLogin: login.account.id)
        }
    }

    /// An entry that does not say what was withheld tells only what the number had: of what its contract has now, the
    /// rest is withheld.
    private func withheld(of state: NumberState, in snapshot: ControlSnapshot) throws -> [OptionService] {
        if let withheld = state.withheld { return withheld }
        guard let contract = state.contract, let had = state.options else { return [] }
        return try snapshot.contract(contract)?.options.filter { !had.contains($0) } ?? []
    }
}

extension ForwardingState {
    /// Whether the same is set; what options and other rules make of it may differ.
    func isSame(as other: ForwardingState) -> Bool {
        func set(_ rules: [Rule]) -> [String] {
            rules.map { "\($0.when.rawValue) \($0.to) \($0.slot ?? 0) \($0.schedule?.setting ?? "")" }
        }
        return ringSeconds == other.ringSeconds && saved == other.saved && set(rules) == set(other.rules)
    }
}

extension PhoneNumber {
    /// From a state, which shows numbers as they are dialled.
    init(shown text: String) {
        self = (try? PhoneNumber(typed: text)) ?? PhoneNumber(trustedCanonical: text)
    }
}

extension Destination {
    /// From a state.
    init(shown text: String) {
        if text == "voicemail" || text.contains(":") {
            self.init(stored: text)
        } else {
            self = .number(PhoneNumber(shown: text))
        }
    }
}
