import Foundation
import Glibc

/// A file in the making: written under another name, readable by its owner only, and put in its place when all of it
/// is on the disk.
final class NewFile {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private(set) var count: Int64 = 0

    /// - Parameter directory: where it stands until it is whole; on the same file system as `path`.
    init(_ path: String, in directory: String) throws {
        self.path = path
        temporaryPath = directory + "/new"
        descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(errno, path) }
    }

    deinit {
        close(descriptor)
        unsafe unlink(temporaryPath)
    }

    func write(_ octets: [UInt8]) throws {
        var written = 0
        while written < octets.count {
            let result = unsafe octets.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, octets.count - written)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw Self.failure(errno, path) }
            written += result
        }
        count += Int64(octets.count)
    }

    /// - Parameter replaces: what is there already may go.
    /// - Throws: ``StorageError/fileExists(path:)``.
    func putInPlace(replaces: Bool) throws {
        guard fsync(descriptor) == 0 else { throw Self.failure(errno, path) }
        if replaces {
            guard unsafe rename(temporaryPath, path) == 0 else { throw Self.failure(errno, path) }
        } else if unsafe link(temporaryPath, path) != 0 {
            guard errno != EEXIST else { throw StorageError.fileExists(path: path) }
            // Not every file system has links.
            guard !FileManager.default.fileExists(atPath: path) else { throw StorageError.fileExists(path: path) }
            guard unsafe rename(temporaryPath, path) == 0 else { throw Self.failure(errno, path) }
        }
        try WorkDirectory.sync(WorkDirectory.parent(of: path))
    }

    static func failure(_ code: Int32, _ path: String) -> StorageError {
        code == ENOSPC || code == EDQUOT
            ? .diskFull(path: path) : .failed(path: path, reason: DataDirectory.systemReason(code))
    }
}
