import CSQLite
import GRDB
import GRDBSQLite

/// Large changes: tried out on a copy, and taken over from there.
extension ControlDatabase {
    /// So many different things that others have done in the meantime are looked at, whether they are aside; more are
    /// not. Somebody who changes the same number all the time counts once.
    private static let othersLimit = 5_000

    /// A copy of all that is there now, to try a large change out on. Writers go on meanwhile.
    ///
    /// - Throws: ``StorageError``.
    package func rehearsal() throws -> ControlRehearsal {
        try StorageError.translating(path) { try ControlRehearsal(of: queue, path: path, directory: directory) }
    }

    /// Does what was done to a copy, all of it or nothing, without judging it again: the write lock is held only for as
    /// long as writing the rows takes.
    ///
    /// What others have changed since the copy was taken stays. A row of theirs is never overwritten: if this is to change
    /// the same, or something that has no entry in the history has changed, nothing is done.
    ///
    /// - Parameters:
    ///   - what: who does what, for those who wait.
    ///   - agrees: is given what others have changed, before anything is written; false: nothing is done.
    ///   - settles: the same when all is written.
    /// - Returns: false: it has to be tried out again on a new copy.
    /// - Throws: ``StorageError``, what the closures throw.
    package func adopt(
        _ rehearsal: ControlRehearsal, as what: String,
        agreeing agrees: (ControlTransaction, [ChangeOutline]) throws -> Bool,
        settling settles: (ControlTransaction, [ChangeOutline]) throws -> Bool
    ) throws -> Bool {
        struct InTheWay: Error {}
        let (changeset, entryCount) = try StorageError.translating(path) {
            (try rehearsal.changeset(in: directory), try rehearsal.entryCount())
        }
        let told = LargeWrite(on: path, what: what)
        defer { told.end() }
        do {
            try write { transaction in
                told.begin()
                guard let others = try others(since: rehearsal, transaction.db), try agrees(transaction, others) else {
                    throw InTheWay()
                }
                try transaction.expectManyChanges()
                // Rows and entries of the history take about as long as each other.
                let length = changeset.rewind()
                guard try apply(changeset, transaction.db, told: { told.tell(done: $0, of: 2 * length) }) else {
                    throw InTheWay()
                }
                try appendHistory(of: rehearsal, transaction.db) {
                    told.tell(done: entryCount + $0, of: 2 * entryCount)
                }
                try appendFeed(of: rehearsal, transaction.db)
                try appendMessages(of: rehearsal, transaction.db)
                guard try settles(transaction, others) else { throw InTheWay() }
            }
        } catch is InTheWay {
            return false
        } catch StorageError.refused {
            // What others have written leaves no room for it, such as in the outbox.
            return false
        }
        return true
    }

    /// Work as one transaction that is told of to those who wait for its end.
    ///
    /// - Throws: ``StorageError``, what the work throws.
    package func announcing<T>(_ what: String, _ work: () throws -> T) throws -> T {
        let told = LargeWrite(on: path, what: what)
        defer { told.end() }
        return try write { _ in
            told.begin()
            return try work()
        }
    }

    /// What others have changed since; nil: this can't be told, or it is what the copy has changed too.
    private func others(since rehearsal: ControlRehearsal, _ db: Database) throws -> [ChangeOutline]? {
        let start = rehearsal.start
        guard try ChangeFeed.goesOn(from: start, db) else { return nil }
        let others = try ControlSnapshot(db: db).outlines(after: start.entry, limit: Self.othersLimit + 1)
        guard others.count <= Self.othersLimit,
            let fed = try ChangeFeed.changes(after: start.revision, limit: Self.othersLimit, db)
        else { return nil }
        let told = Set(others.map { [$0.object, $0.key] })
        for change in fed where !told.contains([change.object.rawValue, change.key]) { return nil }
        for entry in others where try rehearsal.hasChanged(entry.object, entry.key) { return nil }
        return others
    }

