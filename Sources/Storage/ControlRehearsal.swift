import CSQLite
import GRDB
import GRDBSQLite

/// A copy of `control.db` of one moment, on which a large change is tried out while others go on writing.
///
/// The copy has no name: SQLite keeps it in memory as long as it is small, else in a file of the data directory that is
/// gone with this process, however that ends. Which rows change is recorded, so that
/// ``ControlDatabase/adopt(_:as:agreeing:settling:)`` can do the same to the database itself without judging it again.
@safe package final class ControlRehearsal {
    /// The copy, to be used like the database itself.
    package let database: ControlDatabase
    let queue: DatabaseQueue
    /// Where the database stood when it was copied.
    let start: ChangeFeed.Position
    /// The id that its next entry of the history would have had.
    let firstEntry: Int64
    /// The highest id that its outbox had ever had.
    let lastMessage: Int64
    private let recorder: OpaquePointer

    /// They are not to have the same rows elsewhere: they go on from where a database stands.
    private static let tablesThatGoOn = "history history_head change outbox"
    /// What of the copy is kept in memory.
    private static let cacheKiB = 65_536

    /// - Throws: `DatabaseError`.
    init(of source: DatabaseQueue, path: String, directory: DataDirectory) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // For the whole process: where there is room for another database, and where nobody else may read.
            try db.execute(sql: "PRAGMA temp_store_directory = '\(directory.path.replacing("'", with: "''"))'")
            try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -\(Self.cacheKiB)")
        }
        queue = try DatabaseQueue(path: "", configuration: configuration)
        try source.backup(to: queue)
        database = ControlDatabase(copy: queue, path: path, directory: directory)
        (start, firstEntry) = try queue.read { (try ChangeFeed.position($0), try HistoryChain.nextID($0)) }
        lastMessage = try queue.read { db in
            try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'") ?? 0
        }
        var made: OpaquePointer?
        let code = queue.writeWithoutTransaction { db in
            unsafe cchangeset_record(
                db.sqliteConnection.map { unsafe UnsafeMutableRawPointer($0) }, Self.tablesThatGoOn, &made)
        }
        guard code == SQLITE_OK, let made = unsafe made else {
            unsafe cchangeset_close(made)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "changes can't be recorded")
        }
        unsafe recorder = made
    }

    deinit {
        // Before the connection that it follows.
        unsafe cchangeset_close(recorder)
    }

    /// What the rows have come to differ by.
    ///
    /// - Throws: `DatabaseError`, ``StorageError``.
    func changeset(in directory: DataDirectory) throws -> NamelessFile {
        let file = try NamelessFile(in: directory)
        let code = queue.writeWithoutTransaction { _ in unsafe cchangeset_write(recorder, file.descriptor) }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        return file
    }

    /// How many entries of the history it has more than the database had.
    func entryCount() throws -> Int64 { try queue.read { try HistoryChain.nextID($0) - firstEntry } }

    /// Whether it has changed something of this name, by its entries in the history.
    func hasChanged(_ object: String, _ key: String) throws -> Bool {
        try queue.read { db in
            let sql = "SELECT EXISTS (SELECT 1 FROM history WHERE object = ? AND key = ? AND id >= ?)"
            return try Bool.fetchOne(try db.cachedStatement(sql: sql), arguments: [object, key, firstEntry]) ?? false
        }
    }
}
