package import Directory
import GRDB

/// A row of what lies over a number's own rules.
package struct StoredTemporaryForwarding: Sendable, Equatable {
    package let condition: ForwardingCondition
    /// Nil: calls are not forwarded.
    package let destination: Destination?
    /// Milliseconds since the Unix epoch.
    package let until: Int64
    /// What it was laid by; nil: for this number alone.
    package let operation: Int64?

    package init(condition: ForwardingCondition, destination: Destination?, until: Int64, operation: Int64?) {
        self.condition = condition
        self.destination = destination
        self.until = until
        self.operation = operation
    }
}

extension ControlSnapshot {
    /// What lies over a number's own rules at a moment (milliseconds since the Unix epoch), in the order of conditions.
    package func temporaryForwarding(of number: PhoneNumber, at moment: Int64) throws -> [StoredTemporaryForwarding] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.condition, t.destination, t.until, t.operation_id
                FROM number n JOIN temporary_forwarding t ON t.number_id = n.id
                WHERE n.canonical = ? AND t.until > ?
                """)
        let rows = try Row.fetchAll(statement, arguments: [number.canonical, moment])
        return ForwardingCondition.allCases.compactMap { condition in
            rows.first { $0[0] == condition.rawValue }.map { row in
                StoredTemporaryForwarding(
                    condition: condition, destination: (row[1] as String?).map(Destination.init(stored:)),
                    until: row[2], operation: row[3])
            }
        }
    }
}

extension ControlTransaction {
    /// Lays something over a number's own rule, in the place of what lay there.
    package func setTemporaryForwarding(_ temporary: StoredTemporaryForwarding, of number: PhoneNumber) throws {
        try execute(
            """
            INSERT INTO temporary_forwarding (number_id, condition, destination, until, operation_id)
            SELECT id, ?, ?, ?, ? FROM number WHERE canonical = ?
            ON CONFLICT (number_id, condition) DO UPDATE
            SET destination = excluded.destination, until = excluded.until, operation_id = excluded.operation_id
            """,
            [
                temporary.condition.rawValue, temporary.destination?.stored, temporary.until, temporary.operation,
                number.canonical,
            ])
    }

    /// Takes off all that lies over a number's own rules.
    package func clearTemporaryForwarding(of number: PhoneNumber) throws {
        try execute(
            "DELETE FROM temporary_forwarding WHERE number_id = (SELECT id FROM number WHERE canonical = ?)",
            [number.canonical])
    }

    /// Takes away what was over at a moment, in milliseconds since the Unix epoch.
    package func removeTemporaryForwarding(endedBy moment: Int64) throws {
        try execute("DELETE FROM temporary_forwarding WHERE until <= ?", [moment])
    }
}