    /// - Returns: false: a row is not as it was any more.
    private func apply(_ changeset: NamelessFile, _ db: Database, told: @escaping (Int64) -> Void) throws -> Bool {
        let told = Told(told)
        let code = unsafe cchangeset_apply(
            db.sqliteConnection.map { unsafe UnsafeMutableRawPointer($0) }, changeset.descriptor,
            { context, done in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Told>.fromOpaque(context).takeUnretainedValue().tell(done)
            }, Unmanaged.passUnretained(told).toOpaque())
        switch code {
        case SQLITE_OK: return true
        case SQLITE_ABORT, SQLITE_CONSTRAINT: return false
        default: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }

    private final class Told {
        let tell: (Int64) -> Void
        init(_ tell: @escaping (Int64) -> Void) { self.tell = tell }
    }

    /// Where others have written entries in between, those of the copy get other ids, and are chained anew.
    private func appendHistory(of rehearsal: ControlRehearsal, _ db: Database, told: (Int64) -> Void) throws {
        var head = try HistoryChain.head(db)
        let shift = try HistoryChain.nextID(db) - rehearsal.firstEntry
        let isChained = shift == 0 && head.hash == (rehearsal.start.hash ?? HistoryChain.Head.start.hash)
        let columns = "id, at, actor, source, on_behalf_of, object, key, action, before, after, hash"
        let insert = try db.makeStatement(
            sql: "INSERT INTO history (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var count: Int64 = 0
        try rehearsal.queue.read { copy in
            let entries = try copy.makeStatement(
                sql: "SELECT \(columns) FROM history WHERE id >= \(rehearsal.firstEntry) ORDER BY id")
            try RowCopy(from: entries, to: insert, db).run { row in
                let id = row.integer(0) + shift
                var hash = row.text(10) ?? ""
                if !isChained {
                    hash = HistoryChain.hash(HistoryEntry(row, id: id), after: head.hash)
                    try row.replace(0, by: id)
                    try row.replace(10, by: hash)
                }
                head = HistoryChain.Head(count: head.count + 1, hash: hash)
                count += 1
                told(count)
            }
        }
        if count > 0 { try HistoryChain.setHead(head, db) }
    }

    /// A large change tells people of what it changes, and does nothing else to the outbox.
    private func appendMessages(of rehearsal: ControlRehearsal, _ db: Database) throws {
        let columns = """
            event, kind, channel, recipient, language, subject, body, is_secret, is_repeatable, created_at, queued_at,
            expires_at, state, attempts, next_attempt_at, last_error, settled_at, may_have_arrived
            """
        let places = repeatElement("?", count: columns.split(separator: ",").count).joined(separator: ", ")
        let insert = try db.makeStatement(sql: "INSERT INTO outbox (\(columns)) VALUES (\(places))")
        try rehearsal.queue.read { copy in
            let messages = try copy.makeStatement(
                sql: "SELECT \(columns) FROM outbox WHERE id > \(rehearsal.lastMessage) ORDER BY id")
            try RowCopy(from: messages, to: insert, db).run { _ in }
        }
    }

    private func appendFeed(of rehearsal: ControlRehearsal, _ db: Database) throws {
        let forget = try db.makeStatement(sql: "DELETE FROM change WHERE object = ? AND key = ?")
        let tell = try db.makeStatement(sql: "INSERT INTO change (object, key) VALUES (?, ?)")
        for statement in [forget, tell] {
            try rehearsal.queue.read { copy in
                let changes = try copy.makeStatement(
                    sql: "SELECT object, key FROM change WHERE revision > \(rehearsal.start.revision) ORDER BY revision"
                )
                try RowCopy(from: changes, to: statement, db).run { _ in }
            }
        }
    }
}

extension HistoryEntry {
    /// - Parameter row: the columns of the table in their order.
    fileprivate init(_ row: RowCopy, id: Int64) {
        self.init(
            id: id, at: row.integer(1), actor: row.text(2) ?? "", source: row.text(3) ?? "", onBehalfOf: row.text(4),
            object: row.text(5) ?? "", key: row.text(6) ?? "", action: row.text(7) ?? "", before: row.text(8),
            after: row.text(9))
    }
}
