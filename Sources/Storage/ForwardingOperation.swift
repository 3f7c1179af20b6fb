package import Directory
import Foundation
import GRDB

/// What was done to the forwarding of many numbers at once.
package struct ForwardingOperation: Sendable, Equatable {
    package enum Kind: String, Sendable, Codable {
        case set, off, restore
    }

    /// 0 until it is stored.
    package var id: Int64
    /// Milliseconds since the Unix epoch.
    package let at: Int64
    package let actor: String
    package let source: String
    package let kind: Kind
    /// What was set: `always → 0312345678`.
    package let summary: String
    /// Of which numbers: `contract Y0001234`.
    package let scope: String
    /// Milliseconds since the Unix epoch; nil: what was set stays.
    package let until: Int64?
    /// The operation that was taken back.
    package let restores: Int64?

    package init(
        id: Int64 = 0, at: Int64, actor: String, source: String, kind: Kind, summary: String, scope: String,
        until: Int64? = nil, restores: Int64? = nil
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.source = source
        self.kind = kind
        self.summary = summary
        self.scope = scope
        self.until = until
        self.restores = restores
    }
}

/// A line in the list of operations: of each, only the numbers within reach count.
package struct ForwardingOperationEntry: Sendable, Equatable {
    package let operation: ForwardingOperation
    /// How many numbers it changed.
    package let numbers: Int
    /// Of how many numbers it lies over the own rules.
    package let inForce: Int
    /// How many numbers were put back by later ones.
    package let restored: Int
}

