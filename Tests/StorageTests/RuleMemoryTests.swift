import Directory
import Testing

@testable import Storage

@Suite("The rules of all numbers in memory")
struct RuleMemoryTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase
    let memory: RuleMemory

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        memory = try RuleMemory(temporary.directory, besides: 3)
    }

    private func number(_ index: Int) -> PhoneNumber { PhoneNumber(trustedCanonical: "+8150\(10_000_000 + index)") }

    private func add(_ indices: Range<Int>) throws {
        try control.write { transaction in
            for index in indices { try transaction.addNumber(number(index), createdAt: 1) }
        }
    }

    private func ring(_ seconds: Int, _ indices: Range<Int>) throws {
        try control.write { transaction in
            for index in indices { try transaction.setRingSeconds(seconds, of: number(index)) }
        }
    }

    /// So that it is read: the first time it only looks whether anything goes on.
    private func fill() throws {
        try memory.keepUp()
        try memory.keepUp()
    }

    /// Without the tables only memory can answer.
    private func takeTablesAway() throws {
        try temporary.sqlite("control.db", "PRAGMA writable_schema = 1; DELETE FROM sqlite_master; VACUUM")
    }

    @Test("few numbers are not kept, and as soon as there are more, all are")
    func least() throws {
        try add(0..<3)
        try fill()
        #expect(memory.size == RuleMemory.Size())
        #expect(memory.answer(for: number(0)) == .unknown)
        try add(3..<4)
        try memory.keepUp()
        #expect(memory.size.numbers == 4)
        #expect(memory.size.isWhole)
        #expect(memory.answer(for: number(0)) == .record(NumberRecord(number: number(0))))
        #expect(memory.answer(for: number(9)) == .record(nil))
    }

    @Test("what is remembered is what the file has, page by page")
    func pages() throws {
        let count = 2 * RuleMemory.portion + 7
        try add(0..<count)
        try ring(9, 100..<200)
        try fill()
        #expect(memory.size.numbers == count)
        #expect(memory.size.octets > 0)
        let records = try control.read { snapshot in try (0..<count).map { try snapshot.record(of: number($0)) } }
        #expect((0..<count).allSatisfy { memory.answer(for: number($0)) == .record(records[$0]) })
    }

    @Test("a reader answers from memory, and what is set meanwhile holds from its next refresh on")
    func change() throws {
        try add(0..<10)
        let reader = try ControlReader(temporary.directory, cacheCapacity: 2, memory: memory)
        try fill()
        #expect(try reader.record(of: number(1))?.forwarding.ringSeconds == 30)
        try ring(7, 1..<2)
        try control.write { try $0.removeNumber(number(2)) }
        try add(20..<21)
        reader.refresh()
        #expect(memory.answer(for: number(1)) == .unknown)
        #expect(memory.answer(for: number(20)) == .unknown)
        #expect(try reader.record(of: number(1))?.forwarding.ringSeconds == 7)
        #expect(try reader.record(of: number(2)) == nil)
        #expect(try reader.record(of: number(20))?.number == number(20))
        try takeTablesAway()
        #expect(try reader.record(of: number(3))?.number == number(3))
        #expect(try reader.record(of: number(30)) == nil)
    }

    @Test("what has changed while it is read is not taken for what it was before")
    func changeWhileRead() throws {
        let count = RuleMemory.portion + 5
        try add(0..<count)
        let reader = try ControlReader(temporary.directory, cacheCapacity: 2, memory: memory)
        try memory.keepUp()
        var rounds = 0
        try memory.keepUp {
            // Before each page.
            try? ring(10 + rounds, 0..<2)
            try? ring(10 + rounds, count - 2..<count)
            reader.refresh()
            rounds += 1
            return true
        }
        #expect(rounds == 2)
        #expect(memory.size.isWhole)
        for index in [0, 1, count - 2, count - 1] {
            #expect(try reader.record(of: number(index))?.forwarding.ringSeconds == 11)
        }
        #expect(memory.answer(for: number(0)) == .unknown)
        #expect(memory.answer(for: number(2)) != .unknown)
    }

    @Test("an attempt that is given up half-way is begun anew")
    func givenUp() throws {
        let count = RuleMemory.portion + 5
        try add(0..<count)
        try memory.keepUp()
        var goesOn = [true, false]
        try memory.keepUp { goesOn.removeFirst() }
        #expect(!memory.size.isWhole)
        #expect(memory.answer(for: number(count - 1)) == .unknown)
        try memory.keepUp()
        #expect(memory.size.isWhole)
        #expect(memory.size.numbers == count)
    }

    @Test("what has changed much is read anew, without the rest")
    func catchUp() throws {
        let count = 2 * RuleMemory.portion
        try add(0..<count)
        let reader = try ControlReader(temporary.directory, memory: memory)
        try fill()
        for start in stride(from: 0, to: RuleMemory.portion, by: RuleMemory.portion / 2) {
            try ring(8, start..<start + RuleMemory.portion / 2)
            reader.refresh()
        }
        try control.write { try $0.removeNumber(number(0)) }
        reader.refresh()
        #expect(memory.size.numbers == count - RuleMemory.portion)
        try memory.keepUp()
        #expect(memory.size.numbers == count - 1)
        #expect(memory.answer(for: number(0)) == .unknown)
        #expect(try reader.record(of: number(0)) == nil)
        try takeTablesAway()
        #expect(try reader.record(of: number(1))?.forwarding.ringSeconds == 8)
        #expect(try reader.record(of: number(count - 1))?.forwarding.ringSeconds == 30)
    }

    @Test("a shard that learns late of very many changes which another one has told of leaves the memory as it is")
    func lateShard() throws {
        try add(0..<10)
        let (early, late) = (
            try ControlReader(temporary.directory, memory: memory),
            try ControlReader(temporary.directory, memory: memory)
        )
        try fill()
        try add(10..<2_000)
        early.refresh()
        try fill()
        try ring(7, 1..<2)
        early.refresh()
        try ring(8, 2..<3)
        late.refresh()
        #expect(memory.size == RuleMemory.Size(), "it knows of a change that nobody has told of")
        try fill()
        try ring(9, 3..<4)
        early.refresh()
        let another = memory.size
        try add(2_000..<4_000)
        early.refresh()
        try fill()
        late.refresh()
        #expect(another.numbers == 1_998)
        #expect(memory.size.numbers == 4_000)
        #expect(try late.record(of: number(3))?.forwarding.ringSeconds == 9)
    }

    @Test("after very many changes at once all of it is read anew, once it has become calm")
    func afterImport() throws {
        try add(0..<10)
        let reader = try ControlReader(temporary.directory, memory: memory)
        try fill()
        try add(10..<2_000)
        reader.refresh()
        #expect(memory.size == RuleMemory.Size())
        try memory.keepUp()
        #expect(memory.size == RuleMemory.Size())
        try memory.keepUp()
        #expect(memory.size.numbers == 2_000)
        // Another shard that learns of them later tells nothing new.
        let other = try ControlReader(temporary.directory, memory: memory)
        #expect(memory.size == RuleMemory.Size(), "a reader that begins knows nothing of what was changed before")
        try add(2_000..<4_000)
        reader.refresh()
        try fill()
        other.refresh()
        #expect(memory.size.numbers == 4_000)
    }

    @Test("where another database has taken the place, nothing of the former one is answered")
    func otherDatabase() throws {
        try add(0..<10)
        let reader = try ControlReader(temporary.directory, memory: memory)
        try fill()
        try temporary.sqlite("control.db", "UPDATE number SET ring_seconds = 9; DELETE FROM change")
        reader.refresh()
        #expect(try reader.record(of: number(1))?.forwarding.ringSeconds == 9)
    }

    @Test("a copy that is put back counts where much was told since it was made, and while all is read")
    func copyPutBackLate() throws {
        func change(_ index: Int) throws {
            try ring(5 + index % 20, 1..<2)
            try control.write { transaction in
                _ = try transaction.append(
                    HistoryEntry(
                        at: 1, actor: "tester", source: "cli", object: "number", key: number(1).canonical,
                        action: "number edit", before: "{}", after: "[\(index)]"))
            }
        }
        let count = RuleMemory.portion + 5
        try add(0..<count)
        try change(0)
        let (idle, busy) = (
            try ControlReader(temporary.directory, memory: memory),
            try ControlReader(temporary.directory, memory: memory)
        )
        try fill()
        let copy = temporary.directory.path + "/copy.db"
        try temporary.sqlite("control.db", ".backup '\(copy)'")
        for index in 1..<8 {
            try change(index)
            try ring(20 + index % 2, 0..<count)
            busy.refresh()
        }
        try temporary.sqlite("control.db", ".restore '\(copy)'")
        try ring(9, 0..<count)
        idle.refresh()
        #expect(memory.size == RuleMemory.Size())
        #expect(try idle.record(of: number(3))?.forwarding.ringSeconds == 9)

        // Before the second page.
        try temporary.sqlite("control.db", ".backup '\(copy)'")
        for index in 8..<12 { try change(index) }
        try ring(25, 0..<1)
        try memory.keepUp()
        var rounds = 0
        try memory.keepUp {
            rounds += 1
            if rounds == 2 { try? temporary.sqlite("control.db", ".restore '\(copy)'") }
            return true
        }
        #expect(rounds == 2)
        idle.refresh()
        #expect(try idle.record(of: number(0))?.forwarding.ringSeconds == 9)
        #expect(!memory.size.isWhole)
        try fill()
        #expect(memory.size.isWhole)
    }

    @Test("a copy that is put back in place counts, also for a shard that knows nothing of what came after it")
    func copyPutBack() throws {
        func change(_ seconds: Int) throws {
            try ring(seconds, 1..<2)
            try control.write { transaction in
                _ = try transaction.append(
                    HistoryEntry(
                        at: Int64(seconds), actor: "tester", source: "cli", object: "number",
                        key: number(1).canonical, action: "number edit", before: "{}", after: "[\(seconds)]"))
            }
        }
        try add(0..<10)
        try change(5)
        let (idle, busy) = (
            try ControlReader(temporary.directory, memory: memory),
            try ControlReader(temporary.directory, memory: memory)
        )
        let copy = temporary.directory.path + "/copy.db"
        try temporary.sqlite("control.db", ".backup '\(copy)'")
        for seconds in 6...9 { try change(seconds) }
        busy.refresh()
        try fill()
        #expect(memory.answer(for: number(1)) != .unknown)
        try temporary.sqlite("control.db", ".restore '\(copy)'")
        try ring(20, 2..<3)
        idle.refresh()
        #expect(try idle.record(of: number(1))?.forwarding.ringSeconds == 5)
        #expect(try idle.record(of: number(2))?.forwarding.ringSeconds == 20)
        // And where no shard asks anything.
        try fill()
        busy.refresh()
        #expect(try busy.record(of: number(1))?.forwarding.ringSeconds == 5)
    }

    @Test("a row that can't be understood is left to whoever asks for it, and all others are read")
    func oddRows() throws {
        try add(0..<10)
        try temporary.sqlite(
            "control.db",
            """
            INSERT INTO number (id, canonical, national, ring_seconds, created_at)
                VALUES (-5, '+815099999999', '05099999999', 8, 1);
            INSERT INTO anonymous_rejection (number_id, reason)
                SELECT id, 'withheld' FROM number WHERE canonical = '\(number(1).canonical)';
            INSERT INTO anonymous_schedule (number_id, ends_at)
                SELECT id, -9223372036854775808 FROM number WHERE canonical = '\(number(1).canonical)';
            """)
        let added = PhoneNumber(trustedCanonical: "+815099999999")
        for zone in ["Asia/Tokyo", "Nowhere/City"] {
            try temporary.sqlite(
                "control.db", "INSERT OR REPLACE INTO setting (name, value) VALUES ('time-zone', '\(zone)')")
            let memory = try RuleMemory(temporary.directory, besides: 3)
            try memory.keepUp()
            try memory.keepUp()
            #expect(memory.size.isWhole)
            #expect(memory.size.numbers == 10)
            #expect(memory.answer(for: number(1)) == .unknown)
            let record = NumberRecord(number: added, forwarding: ForwardingRules(ringSeconds: 8))
            #expect(memory.answer(for: added) == .record(record))
        }
    }

    @Test("numbers for which there is no room, and those whose rules depend on the time, are left to the file")
    func leftToFile() throws {
        let small = try RuleMemory(temporary.directory, besides: 0, limit: 1 << 20)
        let count = 40_000
        try add(0..<count)
        try control.write { transaction in
            try transaction.setTemporaryForwarding(
                StoredTemporaryForwarding(condition: .always, destination: nil, until: 1, operation: nil), of: number(1)
            )
        }
        try small.keepUp()
        try small.keepUp()
        #expect(!small.size.isWhole)
        #expect((1..<count).contains(small.size.numbers))
        #expect(small.answer(for: number(0)) == .record(NumberRecord(number: number(0))))
        #expect(small.answer(for: number(1)) == .unknown)
        #expect(small.answer(for: number(count - 1)) == .unknown)
        #expect(small.answer(for: number(count)) == .unknown)
    }
}

