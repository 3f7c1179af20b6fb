import Directory
import Foundation
import Glibc
import Testing

@testable import Storage

@Suite struct BackupTests {
    let temporary: TemporaryDataDirectory
    let outside: TemporaryDataDirectory
    var file: String { outside.directory.path + "/b.tar" }
    var target: String { outside.directory.path + "/new" }

    init() throws {
        temporary = try TemporaryDataDirectory()
        outside = try TemporaryDataDirectory()
        let control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.append(
                HistoryEntry(
                    at: 1, actor: "root", source: "cli", object: "number", key: "x", action: "number add",
                    before: nil, after: "{}"))
        }
        try RuntimeDatabase(temporary.directory).commit([
            BindingChange(number: .alice, bindings: [Binding(contact: "sip:a@b", callID: "1", cseq: 1, expiresAt: 9)])
        ])
        _ = FileManager.default.createFile(
            atPath: temporary.directory.path + "/secret", contents: Data(0..<32),
            attributes: [.posixPermissions: 0o600])
    }

    private func take() throws -> Backup {
        try Backup.take(of: temporary.directory, into: file, replaces: false, now: 1_700_000_000_000)
    }

    private func restore(replaces: Bool = false) throws -> String? {
        try UnpackedBackup(file, for: target, replaces: replaces).putInPlace(now: 7)
    }

    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: outside.directory.path).filter { $0.hasPrefix(".") }
    }

    private func reason(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    @Test("what was backed up is there again, with nothing left lying around")
    func restores() throws {
        let backup = try take()
        #expect(backup.parts.map(\.name) == ["control.db", "runtime.db", "secret"])
        #expect(try restore() == nil)
        let directory = try DataDirectory(existing: target)
        #expect(try ControlDatabase(directory).read { try $0.hasNumber(.alice) })
        #expect(try ControlDatabase(directory).read { try $0.verifyHistory() } == 1)
        #expect(try RuntimeDatabase(directory).bindings(now: 0).count == 1)
        #expect(FileManager.default.contents(atPath: target + "/secret") == Data(0..<32))
        #expect(try directory.exposedPaths().isEmpty)
        #expect(try leftovers().isEmpty)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int64 == backup.bytes)
    }

    @Test("tar and sha256sum understand it")
    func isPlain() throws {
        _ = try take()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", "cd '\(outside.directory.path)'; tar xf b.tar; sha256sum --quiet -c SHA256SUMS"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("it is taken while a server runs and a writer is in the middle of something, without what is not committed")
    func online() throws {
        let lock = try DataDirectoryLock(temporary.directory)
        let control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addNumber(.bob, createdAt: 1)
            _ = try take()
        }
        withExtendedLifetime(lock) {}
        _ = try restore()
        let numbers = try ControlDatabase(DataDirectory(existing: target)).read { try $0.numbers(limit: 9) }
        #expect(numbers.map(\.number) == [.alice])
    }

    @Test("what a link in the data directory leads to is backed up, and a link that leads to no file is refused")
    func links() throws {
        let (key, link) = (outside.directory.path + "/key", temporary.directory.path + "/linked.key")
        _ = FileManager.default.createFile(
            atPath: key, contents: Data("secret".utf8), attributes: [.posixPermissions: 0o600])
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: key)
        #expect(try temporary.directory.exposedPaths().isEmpty)
        #expect(try take().parts.map(\.name).contains("linked.key"))
        _ = try restore()
        #expect(FileManager.default.contents(atPath: target + "/linked.key") == Data("secret".utf8))
        let type = try FileManager.default.attributesOfItem(atPath: target + "/linked.key")[.type]
        #expect(type as? FileAttributeType == .typeRegular)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(try temporary.directory.exposedPaths() == [link])
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.removeItem(atPath: key)
        let reason = "it is a link that leads to no file, so it can't be backed up: mend it, or take it away"
        #expect(throws: StorageError.failed(path: link, reason: reason)) { try take() }
        try FileManager.default.createDirectory(atPath: key, withIntermediateDirectories: false)
        #expect(throws: StorageError.failed(path: link, reason: reason)) { try take() }
    }

    @Test("files of directories are backed up and restored in them, and what is left out is named")
    func directories() throws {
        let keys = temporary.directory.path + "/keys/2026"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        for name in ["a.pem", ".hidden"] { try Data(name.utf8).write(to: URL(filePath: "\(keys)/\(name)")) }
        #expect(unsafe mkfifo(temporary.directory.path + "/pipe", 0o600) == 0)
        let backup = try take()
        #expect(backup.parts.map(\.name) == ["control.db", "runtime.db", "keys/2026/a.pem", "secret"])
        #expect(backup.leftOut == ["keys/2026/.hidden", "pipe"])
        #expect(try temporary.directory.exposedPaths().contains(keys + "/a.pem"))
        _ = try restore()
        #expect(FileManager.default.contents(atPath: target + "/keys/2026/a.pem") == Data("a.pem".utf8))
        #expect(try DataDirectory(existing: target).exposedPaths().isEmpty)
        let mode = try FileManager.default.attributesOfItem(atPath: target + "/keys")[.posixPermissions]
        #expect(mode as? Int == 0o700)
    }

    @Test("a file where nothing can be made is told with its folder", arguments: ["/nonexistent", "/dev/null"])
    func noFolder(folder: String) throws {
        let file = folder + "/backup.tar"
        let error = StorageError.noFolder(path: file, folder: folder)
        #expect(throws: error) { try FileInPlace(file, replaces: false) }
        #expect(throws: error) { try Backup.take(of: temporary.directory, into: file, replaces: true, now: 1) }
    }

    @Test("a file that is there is replaced only when that is asked for, and never stands in the data directory")
    func keepsFiles() throws {
        _ = try take()
        #expect(throws: StorageError.fileExists(path: file)) { try take() }
        _ = try Backup.take(of: temporary.directory, into: file, replaces: true, now: 1)
        let inside = temporary.directory.path + "/b.tar"
        #expect(throws: StorageError.insideDataDirectory(path: inside)) {
            try Backup.take(of: temporary.directory, into: inside, replaces: true, now: 1)
        }
        #expect(try leftovers().isEmpty)
    }

    @Test("a directory with something in it is replaced only when that is asked for, and kept")
    func keepsDirectory() throws {
        _ = try take()
        try ControlDatabase(DataDirectory(path: target)).write { try $0.addNumber(.office, createdAt: 1) }
        #expect(throws: StorageError.notEmpty(path: target)) { try restore() }
        let kept = try #require(try restore(replaces: true))
        #expect(kept == target + ".before-restore-7")
        #expect(try ControlDatabase(DataDirectory(existing: kept)).read { try $0.hasNumber(.office) })
        #expect(try ControlDatabase(DataDirectory(existing: target)).read { try $0.hasNumber(.alice) })
    }

    @Test("a mount point is refused before anything is unpacked, with a place that can be used")
    func refusesMountPoint() throws {
        let table = """
            22 28 0:20 / /proc rw,nosuid shared:5 - proc proc rw
            36 35 98:0 /mnt1 /mnt/my\\040data rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            """
        #expect(MountPoints.paths(in: table) == ["/proc", "/mnt/my data"])
        #expect(MountPoints.has("/proc") && !MountPoints.has(temporary.directory.path))
        _ = try take()
        let expected = StorageError.mountPoint(path: "/proc")
        #expect(throws: expected) { try UnpackedBackup(file, for: "/proc", replaces: true) }
        #expect(expected.description.contains("--data /proc/data"))
    }

    @Test("nothing is restored where a server runs")
    func refusesWhileServed() throws {
        _ = try take()
        do {
            let lock = try DataDirectoryLock(DataDirectory(path: target))
            #expect(throws: StorageError.inUse(path: target, pid: getpid())) { try restore(replaces: true) }
            withExtendedLifetime(lock) {}
        }
        #expect(try restore() == nil)
    }

    @Test("a backup with one octet changed, or cut off anywhere, is refused and changes nothing")
    func refusesDamaged() throws {
        _ = try take()
        let whole = try #require(FileManager.default.contents(atPath: file))
        for place in stride(from: 0, to: whole.count - 1_536, by: 9_973) {
            var damaged = whole
            damaged[place] ^= 0x40
            try damaged.write(to: URL(filePath: file))
            let reason = reason { _ = try restore() }
            // What tar keeps of owners and the zeros behind a file mean nothing.
            let isRestored = FileManager.default.fileExists(atPath: target)
            #expect(reason.contains("is no whole backup") != isRestored, "\(place): \(reason)")
            if isRestored { try FileManager.default.removeItem(atPath: target) }
            try whole.prefix(place).write(to: URL(filePath: file))
            #expect(self.reason { _ = try restore() }.contains("is no whole backup"), "\(place)")
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try leftovers().isEmpty)
    }

    @Test("a backup whose history was altered is refused, with the entry")
    func refusesAltered() throws {
        try temporary.sqlite(
            "control.db", "DROP TRIGGER history_is_unaltered; UPDATE history SET actor = 'nobody' WHERE id = 1")
        _ = try take()
        #expect(reason { _ = try restore() }.contains("control.db: entry 1 of the history was altered"))
    }

    @Test("members with paths, links and strange names are not unpacked")
    func refusesPaths() throws {
        for name in ["../x", "/etc/x", ".hidden", "a/../../x", "a/.b", "a//b", "a/", "a b"] {
            let block = TarHeader(name: name, size: 0, modifiedAt: 0).block
            #expect(throws: TarHeader.Flaw.member(name)) { try TarHeader(block) }
            try Data(block + Array(repeating: 0, count: 1_024)).write(to: URL(filePath: file))
            #expect(reason { _ = try restore() }.contains("\"\(name)\" is nothing that a backup has"))
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try leftovers().isEmpty)
        var link = TarHeader(name: "x", size: 0, modifiedAt: 0).block
        link[156] = UInt8(ascii: "2")
        link[153] += 2
        #expect(throws: (any Error).self) { try TarHeader(link) }
    }

    @Test(
        "sizes beyond what octal digits can say are written and read",
        arguments: [0, 511, 8_589_934_591, 8_589_934_592])
    func sizes(size: Int64) throws {
        let header = TarHeader(name: "x", size: size, modifiedAt: 1_800_000_000)
        #expect(try TarHeader(header.block) == header)
        #expect(header.padding == (size == 0 || size == 8_589_934_592 ? 0 : 1))
    }
}

