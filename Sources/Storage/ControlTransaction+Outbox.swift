import GRDB

extension ControlTransaction {
    /// Puts a message into the outbox, together with the change that it tells of. The server sends it afterwards.
    ///
    /// - Parameter now: milliseconds since the Unix epoch.
    /// - Returns: its id; nil when this event has a message already, which stays the only one, and when an optional
    ///   message was dropped because too many wait: nothing that people do depends on its being told.
    /// - Throws: ``StorageError/refused(reason:)`` for what can't be a message, and when too many wait.
    @discardableResult
    package func enqueue(_ message: OutboxMessage, at now: Int64) throws -> Int64? {
        do {
            return try insert(message, at: now)
        } catch let error as DatabaseError
            where error.extendedResultCode == .SQLITE_CONSTRAINT_TRIGGER && message.isOptional
        {
            // The triggers on insertion are the limits, and refuse the message alone, not what else is written here.
            try execute(
                """
                INSERT INTO outbox_dropped (channel, count) VALUES (?, 1)
                ON CONFLICT (channel) DO UPDATE SET count = count + 1
                """, [message.channel.rawValue])
            return nil
        }
    }

    private func insert(_ message: OutboxMessage, at now: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    INSERT INTO outbox (event, kind, channel, recipient, language, subject, body, is_secret,
                        is_repeatable, created_at, queued_at, expires_at, state, next_attempt_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, 'waiting', ?10)
                    ON CONFLICT (event) DO NOTHING RETURNING id
                    """),
            arguments: [
                message.event, message.kind, message.channel.rawValue, message.recipient, message.language,
                message.subject, message.body, message.isSecret, message.isRepeatable, now, message.expiresAt,
            ])
    }

    /// Takes the message of this channel that is due first, for whoever is about to send it. When this is committed,
    /// nobody else gets it.
    package func claimMessage(_ channel: OutboxChannel, at now: Int64) throws -> OutboxEntry? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_attempt_at = NULL
                    WHERE id = (
                        SELECT id FROM outbox
                        WHERE channel = ?1 AND state = 'waiting' AND next_attempt_at <= ?2
                            AND (expires_at IS NULL OR expires_at > ?2)
                        ORDER BY next_attempt_at, id LIMIT 1)
                    RETURNING *
                    """), arguments: [channel.rawValue, now]
        ).map(OutboxEntry.init)
    }

    /// Writes down what came of a message that was claimed.
    package func settle(_ id: Int64, as settlement: OutboxSettlement, at now: Int64) throws {
        switch settlement {
        case .sent:
            try execute(
                """
                UPDATE outbox SET state = 'sent', settled_at = ?2, last_error = NULL,
                    body = CASE is_secret WHEN 1 THEN NULL ELSE body END
                WHERE id = ?1 AND state = 'sending'
                """, [id, now])
        case .kept:
            try execute(
                "UPDATE outbox SET state = 'kept', settled_at = ?2 WHERE id = ?1 AND state = 'sending'", [id, now])
        case .waiting(let moment, let reason):
            try execute(
                """
                UPDATE outbox SET state = 'waiting', next_attempt_at = ?2, last_error = ?3
                WHERE id = ?1 AND state = 'sending'
                """, [id, moment, reason])
        case .returned:
            try execute(
                """
                UPDATE outbox SET state = 'waiting', next_attempt_at = ?2, attempts = attempts - 1
                WHERE id = ?1 AND state = 'sending'
                """, [id, now])
        case .failed(let reason, let mayHaveArrived):
            try execute(
                """
                UPDATE outbox SET state = 'failed', settled_at = ?2, last_error = ?3, may_have_arrived = ?4
                WHERE id = ?1 AND state = 'sending'
                """, [id, now, reason, mayHaveArrived])
        }
    }

    /// The messages of this channel that a server had in hand when it ended: whether they have arrived, nobody knows.
    package func interruptedMessages(_ channel: OutboxChannel) throws -> [OutboxEntry] {
        try Row.fetchAll(
            db, kept: "SELECT * FROM outbox WHERE channel = ? AND state = 'sending' ORDER BY id",
            arguments: [channel.rawValue]
        ).map(OutboxEntry.init)
    }

    /// Gives up what is worth nothing any more, be it waiting or failed, and erases what it carries; what is kept to be
    /// read is erased ``OutboxEntry/readableAfterExpiry`` later.
    ///
    /// - Returns: how many messages were given up.
    @discardableResult
    package func expireMessages(_ channel: OutboxChannel, at now: Int64) throws -> Int {
        try execute(
            """
            UPDATE outbox SET body = NULL
            WHERE channel = ?1 AND expires_at <= ?2 AND state = 'kept' AND is_secret = 1 AND body IS NOT NULL
            """, [channel.rawValue, now - OutboxEntry.readableAfterExpiry])
        try execute(
            """
            UPDATE outbox SET state = 'expired', next_attempt_at = NULL, settled_at = ?2,
                body = CASE is_secret WHEN 1 THEN NULL ELSE body END
            WHERE channel = ?1 AND expires_at <= ?2 AND state IN ('waiting', 'failed')
            """, [channel.rawValue, now])
        return db.changesCount
    }

    /// Puts a message that has failed, or that waits, to the head of the line.
    ///
    /// - Returns: false when it is neither, or is erased.
    package func requeueMessage(_ id: Int64, at now: Int64) throws -> Bool {
        try execute(
            """
            UPDATE outbox SET state = 'waiting', attempts = 0, queued_at = ?2, next_attempt_at = ?2, settled_at = NULL,
                may_have_arrived = 0
            WHERE id = ?1 AND state IN ('waiting', 'failed') AND body IS NOT NULL
            """, [id, now])
        return db.changesCount > 0
    }

    /// Gives up a message that has failed, or that waits, and erases what is secret in it.
    ///
    /// - Returns: false when it is neither.
    package func discardMessage(_ id: Int64, at now: Int64) throws -> Bool {
        try execute(
            """
            UPDATE outbox SET state = 'discarded', next_attempt_at = NULL, settled_at = ?2,
                body = CASE is_secret WHEN 1 THEN NULL ELSE body END
            WHERE id = ?1 AND state IN ('waiting', 'failed')
            """, [id, now])
        return db.changesCount > 0
    }

    /// Holds back every message that waits or was in hand, in a database that was restored from a backup: some of them
    /// will have been sent since the backup was made. Whoever knows better has them sent again.
    package func holdMessages(at now: Int64) throws {
        try execute(
            """
            UPDATE outbox SET state = 'failed', next_attempt_at = NULL, settled_at = ?, may_have_arrived = 1,
                last_error = 'it waited when the backup was made, and may have been sent since'
            WHERE state IN ('waiting', 'sending')
            """, [now])
    }

    /// Forgets messages that came to their end before that time, some at a time so that nobody waits for the lock.
    ///
    /// - Returns: how many were forgotten; less than `limit`: there are no more.
    package func forgetMessages(settledBefore moment: Int64, limit: Int = 1_000) throws -> Int {
        try execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE settled_at < ? LIMIT ?)", [moment, limit])
        return db.changesCount
    }
}
