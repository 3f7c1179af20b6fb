package import Directory
import GRDB

/// A line in the list of our numbers.
package struct NumberEntry: Sendable, Equatable {
    package let number: PhoneNumber
    /// The digest username, nil for a number without a password.
    package let username: String?
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
}

extension ControlSnapshot {
    package func record(of number: PhoneNumber) throws -> NumberRecord? {
        try NumberRecordQuery.fetch(number, db)
    }

    package func entry(of number: PhoneNumber) throws -> NumberEntry? {
        try entries(where: "n.canonical = ?", [number.canonical], limit: 1).first
    }

    package func hasNumber(_ number: PhoneNumber) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM number WHERE canonical = ?)"),
            arguments: [number.canonical]) ?? false
    }

    /// A page of our numbers in canonical order: those after `number`, or the first ones.
    package func numbers(after number: PhoneNumber? = nil, limit: Int) throws -> [NumberEntry] {
        try entries(where: "n.canonical > ?", [number?.canonical ?? ""], limit: limit)
    }

    /// A page of the numbers with an active forwarding rule, in canonical order.
    package func forwardingNumbers(after number: PhoneNumber? = nil, limit: Int) throws -> [PhoneNumber] {
        try String.fetchAll(
            db,
            sql: """
                SELECT n.canonical FROM number n
                WHERE n.canonical > ? AND EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = n.id)
                ORDER BY n.canonical LIMIT ?
                """, arguments: [number?.canonical ?? "", limit]
        ).map(PhoneNumber.init(trustedCanonical:))
    }

    /// The numbers that have an active rule to this one, at most 100.
    package func numbersForwarding(to number: PhoneNumber) throws -> [PhoneNumber] {
        try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT n.canonical FROM saved_destination d
                JOIN forwarding_rule r ON r.number_id = d.number_id AND r.slot = d.slot
                JOIN number n ON n.id = d.number_id
                WHERE d.destination = ? ORDER BY n.canonical LIMIT 100
                """, arguments: [number.canonical]
        ).map(PhoneNumber.init(trustedCanonical:))
    }

    /// How many numbers have a password.
    package func credentialCount() throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM credential") ?? 0
    }

    private func entries(where condition: String, _ arguments: StatementArguments, limit: Int) throws -> [NumberEntry] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT n.canonical, c.username, n.created_at
                FROM number n LEFT JOIN credential c ON c.number_id = n.id
                WHERE \(condition) ORDER BY n.canonical LIMIT ?
                """, arguments: arguments + [limit]
        ).map { row in
            NumberEntry(number: PhoneNumber(trustedCanonical: row[0]), username: row[1], createdAt: row[2])
        }
    }
}
