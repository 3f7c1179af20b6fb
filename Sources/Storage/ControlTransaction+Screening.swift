package import Directory
import GRDB

/// A caller on a number's block list.
package struct BlockedCaller: Sendable, Equatable {
    package let caller: PhoneNumber
    /// Milliseconds since the Unix epoch.
    package let blockedAt: Int64

    package init(caller: PhoneNumber, blockedAt: Int64) {
        self.caller = caller
        self.blockedAt = blockedAt
    }
}

extension ControlSnapshot {
    /// A number's block list, oldest first.
    package func blockedCallers(of number: PhoneNumber) throws -> [BlockedCaller] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT b.caller, b.blocked_at FROM number n JOIN blocked_caller b ON b.number_id = n.id
                WHERE n.canonical = ? ORDER BY b.blocked_at, b.caller
                """, arguments: [number.canonical]
        ).map { row in BlockedCaller(caller: PhoneNumber(trustedCanonical: row[0]), blockedAt: row[1]) }
    }
}

extension ControlTransaction {
    /// Makes these the reasons for which a number turns away calls without a caller's number, and this the time at which
    /// it does; without a reason there is no schedule.
    package func setAnonymousCalls(_ policy: AnonymousCallPolicy, of number: PhoneNumber) throws {
        try execute(
            "DELETE FROM anonymous_rejection WHERE number_id = (SELECT id FROM number WHERE canonical = ?)",
            [number.canonical])
        for reason in policy.rejected.sorted(by: { $0.rawValue < $1.rawValue }) {
            try execute(
                "INSERT INTO anonymous_rejection (number_id, reason) SELECT id, ? FROM number WHERE canonical = ?",
                [reason.rawValue, number.canonical])
        }
        guard let schedule = policy.schedule, !schedule.isAlways, !policy.rejected.isEmpty else { return }
        try execute(
            """
            INSERT INTO anonymous_schedule (number_id, from_minute, to_minute, days, holidays, ends_at)
            SELECT id, ?, ?, ?, ?, ? FROM number WHERE canonical = ?
            """,
            [
                schedule.hours?.from, schedule.hours?.to, schedule.days.weekdayBits, schedule.days.holidays.rawValue,
                schedule.ends?.milliseconds, number.canonical,
            ])
    }

    /// - Throws: ``StorageError/refused(reason:)`` beyond ``NumberRecord/blockListLimit`` callers, or when the caller
    ///   is blocked already.
    package func block(_ caller: BlockedCaller, for number: PhoneNumber) throws {
        try execute(
            """
            INSERT INTO blocked_caller (number_id, caller, blocked_at) SELECT id, ?, ? FROM number
            WHERE canonical = ?
            """, [caller.caller.canonical, caller.blockedAt, number.canonical])
    }

    /// False: the caller was not on the list.
    @discardableResult
    package func unblock(_ caller: PhoneNumber, for number: PhoneNumber) throws -> Bool {
        try execute(
            """
            DELETE FROM blocked_caller
            WHERE number_id = (SELECT id FROM number WHERE canonical = ?) AND caller = ?
            """, [number.canonical, caller.canonical])
        return db.changesCount > 0
    }
}
