package import Directory
import Foundation
import GRDB

/// A line in the list of calls.
package struct CallSummary: Sendable, Equatable {
    package let id: String
    /// Milliseconds since the Unix epoch.
    package let startedAt: Int64
    package let answeredAt: Int64?
    package let endedAt: Int64
    package let caller: String
    package let callee: String
    /// The final status that the caller was sent.
    package let status: Int
}

/// Which calls to list.
package struct CallFilter: Sendable {
    /// Calls from or to this number, however it was written, also as an E.164 number at another domain. A call that was
    /// forwarded to it is one to the number that was called.
    package var number: PhoneNumber?
    /// Calls that started then or later; milliseconds since the Unix epoch.
    package var since: Int64?
    /// Calls that stand behind the one with this id in the list; if it is not in the log any more, there are none.
    package var after: String?
    package var limit: Int

    package init(number: PhoneNumber? = nil, since: Int64? = nil, after: String? = nil, limit: Int = 100) {
        self.number = number
        self.since = since
        self.after = after
        self.limit = limit
    }
}

extension RuntimeDatabase {
    /// What a record costs beside its detail: its row, and its entries in the indexes. What it costs in all stands in the
    /// row, so this is how long its detail is, too.
    fileprivate static let rowBytes = 200
    /// Old calls go in slices, so that registrations never wait long for the write lock.
    private static let pruneSlice = 2_000

    /// Puts a call into a batch for ``append(_:)``.
    package func encode(_ record: CallRecord, into batch: inout CallBatch) {
        batch.append { EncodedCall.write(record, to: &$0) }
    }

    /// Writes a batch of calls in one transaction. A call whose id is known already replaces nothing and is skipped.
    package func append(_ batch: CallBatch) throws {
        guard !batch.isEmpty else { return }
        let octets = batch.octets
        try write { db in
            var inserts = try CallInserts(db)
            try unsafe octets.withUnsafeBytes { octets in
                for place in batch.places {
                    try inserts.insert(unsafe EncodedCall(UnsafeRawBufferPointer(rebasing: octets[place])))
                }
            }
            try inserts.finish()
            try Self.account(db, count: inserts.count, bytes: inserts.bytes)
        }
    }

    /// The same for records at hand.
    package func append(_ records: [CallRecord]) throws {
        var batch = CallBatch()
        for record in records { encode(record, into: &batch) }
        try append(batch)
    }

    /// Newest first.
    ///
    /// - Parameter owned: only calls from or to these numbers, since they belong to whom they belong to; nil: all.
    package func calls(_ filter: CallFilter = .init(), among owned: [NumberOwnership]? = nil) throws -> [CallSummary] {
        let statement = try Self.callList(filter, among: owned)
        return try read { db in
            try Row.fetchAll(db, kept: statement.sql, arguments: statement.arguments).map { row in
                CallSummary(
                    id: row[0], startedAt: row[1], answeredAt: row[2], endedAt: row[3], caller: row[4],
                    callee: row[5], status: row[6])
            }
        }
    }

    /// The statement of ``calls(_:among:)``.
    ///
    /// `IN` looks each call up in an index of the names. Only a call that is found there is worth the walk over all of
    /// them, of which the many that are nobody's here are spared. Likewise only what was called as a URI is read as one: all
    /// else stands in the log in the national form.
    static func callList(_ filter: CallFilter, among owned: [NumberOwnership]?) throws -> Condition {
        let names = filter.number.map { [$0.canonical, $0.national] }
        let since = max(filter.since ?? .min, owned?.map(\.since).min() ?? .min)
        let isOwned =
            owned == nil
            ? ""
            : """
            AND (caller IN (SELECT name FROM mine) AND EXISTS
                    (SELECT 1 FROM mine m WHERE m.name = c.caller AND m.since <= c.started_at)
                OR callee IN (SELECT name FROM mine) AND EXISTS
                    (SELECT 1 FROM mine m WHERE m.name = c.callee AND m.since <= c.started_at))
            """
        return Condition(
            """
            WITH mine (name, since) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each(?5))
            SELECT id, started_at, answered_at, ended_at, caller, callee, status FROM call c
            WHERE started_at >= ?1
                AND (?2 IS NULL OR caller IN (?2, ?3) OR callee IN (?2, ?3)
                    OR ?2 GLOB '+*' AND instr(callee, ':') AND number_of_uri(callee) = ?2) \(isOwned)
                AND (?6 IS NULL
                    OR (started_at, sequence) < (SELECT b.started_at, b.sequence FROM call b WHERE b.id = ?6))
            ORDER BY started_at DESC, sequence DESC LIMIT ?4
            """,
            [since, names?[0], names?[1], filter.limit, try owned.map(json), filter.after])
    }

