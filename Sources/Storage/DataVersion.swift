import GRDB
import GRDBSQLite

/// Asks SQLite whether another connection has committed.
///
/// The server asks in every batch of messages that has a question, so this goes past GRDB's queue to the connection itself. Whoever
/// holds one is the connection's only user.
///
/// `PRAGMA data_version` costs three system calls: a lock, a look at the file, and the lock's release. All that it
/// compares in between is the header of the WAL index, which lies in memory that all connections share and which every
/// commit changes ("WAL-mode File Format" of the SQLite documentation, §2.1: `iChange`, and the header's checksums).
/// ``whenChanged(_:)`` compares the same 48 octets and needs no call at all; only if they differ there is more to do.
@safe final class DataVersion {
    private typealias Header = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    private let statement: OpaquePointer
    /// Where the header lies while the connection is open; nil where SQLite does not tell.
    private var index: UnsafeRawPointer?
    private var seen: Header?

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
        if current() != nil { unsafe index = Self.index(of: connection) }
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
    /// The header is read before, so that a commit in the meantime is seen the next time.
    ///
    /// - Parameter take: takes up what is new; false if it could not, and is to be done again.
    func whenChanged(_ take: () -> Bool) {
        let header = header()
        if let header, let seen, header == seen { return }
        if take() { seen = header }
    }

    private func header() -> Header? {
        guard let index = unsafe index else { return nil }
        return unsafe index.loadUnaligned(as: Header.self)
    }

    /// The first region of the WAL index as SQLite itself has mapped it.
    private static func index(of connection: OpaquePointer) -> UnsafeRawPointer? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard unsafe sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
            let file = unsafe file, let methods = unsafe file.pointee.pMethods, unsafe methods.pointee.iVersion >= 2,
            let map = unsafe methods.pointee.xShmMap
        else { return nil }
        var mapped: UnsafeMutableRawPointer?
        // 0: only if it is there already.
        guard unsafe map(file, 0, regionLength, 0, &mapped) == SQLITE_OK else { return nil }
        return UnsafeRawPointer(mapped)
    }

    private static let regionLength: CInt = 32_768
}
