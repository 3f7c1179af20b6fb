import GRDB
import GRDBSQLite

/// Asks SQLite whether another connection has committed: `PRAGMA data_version`, prepared once.
///
/// The server asks before every batch of messages, so this goes past GRDB's queue to the connection itself. Whoever
/// holds one is the connection's only user.
@safe final class DataVersion {
    private let statement: OpaquePointer

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
}