@Suite("A number's record, packed")
struct PackedRecordTests {
    private static let uri = Destination.uri("sip:bob@lab.test;transport=tcp")

    @Test(
        "it is read as it was",
        arguments: [
            NumberRecord(number: .alice),
            NumberRecord(
                number: .bob,
                credentials: DigestCredentials(
                    username: "ボブ", sha256: String(repeating: "0123456789abcdef", count: 4),
                    md5: String(repeating: "f0", count: 16)),
                forwarding: ForwardingRules(
                    active: [.always: .voicemail, .busy: .number(.office), .unreachable: uri],
                    saved: [nil, .number(.office), nil, uri, .number(.alice)], ringSeconds: 5),
                anonymousCalls: AnonymousCallPolicy(rejected: [.withheld, .interaction]),
                blockedCallers: [.alice, .office]),
            NumberRecord(
                number: PhoneNumber(trustedCanonical: "alice"),
                forwarding: ForwardingRules(active: [.noAnswer: .voicemail], saved: [.voicemail, nil, nil, nil, nil]),
                anonymousCalls: AnonymousCallPolicy(rejected: Set(NonPresentationReason.allCases)),
                blockedCallers: Set((0..<30).map { PhoneNumber(trustedCanonical: "+8190000000\(10 + $0)") })),
        ])
    func roundTrip(record: NumberRecord) throws {
        let packed = try #require(PackedRecord(record))
        #expect(packed.record(of: record.number) == record)
        #expect(packed.record(of: .office) == nil)
    }

    @Test(
        "credentials that are no hashes are not packed, so that they stay what they are",
        arguments: [("AB", ""), ("abc", ""), ("", "0x"), (String(repeating: "a", count: 600), "")])
    func noHash(sha256: String, md5: String) {
        let credentials = DigestCredentials(username: "bob", sha256: sha256, md5: md5)
        #expect(PackedRecord(NumberRecord(number: .bob, credentials: credentials)) == nil)
    }

    @Test("what depends on the time of day is not packed, nor a rule to a destination that is not saved")
    func unpacked() {
        let schedule = Schedule(days: DaySet(weekdayBits: 1, holidays: .asWeekday))
        #expect(
            PackedRecord(NumberRecord(number: .alice, anonymousCalls: AnonymousCallPolicy(schedule: schedule))) == nil)
        let unsaved = ForwardingRules(active: [.busy: .number(.office)])
        #expect(PackedRecord(NumberRecord(number: .alice, forwarding: unsaved)) == nil)
    }
}
