package import Directory
import GRDB
import Synchronization

extension RuntimeDatabase {
    /// Who is banned, the latest first.
    ///
    /// - Parameter now: milliseconds since the Unix epoch; so with the others here.
    package func bans(now: Int64) throws -> [Ban] {
        try read { db in try Self.bans(now, db) }
    }

    /// Bans these, or for longer if they are banned already. Bans that are over are forgotten, and of more than ``Ban/limit``
    /// those that end first.
    package func add(_ bans: [Ban], now: Int64) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM ban WHERE until <= ?", arguments: [now])
            for ban in bans {
                try db.execute(
                    sql: """
                        INSERT INTO ban (source, reason, since, until) VALUES (?, ?, ?, ?)
                        ON CONFLICT (source) DO UPDATE SET
                            reason = excluded.reason, since = excluded.since, until = excluded.until
                        WHERE excluded.until > ban.until
                        """, arguments: [ban.source, ban.reason.rawValue, ban.since, ban.until])
            }
            try db.execute(
                sql: """
                    DELETE FROM ban WHERE source IN (
                        SELECT source FROM ban ORDER BY until LIMIT max(0, (SELECT count(*) FROM ban) - ?))
                    """, arguments: [Ban.limit])
        }
    }

    /// - Returns: the ban that was taken off; nil if there was none.
    package func removeBan(of source: String, now: Int64) throws -> Ban? {
        try write { db in
            let ban = try Self.bans(now, db).first { $0.source == source }
            try db.execute(sql: "DELETE FROM ban WHERE source = ?", arguments: [source])
            return ban
        }
    }

    /// All bans, if another process may have changed them since the last time. Made to be called every second.
    package func takeChangedBans(now: Int64) throws -> [Ban]? {
        let version = try dataVersion()
        guard seenBans.withLock({ $0 }) != version else { return nil }
        let bans = try bans(now: now)
        seenBans.withLock { $0 = version }
        return bans
    }

    private static func bans(_ now: Int64, _ db: Database) throws -> [Ban] {
        try Row.fetchAll(
            db, kept: "SELECT source, reason, since, until FROM ban WHERE until > ? ORDER BY since DESC, source",
            arguments: [now]
        ).map { row in
            // A later release may know more reasons.
            Ban(
                source: row[0], reason: Ban.Reason(rawValue: row[1]) ?? .administrator, since: row[2], until: row[3])
        }
    }
}
