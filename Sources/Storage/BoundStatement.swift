import GRDB
import GRDBSQLite

/// A prepared statement whose parameters are bound one by one, straight through SQLite's C interface.
///
/// GRDB takes parameters as an array of boxed values, which costs more than all that SQLite does for a short row. For
/// statements that run for every call or registration; all others are better off with GRDB. Valid on the connection's
/// queue, like the statement that it is made of.
struct BoundStatement {
    private let statement: Statement
    private let db: Database

    init(_ statement: Statement, _ db: Database) {
        self.statement = statement
        self.db = db
    }

    /// - Parameter place: from 1 on, as SQLite counts.
    func bind(_ number: Int64?, at place: CInt) throws {
        if let number {
            try check(unsafe sqlite3_bind_int64(statement.sqliteStatement, place, number))
        } else {
            try check(unsafe sqlite3_bind_null(statement.sqliteStatement, place))
        }
    }

    /// Binds a copy of the text.
    func bind(_ text: String?, at place: CInt) throws {
        guard var text else { return try bind(nil as Int64?, at: place) }
        // SQLITE_TRANSIENT: SQLite takes its copy before this returns.
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try text.withUTF8 { text in
            unsafe try bind(UnsafeRawBufferPointer(text), at: place, owner: copied)
        }
    }

    /// Binds text without a copy: it has to stay where it is until the statement has run.
    @unsafe func bind(borrowedText text: UnsafeRawBufferPointer, at place: CInt) throws {
        unsafe try bind(text, at: place, owner: nil)
    }

    @unsafe private func bind(
        _ text: UnsafeRawBufferPointer, at place: CInt, owner: sqlite3_destructor_type?
    ) throws {
        // A null pointer would be NULL, where an empty text is meant.
        let characters = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self)
        try check(
            unsafe characters == nil
                ? sqlite3_bind_text(statement.sqliteStatement, place, "", 0, nil)
                : sqlite3_bind_text(statement.sqliteStatement, place, characters, CInt(clamping: text.count), owner))
    }

    /// Binds octets without a copy: they have to stay where they are until the statement has run.
    @unsafe func bind(borrowed octets: UnsafeRawBufferPointer, at place: CInt) throws {
        try check(
            unsafe sqlite3_bind_blob(
                statement.sqliteStatement, place, octets.baseAddress, CInt(clamping: octets.count), nil))
    }

    /// Runs the statement, which returns no rows, and makes it ready for the next values.
    ///
    /// - Throws: `DatabaseError`.
    func run() throws {
        defer { unsafe sqlite3_reset(statement.sqliteStatement) }
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        guard code == SQLITE_DONE else { throw failure(code) }
    }

    /// Goes to the next row; ``reset()`` when the last one was enough. While one is at hand, whatever the connection reads
    /// is of the same moment.
    ///
    /// - Returns: false after the last row; then the statement is ready for the next values.
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        if code == SQLITE_ROW { return true }
        defer { reset() }
        guard code == SQLITE_DONE else { throw failure(code) }
        return false
    }

    /// Makes it ready for the next values.
    func reset() { unsafe sqlite3_reset(statement.sqliteStatement) }

    /// - Parameter column: from 0 on, as SQLite counts.
    func isNull(_ column: CInt) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    /// Of a column of the row; 0 for NULL.
    func integer(_ column: CInt) -> Int64 { unsafe sqlite3_column_int64(statement.sqliteStatement, column) }

    /// Of a column of the row; empty for NULL.
    func text(_ column: CInt) -> String {
        guard let start = unsafe sqlite3_column_text(statement.sqliteStatement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Runs an INSERT of one row. What it has done is asked of SQLite itself: GRDB looks first whether it is asked in its
    /// own queue, which takes longer than the answer.
    ///
    /// - Returns: the row's number; nil if it was ignored.
    /// - Throws: `DatabaseError`.
    func insert() throws -> Int64? {
        try run()
        let connection = unsafe db.sqliteConnection
        return unsafe sqlite3_changes(connection) > 0 ? sqlite3_last_insert_rowid(connection) : nil
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
}
