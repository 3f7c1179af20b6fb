package import Directory
package import Foundation
import Storage

/// How a number's calls are forwarded, for showing and for history.
package struct ForwardingState: Codable, Sendable, Equatable {
    package struct Rule: Codable, Sendable, Equatable {
        package let when: ForwardingCondition
        /// A number as it is dialled, a URI, or `voicemail`.
        package let to: String
        /// The saved destination that it uses, 1 to 5; nil for voice mail.
        package let slot: Int?
        /// It does not apply now, because everything is forwarded unconditionally.
        package let resting: Bool
        /// An option that the rule needs and the number has not: it does not apply until the option is contracted.
        package var lacking: OptionService?
        /// Nil: it applies at any time.
        package var schedule: ScheduleState?
        /// Whether it applies now, by its schedule; nil where it has none, and in history.
        package var appliesNow: Bool?
        /// Something lies over it for a time; nil if not, and in history.
        package var isCovered: Bool?
    }

    /// What lies over a rule, or over there being none, for a time.
    package struct Temporary: Codable, Sendable, Equatable {
        package let when: ForwardingCondition
        /// A number as it is dialled, a URI, or `voicemail`; nil: calls are not forwarded.
        package let to: String?
        package let until: Date
        /// `2026-12-28 09:00`.
        package let untilText: String
        /// It does not apply now, because everything is forwarded unconditionally.
        package let resting: Bool
        /// An option that it needs and the number has not.
        package let lacking: OptionService?
        /// What it was laid by; nil: for this number alone.
        package let operation: Int64?
    }

    package struct Saved: Codable, Sendable, Equatable {
        /// 1 to 5.
        package let slot: Int
        package let to: String
        /// As it was typed.
        package let typed: String
    }

    package let number: String
    package let ringSeconds: Int
    package let rules: [Rule]
    package let saved: [Saved]
    /// Nil: nothing lies over the rules; and in history, which has that by itself.
    package let temporary: [Temporary]?
    /// What was saved in the place that a new destination has taken, because all of them were taken; nil: nothing, and in
    /// history.
    package var replaced: Saved?

    /// - Parameter moment: now; nil for history, which is of no moment.
    init(of number: PhoneNumber, in snapshot: ControlSnapshot, at moment: LocalMoment? = nil) throws {
        guard let (record, options) = try snapshot.savedRecord(of: number) else {
            throw ControlError.noSuchNumber(number)
        }
        try self.init(of: number, record, options, in: snapshot, at: moment)
    }

    /// - Parameters:
    ///   - record: the number's, as it was set.
    ///   - moment: now; nil for history, which is of no moment.
    init(
        of number: PhoneNumber, _ record: NumberRecord, _ options: NumberOptions, in snapshot: ControlSnapshot,
        at moment: LocalMoment?
    ) throws {
        self.init(
            number, record.forwarding, options, saved: try snapshot.savedDestinations(of: number),
            laid: try moment.map { try Self.laid(over: record, in: snapshot, at: $0) } ?? [],
            temporary: record.temporaryForwarding, at: moment)
    }

    init(
        _ number: PhoneNumber, _ rules: ForwardingRules, _ options: NumberOptions, saved slots: [SavedDestination],
        laid: [StoredTemporaryForwarding] = [], temporary stored: [ForwardingCondition: TemporaryForwarding] = [:],
        at moment: LocalMoment? = nil
    ) {
        func applies(_ condition: ForwardingCondition) -> Bool? {
            moment.flatMap { rules.schedules[condition]?.applies(at: $0) }
        }
        self.number = number.national
        ringSeconds = rules.ringSeconds
        func cover(of condition: ForwardingCondition) -> StoredTemporaryForwarding? {
            laid.first { $0.condition == condition && $0.destination.flatMap(options.missing) == nil }
        }
        // A rule that is not applied itself does not let the others rest.
        let isUnconditional =
            cover(of: .always).map { $0.destination != nil }
            ?? (applies(.always) != false && rules.active[.always].map { options.missing(for: $0) == nil } ?? false)
        self.rules = ForwardingCondition.allCases.compactMap { condition in
            rules.active[condition].map { destination in
                Rule(
                    when: condition, to: destination.description,
                    slot: slots.first { $0.destination == destination }?.slot,
                    resting: isUnconditional && condition != .always, lacking: options.missing(for: destination),
                    schedule: rules.schedules[condition].map(ScheduleState.init), appliesNow: applies(condition),
                    isCovered: cover(of: condition) == nil ? nil : true)
            }
        }
        saved = slots.map { Saved(slot: $0.slot, to: $0.destination.description, typed: $0.typed) }
        temporary =
            laid.isEmpty
            ? nil
            : laid.map { row in
                Temporary(
                    when: row.condition, to: row.destination?.description, until: Date(milliseconds: row.until),
                    untilText: stored[row.condition]?.until.text ?? "",
                    resting: isUnconditional && row.condition != .always && row.destination != nil,
                    lacking: row.destination.flatMap(options.missing), operation: row.operation)
            }
    }

    /// What was saved in a place that something else has now.
    package func replaced(since before: ForwardingState) -> Saved? {
        before.saved.first { old in saved.contains { $0.slot == old.slot && $0.to != old.to } }
    }

    private static func laid(over record: NumberRecord, in snapshot: ControlSnapshot, at moment: LocalMoment) throws
        -> [StoredTemporaryForwarding]
    {
        record.temporaryForwarding.isEmpty
            ? [] : try snapshot.temporaryForwarding(of: record.number, at: moment.milliseconds)
    }
}