@Suite struct DatabaseInspectionTests {
    let temporary: TemporaryDataDirectory

    init() throws {
        temporary = try TemporaryDataDirectory()
        try ControlDatabase(temporary.directory).write { try $0.addNumber(.alice, createdAt: 1) }
    }

    private func flaws() throws -> [String] {
        try DatabaseInspection.flaws(of: temporary.directory, limit: 9).map { "\($0.file) \($0.text)" }
    }

    @Test("a sound directory has no flaws, with or without registrations")
    func sound() throws {
        #expect(try flaws().isEmpty)
        _ = try RuntimeDatabase(temporary.directory)
        #expect(try flaws().isEmpty)
    }

    @Test("a control.db that is not there is found, and is not made")
    func absent() throws {
        try FileManager.default.removeItem(atPath: temporary.directory.controlPath)
        #expect(try flaws() == ["control.db it is not there"])
        #expect(!temporary.directory.hasControl)
    }

    @Test("rows without what they refer to are found")
    func orphans() throws {
        try temporary.sqlite(
            "control.db",
            "PRAGMA foreign_keys = OFF; INSERT INTO blocked_caller (number_id, caller, blocked_at) VALUES (99, '1', 1)")
        #expect(try flaws() == ["control.db a row of blocked_caller refers to one of number that is not there"])
    }

    @Test("damaged pages are found, and the other file is looked at all the same")
    func damaged() throws {
        try temporary.sqlite("control.db", "PRAGMA wal_checkpoint(TRUNCATE)")
        let handle = try #require(FileHandle(forUpdatingAtPath: temporary.directory.controlPath))
        try handle.seek(toOffset: 4_096)
        try handle.write(contentsOf: Data(repeating: 0x5A, count: 20_000))
        try handle.close()
        try Data(repeating: 0x41, count: 8_192).write(to: URL(filePath: temporary.directory.runtimePath))
        let files = try DatabaseInspection.flaws(of: temporary.directory, limit: 9)
        #expect(files.contains { $0.file == "control.db" && $0.isOfPages })
        #expect(files.contains { $0.file == "runtime.db" && $0.isOfPages })
    }
}
