import Crypto
import Foundation
import GRDB

/// What `control.db`'s history is found to be when it is looked through.
package enum HistoryFlaw: Error, Equatable, CustomStringConvertible {
    /// The entry does not follow from the one before it.
    case altered(id: Int64)
    /// The entry is gone, and perhaps others after it.
    case missing(id: Int64)
    /// The entry was put there by something else than tsunagi.
    case foreign(id: Int64)

    package var description: String {
        switch self {
        case .altered(let id): "entry \(id) of the history was altered, or what it follows from was"
        case .missing(let id): "entry \(id) of the history was removed"
        case .foreign(let id): "entry \(id) of the history was not written by tsunagi"
        }
    }
}

/// Chains the history's entries: each has a SHA-256 over the hash of the one before it and its own content, and the
/// head, which changes with each of them, has the number of entries and the hash of the last. An entry that was
/// altered or removed, at the end too, no longer fits. Whoever rewrites the whole chain and its head leaves no trace
/// in the file: a copy of the head kept elsewhere shows that.
enum HistoryChain {
    struct Head: Equatable {
        /// Before the first entry.
        static let start = Head(count: 0, hash: String(repeating: "0", count: 64))

        let count: Int64
        /// 64 hex digits.
        let hash: String
    }

    static func head(_ db: Database) throws -> Head {
        try Row.fetchOne(try db.cachedStatement(sql: "SELECT count, hash FROM history_head WHERE id = 1"))
            .map { Head(count: $0[0], hash: $0[1]) } ?? .start
    }

    static func setHead(_ head: Head, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO history_head (id, count, hash) VALUES (1, ?, ?)
                ON CONFLICT (id) DO UPDATE SET count = excluded.count, hash = excluded.hash
                """
        ).execute(arguments: [head.count, head.hash])
    }

    /// The id of the next entry: ids are never used twice, so that a removed one leaves a gap.
    static func nextID(_ db: Database) throws -> Int64 {
        1
            + (try Int64.fetchOne(
                try db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'history'")) ?? 0)
    }

    /// The hash of an entry that follows one with the hash `previous`.
    static func hash(_ entry: HistoryEntry, after previous: String) -> String {
        var digest = SHA256()
        let fields: [String?] = [
            previous, String(entry.id), String(entry.at), entry.actor, entry.source, entry.onBehalfOf, entry.object,
            entry.key, entry.action, entry.before, entry.after,
        ]
        // With its length before each, no two entries are the same octets.
        for field in fields {
            digest.update(data: Data((field.map { "\($0.utf8.count):\($0)," } ?? "-,").utf8))
        }
        return hex(digest.finalize())
    }

    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first entry that does not fit; nil: all is as it was written.
    static func flaw(_ db: Database) throws -> HistoryFlaw? {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM history ORDER BY id")
        var (count, lastID, previous) = (Int64(0), Int64(0), Head.start.hash)
        while let row = try rows.next() {
            let entry = HistoryEntry(row)
            guard let stored: String = row["hash"] else { return .foreign(id: entry.id) }
            guard stored == hash(entry, after: previous) else {
                return entry.id == lastID + 1 ? .altered(id: entry.id) : .missing(id: lastID + 1)
            }
            (count, lastID, previous) = (count + 1, entry.id, stored)
        }
        let head = try head(db)
        if count < head.count { return .missing(id: lastID + 1) }
        return head == Head(count: count, hash: previous) ? nil : .altered(id: lastID)
    }

    /// Chains the entries of a release that did not.
    static func chainExisting(_ db: Database) throws {
        var (head, lastID) = (Head.start, Int64.min)
        while true {
            let page = try Row.fetchAll(
                db, kept: "SELECT * FROM history WHERE id > ? ORDER BY id LIMIT 1000", arguments: [lastID]
            ).map(HistoryEntry.init)
            guard let last = page.last else { break }
            for entry in page {
                head = Head(count: head.count + 1, hash: hash(entry, after: head.hash))
                try db.cachedStatement(sql: "UPDATE history SET hash = ? WHERE id = ?")
                    .execute(arguments: [head.hash, entry.id])
            }
            lastID = last.id
        }
        try setHead(head, db)
    }
}

extension HistoryEntry {
    init(_ row: Row) {
        self.init(
            id: row["id"], at: row["at"], actor: row["actor"], source: row["source"],
            onBehalfOf: row["on_behalf_of"], object: row["object"], key: row["key"], action: row["action"],
            before: row["before"], after: row["after"])
    }
}
