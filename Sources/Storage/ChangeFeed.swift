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

    /// The revision of the last change; 0 when there was none.
    static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(revision) FROM change") ?? 0
    }

    /// What has changed after a revision, oldest first. An object that changed twice is there once.
    static func changes(after revision: Int64, limit: Int, _ db: Database) throws -> [Change] {
        try Row.fetchAll(
            db, sql: "SELECT revision, object, key FROM change WHERE revision > ? ORDER BY revision LIMIT ?",
            arguments: [revision, limit]
        ).compactMap { row in
            Object(rawValue: row[1]).map { Change(revision: row[0], object: $0, key: row[2]) }
        }
    }
}
