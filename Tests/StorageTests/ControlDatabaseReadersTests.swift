import Directory
import Foundation
import Testing

@testable import Storage

/// Reads that have connections of their own.
@Suite struct ControlDatabaseReadersTests {
    private let data: TemporaryDataDirectory
    private let control: ControlDatabase

    init() throws {
        data = try TemporaryDataDirectory()
        control = try ControlDatabase(data.directory, readers: 2)
        try control.write { try $0.addCompany("Alpha", createdAt: 1) }
    }

    private func companies() throws -> [String] {
        try control.read { try $0.companies(within: .everything, limit: 10).map(\.name) }
    }

    @Test("a read goes on while a write waits for another process")
    func readsWhileAWriteWaits() throws {
        let (otherWrites, otherMayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let (writeBegins, writeIsDone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let (control, other) = (control, try ControlDatabase(data.directory))
        Thread.detachNewThread {
            _ = try? other.write { transaction in
                try transaction.addCompany("Beta", createdAt: 2)
                otherWrites.signal()
                otherMayEnd.wait()
            }
        }
        otherWrites.wait()
        Thread.detachNewThread {
            writeBegins.signal()
            _ = try? control.write { try $0.addCompany("Gamma", createdAt: 3) }
            writeIsDone.signal()
        }
        writeBegins.wait()
        for _ in 0..<100 { #expect(try companies() == ["Alpha"]) }
        #expect(writeIsDone.wait(timeout: .now()) == .timedOut)
        otherMayEnd.signal()
        writeIsDone.wait()
        #expect(try companies() == ["Alpha", "Beta", "Gamma"])
    }

    @Test("within a write, what is read is what was written")
    func readsOwnChanges() throws {
        struct Withdrawn: Error {}
        try control.together { transaction in
            try transaction.addCompany("Beta", createdAt: 2)
            let before = try companies()
            #expect(before == ["Alpha", "Beta"])
            var within: [String] = []
            #expect(throws: Withdrawn.self) {
                try control.write { transaction in
                    try transaction.addCompany("Gamma", createdAt: 3)
                    within = try companies()
                    throw Withdrawn()
                }
            }
            #expect(within == ["Alpha", "Beta", "Gamma"])
            let after = try companies()
            #expect(after == ["Alpha", "Beta"])
        }
        #expect(try companies() == ["Alpha", "Beta"])
    }

    @Test("a read within a read is of the same moment, and takes no further connection")
    func readsOneMoment() throws {
        let other = try ControlDatabase(data.directory)
        try control.read { snapshot in
            let first = try snapshot.companies(within: .everything, limit: 10).map(\.name)
            try other.write { try $0.addCompany("Beta", createdAt: 2) }
            let second = try control.read { _ in try control.read { _ in try companies() } }
            #expect(first == ["Alpha"] && second == first)
        }
        #expect(try companies() == ["Alpha", "Beta"])
    }

    @Test("nothing can be changed through a reader")
    func readersOnlyRead() throws {
        #expect(throws: (any Error).self) {
            try control.read { try ControlTransaction(db: $0.db, firstEntry: 1).addCompany("Beta", createdAt: 2) }
        }
        #expect(try companies() == ["Alpha"])
    }
}
