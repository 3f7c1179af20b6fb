import GRDB
import Glibc

/// Why the data directory or one of its databases could not be used. Each text names the thing and the remedy.
package enum StorageError: Error, Equatable, CustomStringConvertible {
    case notADirectory(path: String)
    case notWritable(path: String, reason: String)
    case diskFull(path: String)
    case damaged(path: String, reason: String)
    /// Another file stands there than the one that is open, or none.
    case moved(path: String)
    /// The file is a SQLite database, but another program's.
    case foreign(path: String)
    /// Written by a later release: `found` and `supported` are schema versions.
    case newerVersion(path: String, found: Int, supported: Int)
    /// Another process held the write lock for longer than ``DatabaseFile/busySeconds``; who that is and what they do, if
    /// it is a large change.
    case busy(path: String, by: String? = nil)
    /// Another process has been opening the database, or bringing it up to date, for longer than that.
    case beingOpened(path: String, seconds: Double)
    /// Another server runs on this data directory; its process id if it could be read.
    case inUse(path: String, pid: Int32?)
    /// A data directory that was to be there.
    case noDirectory(path: String)
    /// What was set for a service is not there, but a file is of those that come later; nil: it is not looked for.
    case noControl(path: String, beside: String?)
    /// The same, while a server or a restore holds the directory's lock; its process id if it could be read.
    case noControlInUse(path: String, pid: Int32?)
    /// A data directory whose place was to be free.
    case notEmpty(path: String)
    /// A data directory in whose place no other can be put.
    case mountPoint(path: String)
    case fileExists(path: String)
    /// A file that was to be made where nothing can be made.
    case noFolder(path: String, folder: String)
    case insideDataDirectory(path: String)
    /// A backup that is not what one has to be.
    case notABackup(path: String, reason: String)
    /// A constraint of the schema refused the change.
    case refused(reason: String)
    /// The data directory's setting names a time zone that this machine does not know.
    case unknownTimeZone(String)
    /// The file system has refused a read or a write.
    case diskFailed(path: String, reason: String)
    case failed(path: String, reason: String)

    package var description: String {
        switch self {
        case .notADirectory(let path):
            "\(path) is not a directory: give another one with --data or TSUNAGI_DATA"
        case .notWritable(let path, let reason):
            "\(path) can't be written (\(reason)): check its owner and permissions, "
                + "or give another directory with --data or TSUNAGI_DATA"
        case .diskFull(let path):
            "the disk of \(path) is full: free some space; what was acknowledged before is safe"
        case .damaged(let path, let reason):
            "\(path) is damaged or not a database (\(reason)): restore it from a backup, or "
                + (path.hasSuffix("/" + DataDirectory.controlName)
                    ? "stop the server and move it and \(DataDirectory.runtimeName) away, each with its -wal and -shm,"
                    : "move it away, with its -wal and -shm if it has them,")
                + " to start with an empty one"
        case .moved(let path):
            "\(path), or its -wal or -shm, was moved away or replaced while it was open, so nothing is changed there: put "
                + "it back, which the server notices within seconds without a restart; to use the one that took its place, "
                + "start the server, or the command, anew"
        case .foreign(let path):
            "\(path) is another program's database: give another directory with --data or TSUNAGI_DATA"
        case .newerVersion(let path, let found, let supported):
            "\(path) has schema version \(found), this tsunagi knows versions up to \(supported): "
                + "use the newer tsunagi that wrote it, or restore a backup from before the upgrade"
        case .busy(let path, nil):
            "\(path) is busy: another process is writing to it; try again in a moment"
        case .busy(let path, let writer?):
            "\(path) is busy with a large change: \(writer); nothing was changed, try again when that is over"
        case .beingOpened(let path, let seconds):
            "\(path) can't be opened: another process has held the lock on its directory for more than "
                + "\(Int(seconds)) seconds, as one does that brings the database up to date; wait for it to end, or "
                + "find it with \"fuser\" and stop it"
        case .inUse(let path, let pid):
            "the data directory \(path) is in use by another server"
                + (pid.map { " (process \($0))" } ?? "") + ": stop that one, or give another directory with --data"
        case .noDirectory(let path):
            "\(path): no such data directory; give another one with --data or TSUNAGI_DATA"
        case .noControl(let path, nil):
            "\(path) is not there: put it back, or give another directory with --data or TSUNAGI_DATA"
        case .noControl(let path, let other?):
            "\(path) is not there, but \(other) is, so the rules and accounts of this service are missing: put it back, "
                + "or restore a backup with \"tsunagi restore\"; to begin anew, remove \(other)"
        case .noControlInUse(let path, let pid):
            "\(path) is not there, while a server works in its directory" + (pid.map { " (process \($0))" } ?? "")
                + " and goes on by the rules that it knows: put it back, or stop that server and restore a backup with "
                + "\"tsunagi restore\""
        case .notEmpty(let path):
            "the data directory \(path) is not empty: give another one with --data, or --force, which keeps what is "
                + "there beside it"
        case .mountPoint(let path):
            "the data directory \(path) is a mount point, which no other directory can take the place of: restore into one "
                + "inside of it, such as --data \(path)/data, and let the server use that"
        case .fileExists(let path): "\(path) exists already: give another name, or --overwrite to replace it"
        case .noFolder(let path, let folder):
            "\(path) can't be written: no folder \(folder), or not ours to write in; give a place in another one"
        case .insideDataDirectory(let path):
            "\(path) is inside the data directory, with which it would be lost: give a place outside of it"
        case .notABackup(let path, let reason):
            "\(path) is no whole backup (\(reason)): nothing was restored; use another one"
        case .refused(let reason): reason
        case .unknownTimeZone(let name):
            "\"\(name)\" is no time zone that this machine knows: "
                + "set another one with \"tsunagi settings time-zone Asia/Tokyo\""
        case .diskFailed(let path, let reason):
            "\(path) can't be read or written (\(reason)): the disk or its file system has failed, or a quota is used up; "
                + "see the system's log (\"journalctl -k\") for which, and free some space or change the disk"
        case .failed(let path, let reason): "\(path): \(reason)"
        }
    }
}

extension StorageError {
    /// With less than this a commit can find no room: the index of the log grows by 32 KiB at a time.
    private static let leastFreeOctets: UInt64 = 65_536
    /// What fails for want of room, though SQLite does not say so.
    private static let growth: [ResultCode] = [
        .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP, .SQLITE_IOERR_SHMOPEN,
    ]

    /// What a SQLite error means to the person in front of it.
    ///
    /// - Parameter free: octets that are free on the disk of a file; nil: it does not tell.
    init(_ error: DatabaseError, path: String, free: (String) -> UInt64? = Self.freeOctets) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, reason: reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, by: LargeWrite.notice(on: path)?.description)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .notWritable(path: path, reason: reason)
        case .SQLITE_CONSTRAINT: self = .refused(reason: reason)
        case .SQLITE_IOERR:
            let isFull = Self.growth.contains(error.extendedResultCode) && (free(path) ?? .max) < Self.leastFreeOctets
            self = isFull ? .diskFull(path: path) : .diskFailed(path: path, reason: reason)
        default: self = .failed(path: path, reason: reason)
        }
    }

    private static func freeOctets(at path: String) -> UInt64? {
        var system = statvfs()
        guard unsafe statvfs(WorkDirectory.parent(of: path), &system) == 0 else { return nil }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize)
    }

    /// Runs a piece of work on a database, its SQLite errors told as ours; other errors pass.
    static func translating<T>(_ path: String, _ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }
}
