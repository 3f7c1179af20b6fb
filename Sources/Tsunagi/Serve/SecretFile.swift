import Foundation
import Glibc
import Storage

/// The secret that signs routes: 32 octets in the data directory, made once, so that what was signed holds over a
/// restart.
enum SecretFile {
    private static let length = 32

    /// - Throws: ``StorageError``.
    static func read(in directory: DataDirectory) throws -> [UInt8] {
        let path = directory.path + "/secret"
        if let secret = try existing(path) { return secret }
        let secret = random()
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        guard unsafe write(descriptor, secret, secret.count) == secret.count, fsync(descriptor) == 0 else {
            let error = unwritable(path)
            unsafe unlink(path)
            throw error
        }
        return secret
    }

    /// A secret that nobody has: what it signs holds for as long as it is remembered.
    static func random() -> [UInt8] {
        (0..<length).map { _ in UInt8.random(in: .min ... .max) }
    }

    private static func existing(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count == length else {
            throw StorageError.damaged(path: path, reason: "it has to hold \(length) octets, and be ours to read")
        }
        return Array(data)
    }

    private static func unwritable(_ path: String) -> StorageError {
        .notWritable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
}
