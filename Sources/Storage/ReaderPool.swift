import GRDB
import Synchronization

/// Connections that only read: each is one reader's at a time, and none of them waits for a writer, of this process or
/// of another one.
final class ReaderPool: Sendable {
    private let path: String
    private let kept: Int
    private let idle = Mutex<[DatabaseQueue]>([])

    /// - Parameters:
    ///   - path: of a database that a writer has opened before.
    ///   - kept: connections that stay open when nobody reads. More are opened for as long as more read at once.
    init(_ path: String, kept: Int) {
        self.path = path
        self.kept = kept
    }

    /// What the work reads is of one moment: that of its first statement.
    func read<T>(_ work: (Database) throws -> T) throws -> T {
        let reader =
            try idle.withLock { $0.popLast() } ?? DatabaseFile.openForReading(path, schema: ControlSchema.schema)
        defer {
            idle.withLock { idle in
                if idle.count < kept { idle.append(reader) }
            }
        }
        return try reader.read(work)
    }
}
