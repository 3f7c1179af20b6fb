import Foundation
import Glibc

/// A secret of random octets in a file of its own in the data directory, made once, and its owner's alone to read.
package enum KeyFile {
    /// - Throws: ``StorageError``.
    package static func octets(named name: String, count: Int, in directory: DataDirectory) throws -> [UInt8] {
        let path = directory.path + "/" + name
        if let octets = try existing(path, count: count) { return octets }
        // Hidden until it is whole, so that no backup takes half of it.
        let draft = "\(directory.path)/.\(name).\(getpid()).\(UInt32.random(in: .min ... .max))"
        try make((0..<count).map { _ in UInt8.random(in: .min ... .max) }, at: path, by: draft)
        guard let octets = try existing(path, count: count) else { throw unwritable(path) }
        return octets
    }

    /// The same of a key that is not made.
    ///
    /// - Returns: nil where there is none.
    package static func octetsIfThere(named name: String, count: Int, in directory: DataDirectory) throws -> [UInt8]? {
        try existing(directory.path + "/" + name, count: count)
    }

    private static func existing(_ path: String, count: Int) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count == count else {
            throw StorageError.damaged(path: path, reason: "it has to hold \(count) octets, and be ours to read")
        }
        return Array(data)
    }

    /// Written whole and then given its name: whoever else makes it at the same moment reads the one that was first.
    private static func make(_ octets: [UInt8], at path: String, by draft: String) throws {
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { unsafe unlink(draft) }
        let isWritten = unsafe write(descriptor, octets, octets.count) == octets.count && fsync(descriptor) == 0
        let failure = isWritten ? nil : unwritable(path)
        close(descriptor)
        if let failure { throw failure }
        guard unsafe link(draft, path) == 0 || errno == EEXIST else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> StorageError {
        .notWritable(path: path, reason: DataDirectory.systemReason(errno))
    }
}
