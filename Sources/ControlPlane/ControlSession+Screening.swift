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
    /// - Throws: ``ControlError``, also for one that no call could come from.
    package func block(typed text: String, for number: PhoneNumber) throws -> BlockListState {
        let caller = try Self.parsed(text)
        let scheme = NumberPlan.halfWidth(text).prefix { $0 != ":" }.lowercased()
        if caller.kind != .global, ["sip", "sips"].contains(scheme) {
            throw ControlError.caller(.atHost(text, user: caller))
        }
        return try block(caller, for: number)
    }

    /// Turns away a caller from now on. One who is on the list already stays there, whoever it is: the list may be older
    /// than what is refused.
    ///
    /// - Throws: ``ControlError``.
    package func block(_ caller: PhoneNumber, for number: PhoneNumber) throws -> BlockListState {
        try write(.blockCaller, on: .number(number)) { transaction in
            let before = try BlockListState(of: number, in: transaction.snapshot)
            let blocked = try require(number, in: transaction.snapshot).blockedCallers
            if blocked.contains(caller) { return before }
            try Self.check(caller, in: transaction.snapshot)
            guard blocked.count < NumberRecord.blockListLimit else { throw ControlError.blockListFull(number) }
            try transaction.block(BlockedCaller(caller: caller, blockedAt: now), for: number)
            let state = try BlockListState(of: number, in: transaction.snapshot)
            try record("block add", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    /// One of our numbers may be called anything: it proves what it is.
    private static func check(_ caller: PhoneNumber, in snapshot: ControlSnapshot) throws {
        if try snapshot.hasNumber(caller) { return }
        if let (prefix, rest) = caller.presentationPrefix {
            throw ControlError.caller(.presentationPrefix(prefix, rest: rest))
        }
        if caller.canonical.contains("*") { throw ControlError.caller(.wildcard(caller)) }
        if PhoneNumber.namelessUsers.contains(caller.canonical.lowercased()) {
            throw ControlError.caller(.nobody(caller))
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
