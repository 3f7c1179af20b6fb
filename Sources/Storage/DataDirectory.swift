import Foundation
import Glibc

/// The directory that holds everything a Tsunagi knows: `control.db` with what administrators set, `runtime.db`
/// with registrations and the call log.
package struct DataDirectory: Sendable, Equatable {
    package static let defaultPath = "./data"
    package static let environmentVariable = "TSUNAGI_DATA"

    package let path: String

    package var controlPath: String { path + "/control.db" }
    package var runtimePath: String { path + "/runtime.db" }
    var lockPath: String { path + "/serve.lock" }

    /// Opens the directory and creates it when it is missing. It holds password hashes, so a new one is readable
    /// by its owner only.
    ///
    /// - Parameter path: nil stands for `TSUNAGI_DATA`, then for `./data`.
    /// - Throws: ``StorageError`` when it is no directory or can't be written.
    package init(
        path: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        var chosen = path ?? environment[Self.environmentVariable] ?? ""
        if chosen.isEmpty { chosen = Self.defaultPath }
        while chosen.count > 1, chosen.hasSuffix("/") { chosen.removeLast() }
        self.path = chosen
        try Self.create(chosen)
    }

    private static func create(_ path: String) throws {
        var isDirectory: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            guard isDirectory.boolValue else { throw StorageError.notADirectory(path: path) }
        } else {
            try makeMissing(path)
        }
        guard unsafe access(path, W_OK | X_OK) == 0 else {
            throw StorageError.notWritable(path: path, reason: Self.systemReason(errno))
        }
    }

    private static func makeMissing(_ path: String) throws {
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

    static func systemReason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
