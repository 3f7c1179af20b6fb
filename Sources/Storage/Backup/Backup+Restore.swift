import Crypto
import Foundation
import GRDB
import Glibc

/// A backup that was unpacked beside where it shall go, and found whole. Not in place yet.
package final class UnpackedBackup {
    /// What it will be the data directory of.
    private let target: String
    private let work: WorkDirectory
    /// Held until the end, so that no server starts on what is being replaced.
    private let lock: DataDirectoryLock?
    private let isReplacing: Bool

    /// Where it is until it is put in place.
    package let directory: DataDirectory
    package let parts: [Backup.Part]

    /// Unpacks a backup and looks through it: the sums, both databases, their foreign keys and the history's chain.
    ///
    /// - Parameters:
    ///   - target: the data directory that it is for, which need not be there.
    ///   - replaces: whether something may be in there; it will be kept beside it.
    /// - Throws: ``StorageError``; then nothing has changed. ``StorageError/inUse(path:pid:)`` while a server runs there.
    package init(_ path: String, for target: String, replaces: Bool) throws {
        let reader = try BackupReader(path)
        let target = WorkDirectory.resolved(target)
        self.target = target
        if try DataDirectory.isThere(target) {
            // Told before all is unpacked in vain.
            guard !MountPoints.has(target) else { throw StorageError.mountPoint(path: target) }
            let present = DataDirectory(unchecked: target)
            lock = try DataDirectoryLock(present)
            isReplacing = try !Self.isEmpty(present)
            guard replaces || !isReplacing else { throw StorageError.notEmpty(path: target) }
        } else {
            (lock, isReplacing) = (nil, false)
            try DataDirectory.makeMissing(WorkDirectory.parent(of: target))
        }
        work = try WorkDirectory(beside: target)
        directory = try DataDirectory(path: work.path + "/data")
        parts = try reader.unpack(into: directory.path)
        for (name, schema) in DataDirectory.databases where parts.contains(where: { $0.name == name }) {
            try Self.verify(directory.path + "/" + name, name, schema, of: path)
        }
    }

    /// Makes it the data directory.
    ///
    /// - Parameter now: milliseconds since the Unix epoch; stands in the name of what is kept.
    /// - Returns: where that which was there is kept; nil: nothing was.
    package func putInPlace(now: Int64) throws -> String? {
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path) {
            try WorkDirectory.sync(directory.path + "/" + name)
        }
        try WorkDirectory.sync(directory.path)
        var kept: String?
        if lock != nil {
            let aside = isReplacing ? "\(target).before-restore-\(now)" : work.path + "/empty"
            guard unsafe rename(target, aside) == 0 else { throw NewFile.failure(errno, target) }
            kept = aside
        }
        guard unsafe rename(directory.path, target) == 0 else {
            let failure = NewFile.failure(errno, target)
            if let kept { unsafe rename(kept, target) }
            throw failure
        }
        try WorkDirectory.sync(WorkDirectory.parent(of: target))
        return isReplacing ? kept : nil
    }

    private static func isEmpty(_ directory: DataDirectory) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).allSatisfy { $0 == DataDirectory.lockName }
    }

    private static func verify(_ path: String, _ name: String, _ schema: Schema, of backup: String) throws {
        do {
            let queue = try DatabaseQueue(path: path)
            _ = try DatabaseFile.needsMigration(queue, path: name, schema: schema)
            let flaws = try queue.unsafeRead { db in
                try DatabaseInspection.flaws(in: name, db, limit: 1)
            }
            try queue.close()
            if let flaw = flaws.first { throw StorageError.notABackup(path: backup, reason: "\(name): \(flaw.text)") }
        } catch let error as DatabaseError {
            throw StorageError.notABackup(path: backup, reason: "\(name): \(error.message ?? "\(error)")")
        }
    }
}

/// Reads the members of a backup.
struct BackupReader {
    /// More than any directory of ours has.
    private static let memberLimit = 1_000
    private static let sumsLimit: Int64 = 1 << 20

    private let path: String
    private let input: FileHandle

    init(_ path: String) throws {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw NewFile.failure(errno, path) }
        input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// - Throws: ``StorageError/notABackup(path:reason:)`` unless all members are there and fit their sums.
    func unpack(into directory: String) throws -> [Backup.Part] {
        var parts: [Backup.Part] = []
        while let header = try nextHeader() {
            if header.name == Backup.sumsName {
                guard try sums(header) == Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.sha256) }) else {
                    throw flaw("its sums are not those of its files")
                }
                guard parts.contains(where: { $0.name == DataDirectory.controlName }) else {
                    throw flaw("\(DataDirectory.controlName) is not in it")
                }
                return parts
            }
            guard parts.count < Self.memberLimit, !parts.contains(where: { $0.name == header.name }) else {
                throw flaw("\(header.name) is there twice, or it has more files than a data directory has")
            }
            parts.append(try unpack(header, into: directory))
        }
        throw flaw("it has no \(Backup.sumsName) at its end")
    }

    private func nextHeader() throws -> TarHeader? {
        let block = try read(TarHeader.blockSize)
        guard block.contains(where: { $0 != 0 }) else { return nil }
        do throws(TarHeader.Flaw) {
            return try TarHeader(block)
        } catch {
            switch error {
            case .checksum: throw flaw("it is no tar archive, or is damaged")
            case .member(let name): throw flaw("\"\(name)\" is nothing that a backup has")
            }
        }
    }

    private func unpack(_ header: TarHeader, into directory: String) throws -> Backup.Part {
        let target = directory + "/" + header.name
        try DataDirectory.makeMissing(WorkDirectory.parent(of: target))
        let descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw NewFile.failure(errno, target) }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var (digest, left) = (SHA256(), header.size)
        while left > 0 {
            let octets = try read(Int(min(left, Int64(Backup.chunk))))
            digest.update(data: octets)
            do {
                try output.write(contentsOf: Data(octets))
            } catch {
                throw NewFile.failure(errno, target)
            }
            left -= Int64(octets.count)
        }
        _ = try read(header.padding)
        return Backup.Part(name: header.name, bytes: header.size, sha256: HistoryChain.hex(digest.finalize()))
    }

    private func sums(_ header: TarHeader) throws -> [String: String] {
        guard header.size <= Self.sumsLimit else { throw flaw("\(Backup.sumsName) is too long") }
        let text = String(decoding: try read(Int(header.size)), as: UTF8.self)
        return Dictionary(
            text.split(separator: "\n").compactMap { line in
                line.wholeMatch(of: #/([0-9a-f]{64})  (.+)/#).map { (String($0.2), String($0.1)) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// - Throws: when the file ends before.
    private func read(_ count: Int) throws -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        while octets.count < count {
            guard let data = try? input.read(upToCount: count - octets.count), !data.isEmpty else {
                throw flaw("it was cut off")
            }
            octets += data
        }
        return octets
    }

    private func flaw(_ reason: String) -> StorageError { .notABackup(path: path, reason: reason) }
}
