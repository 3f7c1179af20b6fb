import GRDB

/// `control.db` for those who change it: commands and the web sites. Routing uses a ``ControlReader``.
package struct ControlDatabase: Sendable {
    /// How long a writer waits while somebody is known to write much.
    static let largeWriteSeconds = 180.0

    let queue: DatabaseQueue
    let directory: DataDirectory
    /// Of the file; of a copy, that of the original.
    let path: String

    package let file: OpenFile
    let commits = CommitMeter()

    private let index: WALIndex?

    /// Nil: what reads takes the one connection that writes, too.
    private let readers: ReaderPool?

    /// The connection that this thread is at work on. What is read meanwhile is read there: within a write it sees what
    /// was written, and within a read it is of the same moment.
    private struct Presence: @unchecked Sendable {
        let queue: ObjectIdentifier
        let db: Database
        /// As of a ``ControlTransaction``; nil: what is under way only reads.
        var firstEntry: Int64?
    }

    @TaskLocal private static var presence: Presence?

    /// Opens the database; makes it when it is missing in a new directory, and brings an older schema up to date.
    ///
    /// - Parameters:
    ///   - readers: connections that are kept for reads alone, so that none of them waits for a write, nor for another
    ///     process that a write waits for. 0, for those who do one thing after the other: there are none.
    ///   - lock: that of the directory, for a server, which may make the database although the lock is taken.
    ///   - waits: is told what is waited for when a write takes longer than usual because of somebody else's.
    /// - Throws: ``StorageError``.
    package init(
        _ directory: DataDirectory, readers: Int = 0, holding lock: DataDirectoryLock? = nil,
        waits: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try self.init(directory, busySeconds: DatabaseFile.busySeconds, readers: readers, holding: lock, waits: waits)
    }

    init(
        _ directory: DataDirectory, openingSeconds: Double = DatabaseFile.busySeconds,
        busySeconds: Double, largeWriteSeconds: Double = Self.largeWriteSeconds,
        readers: Int = 0, holding lock: DataDirectoryLock? = nil, waits: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        try directory.checkControl(holding: lock)
        let path = directory.controlPath
        let patience = WritePatience(
            path: path, usual: .seconds(busySeconds), largest: .seconds(largeWriteSeconds), waits: waits)
        queue = try DatabaseFile.open(
            path, schema: ControlSchema.schema, directory: directory, busySeconds: openingSeconds,
            busyMode: .callback { patience.mayTryAgain(after: $0) })
        file = OpenFile(path)
        self.readers = readers > 0 ? ReaderPool(path, kept: readers) : nil
        self.directory = directory
        self.path = path
        index = try StorageError.translating(path) { [queue] in
            try queue.unsafeRead { db in
                // Once the database has been read, the index is there.
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
                return unsafe db.sqliteConnection.flatMap { unsafe WALIndex($0) }
            }
        }
    }

    init(copy queue: DatabaseQueue, path: String, directory: DataDirectory) {
        (self.queue, self.path, self.directory) = (queue, path, directory)
        file = OpenFile(path)
        readers = nil
        index = nil
    }

    /// Changes with every commit of any connection, this one's included; nil where SQLite does not tell. Costs some
    /// nanoseconds.
    package var lastCommit: CommitMark? { index?.lastCommit }

    /// Everything that the work reads is of one moment.
    ///
    /// - Throws: ``StorageError``, or what the work throws.
    package func read<T>(_ work: (ControlSnapshot) throws -> T) throws -> T {
        try StorageError.translating(path) {
            if let presence { return try work(ControlSnapshot(db: presence.db)) }
            if let readers {
                return try readers.read { db in try present(db) { try work(ControlSnapshot(db: db)) } }
            }
            return try queue.unsafeReentrantRead { db in
                // Within another read it is of the same moment.
                if db.isInsideTransaction { return try work(ControlSnapshot(db: db)) }
                var result: T?
                try db.readOnly {
                    try db.inTransaction(.deferred) {
                        result = try work(ControlSnapshot(db: db))
                        return .commit
                    }
                }
                guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                return result
            }
        }
    }

    /// All of the work is committed, or, when it throws, none of it. The write lock is taken at the start, so what
    /// the work reads can't change under it.
    ///
    /// - Throws: ``StorageError``, or what the work throws. ``StorageError/moved(path:)`` when the file is no longer in its
    ///   place by the time of the commit.
    @discardableResult
    package func write<T>(_ work: (ControlTransaction) throws -> T) throws -> T {
        try StorageError.translating(path) {
            try queue.unsafeReentrantWrite { db in
                var result: T?
                func change() throws -> Database.TransactionCompletion {
                    let transaction = try ControlTransaction(
                        db: db, firstEntry: presence?.firstEntry ?? HistoryChain.nextID(db))
                    result = try present(db, writingFrom: transaction.firstEntry) { try work(transaction) }
                    return .commit
                }
                if db.isInsideTransaction {
                    try db.inSavepoint(change)
                } else {
                    try commits.measure(path) {
                        try db.inTransaction(.immediate) {
                            let completion = try change()
                            try file.checkPlace()
                            return completion
                        }
                    }
                }
                guard let result else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                return result
            }
        }
    }

    /// What is under way in this database on this thread.
    private var presence: Presence? { Self.presence.flatMap { $0.queue == ObjectIdentifier(queue) ? $0 : nil } }

    private func present<T>(
        _ db: Database, writingFrom firstEntry: Int64? = nil, _ work: () throws -> T
    ) rethrows -> T {
        let presence = Presence(queue: ObjectIdentifier(queue), db: db, firstEntry: firstEntry)
        return try Self.$presence.withValue(presence, operation: work)
    }

    /// Work that reads and writes through this database again and again, on this thread, as one: all of it is committed,
    /// or, when it throws, none of it. A ``write(_:)`` within it that throws is taken back by itself, if the work goes on.
    ///
    /// - Throws: ``StorageError``, or what the work throws.
    package func together<T>(_ work: (ControlTransaction) throws -> T) throws -> T { try write(work) }
}

/// `control.db` at one moment. Valid inside the closure that it is given to, on that thread.
package struct ControlSnapshot {
    let db: Database
}

/// Changes to `control.db` that are committed together. Valid inside the closure that it is given to.
package struct ControlTransaction {
    let db: Database
    /// The id of the first entry of the history that this writes, or that the one writes which it is a part of: all
    /// before it were committed.
    package let firstEntry: Int64

    /// What the transaction sees, its own changes included.
    package var snapshot: ControlSnapshot { ControlSnapshot(db: db) }

    private static let manyChangesCacheKiB = 65_536

    /// For an import: as long as this connection lives, more of the file is kept in memory. Its rows are spread over the
    /// whole of each index, and with the usual 2 MB nearly every one of them would be read again.
    package func expectManyChanges() throws {
        try db.execute(sql: "PRAGMA cache_size = -\(Self.manyChangesCacheKiB)")
    }

    /// Statements are prepared once per connection: preparing one compiles its triggers too, and an import runs the
    /// same few a million times.
    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