    /// `number_of_uri` in ``callList(_:among:)``: the number that a URI is about, in its canonical form; NULL if it is about
    /// none. Who has an extension or a name at another domain is nobody here, so only E.164 numbers are asked for.
    static let globalNumber = DatabaseFunction("number_of_uri", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).flatMap { try? PhoneNumber(typed: $0).canonical }
    }

    /// Each number under both of the names that it has in the log.
    private static func json(_ owned: [NumberOwnership]) throws -> String {
        struct Name: Encodable {
            let text: String
            let since: Int64

            func encode(to encoder: any Encoder) throws {
                var list = encoder.unkeyedContainer()
                try list.encode(text)
                try list.encode(since)
            }
        }
        let names = owned.flatMap { entry in
            Set([entry.number.canonical, entry.number.national]).sorted().map { Name(text: $0, since: entry.since) }
        }
        return String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
    }

    /// Everything about one call, or nil.
    package func call(id: String) throws -> CallRecord? {
        try read { db in
            let row = try Row.fetchOne(
                db,
                kept: """
                    SELECT c.id, c.call_id, c.started_at, c.answered_at, c.ended_at, c.caller, c.callee, c.status,
                           substr(d.detail, c.detail_at + 1, c.bytes - ?2)
                    FROM call c JOIN call_detail d
                        ON d.sequence = (SELECT max(sequence) FROM call_detail WHERE sequence <= c.sequence)
                    WHERE c.id = ?1
                    """, arguments: [id, Self.rowBytes])
            guard let row else { return nil }
            let detail = try CallDetail.decode(row[8])
            return CallRecord(
                id: row[0], callID: row[1], startedAt: row[2], answeredAt: row[3], endedAt: row[4], caller: row[5],
                callee: row[6], status: row[7], decisions: detail.decisions, legs: detail.legs, ladder: detail.ladder)
        }
    }

    /// Removes the oldest calls until the log keeps all three bounds.
    ///
    /// - Parameters:
    ///   - olderThan: calls that started before are removed; milliseconds since the Unix epoch.
    ///   - maximumBytes: of records as stored; the file can be somewhat larger, and does not shrink.
    /// - Returns: how many were removed.
    @discardableResult
    package func prune(olderThan: Int64, maximumCount: Int, maximumBytes: Int) throws -> Int {
        var total = 0
        while true {
            let removed = try write { db in
                try Self.pruneSlice(db, olderThan: olderThan, maximumCount: maximumCount, maximumBytes: maximumBytes)
            }
            total += removed
            if removed < Self.pruneSlice { return total }
        }
    }

    private static func pruneSlice(
        _ db: Database, olderThan: Int64, maximumCount: Int, maximumBytes: Int
    ) throws -> Int {
        guard let size = try Row.fetchOne(db, kept: "SELECT count, bytes FROM call_log") else { return 0 }
        // By age first, in the order of their starts: where a clock was set back, that is not the order of the log.
        let aged = try remove(
            Row.fetchCursor(
                db, sql: "SELECT sequence, bytes FROM call WHERE started_at < ? ORDER BY started_at LIMIT ?",
                arguments: [olderThan, pruneSlice]), db)
        let (count, bytes): (Int, Int) = (size[0] - aged.count, size[1] - aged.bytes)
        let oldest = try remove(
            Row.fetchCursor(
                db, sql: "SELECT sequence, bytes FROM call ORDER BY sequence LIMIT ?",
                arguments: [pruneSlice - aged.count]),
            db, while: { count - $0.count > maximumCount || bytes - $0.bytes > maximumBytes })
        let removed = aged.count + oldest.count
        if removed > 0 { try account(db, count: -removed, bytes: -(aged.bytes + oldest.bytes)) }
        return removed
    }

    /// - Parameters:
    ///   - calls: their sequences and octets.
    ///   - goesOn: whether one more is to go, after so many.
    private static func remove(
        _ calls: RowCursor, _ db: Database, while goesOn: ((count: Int, bytes: Int)) -> Bool = { _ in true }
    ) throws -> (count: Int, bytes: Int) {
        var (sequences, bytes): ([Int64], Int) = ([], 0)
        while goesOn((sequences.count, bytes)), let row = try calls.next() {
            sequences.append(row[0])
            bytes += row[1]
        }
        let delete = try db.cachedStatement(sql: "DELETE FROM call WHERE sequence = ?")
        for sequence in sequences { try delete.execute(arguments: [sequence]) }
        try removeDetails(of: sequences, db)
        return (sequences.count, bytes)
    }

    /// Removes the rows of details in which these calls were the last.
    private static func removeDetails(of sequences: [Int64], _ db: Database) throws {
        let list = String(decoding: try JSONEncoder().encode(sequences), as: UTF8.self)
        try db.execute(sql: detailRemoval, arguments: [list])
    }

    /// The statement of ``removeDetails(of:_:)``: a look for each call and for the next row of details, however long the log
    /// is.
    static let detailRemoval = """
        DELETE FROM call_detail
        WHERE sequence IN (
                SELECT (SELECT max(sequence) FROM call_detail WHERE sequence <= value) FROM json_each(?1))
            AND NOT EXISTS (
                SELECT 1 FROM call c
                WHERE c.sequence >= call_detail.sequence AND c.sequence < coalesce(
                    (SELECT min(next.sequence) FROM call_detail next WHERE next.sequence > call_detail.sequence),
                    \(Int64.max)))
        """

    private static func account(_ db: Database, count: Int, bytes: Int) throws {
        try db.execute(
            sql: "UPDATE call_log SET count = count + ?, bytes = bytes + ?", arguments: [count, bytes])
    }
}

