import Crypto
import Foundation
import GRDB
import Glibc

/// A copy of a whole data directory in one file, taken while a server runs and commands write.
///
/// The file is a tar archive, because then nothing of ours is needed to look into it: `tar xf FILE` gives the two
/// databases as SQLite files and the key files as they are, in their directories, and `sha256sum -c SHA256SUMS` beside them tells whether all
/// is whole. The sums are the last member: an archive that was cut off has none.
///
/// The databases are each of one moment, `control.db` of the earlier one.
package struct Backup: Sendable {
    static let sumsName = "SHA256SUMS"
    static let chunk = 1 << 20

    /// A file that is in it.
    package struct Part: Sendable, Equatable {
        package let name: String
        package let bytes: Int64
        /// 64 hex digits.
        package let sha256: String
    }

    package let path: String
    package let parts: [Part]
    /// Of the archive.
    package let bytes: Int64
    /// What of the directory is not in it, because it is no file, hidden, or can't be looked into.
    package let leftOut: [String]

    /// Takes a backup. A database that is not whole is not backed up, as long as there are others to be restored.
    ///
    /// - Parameters:
    ///   - replaces: whether a file that is there already may go.
    ///   - now: milliseconds since the Unix epoch.
    /// - Throws: ``StorageError``; then nothing is left behind.
    package static func take(of directory: DataDirectory, into path: String, replaces: Bool, now: Int64) throws
        -> Backup
    {
        let target = WorkDirectory.resolved(path)
        let home = WorkDirectory.resolved(directory.path)
        guard !target.hasPrefix(home + "/") else { throw StorageError.insideDataDirectory(path: path) }
        guard replaces || !FileManager.default.fileExists(atPath: target) else {
            throw StorageError.fileExists(path: path)
        }
        let work = try WorkDirectory(beside: target)
        let archive = TarArchive(try NewFile(target, in: work.path), now: now)
        for (name, schema) in DataDirectory.databases {
            guard FileManager.default.fileExists(atPath: directory.path + "/" + name) else {
                if name == DataDirectory.runtimeName { continue }
                throw StorageError.noControl(path: directory.controlPath, beside: nil)
            }
            let copy = work.path + "/" + name
            try copyDatabase(directory.path + "/" + name, schema: schema, to: copy)
            try archive.append(file: copy, as: name)
            unsafe unlink(copy)
        }
        let surroundings = try directory.surroundings()
        for name in surroundings.keyFiles {
            let path = directory.path + "/" + name
            try requireFile(behind: path)
            try archive.append(file: path, as: name)
        }
        try archive.finish(replaces: replaces)
        return Backup(path: path, parts: archive.parts, bytes: archive.bytes, leftOut: surroundings.others)
    }

    /// What a link leads to is backed up under the link's name, and is a file of its own when it is restored.
    private static func requireFile(behind path: String) throws {
        let file = WorkDirectory.resolved(path)
        let type = try? FileManager.default.attributesOfItem(atPath: file)[.type]
        guard type as? FileAttributeType != .typeRegular else { return }
        throw StorageError.failed(
            path: path, reason: "it is a link that leads to no file, so it can't be backed up: mend it, or take it away"
        )
    }

    /// Writers go on meanwhile: in WAL mode a reader that takes long stops nobody.
    private static func copyDatabase(_ path: String, schema: Schema, to copy: String) throws {
        let source = try DatabaseFile.openForReading(path, schema: schema)
        try StorageError.translating(path) {
            var configuration = Configuration()
            configuration.prepareDatabase { db in
                // Nobody needs the copy unless the archive that it goes into becomes whole.
                try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
            }
            let destination = try DatabaseQueue(path: copy, configuration: configuration)
            try source.backup(to: destination)
            try destination.writeWithoutTransaction { db in
                // One file without companions; the next to open it in a data directory switches it back.
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
                let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? ""
                guard answer == "ok" else { throw StorageError.damaged(path: path, reason: answer) }
            }
            try destination.close()
        }
    }
}

/// Writes the members of a backup one after the other, and their sums at the end.
private final class TarArchive {
    private let file: NewFile
    private let seconds: Int64
    private(set) var parts: [Backup.Part] = []

    init(_ file: NewFile, now: Int64) {
        self.file = file
        seconds = now / 1000
    }

    var bytes: Int64 { file.count }

    func append(file path: String, as name: String) throws {
        guard TarHeader.isPlain(name) else {
            throw StorageError.failed(path: path, reason: "its name can't be in a backup: take it away, or rename it")
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw NewFile.failure(errno, path) }
        let input = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let size = Int64(try input.seekToEnd())
        try input.seek(toOffset: 0)
        let header = TarHeader(name: name, size: size, modifiedAt: seconds)
        try file.write(header.block)
        var (digest, left) = (SHA256(), size)
        while left > 0 {
            let data = try input.read(upToCount: Int(min(left, Int64(Backup.chunk)))) ?? Data()
            guard !data.isEmpty else { throw StorageError.failed(path: path, reason: "it became shorter meanwhile") }
            digest.update(data: data)
            try file.write(Array(data))
            left -= Int64(data.count)
        }
        try file.write(Array(repeating: 0, count: header.padding))
        parts.append(Backup.Part(name: name, bytes: size, sha256: HistoryChain.hex(digest.finalize())))
    }

    func finish(replaces: Bool) throws {
        let text = parts.map { "\($0.sha256)  \($0.name)\n" }.joined()
        let header = TarHeader(name: Backup.sumsName, size: Int64(text.utf8.count), modifiedAt: seconds)
        try file.write(header.block + Array(text.utf8) + Array(repeating: 0, count: header.padding))
        try file.write(Array(repeating: 0, count: 2 * TarHeader.blockSize))
        try file.putInPlace(replaces: replaces)
    }
}
