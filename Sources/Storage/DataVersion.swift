import GRDB
import GRDBSQLite

/// Asks SQLite whether another connection has committed.
///
/// The server asks in every batch of messages that has a question, so this goes past GRDB's queue to the connection itself. Whoever
/// holds one is the connection's only user.
///
/// `PRAGMA data_version` costs three system calls: a lock, a look at the file, and the lock's release. All that it
/// compares in between is the header of the ``WALIndex``. ``whenChanged(_:)`` compares the same and needs no call at all;
/// only if it differs there is more to do.
@safe final class DataVersion {
    private let statement: OpaquePointer
    private var index: WALIndex?
    private var seen: CommitMark?

    /// - Throws: `DatabaseError` when the connection is closed or the statement can't be prepared.
    init(_ db: Database) throws {
        guard let connection = unsafe db.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the connection is closed")
        }
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            connection, "PRAGMA data_version", -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "data_version can't be prepared")
        }
        unsafe statement = prepared
        // The index is there once the database has been read.
        if current() != nil { index = unsafe WALIndex(connection) }
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    /// A number that changes when another connection, of this process or another, has committed. Nil: the database
    /// can't be read now.
    func current() -> Int64? {
        defer { unsafe sqlite3_reset(statement) }
        guard unsafe sqlite3_step(statement) == SQLITE_ROW else { return nil }
        return unsafe sqlite3_column_int64(statement, 0)
    }

    /// Does what `take` does if a commit may have come since that last succeeded.
    ///
    /// - Parameter take: takes up what is new; false if it could not, and is to be done again.
    func whenChanged(_ take: () -> Bool) {
        let commit = index?.lastCommit
        if let commit, commit == seen { return }
        if take() { seen = commit }
    }
}
