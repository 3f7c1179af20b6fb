package import Directory
import GRDB

/// What a check looks for, told without being kept.
extension ControlSnapshot {
    /// Rules that have a schedule whose end has passed, in the order of numbers.
    ///
    /// - Parameters:
    ///   - moment: milliseconds since the Unix epoch.
    ///   - body: is told the number, the condition (nil: anonymous call rejection) and the end.
    package func eachEndedRule(
        at moment: Int64, _ body: (PhoneNumber, ForwardingCondition?, Int64) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT n.canonical, s.condition, s.ends_at FROM forwarding_schedule s JOIN number n ON n.id = s.number_id
                WHERE s.ends_at <= ?1
                UNION ALL SELECT n.canonical, NULL, s.ends_at
                FROM anonymous_schedule s JOIN number n ON n.id = s.number_id WHERE s.ends_at <= ?1
                ORDER BY 1, 2
                """, arguments: [moment])
        while let row = try rows.next() {
            try body(
                PhoneNumber(trustedCanonical: row[0]), (row[1] as String?).flatMap(ForwardingCondition.init), row[2])
        }
    }

    /// Numbers that have something over their own rules, and until when the last of it lies there.
    package func eachTemporarilyForwarded(at moment: Int64, _ body: (PhoneNumber, Int64) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT n.canonical, max(t.until) FROM temporary_forwarding t JOIN number n ON n.id = t.number_id
                WHERE t.until > ? GROUP BY t.number_id ORDER BY 1
                """, arguments: [moment])
        while let row = try rows.next() { try body(PhoneNumber(trustedCanonical: row[0]), row[1]) }
    }

    /// Tells all callers on block lists, with the number that turns them away, in the order of numbers.
    package func eachBlockedCaller(_ body: (_ number: PhoneNumber, _ caller: PhoneNumber) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT n.canonical, b.caller FROM number n JOIN blocked_caller b ON b.number_id = n.id ORDER BY 1, 2
                """)
        while let row = try rows.next() {
            try body(PhoneNumber(trustedCanonical: row[0]), PhoneNumber(trustedCanonical: row[1]))
        }
    }

    /// Tells the saved destinations that no rule uses, with their slots.
    package func eachIdleDestination(_ body: (PhoneNumber, Int, Destination) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT n.canonical, d.slot, d.destination FROM number n JOIN saved_destination d ON d.number_id = n.id
                WHERE NOT EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = d.number_id AND r.slot = d.slot)
                ORDER BY 1, 2
                """)
        while let row = try rows.next() {
            try body(PhoneNumber(trustedCanonical: row[0]), row[1], Destination(stored: row[2]))
        }
    }

    /// How many rules go by the table of holidays.
    package func holidayRuleCount() throws -> Int {
        try Int.fetchOne(
            db,
            kept: """
                SELECT (SELECT count(*) FROM forwarding_schedule WHERE holidays <> 'as-weekday')
                    + (SELECT count(*) FROM anonymous_schedule WHERE holidays <> 'as-weekday')
                """) ?? 0
    }

    /// The sealed secrets of authenticator apps, in their stored text, and whose they are.
    package func eachSealedSecret(_ body: (_ account: String, _ secret: String) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT name, totp_secret FROM account WHERE totp_secret IS NOT NULL ORDER BY name")
        while let row = try rows.next() { try body(row[0], row[1]) }
    }
}
