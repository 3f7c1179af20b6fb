package import Directory
import Foundation
import GRDB

extension RuntimeDatabase {
    /// Milliseconds.
    private static let removalsKept: Int64 = 3_600_000

    /// All registrations that have not expired, for a server that starts. What has expired is deleted.
    ///
    /// - Parameter now: milliseconds since the Unix epoch.
    package func loadBindings(now: Int64) throws -> [BindingChange] {
        try write { db in
            try db.execute(sql: "DELETE FROM binding WHERE expires_at <= ?", arguments: [now])
            try db.execute(sql: "DELETE FROM binding_removal")
            return try Self.bindings(db, where: "TRUE", [])
        }
    }

    /// Stores what a group of REGISTER requests has changed, in one transaction. When this returns, it is on the disk
    /// and their 200 may go out.
    ///
    /// - Parameter settle: what is to be stored of the changes. Asked while nobody else can write: what a command has removed
    ///   is told by ``takeRemovals(now:)`` by now, or is removed once these are stored.
    /// - Throws: ``StorageError``, or what settling throws; then nothing of the group is stored.
    package func commit(
        _ changes: [BindingChange], settling settle: ([BindingChange]) throws -> [BindingChange] = { $0 }
    ) throws {
        guard !changes.isEmpty else { return }
        try write { db in
            let writes = try BindingWrites(db)
            for change in try settle(changes) { try writes.put(change) }
        }
    }

    /// Whether what ``commit(_:)`` has thrown is about what one of the changes holds.
    package func isAboutOneChange(_ error: any Error) -> Bool {
        if case .refused? = error as? StorageError { true } else { false }
    }

    /// Stores the registrations of those numbers that have none here, for a server that knows more than a file that has
    /// taken the place of another.
    package func commitMissing(_ changes: [BindingChange]) throws {
        try write { db in
            let writes = try BindingWrites(db)
            for change in changes {
                let isKnown = try Bool.fetchOne(
                    db, kept: "SELECT EXISTS (SELECT * FROM binding WHERE number = ?)",
                    arguments: [change.number.canonical])
                if isKnown != true { try writes.put(change) }
            }
        }
    }

    /// The registrations of some numbers, or of all, those that have expired left out; in the order of numbers.
    ///
    /// - Parameters:
    ///   - numbers: nil: all.
    ///   - now: milliseconds since the Unix epoch.
    package func bindings(of numbers: [PhoneNumber]? = nil, now: Int64) throws -> [BindingChange] {
        try read { db in
            guard let numbers else { return try Self.bindings(db, where: "expires_at > ?", [now]) }
            return try Self.bindings(
                db, where: "expires_at > ? AND number IN (SELECT value FROM json_each(?))",
                [now, try Self.json(numbers.map(\.canonical))])
        }
    }

    package func bindings(of number: PhoneNumber, now: Int64) throws -> [BindingChange] {
        try bindings(of: [number], now: now)
    }

    /// Takes registrations away, and tells a running server to forget them (``takeRemovals(now:)``).
    ///
    /// - Parameters:
    ///   - contact: nil removes all contacts of the number.
    ///   - now: milliseconds since the Unix epoch.
    /// - Returns: the bindings that were removed.
    package func removeBindings(of number: PhoneNumber, contact: String? = nil, now: Int64) throws -> [Binding] {
        try write { db in
            let removed = try Self.bindings(
                db, where: "number = ?1 AND (?2 IS NULL OR contact = ?2)", [number.canonical, contact])
            try db.execute(
                sql: "DELETE FROM binding WHERE number = ?1 AND (?2 IS NULL OR contact = ?2)",
                arguments: [number.canonical, contact])
            try db.execute(
                sql: "INSERT INTO binding_removal (number, contact, at) VALUES (?, ?, ?)",
                arguments: [number.canonical, contact, now])
            // A server looks every second.
            try db.execute(sql: "DELETE FROM binding_removal WHERE at < ?", arguments: [now - Self.removalsKept])
            return removed.flatMap(\.bindings)
        }
    }

    private static func bindings(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [BindingChange] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT number, contact, parameters, q, call_id, cseq, expires_at, received, path, user_agent
                FROM binding WHERE \(condition) ORDER BY number, position
                """, arguments: arguments)
        var result: [BindingChange] = []
        var number = ""
        var bindings: [Binding] = []
        func closeNumber() {
            guard !bindings.isEmpty else { return }
            result.append(BindingChange(number: PhoneNumber(trustedCanonical: number), bindings: bindings))
            bindings = []
        }
        while let row = try rows.next() {
            let rowNumber: String = row[0]
            if rowNumber != number {
                closeNumber()
                number = rowNumber
            }
            bindings.append(
                Binding(
                    contact: row[1], parameters: row[2], q: row[3], callID: row[4],
                    cseq: UInt32(clamping: row[5] as Int64), expiresAt: row[6], received: row[7],
                    path: paths(row[8]), userAgent: row[9]))
        }
        closeNumber()
        return result
    }

    fileprivate static func json(_ path: [String]) throws -> String {
        path.isEmpty ? "[]" : String(decoding: try JSONEncoder().encode(path), as: UTF8.self)
    }

    private static func paths(_ json: String) -> [String] {
        json == "[]" ? [] : (try? JSONDecoder().decode([String].self, from: Data(json.utf8))) ?? []
    }
}

/// The two statements that put a number's registrations in the place of those that it had.
private struct BindingWrites {
    private let put: BoundStatement
    private let clear: BoundStatement

    init(_ db: Database) throws {
        put = BoundStatement(
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO binding
                        (number, position, contact, parameters, q, call_id, cseq, expires_at, received, path,
                         user_agent)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """), db)
        clear = BoundStatement(
            try db.cachedStatement(sql: "DELETE FROM binding WHERE number = ? AND position >= ?"), db)
    }

    func put(_ change: BindingChange) throws {
        let number = change.number.canonical
        for (position, binding) in change.bindings.enumerated() {
            try put.bind(number, at: 1)
            try put.bind(Int64(position), at: 2)
            try put.bind(binding.contact, at: 3)
            try put.bind(binding.parameters, at: 4)
            try put.bind(Int64(binding.q), at: 5)
            try put.bind(binding.callID, at: 6)
            try put.bind(Int64(binding.cseq), at: 7)
            try put.bind(binding.expiresAt, at: 8)
            try put.bind(binding.received, at: 9)
            try put.bind(try RuntimeDatabase.json(binding.path), at: 10)
            try put.bind(binding.userAgent, at: 11)
            try put.run()
        }
        try clear.bind(number, at: 1)
        try clear.bind(Int64(change.bindings.count), at: 2)
        try clear.run()
    }
}
