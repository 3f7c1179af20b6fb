package import Directory
import Foundation
import GRDB
import Glibc
import Synchronization

/// `runtime.db`: registrations and the call log.
///
/// The server keeps one and calls it from threads that may wait for a disk, never from an event loop. Commands open
/// their own. Calls from several threads take turns.
package final class RuntimeDatabase: Sendable {
    private struct Opened {
        let queue: DatabaseQueue
        let file: OpenFile
    }

    private struct Removals {
        /// Made when it is first asked, of each file anew.
        var reader: RemovalReader?
        /// Milliseconds since the Unix epoch.
        var lastLook: Int64 = 0
        /// The file is being taken for another one: a reader of the other would share the log of this one.
        var isSuspended = false
    }

    private let directory: DataDirectory
    private let opened: Mutex<Opened>
    private let removals = Mutex(Removals())
    /// The data version at which the server has last looked at the bans.
    let seenBans = Mutex<Int64?>(nil)
    let commits = CommitMeter()

    var queue: DatabaseQueue { opened.withLock { $0.queue } }
    var file: OpenFile { opened.withLock { $0.file } }

    /// Opens the database; makes it when it is missing, and brings an older schema up to date.
    ///
    /// - Throws: ``StorageError``.
    package init(_ directory: DataDirectory) throws {
        self.directory = directory
        opened = Mutex(try Self.open(directory))
    }

    private static func open(_ directory: DataDirectory) throws -> Opened {
        let queue = try DatabaseFile.open(directory.runtimePath, schema: RuntimeSchema.schema, directory: directory)
        queue.inDatabase { $0.add(function: globalNumber) }
        return Opened(queue: queue, file: OpenFile(directory.runtimePath))
    }

    /// Opens the file that has taken the place of the one that is open, or makes one where there is none: whoever has moved
    /// a damaged one away need not restart the server.
    ///
    /// - Returns: false if the file is the same as before.
    /// - Throws: ``StorageError``; then nothing is open, and everything fails until this succeeds.
    package func reopenIfReplaced() throws -> Bool {
        let former = file
        guard former.place != .here else { return false }
        // First, because the two would share their logs and the index of these, which go by the path. Whoever reads comes
        // before: the last one to close takes the log away, if it may write.
        removals.withLock { ($0.reader, $0.isSuspended) = (nil, true) }
        // Whoever has moved the file away finds in it all that was stored, also what only its log had.
        try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? queue.close()
        former.removeLeftCompanions()
        let new = try Self.open(directory)
        seenBans.withLock { $0 = nil }
        opened.withLock { $0 = new }
        removals.withLock { $0.isSuspended = false }
        return true
    }

    /// What commands have removed since the last time, each told once. Made to be called every second, and never waits for
    /// a writer.
    ///
    /// - Parameter now: milliseconds since the Unix epoch.
    package func takeRemovals(now: Int64) throws -> [BindingRemoval] {
        try StorageError.translating(directory.runtimePath) {
            try removals.withLock { removals in
                guard !removals.isSuspended else { return [] }
                let reader = try removals.reader ?? RemovalReader(directory.runtimePath, since: removals.lastLook)
                removals.reader = reader
                let taken = try reader.take()
                removals.lastLook = now
                return taken
            }
        }
    }

    func read<T>(_ work: (Database) throws -> T) throws -> T {
        try StorageError.translating(queue.path) { try queue.read(work) }
    }

    /// A number that changes when another process has committed.
    func dataVersion() throws -> Int64? {
        try StorageError.translating(queue.path) {
            try queue.unsafeRead { db in try Int64.fetchOne(try db.cachedStatement(sql: "PRAGMA data_version")) }
        }
    }

    /// - Throws: ``StorageError``, or what the work throws. ``StorageError/moved(path:)`` when the file is no longer in its
    ///   place by the time of the commit; then nothing is stored until it is taken for another one
    ///   (``reopenIfReplaced()``).
    func write<T>(_ work: (Database) throws -> T) throws -> T {
        let (queue, file) = opened.withLock { ($0.queue, $0.file) }
        return try StorageError.translating(queue.path) {
            try queue.writeWithoutTransaction { db in
                var result: T?
                try commits.measure(queue.path) {
                    try db.inTransaction(.immediate) {
                        result = try work(db)
                        try file.checkPlace()
                        return .commit
                    }
                }
                guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                return result
            }
        }
    }
}
