import Directory
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite struct RehearsalTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            for number in [PhoneNumber.alice, .bob] { try transaction.addNumber(number, createdAt: 1) }
            try transaction.append(entry("number add", .alice))
        }
    }

    private func entry(_ action: String, _ number: PhoneNumber) -> HistoryEntry {
        HistoryEntry(
            at: 1, actor: "a", source: "cli", object: "number", key: number.canonical, action: action, before: nil,
            after: "{}")
    }

    private func setRing(_ seconds: Int, of number: PhoneNumber, in database: ControlDatabase) throws {
        try database.write { transaction in
            try transaction.setRingSeconds(seconds, of: number)
            try transaction.append(entry("forward set", number))
        }
    }

    private func adopt(_ rehearsal: ControlRehearsal) throws -> Bool {
        try control.adopt(rehearsal, as: "a: import") { _, _ in
            true
        } settling: { _, _ in
            true
        }
    }

    private func ring(of number: PhoneNumber) throws -> Int? {
        try control.read { try $0.savedRecord(of: number)?.record.forwarding.ringSeconds }
    }

    private func changed(after revision: Int64) throws -> [String] {
        try control.queue.read { try ChangeFeed.changes(after: revision, limit: 99, $0)?.map(\.key) ?? [] }
    }

    @Test("what is done to a copy is not there before it is taken over, and then as if it had been done at once")
    func adopts() throws {
        let rehearsal = try control.rehearsal()
        let before = try control.read { try $0.revision() }
        try rehearsal.database.write { transaction in
            try transaction.addNumber(.office, createdAt: 7)
            try transaction.place(.office, at: .contract("C-1"), as: .pilot)
            try transaction.append(entry("number add", .office))
            try transaction.removeNumber(.bob)
        }
        #expect(try ring(of: .office) == nil && ring(of: .bob) == 30)
        #expect(try adopt(rehearsal))
        #expect(try ring(of: .office) == 30 && ring(of: .bob) == nil)
        #expect(try control.read { try $0.entry(of: .office)?.place?.contract } == "C-1")
        #expect(try control.read { try $0.verifyHistory() } == 2)
        #expect(Set(try changed(after: before)) == [PhoneNumber.office.canonical, PhoneNumber.bob.canonical])
        // What goes on from there is chained to it.
        try setRing(10, of: .alice, in: control)
        #expect(try control.read { try $0.verifyHistory() } == 3)
    }

    @Test("while something is tried out on a copy others write, and what they write stays")
    func othersWrite() throws {
        let rehearsal = try control.rehearsal()
        let other = try ControlDatabase(temporary.directory, busySeconds: 0)
        try rehearsal.database.write { transaction in
            try transaction.setRingSeconds(9, of: .alice)
            try transaction.append(entry("forward set", .alice))
            try setRing(11, of: .bob, in: other)
        }
        var seen: [String] = []
        let isDone = try control.adopt(rehearsal, as: "a: import") { _, others in
            seen = others.map(\.key)
            return true
        } settling: { _, others in
            others.count == 1
        }
        #expect(isDone && seen == [PhoneNumber.bob.canonical])
        #expect(try (ring(of: .alice), ring(of: .bob)) == (9, 11))
        // Theirs came first; ours is chained to it, with the next id.
        #expect(try control.read { try $0.history(after: 1).map(\.key) } == seen + [PhoneNumber.alice.canonical])
        #expect(try control.read { try $0.verifyHistory() } == 3)
    }

    @Test("however often somebody has changed the same number meanwhile, it is one thing to look at")
    func othersWriteOften() throws {
        let rehearsal = try control.rehearsal()
        try setRing(9, of: .alice, in: rehearsal.database)
        try control.write { transaction in
            for _ in 0..<6_000 { try transaction.append(entry("forward set", .bob)) }
        }
        try setRing(11, of: .bob, in: control)
        #expect(try adopt(rehearsal))
        #expect(try (ring(of: .alice), ring(of: .bob)) == (9, 11))
        #expect(try control.read { try $0.verifyHistory() } == 6_003)
    }

    @Test(
        "what others have changed too, or past the history, is not overwritten: nothing is taken over",
        arguments: ["forward set", "nothing", "sqlite3"])
    func conflicts(_ how: String) throws {
        let rehearsal = try control.rehearsal()
        try setRing(9, of: .alice, in: rehearsal.database)
        switch how {
        case "forward set": try setRing(11, of: .alice, in: control)
        case "sqlite3": try temporary.sqlite("control.db", "UPDATE number SET ring_seconds = 12 WHERE id = 2")
        default: break
        }
        let before = try (ring(of: .alice), ring(of: .bob), control.read { try $0.lastChange() })
        #expect(try adopt(rehearsal) == (how == "nothing"))
        if how != "nothing" {
            #expect(try (ring(of: .alice), ring(of: .bob), control.read { try $0.lastChange() }) == before)
        }
        #expect(try control.read { try $0.verifyHistory() } > 0)
    }

    @Test("messages of what was tried out go into the outbox with it, behind those that came meanwhile")
    func messages() throws {
        func message(_ event: String) -> OutboxMessage {
            OutboxMessage(
                event: event, kind: "invitation", channel: .mail, recipient: "a@b.example", language: "ja",
                subject: "x",
                body: "y", isSecret: false, isRepeatable: true, expiresAt: nil)
        }
        let rehearsal = try control.rehearsal()
        try rehearsal.database.write { transaction in
            _ = try transaction.enqueue(message("ours"), at: 5)
            try transaction.append(entry("forward set", .alice))
        }
        try control.write { _ = try $0.enqueue(message("theirs"), at: 6) }
        #expect(try adopt(rehearsal))
        let events = try control.queue.read { db in
            try String.fetchAll(db, sql: "SELECT event FROM outbox ORDER BY id")
        }
        #expect(events == ["theirs", "ours"])
    }

    @Test("who does not agree, at first or at last, changes nothing")
    func disagrees() throws {
        let rehearsal = try control.rehearsal()
        try setRing(9, of: .alice, in: rehearsal.database)
        #expect(
            try !control.adopt(rehearsal, as: "a: import") { _, _ in
                false
            } settling: { _, _ in
                true
            })
        #expect(
            try !control.adopt(rehearsal, as: "a: import") { _, _ in
                true
            } settling: { _, _ in
                false
            })
        #expect(try ring(of: .alice) == 30)
        #expect(try control.read { try $0.lastChange() } == 1)
        #expect(try adopt(rehearsal))
    }

    @Test("a copy leaves no file in the data directory, not even while it is used")
    func leavesNothing() throws {
        let files = { try FileManager.default.contentsOfDirectory(atPath: temporary.directory.path).sorted() }
        let before = try files()
        let rehearsal = try control.rehearsal()
        try rehearsal.database.write { transaction in
            try transaction.expectManyChanges()
            for index in 0..<2_000 {
                try transaction.addNumber(PhoneNumber(trustedCanonical: "+8150\(10_000_000 + index)"), createdAt: 1)
            }
        }
        #expect(try files() == before)
        #expect(try adopt(rehearsal))
        #expect(try files() == before)
    }

    @Test("who waits for a large change learns whose it is, and goes on waiting; who gives up is told so")
    func tellsLargeWrite() throws {
        let told = Texts()
        let path = temporary.directory.controlPath
        let other = try ControlDatabase(temporary.directory, busySeconds: 0, largeWriteSeconds: 0.05) {
            told.append($0)
        }
        try control.announcing("alice: import numbers") {
            do {
                try setRing(11, of: .bob, in: other)
                Issue.record("the lock was free")
            } catch StorageError.busy(path, let writer?) {
                let expected = #/alice: import numbers, at it for \d+ s \(process .*/#
                #expect(writer.wholeMatch(of: expected) != nil, "\(writer)")
            }
            #expect(told.texts.count == 1 && told.texts[0].hasPrefix("\(path) is being written to: alice: import"))
            try control.write { try $0.addNumber(.office, createdAt: 1) }
        }
        #expect(LargeWrite.notice(on: path) == nil)
        try setRing(11, of: .bob, in: other)
        #expect(try ring(of: .office) == 30)
    }
}

private final class Texts: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [String] = []
    var texts: [String] { lock.withLock { all } }
    func append(_ text: String) { lock.withLock { all.append(text) } }
}
