import Directory
import Testing

@testable import Storage

@Suite struct ControlReaderTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { try $0.addNumber(.alice, createdAt: 1) }
    }

    private func forward(_ number: PhoneNumber, when condition: ForwardingCondition, to other: PhoneNumber) throws {
        try control.write { transaction in
            try transaction.save(
                SavedDestination(slot: 2, destination: .number(other), typed: other.national, savedAt: 5), of: number)
            try transaction.setRule(condition, to: .slot(2), of: number)
        }
    }

    @Test("what another connection commits is read after the next refresh")
    func seesCommit() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .alice)?.forwarding.active == [:])
        try forward(.alice, when: .busy, to: .office)
        reader.refresh()
        #expect(try reader.record(of: .alice)?.forwarding.active == [.busy: .number(.office)])
        #expect(try reader.record(of: .alice)?.forwarding.saved == [nil, .number(.office), nil, nil, nil])
    }

    @Test("each commit is taken up once, also when the write-ahead log was emptied in between")
    func seesCommitsOnce() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(!reader.refresh())
        for seconds in 5...9 {
            try temporary.sqlite(
                "control.db", "UPDATE number SET ring_seconds = \(seconds); PRAGMA wal_checkpoint(TRUNCATE)")
            #expect(reader.refresh())
            #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == seconds)
            #expect(!reader.refresh())
        }
        try forward(.alice, when: .busy, to: .office)
        #expect(reader.refresh())
        #expect(try reader.record(of: .alice)?.forwarding.active == [.busy: .number(.office)])
        #expect(!reader.refresh())
    }

    @Test("a change made with the sqlite3 tool is read after the next refresh")
    func seesForeignTool() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 30)
        try temporary.sqlite("control.db", "UPDATE number SET ring_seconds = 7")
        reader.refresh()
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 7)
    }

    @Test("a reader that is alone with the database sees what a writer does that comes and goes")
    func outlivesWriters() throws {
        let alone = try TemporaryDataDirectory()
        _ = try ControlDatabase(alone.directory)
        let reader = try ControlReader(alone.directory)
        #expect(try reader.record(of: .alice) == nil)
        for seconds in 5...9 {
            let writer = try ControlDatabase(alone.directory)
            try writer.write { transaction in
                if seconds == 5 { try transaction.addNumber(.alice, createdAt: 1) }
                try transaction.setRingSeconds(seconds, of: .alice)
            }
            reader.refresh()
            #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == seconds)
        }
        try alone.sqlite("control.db", "UPDATE number SET ring_seconds = 22; PRAGMA wal_checkpoint(TRUNCATE)")
        reader.refresh()
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 22)
        #expect(try ControlDatabase(alone.directory).read { try $0.record(of: .alice) }?.forwarding.ringSeconds == 22)
    }

    @Test("within a batch the answer does not change, and the database is not asked twice")
    func keepsAnswerWithinBatch() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .alice) != nil)
        try control.write { try $0.removeNumber(.alice) }
        #expect(try reader.record(of: .alice) != nil)
        reader.refresh()
        #expect(try reader.record(of: .alice) == nil)
    }

    @Test("a number that was not ours is found once it has been added")
    func forgetsNegatives() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .bob) == nil)
        try control.write { try $0.addNumber(.bob, createdAt: 1) }
        reader.refresh()
        #expect(try reader.record(of: .bob) != nil)
    }

    @Test("a name in another encoding is not ours, and does not stand in the way of ours")
    func otherEncoding() throws {
        let ours = PhoneNumber(trustedCanonical: "ボブ")
        let other = PhoneNumber(trustedCanonical: "ホ\u{3099}フ\u{3099}")
        let credentials = DigestCredentials(
            username: "ボブ", sha256: String(repeating: "a", count: 64), md5: String(repeating: "b", count: 32))
        try control.write { transaction in
            try transaction.addNumber(ours, createdAt: 1)
            try transaction.setCredentials(credentials, realm: "tsunagi", of: ours)
        }
        let memory = try RuleMemory(temporary.directory, besides: 0)
        for reader in [
            try ControlReader(temporary.directory),
            try ControlReader(temporary.directory, cacheCapacity: 2, memory: memory),
        ] {
            try memory.keepUp()
            try memory.keepUp()
            #expect(try reader.record(of: other) == nil)
            #expect(try reader.record(of: ours)?.number == ours)
            #expect(try reader.record(signingInAs: other.canonical) == nil)
            #expect(try reader.record(signingInAs: ours.canonical)?.number == ours)
        }
    }

    @Test("a change to one number leaves the others in the cache")
    func forgetsSelectively() throws {
        let reader = try ControlReader(temporary.directory)
        try control.write { try $0.addNumber(.bob, createdAt: 1) }
        reader.refresh()
        _ = try reader.record(of: .alice)
        _ = try reader.record(of: .bob)
        try control.write { try $0.setRingSeconds(9, of: .bob) }
        reader.refresh()
        // With the tables gone, only what is cached can answer.
        try temporary.sqlite("control.db", "PRAGMA writable_schema = 1; DELETE FROM sqlite_master; VACUUM")
        #expect(try reader.record(of: .alice)?.number == .alice)
        #expect(throws: DirectoryUnavailable.self) { try reader.record(of: .bob) }
    }

    @Test("while the database can't be read, what is cached still answers and the rest is unavailable")
    func answersWithoutDatabase() throws {
        let reader = try ControlReader(temporary.directory)
        try control.write { try $0.addNumber(.bob, createdAt: 1) }
        reader.refresh()
        _ = try reader.record(of: .alice)
        try temporary.sqlite("control.db", "DROP TABLE saved_destination; DROP TABLE change;")
        reader.refresh()
        #expect(try reader.record(of: .alice)?.number == .alice)
        #expect(throws: DirectoryUnavailable.self) { try reader.record(of: .bob) }
    }

    @Test("a digest username leads to its number, until the password is taken away")
    func findsUsername() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(signingInAs: "05011111111") == nil)
        let credentials = DigestCredentials(
            username: "05011111111", sha256: String(repeating: "a", count: 64), md5: String(repeating: "b", count: 32))
        try control.write { try $0.setCredentials(credentials, realm: "tsunagi", of: .alice) }
        reader.refresh()
        #expect(try reader.record(signingInAs: "05011111111")?.credentials == credentials)
        try control.write { try $0.setCredentials(nil, realm: "tsunagi", of: .alice) }
        reader.refresh()
        #expect(try reader.record(signingInAs: "05011111111") == nil)
        #expect(try reader.record(of: .alice)?.credentials == nil)
    }

    @Test("every part of a record is read")
    func readsWholeRecord() throws {
        try control.write { transaction in
            try transaction.setRule(.always, to: .voicemail, of: .alice)
            try transaction.setRingSeconds(12, of: .alice)
            try transaction.setAnonymousCalls(.init(rejected: [.withheld, .payphone]), of: .alice)
            try transaction.block(.init(caller: .bob, blockedAt: 3), for: .alice)
        }
        let record = try ControlReader(temporary.directory).record(of: .alice)
        #expect(record?.forwarding.active == [.always: .voicemail])
        #expect(record?.forwarding.ringSeconds == 12)
        #expect(record?.anonymousCalls.rejected == [.withheld, .payphone])
        #expect(record?.blockedCallers == [.bob])
    }

    @Test("trunks and the realm are read again when they have changed")
    func followsTrunksAndRealm() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.trunks().routes.isEmpty)
        #expect(try reader.realm() == "tsunagi")
        let hops = [
            NextHop(host: "gw2.example", priority: 1), NextHop(host: "gw.example", port: 5080, transport: .tcp),
        ]
        try control.write { transaction in
            try transaction.addTrunk(TrunkRoute(prefix: "03", hops: hops), createdAt: 1)
            try transaction.set(.realm, to: "lab")
        }
        reader.refresh()
        #expect(try reader.trunks().route(to: .office)?.hops == [hops[1], hops[0]])
        #expect(try reader.realm() == "lab")
        try temporary.sqlite("control.db", "UPDATE trunk_hop SET weight = 5")
        reader.refresh()
        #expect(try reader.trunks().routes.first?.hops.map(\.weight) == [5, 5])
    }

    @Test("after more changes than are followed one by one, everything is read anew")
    func survivesBulkChange() throws {
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 30)
        try control.write { transaction in
            for index in 0..<2_000 {
                try transaction.addNumber(PhoneNumber(trustedCanonical: "\(10_000 + index)"), createdAt: 1)
            }
            try transaction.setRingSeconds(11, of: .alice)
        }
        reader.refresh()
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 11)
        try control.write { try $0.setRingSeconds(13, of: .alice) }
        reader.refresh()
        #expect(try reader.record(of: .alice)?.forwarding.ringSeconds == 13)
    }

    @Test("after a copy of an earlier day was put back, neither what it lacks nor what is changed then is missed")
    func followsRestore() throws {
        func note(_ action: String) throws {
            try control.write {
                try $0.append(
                    HistoryEntry(
                        at: 1, actor: "root", source: "cli", object: "number", key: "1", action: action, before: nil,
                        after: nil))
            }
        }
        try note("number add")
        try temporary.sqlite("control.db", "VACUUM INTO '\(temporary.directory.path)/copy.db'")
        try control.write { try $0.addNumber(.bob, createdAt: 2) }
        try note("number add")
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .bob) != nil)
        #expect(try reader.record(of: .office) == nil)

        try temporary.sqlite("control.db", ".restore \(temporary.directory.path)/copy.db")
        reader.refresh()
        #expect(try reader.record(of: .bob) == nil)

        try control.write { try $0.addNumber(.office, createdAt: 3) }
        reader.refresh()
        #expect(try reader.record(of: .office) != nil)
    }

    @Test("a copy that was put back and changed further than what stood before is not taken for it")
    func followsOvertakenRestore() throws {
        func change(_ number: PhoneNumber) throws {
            try control.write {
                try $0.addNumber(number, createdAt: 2)
                try $0.append(
                    HistoryEntry(
                        at: 1, actor: "root", source: "cli", object: "number", key: number.canonical,
                        action: "number add", before: nil, after: nil))
            }
        }
        try temporary.sqlite("control.db", "VACUUM INTO '\(temporary.directory.path)/copy.db'")
        try change(.bob)
        let reader = try ControlReader(temporary.directory)
        #expect(try reader.record(of: .bob) != nil)
        #expect(try reader.record(of: .office) == nil)

        try temporary.sqlite("control.db", ".restore \(temporary.directory.path)/copy.db")
        try change(.office)
        try change(PhoneNumber(trustedCanonical: "1001"))
        reader.refresh()
        #expect(try reader.record(of: .bob) == nil)
        #expect(try reader.record(of: .office) != nil)
    }
}
