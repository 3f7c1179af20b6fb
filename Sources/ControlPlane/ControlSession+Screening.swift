package import Directory
package import Foundation
import Storage

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
    /// Turns away a caller, as a person names one, from now on.
    ///
    /// - Parameter isKept: the caller may be one who could not be put on a list anew.
    /// - Throws: ``ControlError``, also for one that no call could come from.
    package func block(typed text: String, for number: PhoneNumber, isKept: Bool = false) throws -> BlockListState {
        let caller = try Self.parsed(text)
        let scheme = NumberPlan.halfWidth(text).prefix { $0 != ":" }.lowercased()
        if caller.kind != .global, ["sip", "sips"].contains(scheme) {
            throw ControlError.caller(.atHost(text, user: caller))
        }
        return try block(caller, for: number, isKept: isKept)
    }

    /// Turns away a caller from now on. One who is on the list already stays there, whoever it is: the list may be older
    /// than what is refused.
    ///
    /// - Parameter isKept: as of ``block(typed:for:isKept:)``.
    /// - Throws: ``ControlError``.
    package func block(_ caller: PhoneNumber, for number: PhoneNumber, isKept: Bool = false) throws -> BlockListState {
        try write(.blockCaller, on: .number(number)) { transaction in
            let before = try BlockListState(of: number, in: transaction.snapshot)
            let blocked = try require(number, in: transaction.snapshot).blockedCallers
            if blocked.contains(caller) { return before }
            if !isKept, let refusal = try Self.refusal(of: caller, in: transaction.snapshot) {
                throw ControlError.caller(refusal)
            }
            guard blocked.count < NumberRecord.blockListLimit else { throw ControlError.blockListFull(number) }
            try transaction.block(BlockedCaller(caller: caller, blockedAt: now), for: number)
            let state = try BlockListState(of: number, in: transaction.snapshot)
            try record("block add", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    /// Why no call could come from a caller; nil: one could. One of our numbers may be called anything: it proves what it
    /// is.
    static func refusal(of caller: PhoneNumber, in snapshot: ControlSnapshot) throws -> CallerRefusal? {
        guard let refusal = CallerRefusal(of: caller), try !snapshot.hasNumber(caller) else { return nil }
        return refusal
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
