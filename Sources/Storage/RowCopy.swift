import GRDB
import GRDBSQLite

/// Runs a statement once for each row of a query on another connection, with the row's columns as its parameters in their
/// order: values go from one to the other as SQLite has them. Valid on both connections' queues.
@safe struct RowCopy {
    private let source: SQLiteStatement
    private let target: SQLiteStatement
    private let bound: BoundStatement

    init(from query: Statement, to statement: Statement, _ db: Database) {
        unsafe source = query.sqliteStatement
        unsafe target = statement.sqliteStatement
        bound = BoundStatement(statement, db)
    }

    /// - Parameter adjust: looks at the row of which the statement is about to be run, and may replace parameters.
    /// - Throws: `DatabaseError`, what `adjust` throws.
    func run(_ adjust: (RowCopy) throws -> Void) throws {
        defer {
            unsafe sqlite3_reset(source)
            unsafe sqlite3_clear_bindings(target)
        }
        let count = unsafe sqlite3_column_count(source)
        while true {
            let code = unsafe sqlite3_step(source)
            guard code != SQLITE_DONE else { return }
            guard code == SQLITE_ROW else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
            for column in 0..<count {
                try check(unsafe sqlite3_bind_value(target, column + 1, sqlite3_column_value(source, column)))
            }
            try adjust(self)
            try bound.run()
        }
    }

    /// - Parameter column: from 0 on.
    func integer(_ column: CInt) -> Int64 { unsafe sqlite3_column_int64(source, column) }

    func text(_ column: CInt) -> String? {
        unsafe sqlite3_column_text(source, column).map { unsafe String(cString: $0) }
    }

    func replace(_ column: CInt, by number: Int64) throws { try bound.bind(number, at: column + 1) }

    func replace(_ column: CInt, by text: String) throws {
        // SQLite makes a copy for itself (SQLITE_TRANSIENT).
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(unsafe sqlite3_bind_text(target, column + 1, text, -1, copied))
    }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
