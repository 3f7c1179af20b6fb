/// When a call is forwarded.
package enum ForwardingCondition: String, CaseIterable, Sendable, Codable {
    /// 無条件: every call, and the phone never rings. The other conditions rest while it is on.
    case always
    /// 話中: the phone is busy.
    case busy
    /// 無応答: nobody answers within the ring time.
    case noAnswer = "no-answer"
    /// 不通時: the phone can't be reached.
    case unreachable
}

/// What a number's owner has set: for each condition a destination or nothing, five saved destinations, and how
/// long the phone rings before a call counts as not answered.
package struct ForwardingRules: Sendable, Equatable {
    /// Seconds that a phone may ring before the no-answer condition holds. `control.db` holds each number to the same:
    /// its schema names them once more, because what has shipped of it is never edited.
    package static let ringSecondsRange = 5...30
    package static let defaultRingSeconds = 30
    /// How many destinations are kept for a number, in use or not; likewise.
    package static let savedDestinationCount = 5

    /// Active rules. A condition without an entry is off.
    package var active: [ForwardingCondition: Destination]
    /// When active rules apply. One without an entry applies at any time.
    package var schedules: [ForwardingCondition: Schedule]
    /// Saved destinations from 1 on, kept while forwarding is off; always ``savedDestinationCount`` entries.
    package var saved: [Destination?]
    /// In ``ringSecondsRange``.
    package var ringSeconds: Int

    package init(
        active: [ForwardingCondition: Destination] = [:], schedules: [ForwardingCondition: Schedule] = [:],
        saved: [Destination?] = Array(repeating: nil, count: savedDestinationCount),
        ringSeconds: Int = defaultRingSeconds
    ) {
        self.active = active
        self.schedules = schedules
        self.saved = saved
        self.ringSeconds = ringSeconds
    }

    /// The destination of a condition, schedules apart: while `always` is on, only that.
    package func destination(when condition: ForwardingCondition) -> Destination? {
        if condition != .always, active[.always] != nil { return nil }
        return active[condition]
    }
}
