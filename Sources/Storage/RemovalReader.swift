import Directory
import GRDB

/// Reads what commands have removed, on a connection that only reads: it waits for no writer, and so no call waits for one,
/// whatever holds the lock of `runtime.db`.
final class RemovalReader {
    private let queue: DatabaseQueue
    private var seen: Int64 = 0

    init(_ path: String) throws {
        queue = try DatabaseFile.openForReading(path, schema: RuntimeSchema.schema)
    }

    func take() throws -> [BindingRemoval] {
        let rows = try queue.read { [seen] db in
            try Row.fetchAll(
                db, sql: "SELECT revision, number, contact FROM binding_removal WHERE revision > ? ORDER BY revision",
                arguments: [seen])
        }
        if let last = rows.last { seen = last[0] }
        return rows.map { BindingRemoval(number: PhoneNumber(trustedCanonical: $0[1]), contact: $0[2]) }
    }
}
