package import Directory
import GRDB

/// One of a number's five saved destinations.
package struct SavedDestination: Sendable, Equatable {
    /// 1 to 5.
    package let slot: Int
    package let destination: Destination
    /// As it was typed, for showing it again.
    package let typed: String
    /// Milliseconds since the Unix epoch.
    package let savedAt: Int64

    package init(slot: Int, destination: Destination, typed: String, savedAt: Int64) {
        self.slot = slot
        self.destination = destination
        self.typed = typed
        self.savedAt = savedAt
    }
}

/// What an active rule refers to.
package enum RuleTarget: Sendable, Equatable {
    /// A saved destination, 1 to 5.
    case slot(Int)
    case voicemail
}

extension ControlSnapshot {
    /// The saved destinations in the order of their slots.
    package func savedDestinations(of number: PhoneNumber) throws -> [SavedDestination] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT d.slot, d.destination, d.typed, d.saved_at
                FROM number n JOIN saved_destination d ON d.number_id = n.id
                WHERE n.canonical = ? ORDER BY d.slot
                """)
        return try Row.fetchAll(statement, arguments: [number.canonical]).map { row in
            SavedDestination(slot: row[0], destination: Destination(stored: row[1]), typed: row[2], savedAt: row[3])
        }
    }

    /// The slots that active rules of this number use.
    package func slotsInUse(of number: PhoneNumber) throws -> Set<Int> {
        try Int.fetchSet(
            db,
            kept: """
                SELECT r.slot FROM number n JOIN forwarding_rule r ON r.number_id = n.id
                WHERE n.canonical = ? AND r.slot IS NOT NULL
                """, arguments: [number.canonical])
    }
}

extension ControlTransaction {
    /// Keeps a destination in a slot, in place of what was there. Rules that use the slot follow.
    package func save(_ destination: SavedDestination, of number: PhoneNumber) throws {
        try execute(
            """
            INSERT INTO saved_destination (number_id, slot, destination, typed, saved_at)
            SELECT id, ?, ?, ?, ? FROM number WHERE canonical = ?
            ON CONFLICT (number_id, slot) DO UPDATE
            SET destination = excluded.destination, typed = excluded.typed, saved_at = excluded.saved_at
            """,
            [
                destination.slot, destination.destination.stored, destination.typed, destination.savedAt,
                number.canonical,
            ])
    }

    /// Forgets a destination; the schema refuses it for one that a rule uses.
    package func removeDestination(_ slot: Int, of number: PhoneNumber) throws {
        try execute(
            """
            DELETE FROM saved_destination
            WHERE number_id = (SELECT id FROM number WHERE canonical = ?) AND slot = ?
            """, [number.canonical, slot])
    }

    /// Switches a condition on, to this target.
    package func setRule(_ condition: ForwardingCondition, to target: RuleTarget, of number: PhoneNumber) throws {
        let slot: Int? = if case .slot(let slot) = target { slot } else { nil }
        try execute(
            """
            INSERT INTO forwarding_rule (number_id, condition, slot, voicemail)
            SELECT id, ?, ?, ? FROM number WHERE canonical = ?
            ON CONFLICT (number_id, condition) DO UPDATE SET slot = excluded.slot, voicemail = excluded.voicemail
            """, [condition.rawValue, slot, slot == nil, number.canonical])
    }

    /// Switches a condition off; its destination stays saved.
    package func clearRule(_ condition: ForwardingCondition, of number: PhoneNumber) throws {
        try execute(
            """
            DELETE FROM forwarding_rule
            WHERE number_id = (SELECT id FROM number WHERE canonical = ?) AND condition = ?
            """, [number.canonical, condition.rawValue])
    }

    /// - Parameter seconds: in ``ForwardingRules/ringSecondsRange``, or the schema refuses it.
    package func setRingSeconds(_ seconds: Int, of number: PhoneNumber) throws {
        try execute("UPDATE number SET ring_seconds = ? WHERE canonical = ?", [seconds, number.canonical])
    }
}
