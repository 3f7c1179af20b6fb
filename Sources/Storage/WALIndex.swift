import GRDB
import GRDBSQLite

/// What the index of a database's log says of the last commit: another value after each one, whoever made it.
package struct CommitMark: Equatable, Sendable {
    fileprivate typealias Header = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    fileprivate let header: Header

    package static func == (left: CommitMark, right: CommitMark) -> Bool { left.header == right.header }
}

/// The index of a database's WAL as a connection has it in its memory.
///
/// Its header lies in memory that all connections of all processes share, and every commit changes it ("WAL-mode File
/// Format" of the SQLite documentation, §2.1: `iChange`, and the header's checksums). It is all that SQLite compares to
/// find out whether anything is new; to read these 48 octets needs no system call.
@safe struct WALIndex: @unchecked Sendable {
    private static let regionLength: CInt = 32_768

    private let region: UnsafeRawPointer

    /// The first region of the index as SQLite itself has mapped it, which it does when the database is read. To be
    /// used only while the connection is open.
    ///
    /// - Returns: nil where SQLite does not tell.
    init?(_ connection: OpaquePointer) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard unsafe sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
            let file = unsafe file, let methods = unsafe file.pointee.pMethods, unsafe methods.pointee.iVersion >= 2,
            let map = unsafe methods.pointee.xShmMap
        else { return nil }
        var mapped: UnsafeMutableRawPointer?
        // 0: only if it is there already.
        guard unsafe map(file, 0, Self.regionLength, 0, &mapped) == SQLITE_OK, let mapped = unsafe mapped else {
            return nil
        }
        unsafe region = UnsafeRawPointer(mapped)
    }

    /// Read before a look at the database, so that what is committed in the meantime is seen the next time.
    var lastCommit: CommitMark { CommitMark(header: unsafe region.loadUnaligned(as: CommitMark.Header.self)) }
}
