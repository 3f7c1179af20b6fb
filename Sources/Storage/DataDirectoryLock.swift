import Glibc

/// Held by a running server for as long as it lives: only one serves a data directory.
///
/// The kernel releases it when the process ends, however it ends; nothing is left to clean up.
package final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``StorageError/inUse(path:pid:)`` naming the process that holds it.
    package init(_ directory: DataDirectory) throws {
        descriptor = try Self.lock(directory)
        let text = Array("\(getpid())\n".utf8)
        // The process id only serves the message; a lock without one still locks.
        if ftruncate(descriptor, 0) == 0 { _ = unsafe pwrite(descriptor, text, text.count, 0) }
    }

    deinit {
        close(descriptor)
    }

    private static func lock(_ directory: DataDirectory) throws -> Int32 {
        let descriptor = unsafe open(directory.lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.notWritable(path: directory.lockPath, reason: DataDirectory.systemReason(errno))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return descriptor }
        let reason = errno
        let holder = holder(descriptor)
        close(descriptor)
        if reason == EWOULDBLOCK { throw StorageError.inUse(path: directory.path, pid: holder) }
        throw StorageError.failed(path: directory.lockPath, reason: DataDirectory.systemReason(reason))
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
