package import Directory
import Foundation
import Storage

/// What a number does with calls that show no caller's number, for showing and for history.
package struct AnonymousState: Codable, Sendable, Equatable {
    package let number: String
    package let rejected: [NonPresentationReason]
    package let accepted: [NonPresentationReason]
    /// The option that the number lacks: until it is contracted, all calls are accepted.
    package var lacking: OptionService?
    /// When they are turned away; nil: at any time.
    package let schedule: ScheduleState?
    /// Whether they are now, by the schedule; nil where there is none, and in history.
    package let appliesNow: Bool?

    /// - Parameter moment: now; nil for history, which is of no moment.
    init(_ record: NumberRecord, at moment: LocalMoment? = nil) {
        number = record.number.national
        rejected = NonPresentationReason.allCases.filter(record.anonymousCalls.rejects)
        accepted = NonPresentationReason.allCases.filter { !record.anonymousCalls.rejects($0) }
        schedule = record.anonymousCalls.schedule.map(ScheduleState.init)
        appliesNow = moment.flatMap { record.anonymousCalls.schedule?.applies(at: $0) }
    }

    /// As it is shown.
    init(_ record: NumberRecord, _ options: NumberOptions, at moment: LocalMoment) {
        self.init(record, at: moment)
        if !rejected.isEmpty, !options.has(.anonymousRejection) { lacking = .anonymousRejection }
    }

    /// Whether the same is set.
    func isSame(as other: AnonymousState) -> Bool {
        rejected == other.rejected && schedule?.setting == other.schedule?.setting
    }
}

extension ControlSession {
    /// Turns away calls without a caller's number.
    ///
    /// - Parameters:
    ///   - reasons: added to those that are turned away already; empty stands for withheld numbers, or for no more of
    ///     them where a schedule is given and there are some.
    ///   - schedule: when, for all reasons.
    /// - Throws: ``ControlError``, `StorageError`.
    package func rejectAnonymous(
        _ reasons: [NonPresentationReason], schedule: ScheduleOrder = .kept, of number: PhoneNumber
    ) throws -> AnonymousState {
        try schedule.requireFuture(at: now)
        return try changeAnonymous(.rejectAnonymous, "anonymous reject", of: number) {
            let isScheduleOnly = reasons.isEmpty && schedule != .kept && !$0.rejected.isEmpty
            if !isScheduleOnly { $0.rejected.formUnion(reasons.isEmpty ? [.withheld] : reasons) }
            $0.schedule = schedule.schedule(after: $0.schedule, renewedAt: now)
        }
    }

    /// Accepts calls without a caller's number again.
    ///
    /// - Parameter reasons: taken from those that are turned away; empty stands for all.
    package func acceptAnonymous(_ reasons: [NonPresentationReason], of number: PhoneNumber) throws -> AnonymousState {
        try changeAnonymous(.acceptAnonymous, "anonymous accept", of: number) {
            $0.rejected.subtract(reasons.isEmpty ? NonPresentationReason.allCases : reasons)
        }
    }

    /// Makes these the reasons for which calls without a caller's number are turned away.
    ///
    /// - Parameters:
    ///   - kept: those of them that may stand although the option for it is not contracted: they rest until it is.
    ///   - schedule: when; an end that has passed is taken.
    package func setAnonymous(
        _ reasons: Set<NonPresentationReason>, keeping kept: Set<NonPresentationReason> = [],
        schedule: ScheduleOrder = .kept, of number: PhoneNumber
    ) throws -> AnonymousState {
        try changeAnonymous(.rejectAnonymous, "anonymous set", of: number, keeping: kept) {
            $0 = AnonymousCallPolicy(rejected: reasons, schedule: schedule.schedule(after: $0.schedule))
        }
    }

    package func anonymous(of number: PhoneNumber) throws -> AnonymousState {
        try read(.showAnonymous, on: .number(number)) { try shownAnonymous(of: number, in: $0) }
    }

    /// As it is now.
    func shownAnonymous(of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> AnonymousState {
        guard let (record, options) = try snapshot.savedRecord(of: number) else {
            throw ControlError.noSuchNumber(number)
        }
        return AnonymousState(record, options, at: try snapshot.clock().moment(at: now))
    }

    private func changeAnonymous(
        _ useCase: UseCase, _ action: String, of number: PhoneNumber, keeping kept: Set<NonPresentationReason> = [],
        _ change: (inout AnonymousCallPolicy) -> Void
    ) throws -> AnonymousState {
        try write(useCase, on: .number(number)) { transaction in
            try changeAnonymous(action, of: number, keeping: kept, change, in: transaction)
            return try shownAnonymous(of: number, in: transaction.snapshot)
        }
    }

    func changeAnonymous(
        _ action: String, of number: PhoneNumber, keeping kept: Set<NonPresentationReason> = [],
        _ change: (inout AnonymousCallPolicy) -> Void, in transaction: ControlTransaction
    ) throws {
        var record = try require(number, in: transaction.snapshot)
        let before = AnonymousState(record)
        change(&record.anonymousCalls)
        if !record.anonymousCalls.rejected.subtracting(kept).isSubset(of: before.rejected) {
            try refusing { try require(.anonymousRejection, of: number, in: transaction.snapshot) }
        }
        // With the last reason goes the schedule.
        if record.anonymousCalls.rejected.isEmpty { record.anonymousCalls.schedule = nil }
        try transaction.setAnonymousCalls(record.anonymousCalls, of: number)
        // Ends are told as the clock of the data directory shows them.
        let state = AnonymousState(try require(number, in: transaction.snapshot))
        try self.record(action, of: .number(number), from: before, to: state, in: transaction)
    }
}
