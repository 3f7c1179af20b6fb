import Foundation
import GRDB
import Synchronization

/// `runtime.db`: registrations and the call log.
///
/// The server keeps one and calls it from threads that may wait for a disk, never from an event loop. Commands open
/// their own. Calls from several threads take turns.
package final class RuntimeDatabase: Sendable {
    let queue: DatabaseQueue
    /// The data version at which the server has last looked for removals.
    let seenVersion = Mutex<Int64?>(nil)
    let file: OpenFile
    let commits = CommitMeter()

    /// Opens the database; makes it when it is missing, and brings an older schema up to date.
    ///
    /// - Throws: ``StorageError``.
    package init(_ directory: DataDirectory) throws {
        queue = try DatabaseFile.open(directory.runtimePath, schema: RuntimeSchema.schema, directory: directory)
        file = OpenFile(directory.runtimePath)
    }

    func read<T>(_ work: (Database) throws -> T) throws -> T {
        try StorageError.translating(queue.path) { try queue.read(work) }
    }

    func write<T>(_ work: (Database) throws -> T) throws -> T {
        try StorageError.translating(queue.path) {
            try queue.writeWithoutTransaction { db in
                var result: T?
                try commits.measure(queue.path) {
                    try db.inTransaction(.immediate) {
                        result = try work(db)
                        return .commit
                    }
                }
                guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                return result
            }
        }
    }
}