extension ControlTransaction {
    /// - Returns: its id.
    package func add(_ operation: ForwardingOperation) throws -> Int64 {
        try execute(
            """
            INSERT INTO forwarding_operation (at, actor, source, kind, summary, scope, until, restores)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                operation.at, operation.actor, operation.source, operation.kind.rawValue, operation.summary,
                operation.scope, operation.until, operation.restores,
            ])
        return db.lastInsertedRowID
    }

    /// Counts the changes after `id` among an operation: those that this transaction has made since.
    ///
    /// - Returns: how many there are.
    package func link(changesAfter id: Int64, to operation: Int64) throws -> Int {
        try execute(
            "INSERT INTO operation_entry (operation_id, history_id) SELECT ?, id FROM history WHERE id > ?",
            [operation, id])
        return db.changesCount
    }
}

extension ControlSnapshot {
    /// The newest first, of those that changed a number within reach.
    ///
    /// - Parameters:
    ///   - id: only this one.
    ///   - next: only those before this one.
    ///   - moment: milliseconds since the Unix epoch: what is in force then.
    package func forwardingOperations(
        id: Int64? = nil, before next: Int64? = nil, within reach: Reach, at moment: Int64, limit: Int
    ) throws -> [ForwardingOperationEntry] {
        let (inHistory, onNumber) = (reach.limits.map(\.onHistory), reach.limits.map(\.onNumber))
        let reached = Condition("h.id = e.history_id").and(inHistory)
        let inForce = Condition("t.operation_id = o.id AND t.until > ?", [moment]).and(onNumber)
        let restored = Condition("r.restores = o.id").and(inHistory)
        return try Row.fetchAll(
            db,
            kept: """
                SELECT o.*,
                    (SELECT count(DISTINCT h.key) FROM operation_entry e JOIN history h ON \(reached.sql)
                     WHERE e.operation_id = o.id) AS numbers,
                    (SELECT count(DISTINCT t.number_id) FROM temporary_forwarding t JOIN number n ON n.id = t.number_id
                     WHERE \(inForce.sql)) AS in_force,
                    (SELECT count(DISTINCT h.key) FROM forwarding_operation r
                     JOIN operation_entry e ON e.operation_id = r.id JOIN history h ON h.id = e.history_id
                     WHERE \(restored.sql)) AS restored
                FROM forwarding_operation o
                WHERE (? IS NULL OR o.id = ?) AND (? IS NULL OR o.id < ?) AND numbers > 0 ORDER BY o.id DESC LIMIT ?
                """,
            arguments: reached.arguments + inForce.arguments + restored.arguments + [id, id, next, next] + [limit]
        ).map { row in
            ForwardingOperationEntry(
                operation: ForwardingOperation(row), numbers: row["numbers"], inForce: row["in_force"],
                restored: row["restored"])
        }
    }

    /// The newest operation, of those that set something or switched it off, that was not taken back.
    ///
    /// - Parameter numbers: one that lasts, and was not taken back for at least one of these; nil: one that has not ended,
    ///   and was taken back for none of those within reach.
    package func lastForwardingOperation(of numbers: [PhoneNumber]?, within reach: Reach, at moment: Int64) throws
        -> Int64?
    {
        var condition = Condition("o.kind <> 'restore'")
        var isTakenBack = "FALSE"
        if let numbers {
            isTakenBack = Self.isTakenBack
            let data = try JSONEncoder().encode(numbers.map(\.canonical))
            condition = condition.and([
                Condition(
                    "o.until IS NULL AND h.object = 'number' AND h.key IN (SELECT value FROM json_each(?))",
                    [String(decoding: data, as: UTF8.self)])
            ])
        } else {
            condition = condition.and([
                Condition(
                    """
                    (o.until IS NULL OR EXISTS (
                        SELECT 1 FROM temporary_forwarding t WHERE t.operation_id = o.id AND t.until > ?))
                    AND NOT EXISTS (SELECT 1 FROM forwarding_operation r WHERE r.restores = o.id
                        AND NOT EXISTS (SELECT 1 FROM forwarding_operation b WHERE b.restores = r.id))
                    """, [moment])
            ])
        }
        condition = condition.and(reach.limits.map(\.onHistory))
        return try Int64.fetchOne(
            db,
            kept: """
                SELECT o.id FROM forwarding_operation o CROSS JOIN operation_entry e ON e.operation_id = o.id
                CROSS JOIN history h ON h.id = e.history_id
                WHERE \(condition.sql) AND NOT \(isTakenBack)
                ORDER BY o.id DESC LIMIT 1
                """, arguments: condition.arguments)
    }

    /// The changes of an operation within reach, oldest first, with whether they were taken back by another one.
    package func changes(ofOperation id: Int64, within reach: Reach) throws -> [(
        entry: HistoryEntry, isTakenBack: Bool
    )] {
        let condition = Condition("o.id = ?", [id]).and(reach.limits.map(\.onHistory))
        return try Row.fetchAll(
            db,
            kept: """
                SELECT h.*, \(Self.isTakenBack) AS is_taken_back
                FROM forwarding_operation o JOIN operation_entry e ON e.operation_id = o.id
                JOIN history h ON h.id = e.history_id
                WHERE \(condition.sql) ORDER BY h.id
                """, arguments: condition.arguments
        ).map { (HistoryEntry($0), $0["is_taken_back"]) }
    }

    /// Those of the numbers that an operation changed within reach that have something by which a rule may not apply to
    /// every call: unconditional forwarding, hours, or something that lies over the rules.
    ///
    /// - Parameter moment: milliseconds since the Unix epoch.
    package func numbersWithMore(ofOperation id: Int64, within reach: Reach, at moment: Int64) throws
        -> [PhoneNumber]
    {
        let condition = Condition("e.operation_id = ? AND h.object = 'number'", [id])
            .and(reach.limits.map(\.onHistory))
        return try String.fetchAll(
            db,
            kept: """
                SELECT n.canonical FROM number n
                WHERE n.canonical IN (
                        SELECT h.key FROM operation_entry e JOIN history h ON h.id = e.history_id
                        WHERE \(condition.sql))
                    AND (EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = n.id AND r.condition = 'always')
                        OR EXISTS (SELECT 1 FROM forwarding_schedule s WHERE s.number_id = n.id)
                        OR EXISTS (SELECT 1 FROM temporary_forwarding t WHERE t.number_id = n.id AND t.until > ?))
                """, arguments: condition.arguments + [moment]
        ).map { PhoneNumber(trustedCanonical: $0) }
    }

    /// Of a change `h` of an operation `o`: another operation took it back, and that one was not taken back itself.
    private static let isTakenBack = """
        EXISTS (
            SELECT 1 FROM forwarding_operation r JOIN operation_entry f ON f.operation_id = r.id
            JOIN history g ON g.id = f.history_id
            WHERE r.restores = o.id AND g.object = h.object AND g.key = h.key AND NOT EXISTS (
                SELECT 1 FROM forwarding_operation b JOIN operation_entry i ON i.operation_id = b.id
                JOIN history j ON j.id = i.history_id
                WHERE b.restores = r.id AND j.object = h.object AND j.key = h.key))
        """
}

extension ForwardingOperation {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], at: row["at"], actor: row["actor"], source: row["source"],
            kind: Kind(rawValue: row["kind"]) ?? .set, summary: row["summary"], scope: row["scope"],
            until: row["until"], restores: row["restores"])
    }
}
