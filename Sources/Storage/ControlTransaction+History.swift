import GRDB

/// One change: who made it, when, from where, and what it changed.
package struct HistoryEntry: Sendable, Equatable {
    /// 0 until it is stored.
    package var id: Int64
    /// Milliseconds since the Unix epoch.
    package var at: Int64
    package var actor: String
    /// From where: `cli`, an IP address.
    package var source: String
    package var onBehalfOf: String?
    /// The kind of object: `number`, `trunk`, `setting`, `registration`.
    package var object: String
    /// Which one: a canonical number, a prefix, a name.
    package var key: String
    /// What was done: `forward set`.
    package var action: String
    /// JSON; nil: it did not exist.
    package var before: String?
    /// JSON; nil: it no longer exists.
    package var after: String?

    package init(
        id: Int64 = 0, at: Int64, actor: String, source: String, onBehalfOf: String? = nil, object: String,
        key: String, action: String, before: String?, after: String?
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.source = source
        self.onBehalfOf = onBehalfOf
        self.object = object
        self.key = key
        self.action = action
        self.before = before
        self.after = after
    }
}

extension ControlSnapshot {
    /// The changes of one object, newest first.
    package func history(of object: String, key: String, limit: Int) throws -> [HistoryEntry] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM history WHERE object = ? AND key = ? ORDER BY id DESC LIMIT ?",
            arguments: [object, key, limit]
        ).map { row in
            HistoryEntry(
                id: row["id"], at: row["at"], actor: row["actor"], source: row["source"],
                onBehalfOf: row["on_behalf_of"], object: row["object"], key: row["key"], action: row["action"],
                before: row["before"], after: row["after"])
        }
    }

    /// The revision of the last change; each change has a higher one than those before it.
    package func revision() throws -> Int64 { try ChangeFeed.revision(db) }
}

extension ControlTransaction {
    package func append(_ entry: HistoryEntry) throws {
        try execute(
            """
            INSERT INTO history (at, actor, source, on_behalf_of, object, key, action, before, after)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.at, entry.actor, entry.source, entry.onBehalfOf, entry.object, entry.key, entry.action,
                entry.before, entry.after,
            ])
    }
}
