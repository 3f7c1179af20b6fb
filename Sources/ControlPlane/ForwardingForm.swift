package import Directory

/// 転送(番号ごと)設定 as a person has filled it in: all that a number's forwarding is made of, at once.
package struct ForwardingForm: Sendable, Equatable {
    /// Where a condition sends calls.
    package enum Target: Sendable, Hashable {
        /// リスト1 to リスト5.
        case entry(Int)
        /// 留守番電話.
        case voicemail
    }

    /// 転送する or 転送しない; nil: neither was chosen.
    package var forwards: Bool?
    /// 転送動作, with the target of each; nil: none was chosen for it.
    package var operations: [ForwardingCondition: Target?]
    /// 呼出時間 in seconds, as typed. It counts for the no-answer operation alone.
    package var ringSeconds: String
    /// リスト1 to リスト5, as typed.
    package var entries: [String]

    package init(
        forwards: Bool?, operations: [ForwardingCondition: Target?] = [:],
        ringSeconds: String = String(ForwardingRules.defaultRingSeconds), entries: [String] = []
    ) {
        self.forwards = forwards
        self.operations = operations
        self.ringSeconds = ringSeconds
        let count = ForwardingRules.savedDestinationCount
        self.entries = Array((entries + Array(repeating: "", count: count)).prefix(count))
    }

    /// What is set now, to be changed.
    package init(_ state: ForwardingState) {
        var entries = Array(repeating: "", count: ForwardingRules.savedDestinationCount)
        for saved in state.saved where entries.indices.contains(saved.slot - 1) {
            entries[saved.slot - 1] = saved.typed
        }
        // Unconditional forwarding stands alone here: rules that rest beside it were not set by this form, and can't be
        // shown by it.
        let isAlone = state.rules.contains { $0.when == .always }
        let rules = state.rules.filter { !isAlone || $0.when == .always }
        self.init(
            forwards: !state.rules.isEmpty,
            operations: Dictionary(
                uniqueKeysWithValues: rules.map { ($0.when, $0.slot.map(Target.entry) ?? .voicemail) }),
            ringSeconds: String(state.ringSeconds), entries: entries)
    }
}

/// One thing that is wrong with a form, and where.
package struct ForwardingFlaw: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Field: Sendable, Hashable {
        /// 転送設定.
        case forwards
        /// 転送動作.
        case operations
        /// 呼出時間.
        case ringSeconds
        /// リスト1 to リスト5.
        case entry(Int)
        /// The target of an operation.
        case target(ForwardingCondition)
    }

    package enum Reason: Sendable, Equatable {
        /// Neither 転送する nor 転送しない.
        case nothingChosen
        /// Forwarding without an operation.
        case noOperation
        /// Unconditional forwarding beside others.
        case notAlone
        /// An operation without a target.
        case noTarget
        /// The entry is the target of an operation, and empty.
        case emptyEntry
        /// It is the same number as that entry.
        case sameAsEntry(Int)
        /// Not a whole number of seconds, or more or fewer than a phone can ring.
        case ringSeconds(ClosedRange<Int>)
        /// An entry has other characters than digits and hyphens.
        case notDigits
        case destination(DestinationRefusal)
        /// Calls would come back to the number: the way they would take.
        case loop(path: [PhoneNumber])
        /// The same, where the way is not to be shown.
        case loopElsewhere
        /// The number has not the option service that this needs.
        case optionMissing(OptionService)
    }

    package let field: Field
    package let reason: Reason

    package init(_ field: Field, _ reason: Reason) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(name): \(explanation)" }

    private var name: String {
        switch field {
        case .forwards: "forwarding"
        case .operations: "operations"
        case .ringSeconds: "ring time"
        case .entry(let slot): "destination \(slot)"
        case .target(let condition): "target of \(condition.rawValue)"
        }
    }

    private var explanation: String {
        switch reason {
        case .nothingChosen: "choose whether calls are forwarded"
        case .noOperation: "choose when calls are forwarded"
        case .notAlone: "\"always\" can't be combined with other operations: choose it alone, or the others without it"
        case .noTarget: "choose where these calls go"
        case .emptyEntry: "calls are to go there, but it is empty: give a number, or choose another target"
        case .sameAsEntry(let slot): "it is the same as destination \(slot): give it once"
        case .ringSeconds(let range): "give \(range.lowerBound) to \(range.upperBound) seconds in digits"
        case .notDigits: "give digits, with hyphens if you like"
        case .destination(let refusal): refusal.description
        case .loop(let path):
            "calls would go in a circle: \(path.map(\.description).joined(separator: " → ")); choose another destination"
        case .loopElsewhere: "calls would go in a circle: choose another destination"
        case .optionMissing(let option): "the number has not the option \(option.rawValue)"
        }
    }
}
