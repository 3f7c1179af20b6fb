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
    /// The kind of object: `number`, `trunk`, `setting`, `company`, `contract`, `user`, `group`, `admin`, `login`,
    /// `message`.
    package var object: String
    /// Which one: a canonical number, a prefix, a name; of accounts and groups, the id.
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

/// What a change was about, without its time, its author and what it changed from and to.
package struct ChangeOutline: Hashable, Sendable {
    /// As of a ``HistoryEntry``.
    package let object: String
    package let key: String
    package let action: String

    /// The first word of the action: which part of the object was changed.
    package var subject: String { String(action.prefix { $0 != " " }) }
}

extension HistoryEntry {
    package var outline: ChangeOutline { ChangeOutline(object: object, key: key, action: action) }

    /// The first word of the action: which part of the object was changed.
    package var subject: String { outline.subject }
}

extension ControlSnapshot {
    /// The changes of one object, newest first.
    ///
    /// - Parameter id: only those before this one; nil: all.
    package func history(
        of object: String, key: String, matching filter: HistoryFilter = HistoryFilter(), before id: Int64? = nil,
        within reach: Reach = .everything, limit: Int
    ) throws -> [HistoryEntry] {
        let object = Condition("h.object = ? AND h.key = ?", [object, key])
        let before = id.map { [Condition("h.id < ?", [$0])] } ?? []
        return try history(where: object.and(before + filter.conditions), within: reach, limit: limit)
    }

    /// The id of an object's last change; 0: it has none.
    package func lastChange(of object: String, key: String) throws -> Int64 {
        try Int64.fetchOne(
            db, kept: "SELECT max(id) FROM history WHERE object = ? AND key = ?", arguments: [object, key]) ?? 0
    }

    /// The changes of everything, newest first.
    ///
    /// - Parameter id: only those before this one; nil: all.
    package func history(
        before id: Int64? = nil, matching filter: HistoryFilter = HistoryFilter(), within reach: Reach = .everything,
        limit: Int
    ) throws -> [HistoryEntry] {
        let condition = id.map { Condition("h.id < ?", [$0]) } ?? Condition("TRUE")
        return try history(where: condition.and(filter.conditions), within: reach, limit: limit)
    }

    /// The changes of everything after one of them, oldest first.
    package func history(after id: Int64, limit: Int = .max) throws -> [HistoryEntry] {
        try Row.fetchAll(
            db, kept: "SELECT * FROM history WHERE id > ? ORDER BY id LIMIT ?", arguments: [id, limit]
        ).map(HistoryEntry.init)
    }

    /// What the changes after `id` were about. However often the same was done to the same, it is there once.
    package func outlines(after id: Int64, limit: Int = .max) throws -> [ChangeOutline] {
        try Row.fetchAll(
            db, kept: "SELECT DISTINCT object, key, action FROM history WHERE id > ? LIMIT ?", arguments: [id, limit]
        ).map { ChangeOutline(object: $0[0], key: $0[1], action: $0[2]) }
    }

    package func historyEntry(_ id: Int64, within reach: Reach = .everything) throws -> HistoryEntry? {
        try history(where: Condition("h.id = ?", [id]), within: reach, limit: 1).first
    }

    private func history(where condition: Condition, within reach: Reach, limit: Int) throws -> [HistoryEntry] {
        let condition = condition.and(reach.limits.map(\.onHistory))
        return try Row.fetchAll(
            db, kept: "SELECT h.* FROM history h WHERE \(condition.sql) ORDER BY h.id DESC LIMIT ?",
            arguments: condition.arguments + [limit]
        ).map(HistoryEntry.init)
    }

    /// The changes of one object after `id` by actions that begin with one of these words, or by any if there are
    /// none; oldest first.
    package func changes(of object: String, key: String, after id: Int64, by words: [String]) throws -> [HistoryEntry] {
        try Row.fetchAll(
            db, kept: "SELECT * FROM history WHERE object = ? AND key = ? AND id > ? ORDER BY id",
            arguments: [object, key, id]
        ).map(HistoryEntry.init).filter { words.isEmpty || words.contains($0.subject) }
    }

    /// The key of the object that had a name at last, by its states: of accounts that are gone.
    ///
    /// - Parameter field: the member of a state that holds the name, which is the same in upper and lower case.
    package func lastKey(of object: String, whose field: String, was name: String) throws -> String? {
        try String.fetchOne(
            db,
            kept: """
                SELECT key FROM history
                WHERE object = ? AND json_extract(coalesce(after, before), ?) = ? COLLATE NOCASE
                ORDER BY id DESC LIMIT 1
                """, arguments: [object, "$." + field, name])
    }

    /// How many entries the history has, all of them as they were written.
    ///
    /// - Throws: ``HistoryFlaw`` for the first that was altered or is missing.
    package func verifyHistory() throws -> Int64 {
        if let flaw = try HistoryChain.flaw(db) { throw flaw }
        return try HistoryChain.head(db).count
    }

    /// The id of the last entry of the history that was ever written; 0: none.
    package func lastChange() throws -> Int64 { try HistoryChain.nextID(db) - 1 }

    /// The revision of the last change; each change has a higher one than those before it.
    package func revision() throws -> Int64 { try ChangeFeed.revision(db) }
}

extension ControlTransaction {
    /// Writes an entry behind the last one, and moves the head on to it.
    ///
    /// - Returns: the entry with its id.
    @discardableResult
    package func append(_ entry: HistoryEntry) throws -> HistoryEntry {
        var entry = entry
        entry.id = try HistoryChain.nextID(db)
        let head = try HistoryChain.head(db)
        let hash = HistoryChain.hash(entry, after: head.hash)
        try execute(
            """
            INSERT INTO history (id, at, actor, source, on_behalf_of, object, key, action, before, after, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.id, entry.at, entry.actor, entry.source, entry.onBehalfOf, entry.object, entry.key, entry.action,
                entry.before, entry.after, hash,
            ])
        try HistoryChain.setHead(HistoryChain.Head(count: head.count + 1, hash: hash), db)
        return entry
    }
}
