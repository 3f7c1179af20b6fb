import Glibc

/// Held by a running server for as long as it lives: only one serves a data directory.
///
/// The kernel releases it when the process ends, however it ends; nothing is left to clean up.
package final class DataDirectoryLock: Sendable {
    private static let tryLimit = 5
    private static let retryMicroseconds: UInt32 = 10_000

    private let descriptor: Int32

    /// - Throws: ``StorageError/inUse(path:pid:)`` naming the process that holds it.
    package init(_ directory: DataDirectory) throws {
        descriptor = try Self.lock(directory)
        write("\(getpid())\n")
    }

    deinit {
        write("")
        close(descriptor)
    }

    /// Tells whoever looks into the data directory where this server can be asked about itself.
    ///
    /// - Parameter management: host and port of the management address.
    package func announce(management: String) { write("\(getpid())\n\(management)\n") }

    /// Where the server that runs on a data directory can be asked about itself; nil: none runs, or it has no such
    /// address. One that was killed has left the address of which nobody answers any more.
    package static func management(of directory: DataDirectory) -> String? {
        let descriptor = unsafe open(directory.lockPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return lines(descriptor).dropFirst().first
    }

    struct Holder: Equatable {
        /// Nil: it has not told.
        let pid: Int32?
    }

    /// Who has the lock of a data directory; nil: nobody.
    ///
    /// - Throws: ``StorageError``.
    static func holder(of directory: DataDirectory) throws -> Holder? {
        let descriptor = unsafe open(directory.lockPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else {
                throw StorageError.notWritable(path: directory.lockPath, reason: DataDirectory.systemReason(errno))
            }
            return nil
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return Holder(pid: lines(descriptor).first.flatMap { Int32($0) })
    }

    /// What stands there only serves messages; a lock without it still locks.
    private func write(_ text: String) {
        let text = Array(text.utf8)
        if ftruncate(descriptor, 0) == 0 { _ = unsafe pwrite(descriptor, text, text.count, 0) }
    }

    private static func lines(_ descriptor: Int32) -> [String] {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = unsafe pread(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func lock(_ directory: DataDirectory) throws -> Int32 {
        let descriptor = unsafe open(directory.lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.notWritable(path: directory.lockPath, reason: DataDirectory.systemReason(errno))
        }
        var tries = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // Somebody who only looks who has it takes it for an instant.
            tries += 1
            guard errno == EINTR || (errno == EWOULDBLOCK && tries < tryLimit) else {
                try refused(descriptor, errno, directory)
            }
            usleep(retryMicroseconds)
        }
        return descriptor
    }

    private static func refused(_ descriptor: Int32, _ reason: Int32, _ directory: DataDirectory) throws -> Never {
        let holder = lines(descriptor).first.flatMap { Int32($0) }
        close(descriptor)
        if reason == EWOULDBLOCK { throw StorageError.inUse(path: directory.path, pid: holder) }
        throw StorageError.failed(path: directory.lockPath, reason: DataDirectory.systemReason(reason))
    }
}