/// The two statements that put calls into the log, and what they have put there.
private struct CallInserts {
    /// Octets of details from which on a row is full. Whoever looks at one call reads so much.
    private static let fullRow = 16_000

    private let call: BoundStatement
    private let row: BoundStatement
    /// Details of calls that stand in the log and whose row is not full, one behind the other.
    private var details: [UInt8] = []
    /// The sequence of the first of these calls.
    private var first: Int64?
    private(set) var count = 0
    private(set) var bytes = 0

    init(_ db: Database) throws {
        call = BoundStatement(
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO call
                        (id, call_id, started_at, answered_at, ended_at, caller, callee, status, bytes, detail_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """), db)
        row = BoundStatement(
            try db.cachedStatement(sql: "INSERT INTO call_detail (sequence, detail) VALUES (?, ?)"), db)
        details.reserveCapacity(2 * Self.fullRow)
    }

    mutating func insert(_ record: EncodedCall) throws {
        unsafe try call.bind(borrowedText: record.id, at: 1)
        unsafe try call.bind(borrowedText: record.callID, at: 2)
        try call.bind(record.startedAt, at: 3)
        try call.bind(record.answeredAt, at: 4)
        try call.bind(record.endedAt, at: 5)
        unsafe try call.bind(borrowedText: record.caller, at: 6)
        unsafe try call.bind(borrowedText: record.callee, at: 7)
        try call.bind(record.status, at: 8)
        let size = RuntimeDatabase.rowBytes + (unsafe record.detail.count)
        try call.bind(Int64(size), at: 9)
        try call.bind(Int64(details.count), at: 10)
        guard let sequence = try call.insert() else { return }
        if first == nil { first = sequence }
        unsafe details.append(contentsOf: record.detail)
        count += 1
        bytes += size
        if details.count >= Self.fullRow { try finish() }
    }

    /// Writes the details that have no row yet. Nothing that was inserted has its details before.
    mutating func finish() throws {
        guard let first else { return }
        try row.bind(first, at: 1)
        try unsafe details.withUnsafeBytes { octets in
            unsafe try row.bind(borrowed: octets, at: 2)
            try row.run()
        }
        self.first = nil
        details.removeAll(keepingCapacity: true)
    }
}
