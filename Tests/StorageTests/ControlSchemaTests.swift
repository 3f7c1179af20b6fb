import Directory
import Testing

@testable import Storage

@Suite struct ControlSchemaTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.append(
                HistoryEntry(
                    at: 1, actor: "root", source: "cli", object: "number", key: "+815011111111", action: "number add",
                    before: nil, after: "{}"))
        }
    }

    @Test(
        "the schema itself refuses what no rule may be",
        arguments: [
            "UPDATE number SET ring_seconds = 4",
            "UPDATE number SET ring_seconds = 31",
            "UPDATE number SET ring_seconds = 'long'",
            "INSERT INTO number (canonical, national, created_at) VALUES ('+815011111111', '', 1)",
            "INSERT INTO number (canonical, national, created_at) VALUES ('voicemail', 'voicemail', 1)",
            "INSERT INTO saved_destination VALUES (1, 6, '+81312345678', '', 1)",
            "INSERT INTO saved_destination VALUES (99, 1, '+81312345678', '', 1)",
            "INSERT INTO forwarding_rule VALUES (1, 'busy', 1, 0)",
            "INSERT INTO forwarding_rule VALUES (1, 'busy', NULL, 0)",
            "INSERT INTO forwarding_rule VALUES (1, 'sometimes', NULL, 1)",
            "INSERT INTO anonymous_rejection VALUES (1, 'rude')",
            "INSERT INTO credential VALUES (1, 'u', 'r', 'short', 'short')",
            "INSERT INTO trunk (prefix, created_at) VALUES ('0 3', 1)",
            "UPDATE history SET actor = 'nobody'",
            "DELETE FROM history",
        ])
    func refuses(sql: String) throws {
        #expect(throws: SQLiteToolError.self) { try temporary.sqlite("control.db", sql) }
    }

    @Test("a number blocks thirty callers and no more")
    func limitsBlockList() throws {
        try control.write { transaction in
            for index in 0..<NumberRecord.blockListLimit {
                try transaction.block(
                    .init(caller: PhoneNumber(trustedCanonical: "1\(index)"), blockedAt: 1), for: .alice)
            }
        }
        #expect(throws: StorageError.refused(reason: "a number can block at most 30 callers")) {
            try control.write { try $0.block(.init(caller: .bob, blockedAt: 1), for: .alice) }
        }
    }

    @Test("work that fails halfway leaves nothing behind")
    func rollsBack() throws {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try control.write { transaction in
                try transaction.addNumber(.bob, createdAt: 1)
                throw Refusal()
            }
        }
        #expect(try control.read { try $0.hasNumber(.bob) } == false)
    }

    @Test("a removed number takes its rules with it and keeps its history")
    func removesEverything() throws {
        try control.write { transaction in
            try transaction.save(
                .init(slot: 1, destination: .number(.bob), typed: "x", savedAt: 1), of: .alice)
            try transaction.setRule(.busy, to: .slot(1), of: .alice)
            try transaction.block(.init(caller: .bob, blockedAt: 1), for: .alice)
            #expect(try transaction.removeNumber(.alice))
            #expect(try transaction.removeNumber(.alice) == false)
        }
        try control.write { try $0.addNumber(.alice, createdAt: 2) }
        #expect(try control.read { try $0.record(of: .alice) } == NumberRecord(number: .alice))
        #expect(try control.read { try $0.history(of: "number", key: "+815011111111", limit: 9) }.count == 1)
    }

    @Test("every change raises the revision")
    func raisesRevision() throws {
        let before = try control.read { try $0.revision() }
        try control.write { try $0.setRingSeconds(10, of: .alice) }
        let after = try control.read { try $0.revision() }
        #expect(after > before)
        try control.write { try $0.removeNumber(.alice) }
        #expect(try control.read { try $0.revision() } > after)
    }

    @Test("those who forward to a number are found")
    func findsForwarders() throws {
        try control.write { transaction in
            try transaction.save(.init(slot: 3, destination: .number(.bob), typed: "x", savedAt: 1), of: .alice)
        }
        #expect(try control.read { try $0.numbersForwarding(to: .bob, at: 1) } == [])
        try control.write { try $0.setRule(.noAnswer, to: .slot(3), of: .alice) }
        #expect(try control.read { try $0.numbersForwarding(to: .bob, at: 1) } == [.alice])
        #expect(try control.read { try $0.forwardingNumbers(limit: 5) } == [.alice])
    }
}
