import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct TemporaryForwardingStorageTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase
    let reader: ControlReader
    /// 2026-12-28 09:00 in Japan.
    static let end: Int64 = 1_798_416_000_000

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.setRule(.always, to: .voicemail, of: .alice)
        }
        reader = try ControlReader(temporary.directory)
    }

    private func record() throws -> NumberRecord {
        reader.refresh()
        return try #require(try reader.record(of: .alice))
    }

    private func lay(_ destination: Destination?, on condition: ForwardingCondition = .always) throws {
        try control.write { transaction in
            try transaction.setTemporaryForwarding(
                StoredTemporaryForwarding(
                    condition: condition, destination: destination, until: Self.end, operation: nil), of: .alice)
        }
    }

    @Test("what lies over a rule is read beside it, holds for the next call, and leaves the rule alone")
    func stored() throws {
        #expect(try record().isTimed == false)
        try lay(.number(.office))
        let laid = try record()
        #expect(laid.isTimed)
        #expect(laid.temporaryForwarding[.always]?.destination == .number(.office))
        #expect(laid.temporaryForwarding[.always]?.until.text == "2026-12-28 09:00")
        #expect(laid.forwarding.active == [.always: .voicemail])
        try lay(nil)
        #expect(try record().temporaryForwarding[.always]?.destination == nil)
        try control.write { try $0.clearTemporaryForwarding(of: .alice) }
        #expect(try record().isTimed == false)
    }

    @Test("it goes with its number, and when its time is over")
    func removed() throws {
        try lay(.voicemail, on: .busy)
        try control.write { try $0.removeTemporaryForwarding(endedBy: Self.end - 1) }
        #expect(try record().isTimed)
        try control.write { try $0.removeTemporaryForwarding(endedBy: Self.end) }
        #expect(try record().isTimed == false)
        try lay(.voicemail, on: .busy)
        try control.write { try $0.removeNumber(.alice) }
        reader.refresh()
        #expect(try reader.record(of: .alice) == nil)
    }

    @Test("the sqlite3 tool's changes of it hold for the next call too")
    func fed() throws {
        try lay(.voicemail)
        #expect(try record().isTimed)
        try temporary.sqlite("control.db", "UPDATE temporary_forwarding SET destination = NULL")
        #expect(try record().temporaryForwarding[.always]?.destination == nil)
        try temporary.sqlite("control.db", "DELETE FROM temporary_forwarding")
        #expect(try record().isTimed == false)
    }

    @Test("without the option that it needs it is as if it were not there")
    func lacking() throws {
        try lay(.number(.office))
        try lay(nil, on: .busy)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            try transaction.place(.alice, at: .contract("C-1"), as: .pilot)
        }
        #expect(try record().temporaryForwarding.keys.map(\.self) == [.busy])
    }

    @Test("a list of the numbers that forward calls has those of a moment")
    func listed() throws {
        try control.write { try $0.clearRule(.always, of: .alice) }
        try lay(.voicemail)
        #expect(try control.read { try $0.forwardingNumbers(at: Self.end - 1, limit: 9) } == [.alice])
        #expect(try control.read { try $0.forwardingNumbers(at: Self.end, limit: 9) } == [])
        try lay(.number(.bob))
        #expect(try control.read { try $0.numbersForwarding(to: .bob, at: Self.end - 1) } == [.alice])
        #expect(try control.read { try $0.numbersForwarding(to: .bob, at: Self.end) } == [])
    }

    @Test(
        "the schema refuses what is none",
        arguments: [
            "condition = 'sometimes'", "destination = ''", "until = 0", "until = NULL", "operation_id = 99",
            "number_id = 99",
        ])
    func constraints(change: String) throws {
        try lay(.voicemail)
        try temporary.sqlite("control.db", "UPDATE temporary_forwarding SET until = until + 1")
        #expect(throws: SQLiteToolError.self) {
            try temporary.sqlite("control.db", "UPDATE temporary_forwarding SET \(change)")
        }
    }

    @Test("an operation knows its changes, and which of them another one took back")
    func operations() throws {
        func change(_ transaction: ControlTransaction, _ number: PhoneNumber) throws {
            try transaction.append(
                HistoryEntry(
                    at: 1, actor: "root", source: "cli", object: "number", key: number.canonical,
                    action: "forward set", before: nil, after: "{}"))
        }
        func operate(_ kind: ForwardingOperation.Kind, on numbers: [PhoneNumber], restoring: Int64? = nil) throws
            -> Int64
        {
            try control.write { transaction in
                let last = try transaction.snapshot.lastChange()
                let id = try transaction.add(
                    ForwardingOperation(
                        at: 1, actor: "root", source: "cli", kind: kind, summary: "x", scope: "y", restores: restoring))
                for number in numbers { try change(transaction, number) }
                #expect(try transaction.link(changesAfter: last, to: id) == numbers.count)
                return id
            }
        }
        try control.write { try change($0, .alice) }
        let set = try operate(.set, on: [.alice, .bob])
        func takenBack() throws -> [Bool] {
            try control.read { try $0.changes(ofOperation: set, within: .everything).map(\.isTakenBack) }
        }
        func last(_ numbers: [PhoneNumber]?) throws -> Int64? {
            try control.read { try $0.lastForwardingOperation(of: numbers, within: .everything, at: 1) }
        }
        #expect(try takenBack() == [false, false])
        #expect(try last(nil) == set)
        let restore = try operate(.restore, on: [.alice], restoring: set)
        #expect(try takenBack() == [true, false])
        #expect(try last([.alice]) == nil)
        #expect(try last([.alice, .bob]) == set)
        #expect(try last(nil) == nil)
        let entry = try control.read {
            try $0.forwardingOperations(id: set, within: .everything, at: 1, limit: 9)
        }
        #expect(entry.map(\.numbers) == [2] && entry.map(\.restored) == [1])
        _ = try operate(.restore, on: [.alice], restoring: restore)
        #expect(try takenBack() == [false, false])
        #expect(try last([.alice]) == set)
    }
}

@Suite("The clock beyond the tables of the tz database, which end in 2037") struct LateClockTests {
    /// From there on the rule in the zone's last line goes on (RFC 8536 §3.3).
    @Test(
        "summer time begins and ends on the Sundays that the rule names",
        arguments: [
            // The second Sunday of March and the first of November, 2:00.
            ("America/New_York", 2_215_062_000, -5, -4), ("America/New_York", 2_235_621_600, -4, -5),
            // The last Sunday of March, 1:00 UTC.
            ("Europe/London", 2_216_250_000, 0, 1),
        ])
    func changes(name: String, seconds: Int64, before: Int, after: Int) throws {
        let clock = LocalClock(zone: try #require(TimeZone(identifier: name)))
        func hour(_ seconds: Int64) -> String { String(clock.deadline(seconds * 1000).text.suffix(5)) }
        func expected(_ seconds: Int64, _ offset: Int) -> String {
            let minutes = ((seconds + Int64(offset) * 3600) % 86_400) / 60
            return DailyHours.text(minute: Int(minutes))
        }
        #expect(hour(seconds - 60) == expected(seconds - 60, before))
        #expect(hour(seconds) == expected(seconds, after))
    }
}
