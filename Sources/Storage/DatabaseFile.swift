import CSQLite
import Foundation
import GRDB
import Glibc

/// Opens the database files: their settings, and the schema brought up to date.
enum DatabaseFile {
    /// How long a writer waits for another process before it gives up.
    static let busySeconds = 5.0
    /// Between two attempts at the directory's lock, which has no waiting of limited length of its own.
    private static let lockRetryMicroseconds: UInt32 = 5_000

    /// Of a connection that only reads. With SQLite's own 2,000, a look at one of a million numbers reads 6.2 pages from the
    /// file, with these 4.5.
    private static let readerCacheKiB = 16_384

    /// Of the process, to be made before its first connection: nobody asks for the account, and to write a call into the log
    /// would lock it for each piece of memory.
    private static let withoutMemoryAccount: Void = csqlite_keep_no_memory_account()

    /// A connection that may write. A missing file is created; an older schema is migrated.
    ///
    /// Every commit is synced to the disk (`synchronous = FULL`): after `kill -9` and after a power cut alike, what
    /// was acknowledged is there. `NORMAL` would survive the former only, and a phone that has its 200 to a REGISTER
    /// does not come back for up to an hour. Group commit pays for the sync: one for all requests that wait.
    ///
    /// - Parameter busyMode: how a writer waits for another one; nil: for as many seconds.
    static func open(
        _ path: String, schema: Schema, directory: DataDirectory, busySeconds: Double = busySeconds,
        busyMode: Database.BusyMode? = nil
    ) throws -> DatabaseQueue {
        _ = withoutMemoryAccount
        return try StorageError.translating(path) {
            try createPrivately(path)
            return try alone(in: directory, path, forSeconds: busySeconds) {
                let queue = try DatabaseQueue(
                    path: path, configuration: writerConfiguration(busyMode ?? .timeout(busySeconds)))
                if try needsMigration(queue, path: path, schema: schema) {
                    try migrator(schema).migrate(queue)
                }
                return queue
            }
        }
    }

    /// A connection that only reads a file which a writer has opened before.
    static func openForReading(_ path: String, schema: Schema) throws -> DatabaseQueue {
        _ = withoutMemoryAccount
        return try StorageError.translating(path) {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(busySeconds)
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(readerCacheKiB)") }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try needsMigration(queue, path: path, schema: schema)
            return queue
        }
    }

    private static func writerConfiguration(_ busyMode: Database.BusyMode) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = busyMode
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    /// Password hashes are in there: SQLite gives its -wal and -shm files the permissions of this one.
    ///
    /// The file is made without being opened: closing a descriptor of a database drops the locks (fcntl) of every
    /// connection that this process has to it.
    private static func createPrivately(_ path: String) throws {
        guard unsafe mknod(path, S_IFREG | 0o600, 0) != 0 else { return }
        switch errno {
        case EEXIST: return
        case ENOSPC: throw StorageError.diskFull(path: path)
        case let code: throw StorageError.notWritable(path: path, reason: DataDirectory.systemReason(code))
        }
    }

    static func needsMigration(_ queue: DatabaseQueue, path: String, schema: Schema) throws -> Bool {
        try queue.unsafeRead { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM sqlite_master WHERE name NOT IN ('grdb_migrations') AND type = 'table'")
            guard tables == 0 || application == schema.applicationID else { throw StorageError.foreign(path: path) }
            guard version <= schema.version else {
                throw StorageError.newerVersion(path: path, found: version, supported: schema.version)
            }
            return version < schema.version
        }
    }

    /// Two commands may meet a new file or an old schema at once; the lock on the directory lets one of them after the
    /// other do the work. SQLite itself would not wait: a switch to WAL that meets another connection fails at once.
    private static func alone<Result>(
        in directory: DataDirectory, _ path: String, forSeconds seconds: Double, _ work: () throws -> Result
    ) throws -> Result {
        let descriptor = unsafe Glibc.open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageError.notWritable(path: directory.path, reason: DataDirectory.systemReason(errno))
        }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StorageError.failed(path: directory.path, reason: DataDirectory.systemReason(errno))
            }
            guard ContinuousClock.now < deadline else {
                throw StorageError.beingOpened(path: path, seconds: seconds)
            }
            usleep(lockRetryMicroseconds)
        }
        return try work()
    }

    private static func migrator(_ schema: Schema) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, migration) in schema.migrations.enumerated() {
            migrator.registerMigration(migration.name) { db in
                try db.execute(sql: migration.sql)
                try migration.finish(db)
                try db.execute(sql: "PRAGMA application_id = \(schema.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }
}
