import Directory
import GRDB

/// Reads what commands have removed, on a connection that only reads: it waits for no writer, and so no call waits for one,
/// whatever holds the lock of `runtime.db`.
final class RemovalReader {
    private let queue: DatabaseQueue
    private let since: Int64
    private var seen: Int64 = 0

    /// - Parameter since: milliseconds since the Unix epoch. What was removed before is not told: a file that was put back
    ///   keeps what had been told of it.
    init(_ path: String, since: Int64) throws {
        self.since = since
        queue = try DatabaseFile.openForReading(path, schema: RuntimeSchema.schema)
    }

    func take() throws -> [BindingRemoval] {
        // One statement sees one state by itself: a transaction around it would take longer than it does.
        let rows = try queue.unsafeRead { [seen, since] db in
            try Row.fetchAll(
                db,
                kept: """
                    SELECT revision, number, contact FROM binding_removal WHERE revision > ? AND at >= ? ORDER BY revision
                    """, arguments: [seen, since])
        }
        if let last = rows.last { seen = last[0] }
        return rows.map { BindingRemoval(number: PhoneNumber(trustedCanonical: $0[1]), contact: $0[2]) }
    }
}
