import Storage

/// What became of a row in the passes so far.
struct RowMarks: OptionSet {
    let rawValue: UInt8

    static let refused = RowMarks(rawValue: 1)
    static let added = RowMarks(rawValue: 2)
    static let changed = RowMarks(rawValue: 4)
    /// It can't be done before others are.
    static let waiting = RowMarks(rawValue: 8)
}

/// A table on its way into the database, in one or several passes: every row is gone through, whatever is refused before
/// it, so that all that is wrong is told at once.
final class RowImport<Row> {
    private let rows: any ImportedRows<Row>
    /// One for each row: an octet each, so that a million take none to speak of.
    private var marks: [RowMarks] = []
    private var refusals: [BlueprintRefusal] = []

    init(_ rows: any ImportedRows<Row>) { self.rows = rows }

    /// Goes through the rows that were not refused.
    ///
    /// - Parameters:
    ///   - waiting: only those that wait; they do no longer, unless the work says so again.
    ///   - work: does what is to be done for a row. What it throws as a refusal is kept; anything else ends it all.
    func pass(waiting: Bool = false, _ work: (_ row: Row, _ line: Int, _ marks: inout RowMarks) throws -> Void) throws {
        var index = -1
        try rows.each { line, row in
            index += 1
            if index == marks.count { marks.append([]) }
            guard !marks[index].contains(.refused), !waiting || marks[index].contains(.waiting) else { return }
            marks[index].remove(.waiting)
            try refusing(at: line, index) { try work(row.get(), line, &marks[index]) }
        }
    }

    /// Goes through those that wait until none of them gets further: they wait in a circle, or for what will not come. So
    /// room is made by all of them, and then each gets what it wants or says why not.
    func passWaiting(
        makingRoom makeRoom: (_ row: Row) throws -> Void,
        _ work: (_ row: Row, _ mayWait: Bool, _ marks: inout RowMarks) throws -> Void
    ) throws {
        var count = waitingCount
        while count > 0 {
            try pass(waiting: true) { row, _, marks in try work(row, true, &marks) }
            if waitingCount == count {
                try pass(waiting: true) { row, _, marks in
                    try makeRoom(row)
                    marks.insert(.waiting)
                }
                return try pass(waiting: true) { row, _, marks in try work(row, false, &marks) }
            }
            count = waitingCount
        }
    }

    /// - Parameter index: of the row, from 0 on.
    private func refusing(at line: Int, _ index: Int, _ work: () throws -> Void) throws {
        let place = BlueprintPlace(line: line, path: "")
        do {
            try place.doing(work)
        } catch let refusal as BlueprintRefusal {
            marks[index].insert(.refused)
            if refusals.count < ImportOutcome.refusalLimit { refusals.append(refusal) }
        }
    }

    var waitingCount: Int { marks.reduce(0) { $0 + ($1.contains(.waiting) ? 1 : 0) } }

    var isRefused: Bool { marks.contains { $0.contains(.refused) } }

    var outcome: ImportOutcome {
        var outcome = ImportOutcome()
        outcome.rows = marks.count
        for mark in marks {
            if mark.contains(.refused) {
                outcome.refusedRows += 1
            } else if mark.contains(.added) {
                outcome.added += 1
            } else if mark.contains(.changed) {
                outcome.changed += 1
            }
        }
        outcome.refusals = refusals.sorted { ($0.place.line ?? 0) < ($1.place.line ?? 0) }
        return outcome
    }
}

extension ControlSession {
    /// Takes a table up by its passes: all of it, or, when a row is refused, nothing.
    ///
    /// The use case is judged once for all of it, so only those may do it who may do all that is in it.
    func importing<Row>(
        _ useCase: UseCase, _ rows: some ImportedRows<Row>, commits: Bool,
        _ passes: (ControlSession, RowImport<Row>, ControlTransaction) throws -> Void
    ) throws -> ImportOutcome {
        var (outcome, _) = try doLarge(useCase, isShort: rows.areFew, commits: commits) { session in
            let outcome = try session.takeUp(useCase, rows, passes)
            return (outcome, outcome.isCommitted)
        }
        outcome.isCommitted = outcome.isCommitted && commits
        return outcome
    }

    private func takeUp<Row>(
        _ useCase: UseCase, _ rows: some ImportedRows<Row>,
        _ passes: (ControlSession, RowImport<Row>, ControlTransaction) throws -> Void
    ) throws -> ImportOutcome {
        let table = RowImport(rows)
        var outcome = ImportOutcome()
        do {
            try write(useCase, on: .service) { transaction in
                try transaction.expectManyChanges()
                let last = try transaction.snapshot.lastChange()
                try passes(self, table, transaction)
                outcome = table.outcome
                guard !table.isRefused else { throw Nowhere() }
                outcome.changeCount = Int(try transaction.snapshot.lastChange() - last)
                outcome.changes = try transaction.snapshot.history(after: last, limit: ImportOutcome.changeLimit)
                guard outcome.changeCount > 0 else { throw Nowhere() }
            }
            outcome.isCommitted = true
        } catch is Nowhere {}
        return outcome
    }
}

/// Takes back what was done, without being told of.
private struct Nowhere: Error {}

/// Finds what a table names twice: 12 octets for each number.
struct NamedLines {
    private var lines: [UInt64: UInt32] = [:]
    private var others: [String: UInt32] = [:]

    /// - Returns: the line that has the name already; nil: none before.
    mutating func name(_ canonical: String, at line: Int) -> Int? {
        let digits = canonical.utf8.dropFirst()
        let line = UInt32(clamping: line)
        let first: UInt32?
        if canonical.utf8.first == UInt8(ascii: "+"), digits.first != UInt8(ascii: "0"),
            let number = UInt64(Substring(digits))
        {
            first = lines[number]
            if first == nil { lines[number] = line }
        } else {
            first = others[canonical]
            if first == nil { others[canonical] = line }
        }
        return first.map(Int.init)
    }
}
