import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct DataDirectoryTests {
    @Test("an option goes before the environment, and that before ./data")
    func choosesPath() throws {
        let base = try TemporaryDataDirectory()
        let environment = ["TSUNAGI_DATA": base.directory.path + "/environment/"]
        #expect(try DataDirectory(environment: environment).path == base.directory.path + "/environment")
        let option = base.directory.path + "/option"
        #expect(try DataDirectory(path: option, environment: environment).path == option)
        var isDirectory: ObjCBool = false
        #expect(unsafe FileManager.default.fileExists(atPath: option, isDirectory: &isDirectory))
        #expect(isDirectory.boolValue)
    }

    @Test("a file in the place of the directory is named")
    func refusesFile() throws {
        let base = try TemporaryDataDirectory()
        let path = base.directory.path + "/file"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(throws: StorageError.notADirectory(path: path)) { try DataDirectory(path: path) }
        #expect(throws: StorageError.notADirectory(path: path + "/below")) { try DataDirectory(path: path + "/below") }
    }

    @Test("a database of a newer version is refused with both versions")
    func refusesNewerVersion() throws {
        let temporary = try TemporaryDataDirectory()
        _ = try ControlDatabase(temporary.directory)
        try temporary.sqlite("control.db", "PRAGMA user_version = 99")
        let expected = StorageError.newerVersion(
            path: temporary.directory.controlPath, found: 99, supported: ControlSchema.schema.version)
        #expect(throws: expected) { try ControlDatabase(temporary.directory) }
        #expect(throws: expected) { try ControlReader(temporary.directory) }
        #expect(expected.description.contains("version 99"))
        #expect(expected.description.contains("up to \(ControlSchema.schema.version)"))
    }

    @Test("a damaged database is told as such")
    func refusesDamaged() throws {
        let temporary = try TemporaryDataDirectory()
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: temporary.directory.runtimePath))
        do {
            _ = try RuntimeDatabase(temporary.directory)
            Issue.record("it was opened")
        } catch StorageError.damaged(let path, _) {
            #expect(path == temporary.directory.runtimePath)
        }
        let control = "\(StorageError.damaged(path: "/x/control.db", reason: ""))"
        #expect(control.contains("move it and runtime.db away, each with its -wal and -shm"))
        #expect("\(StorageError.damaged(path: "/x/runtime.db", reason: ""))".contains("move it away"))
    }

    @Test("where control.db is gone and runtime.db is not, none is made in its place, and both are named")
    func refusesLoss() throws {
        let temporary = try TemporaryDataDirectory()
        let directory = temporary.directory
        _ = try ControlDatabase(directory)
        _ = try RuntimeDatabase(directory)
        try FileManager.default.moveItem(atPath: directory.controlPath, toPath: directory.controlPath + ".away")
        let expected = StorageError.noControl(path: directory.controlPath, beside: directory.runtimePath)
        #expect(throws: expected) { try ControlDatabase(directory) }
        #expect(!directory.hasControl)
        #expect(expected.description.contains("tsunagi restore"))
        // What a full disk or a loss of power leaves of it is not a new one either.
        #expect(FileManager.default.createFile(atPath: directory.controlPath, contents: nil))
        #expect(throws: expected) { try ControlDatabase(directory) }
        #expect(!directory.hasControl)
        try FileManager.default.removeItem(atPath: directory.runtimePath)
        _ = try ControlDatabase(directory)
        #expect(directory.hasControl)
    }

    @Test("where control.db is gone and its log is in use, none is made in its place, and what the log has is kept")
    func refusesLossOfLog() throws {
        let temporary = try TemporaryDataDirectory()
        let directory = temporary.directory
        let path = directory.controlPath
        do {
            let server = try ControlDatabase(directory)
            try server.write { try $0.addNumber(.alice, createdAt: 1) }
            try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            #expect(throws: StorageError.noControl(path: path, beside: path + "-wal")) {
                try ControlDatabase(directory)
            }
            #expect(!directory.hasControl)
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
            #expect(server.file.place == .here)
            try server.write { try $0.addNumber(.bob, createdAt: 1) }
        }
        #expect(try ControlDatabase(directory).read { try $0.numbers(limit: 9) }.count == 2)
    }

    @Test("while a server has the directory, nobody else makes a control.db in it, and the server itself may")
    func leavesControlToServer() throws {
        let temporary = try TemporaryDataDirectory()
        let directory = temporary.directory
        let lock = try DataDirectoryLock(directory)
        let expected = StorageError.noControlInUse(path: directory.controlPath, pid: getpid())
        #expect(throws: expected) { try ControlDatabase(directory) }
        #expect(expected.description.contains("process \(getpid())") && expected.description.contains("put it back"))
        _ = try ControlDatabase(directory, holding: lock)
        _ = try ControlDatabase(directory)
    }

    @Test("another program's database is left alone")
    func refusesForeign() throws {
        let temporary = try TemporaryDataDirectory()
        try temporary.sqlite("control.db", "CREATE TABLE recipe (name TEXT)")
        #expect(throws: StorageError.foreign(path: temporary.directory.controlPath)) {
            try ControlDatabase(temporary.directory)
        }
    }

    @Test("a database that another writer keeps locked is busy, and free again afterwards")
    func tellsBusy() throws {
        let temporary = try TemporaryDataDirectory()
        let control = try ControlDatabase(temporary.directory)
        let other = try ControlDatabase(temporary.directory, busySeconds: 0)
        try control.write { transaction in
            try transaction.addNumber(.alice, createdAt: 1)
            #expect(throws: StorageError.busy(path: temporary.directory.controlPath)) {
                try other.write { try $0.addNumber(.bob, createdAt: 1) }
            }
        }
        try other.write { try $0.addNumber(.bob, createdAt: 1) }
    }

    @Test("a database that another process keeps from being opened is given up after a while, and says so")
    func boundsOpening() throws {
        let temporary = try TemporaryDataDirectory()
        let path = temporary.directory.path
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        #expect(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
        let expected = StorageError.beingOpened(path: temporary.directory.controlPath, seconds: 0)
        #expect(throws: expected) { try ControlDatabase(temporary.directory, openingSeconds: 0, busySeconds: 0) }
        #expect(expected.description.contains("another process"))
        close(descriptor)
        _ = try ControlDatabase(temporary.directory, busySeconds: 0)
    }

    @Test("two commands that meet a missing database at once both find it complete")
    func migratesOnce() async throws {
        let temporary = try TemporaryDataDirectory()
        let directory = temporary.directory
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let control = try ControlDatabase(directory)
                    try control.write { try $0.addNumber(PhoneNumber(trustedCanonical: "\(index)"), createdAt: 1) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ControlDatabase(directory).read { try $0.numbers(limit: 100) }.count == 8)
    }

    @Test("a second server on the same directory is refused, naming the process, until the first has ended")
    func locksDirectory() throws {
        let temporary = try TemporaryDataDirectory()
        do {
            let first = try DataDirectoryLock(temporary.directory)
            let expected = StorageError.inUse(path: temporary.directory.path, pid: getpid())
            #expect(throws: expected) { try DataDirectoryLock(temporary.directory) }
            #expect(expected.description.contains("process \(getpid())"))
            withExtendedLifetime(first) {}
        }
        _ = try DataDirectoryLock(temporary.directory)
    }

    @Test("database files are readable by their owner only")
    func keepsFilesPrivate() throws {
        let temporary = try TemporaryDataDirectory()
        let control = try ControlDatabase(temporary.directory)
        try control.write { try $0.addNumber(.alice, createdAt: 1) }
        for file in ["control.db", "control.db-wal", "control.db-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: temporary.directory.path + "/" + file)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }
}
