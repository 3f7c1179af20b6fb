import Directory
import Foundation
import GRDB
import Metering
import Testing

@testable import Storage

@Suite struct ProbeTests {
    let temporary: TemporaryDataDirectory
    let runtime: RuntimeDatabase
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        runtime = try RuntimeDatabase(temporary.directory)
    }

    @Test("databases that can be read and written pass, and the probe of control.db makes nobody read the rules anew")
    func healthy() throws {
        let mark = control.lastCommit
        try control.probe()
        try runtime.probe()
        #expect(mark != nil && control.lastCommit == mark)
        let measures = runtime.measures
        #expect(measures.name == "runtime" && measures.size > 0 && measures.logSize > 0)
        #expect(measures.commits.commits.count == 1 && measures.commits.failures == 0)
    }

    @Test("a file that was moved away or replaced is named, with the remedy")
    func moved() throws {
        let path = temporary.directory.controlPath
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        #expect(throws: StorageError.moved(path: path)) { try control.probe() }
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.moved(path: path)) { try control.probe() }
        #expect("\(StorageError.moved(path: path))".contains("put it back, which the server notices within seconds"))
    }

    @Test("what is committed while the file is not in its place is refused, and nothing of it is there afterwards")
    func writesNowhere() throws {
        let path = temporary.directory.controlPath
        #expect(throws: StorageError.moved(path: path)) {
            try control.write { transaction in
                try transaction.addNumber(.alice, createdAt: 1)
                #expect(unsafe rename(path, path + ".away") == 0)
            }
        }
        #expect(unsafe rename(path + ".away", path) == 0)
        try control.write { try $0.addNumber(.bob, createdAt: 1) }
        #expect(try control.read { try $0.numbers(limit: 9) }.map(\.number) == [.bob])

        let runtimePath = temporary.directory.runtimePath
        #expect(unsafe rename(runtimePath, runtimePath + ".away") == 0)
        #expect(throws: StorageError.moved(path: runtimePath)) {
            try runtime.commit([BindingChange(number: .alice, bindings: [])])
        }
        #expect(try runtime.reopenIfReplaced())
        try runtime.commit([BindingChange(number: .alice, bindings: [])])
    }

    @Test("a database whose log was taken away or is another one is another database")
    func logReplaced() throws {
        try control.write { try $0.addNumber(.alice, createdAt: 1) }
        for suffix in ["-wal", "-shm"] {
            let path = temporary.directory.controlPath + suffix
            #expect(control.file.place == .here)
            #expect(unsafe rename(path, path + ".away") == 0)
            #expect(control.file.place == .another)
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(control.file.place == .another)
            #expect(throws: StorageError.moved(path: control.path)) {
                try control.write { try $0.addNumber(.bob, createdAt: 1) }
            }
            #expect(unsafe rename(path + ".away", path) == 0)
        }
        #expect(control.file.place == .here)
    }

    @Test(
        "a disk that is full is told as that, also where SQLite tells of an I/O error, and another error has a remedy")
    func diskErrors() {
        func told(_ code: ResultCode, free: UInt64?) -> StorageError {
            StorageError(DatabaseError(resultCode: code, message: "disk I/O error"), path: "/x/control.db") { _ in free
            }
        }
        for code in [ResultCode.SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_WRITE, .SQLITE_FULL] {
            #expect(told(code, free: 0) == .diskFull(path: "/x/control.db"))
        }
        let failed = StorageError.diskFailed(path: "/x/control.db", reason: "disk I/O error")
        #expect(told(.SQLITE_IOERR_SHMSIZE, free: 1 << 30) == failed && told(.SQLITE_IOERR_WRITE, free: nil) == failed)
        #expect(told(.SQLITE_IOERR_READ, free: 0) == failed)
        #expect(failed.description.contains("the system's log"))
    }

    @Test("a database that takes nothing fails, is counted, and is well again after the next success")
    func readOnly() throws {
        try runtime.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
        #expect(throws: StorageError.self) { try runtime.probe() }
        #expect(runtime.measures.commits.failures == 1 && runtime.measures.commits.isFailing)
        #expect(runtime.measures.commits.lastFailure?.error != nil)
        try runtime.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = OFF") }
        try runtime.probe()
        #expect(runtime.measures.commits.failures == 1 && !runtime.measures.commits.isFailing)
    }

    @Test("what a use case refuses by itself is no failure of the database")
    func refusal() throws {
        struct Refused: Error {}
        #expect(throws: Refused.self) { try control.write { _ in throw Refused() } }
        #expect(control.measures.commits.failures == 0)
    }

    @Test("a server tells in its lock where it can be asked, until it ends")
    func announces() throws {
        let directory = temporary.directory
        #expect(DataDirectoryLock.management(of: directory) == nil)
        do {
            let lock = try DataDirectoryLock(directory)
            #expect(DataDirectoryLock.management(of: directory) == nil)
            lock.announce(management: "127.0.0.1:9090")
            #expect(DataDirectoryLock.management(of: directory) == "127.0.0.1:9090")
            #expect(throws: StorageError.inUse(path: directory.path, pid: getpid())) {
                try DataDirectoryLock(directory)
            }
            withExtendedLifetime(lock) {}
        }
        #expect(DataDirectoryLock.management(of: directory) == nil)
    }

    @Test("messages of the outbox are counted by channel and state")
    func messages() throws {
        #expect(try control.read { try $0.messageCount(.waiting) } == [.mail: 0, .sms: 0])
    }
}
