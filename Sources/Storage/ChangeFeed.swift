import GRDB

/// The feed of changed objects in `control.db`: triggers write it, caches and (later) other machines follow it.
enum ChangeFeed {
    enum Object: String {
        case number, trunk, setting
    }

    struct Change {
        let revision: Int64
        let object: Object
        /// A canonical number, a prefix, or a setting's name.
        let key: String
    }

    /// How far a reader has followed the feed, and by what it knows that it is still the same database: a copy of an
    /// earlier day may have been put in its place since, whose revisions mean other changes.
    struct Position: Equatable {
        let revision: Int64
        /// The last entry of the history; 0 when there was none.
        let entry: Int64
        /// What that entry is chained by; nil for an entry that was not written by tsunagi, or for none.
        let hash: String?
    }

    static func position(_ db: Database) throws -> Position {
        let last = try Row.fetchOne(db, kept: "SELECT id, hash FROM history ORDER BY id DESC LIMIT 1")
        return Position(revision: try revision(db), entry: last?[0] ?? 0, hash: last?[1])
    }

    /// Whether what has happened since that position stands behind it.
    static func goesOn(from position: Position, _ db: Database) throws -> Bool {
        guard try revision(db) >= position.revision else { return false }
        guard position.entry > 0 else { return true }
        let entry = try Row.fetchOne(db, kept: "SELECT hash FROM history WHERE id = ?", arguments: [position.entry])
        return entry.map { $0[0] == position.hash } ?? false
    }

    /// The revision of the last change; 0 when there was none.
    static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, kept: "SELECT max(revision) FROM change") ?? 0
    }

    /// What has changed after a revision, oldest first. An object that changed twice is there once.
    ///
    /// - Returns: nil: more than `limit` objects, or one of a kind that is not known here.
    static func changes(after revision: Int64, limit: Int, _ db: Database) throws -> [Change]? {
        let rows = try Row.fetchAll(
            db, kept: "SELECT revision, object, key FROM change WHERE revision > ? ORDER BY revision LIMIT ?",
            arguments: [revision, limit + 1])
        guard rows.count <= limit else { return nil }
        let changes = rows.compactMap { row in
            Object(rawValue: row[1]).map { Change(revision: row[0], object: $0, key: row[2]) }
        }
        return changes.count == rows.count ? changes : nil
    }
}
