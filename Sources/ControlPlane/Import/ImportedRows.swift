package import Storage

/// The rows of a table that is imported, which can be told again and again.
package protocol ImportedRows<Row> {
    associatedtype Row

    /// They are so few that they are taken up before the database would be copied.
    var areFew: Bool { get }

    /// Tells every row in its order: the line that it begins on, and what stands there, or why that is no row.
    ///
    /// - Throws: what stops all of it, and what the body throws.
    func each(_ body: (_ line: Int, _ row: Result<Row, BlueprintRefusal>) throws -> Void) throws
}

/// What became of a table.
package struct ImportOutcome: Sendable {
    /// Refusals that are kept; of others it is only told that they are.
    package static let refusalLimit = 1_000
    /// Changes that are told; others are counted.
    package static let changeLimit = 100

    package internal(set) var rows = 0
    package internal(set) var added = 0
    package internal(set) var changed = 0
    package internal(set) var refusedRows = 0
    /// In the order of their lines, at most ``refusalLimit``.
    package internal(set) var refusals: [BlueprintRefusal] = []
    /// The first entries of the history that this wrote, or would write, at most ``changeLimit``.
    package internal(set) var changes: [HistoryEntry] = []
    package internal(set) var changeCount = 0
    /// Nothing of it was, where one row was refused or nothing was to be committed.
    package internal(set) var isCommitted = false

    package var unchanged: Int { rows - added - changed - refusedRows }
}
