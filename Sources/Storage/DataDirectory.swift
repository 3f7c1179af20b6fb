import Foundation
import Glibc

/// The directory that holds everything a Tsunagi knows: `control.db` with what administrators set, `runtime.db`
/// with registrations and the call log.
package struct DataDirectory: Sendable, Equatable {
    package static let defaultPath = "./data"
    package static let environmentVariable = "TSUNAGI_DATA"

    package let path: String

    package var controlPath: String { path + "/" + Self.controlName }
    package var runtimePath: String { path + "/" + Self.runtimeName }
    var lockPath: String { path + "/" + Self.lockName }
    static let controlName = "control.db"
    static let runtimeName = "runtime.db"
    static let lockName = "serve.lock"

    /// Opens the directory and creates it when it is missing. It holds password hashes, so a new one is readable
    /// by its owner only.
    ///
    /// - Parameter path: nil stands for `TSUNAGI_DATA`, then for `./data`.
    /// - Throws: ``StorageError`` when it is no directory or can't be written.
    package init(
        path: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.path = Self.chosen(path, environment)
        try Self.create(self.path)
    }

    /// Names the directory and makes none where none is.
    ///
    /// - Throws: ``StorageError/noDirectory(path:)``, ``StorageError/notADirectory(path:)``.
    package init(
        existing path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.path = Self.chosen(path, environment)
        guard try Self.isThere(self.path) else { throw StorageError.noDirectory(path: self.path) }
    }

    /// For whoever only looks: a `control.db` is there. One that is made just now is waited for.
    ///
    /// - Throws: ``StorageError/noControl(path:beside:)``, ``StorageError/noControlInUse(path:pid:)``.
    package func requireControl() throws {
        try checkControl()
        guard hasControl else { throw StorageError.noControl(path: controlPath, beside: nil) }
    }

    /// Whether it has a `control.db`. Without one it is new. An empty file is none: it is what a disk leaves that was full,
    /// or lost its power, and SQLite would take it for a new database, and remove the log that stands beside it.
    package var hasControl: Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: controlPath)
        guard let attributes else { return false }
        return attributes[.type] as? FileAttributeType != .typeRegular || (attributes[.size] as? Int ?? 0) > 0
    }

    /// How long a server may take from its lock to its `control.db`.
    private static let startSeconds = 2.0
    private static let lookMicroseconds: UInt32 = 5_000

    /// A service's `control.db` was there before its `runtime.db`, its log and its server. Where it no longer is, an empty
    /// one in its place would be taken for the truth: by the server at its next start, by whoever looks, and by the next
    /// backup. SQLite would even remove the log, in which a server may be writing, and with it what was set last.
    ///
    /// - Parameter lock: that of a server that starts; nil: of whoever else may hold it, nothing is taken away.
    /// - Throws: ``StorageError/noControl(path:beside:)``, ``StorageError/noControlInUse(path:pid:)``.
    func checkControl(holding lock: DataDirectoryLock? = nil) throws {
        // What would be there after it goes first: another process may be making the directory just now.
        let later = [runtimePath, controlPath + "-wal"].first { FileManager.default.fileExists(atPath: $0) }
        let deadline = ContinuousClock.now + .seconds(later == nil ? Self.startSeconds : 0)
        while lock == nil, !hasControl, let holder = try DataDirectoryLock.holder(of: self) {
            guard ContinuousClock.now < deadline else {
                throw StorageError.noControlInUse(path: controlPath, pid: holder.pid)
            }
            usleep(Self.lookMicroseconds)
        }
        if let later, !hasControl { throw StorageError.noControl(path: controlPath, beside: later) }
    }

    /// Takes a path as it is, whether or not something is there.
    init(unchecked path: String) {
        self.path = path
    }

    /// What ``init(path:environment:)`` would open.
    package static func chosen(
        _ path: String?, _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        var chosen = path ?? environment[environmentVariable] ?? ""
        if chosen.isEmpty { chosen = defaultPath }
        while chosen.count > 1, chosen.hasSuffix("/") { chosen.removeLast() }
        return chosen
    }

    static func isThere(_ path: String) throws -> Bool {
        var isDirectory: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return false }
        guard isDirectory.boolValue else { throw StorageError.notADirectory(path: path) }
        return true
    }

    private static func create(_ path: String) throws {
        if try !isThere(path) { try makeMissing(path) }
        guard unsafe access(path, W_OK | X_OK) == 0 else {
            throw StorageError.notWritable(path: path, reason: Self.systemReason(errno))
        }
    }

    static func makeMissing(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            made += component
            let failure = unsafe mkdir(made, 0o700) == 0 ? 0 : errno
            switch failure {
            case 0, EEXIST: break
            case ENOTDIR: throw StorageError.notADirectory(path: path)
            case ENOSPC: throw StorageError.diskFull(path: path)
            default: throw StorageError.notWritable(path: path, reason: systemReason(failure))
            }
            made += "/"
        }
    }

    /// The names of the key files: see ``surroundings(in:)``.
    package func keyFiles() throws -> [String] { try surroundings().keyFiles }

    /// What is there beside the databases with their companions and the lock, by paths from here: key files, which is
    /// whatever is a file, also in directories, or a link, wherever it leads; and others, which are none. Hidden ones are
    /// somebody else's, and so is a directory that can't be looked into.
    ///
    /// - Parameter folder: empty, or a directory in here with a slash at the end.
    func surroundings(in folder: String = "") throws -> (keyFiles: [String], others: [String]) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
        } catch {
            guard folder.isEmpty else { return ([], [folder]) }
            throw StorageError.failed(
                path: path, reason: "what is in it can't be listed: \(error.localizedDescription)")
        }
        var found: (keyFiles: [String], others: [String]) = ([], [])
        for name in names where !(folder.isEmpty && Self.isOwn(name)) {
            let file = folder + name
            let type = try? FileManager.default.attributesOfItem(atPath: path + "/" + file)[.type]
            switch type as? FileAttributeType {
            case _ where name.hasPrefix("."): found.others.append(file)
            case .typeRegular, .typeSymbolicLink: found.keyFiles.append(file)
            case .typeDirectory:
                let inner = try surroundings(in: file + "/")
                found.keyFiles += inner.keyFiles
                found.others += inner.others
            default: found.others.append(file)
            }
        }
        return found
    }

    private static func isOwn(_ name: String) -> Bool {
        name == lockName || [controlName, runtimeName].contains { name == $0 || name.hasPrefix($0 + "-") }
    }

    static func systemReason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
