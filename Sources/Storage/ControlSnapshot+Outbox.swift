import GRDB

/// Which messages to show: all, or those that agree with everything that is given.
package struct OutboxFilter: Sendable {
    package var state: OutboxState?
    package var channel: OutboxChannel?
    /// Only those that came before this one.
    package var before: Int64?
    package var limit: Int

    package init(state: OutboxState? = nil, channel: OutboxChannel? = nil, before: Int64? = nil, limit: Int) {
        self.state = state
        self.channel = channel
        self.before = before
        self.limit = limit
    }
}

extension ControlSnapshot {
    /// Messages, the newest first.
    package func outbox(_ filter: OutboxFilter) throws -> [OutboxEntry] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT * FROM outbox
                WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR id < ?3)
                ORDER BY id DESC LIMIT ?4
                """, arguments: [filter.state?.rawValue, filter.channel?.rawValue, filter.before, filter.limit]
        ).map(OutboxEntry.init)
    }

    package func outboxEntry(_ id: Int64) throws -> OutboxEntry? {
        try Row.fetchOne(db, kept: "SELECT * FROM outbox WHERE id = ?", arguments: [id]).map(OutboxEntry.init)
    }

    /// How many messages of each channel are in this state. Looks at the whole outbox.
    package func messageCount(_ state: OutboxState) throws -> [OutboxChannel: Int] {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT channel, count(*) AS count FROM outbox WHERE state = ? GROUP BY channel"),
            arguments: [state.rawValue])
        var counts = Dictionary(uniqueKeysWithValues: OutboxChannel.allCases.map { ($0, 0) })
        for row in rows { if let channel = OutboxChannel(rawValue: row["channel"]) { counts[channel] = row["count"] } }
        return counts
    }

    /// How many optional messages of this channel were dropped in all, because too many waited.
    package func droppedMessages(_ channel: OutboxChannel) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count FROM outbox_dropped WHERE channel = ?"),
            arguments: [channel.rawValue]) ?? 0
    }

    /// When a message of this channel is next to be sent, given up because it expires, or erased where it is kept; nil:
    /// there is nothing to do. Three looks into indexes, whatever the outbox holds.
    package func nextOutboxMoment(_ channel: OutboxChannel) throws -> Int64? {
        let attempt = try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT min(next_attempt_at) FROM outbox WHERE channel = ? AND state = 'waiting'"),
            arguments: [channel.rawValue])
        let expiry = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT min(expires_at) FROM outbox
                    WHERE channel = ? AND expires_at IS NOT NULL AND state IN ('waiting', 'failed')
                    """),
            arguments: [channel.rawValue])
        let erasure = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT min(expires_at) FROM outbox
                    WHERE channel = ? AND expires_at IS NOT NULL AND state = 'kept' AND is_secret = 1
                        AND body IS NOT NULL
                    """),
            arguments: [channel.rawValue])
        return [attempt, expiry, erasure.map { $0 + OutboxEntry.readableAfterExpiry }].compactMap { $0 }.min()
    }
}

extension OutboxEntry {
    init(_ row: Row) {
        self.init(
            id: row["id"], event: row["event"], kind: row["kind"],
            // The schema allows no others.
            channel: OutboxChannel(rawValue: row["channel"]) ?? .mail, recipient: row["recipient"],
            language: row["language"], subject: row["subject"], body: row["body"], isSecret: row["is_secret"],
            isRepeatable: row["is_repeatable"], createdAt: row["created_at"], queuedAt: row["queued_at"],
            expiresAt: row["expires_at"], state: OutboxState(rawValue: row["state"]) ?? .failed,
            attempts: row["attempts"], nextAttemptAt: row["next_attempt_at"], lastError: row["last_error"],
            settledAt: row["settled_at"], mayHaveArrived: row["may_have_arrived"])
    }
}
