package import Directory
package import Foundation
import Storage

/// What a number does with calls that show no caller's number, for showing and for history.
package struct AnonymousState: Codable, Sendable, Equatable {
    package let number: String
    package let rejected: [NonPresentationReason]
    package let accepted: [NonPresentationReason]
    /// The option that the number lacks: until it is contracted, all calls are accepted.
    package var lacking: OptionService?

    init(_ record: NumberRecord) {
        number = record.number.national
        rejected = NonPresentationReason.allCases.filter(record.anonymousCalls.rejects)
        accepted = NonPresentationReason.allCases.filter { !record.anonymousCalls.rejects($0) }
    }
}

/// A number's block list, for showing and for history.
package struct BlockListState: Codable, Sendable, Equatable {
    package struct Entry: Codable, Sendable, Equatable {
        package let caller: String
        package let blockedAt: Date
    }

    package let number: String
    /// Oldest first.
    package let callers: [Entry]

    init(of number: PhoneNumber, in snapshot: ControlSnapshot) throws {
        guard try snapshot.hasNumber(number) else { throw ControlError.noSuchNumber(number) }
        self.number = number.national
        callers = try snapshot.blockedCallers(of: number).map {
            Entry(caller: $0.caller.national, blockedAt: Date(milliseconds: $0.blockedAt))
        }
    }
}

extension ControlSession {
    /// Turns away calls without a caller's number.
    ///
    /// - Parameter reasons: added to those that are turned away already; empty stands for withheld numbers.
    package func rejectAnonymous(_ reasons: [NonPresentationReason], of number: PhoneNumber) throws -> AnonymousState {
        try changeAnonymous(.rejectAnonymous, "anonymous reject", of: number) {
            $0.formUnion(reasons.isEmpty ? [.withheld] : reasons)
        }
    }

    /// Accepts calls without a caller's number again.
    ///
    /// - Parameter reasons: taken from those that are turned away; empty stands for all.
    package func acceptAnonymous(_ reasons: [NonPresentationReason], of number: PhoneNumber) throws -> AnonymousState {
        try changeAnonymous(.acceptAnonymous, "anonymous accept", of: number) {
            $0.subtract(reasons.isEmpty ? NonPresentationReason.allCases : reasons)
        }
    }

    /// Makes these the reasons for which calls without a caller's number are turned away.
    ///
    /// - Parameter kept: those of them that may stand although the option for it is not contracted: they rest until
    ///   it is.
    package func setAnonymous(
        _ reasons: Set<NonPresentationReason>, keeping kept: Set<NonPresentationReason> = [], of number: PhoneNumber
    ) throws -> AnonymousState {
        try changeAnonymous(.rejectAnonymous, "anonymous set", of: number, keeping: kept) { $0 = reasons }
    }

    package func anonymous(of number: PhoneNumber) throws -> AnonymousState {
        try read(.showAnonymous, on: .number(number)) { try shownAnonymous(of: number, in: $0) }
    }

    func shownAnonymous(of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> AnonymousState {
        guard let (record, options) = try snapshot.savedRecord(of: number) else {
            throw ControlError.noSuchNumber(number)
        }
        var state = AnonymousState(record)
        if !state.rejected.isEmpty, !options.has(.anonymousRejection) { state.lacking = .anonymousRejection }
        return state
    }

    private func changeAnonymous(
        _ useCase: UseCase, _ action: String, of number: PhoneNumber, keeping kept: Set<NonPresentationReason> = [],
        _ change: (inout Set<NonPresentationReason>) -> Void
    ) throws -> AnonymousState {
        try write(useCase, on: .number(number)) { transaction in
            try changeAnonymous(action, of: number, keeping: kept, change, in: transaction)
        }
    }

    func changeAnonymous(
        _ action: String, of number: PhoneNumber, keeping kept: Set<NonPresentationReason> = [],
        _ change: (inout Set<NonPresentationReason>) -> Void, in transaction: ControlTransaction
    ) throws -> AnonymousState {
        var record = try require(number, in: transaction.snapshot)
        let before = AnonymousState(record)
        change(&record.anonymousCalls.rejected)
        if !record.anonymousCalls.rejected.subtracting(kept).isSubset(of: before.rejected) {
            try refusing { try require(.anonymousRejection, of: number, in: transaction.snapshot) }
        }
        try transaction.setAnonymousCalls(record.anonymousCalls, of: number)
        let state = AnonymousState(record)
        try self.record(action, of: .number(number), from: before, to: state, in: transaction)
        return state
    }

    /// Turns away a caller from now on. One who is on the list already stays there.
    package func block(_ caller: PhoneNumber, for number: PhoneNumber) throws -> BlockListState {
        try write(.blockCaller, on: .number(number)) { transaction in
            let before = try BlockListState(of: number, in: transaction.snapshot)
            let blocked = try require(number, in: transaction.snapshot).blockedCallers
            if blocked.contains(caller) { return before }
            guard blocked.count < NumberRecord.blockListLimit else { throw ControlError.blockListFull(number) }
            try transaction.block(BlockedCaller(caller: caller, blockedAt: now), for: number)
            let state = try BlockListState(of: number, in: transaction.snapshot)
            try record("block add", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    package func unblock(_ caller: PhoneNumber, for number: PhoneNumber) throws -> BlockListState {
        try write(.unblockCaller, on: .number(number)) { transaction in
            let before = try BlockListState(of: number, in: transaction.snapshot)
            guard try transaction.unblock(caller, for: number) else {
                throw ControlError.notBlocked(caller: caller, number: number)
            }
            let state = try BlockListState(of: number, in: transaction.snapshot)
            try record("block remove", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    package func blockList(of number: PhoneNumber) throws -> BlockListState {
        try read(.showBlockList, on: .number(number)) { try BlockListState(of: number, in: $0) }
    }
}
