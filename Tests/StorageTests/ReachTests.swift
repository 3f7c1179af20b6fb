import Directory
import GRDB
import Testing

@testable import Storage

@Suite struct ReachTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            for number in [PhoneNumber.alice, .bob] { try transaction.addNumber(number, createdAt: 1) }
            try transaction.place(.alice, at: .voiceContract("N1"), as: .pilot)
            try transaction.place(.bob, at: .contract("C-1"), as: .pilot)
        }
    }

    private func plan(_ condition: Condition) throws -> [String] {
        try control.read { snapshot in
            try Row.fetchAll(
                snapshot.db, sql: "EXPLAIN QUERY PLAN " + ControlSnapshot.entriesSQL(in: condition),
                arguments: condition.arguments + [9]
            ).map { $0["detail"] }
        }
    }

    @Test("a narrowed list reads the numbers that it is about and no others")
    func readsFew() throws {
        let filters = [
            NumberFilter(company: "Alpha"), NumberFilter(contract: "Y1"), NumberFilter(voiceContract: "N1"),
            NumberFilter(contract: "Y1", site: "S1"),
        ]
        let limits: [Reach.Limit] = [.company("Alpha"), .contracts(["Y1"], of: "Alpha"), .numbers([.alice])]
        let conditions = filters.map(\.amongNumbers) + limits.map { [$0.amongNumbers] }
        for condition in conditions {
            let details = try plan(Condition("number n WHERE n.canonical > ?", [""]).and(condition))
            let outer = details.filter { $0.contains(" n ") || $0.hasSuffix(" n") }
            #expect(outer.contains { $0.hasPrefix("SEARCH n USING") && !$0.contains("canonical>?") }, "\(details)")
            #expect(!details.contains { $0.contains("canonical>?") || $0.hasPrefix("SCAN a") }, "\(details)")
        }
    }

    @Test("whether one number is within reach is read off its own rows, and not out of a list of all that are")
    func readsOne() throws {
        let filter = NumberFilter(company: "Alpha", contract: "Y1", voiceContract: "N1", site: "S1")
        let limits: [Reach.Limit] = [.company("Alpha"), .contracts(["Y1"], of: "Alpha")]
        for condition in filter.onNumber + limits.map(\.onNumber) {
            let details = try plan(Condition("number n WHERE n.canonical = ?", ["05011111111"]).and([condition]))
            #expect(details.contains("SEARCH a USING INTEGER PRIMARY KEY (rowid=?)"), "\(details)")
            let isList = details.contains {
                $0.hasPrefix("SCAN a") || $0.contains("contracted_number_by") && !$0.contains("rowid=?")
            }
            #expect(!isList, "\(details)")
        }
    }

    @Test("a page is whole where few of the numbers behind the last one are within reach")
    func readsFar() throws {
        let last = try PhoneNumber("05099999999")
        try control.write { transaction in
            for index in 0..<1_500 {
                try transaction.addNumber(try PhoneNumber("0503333\(String(index + 10_000).suffix(4))"), createdAt: 1)
            }
            try transaction.addNumber(last, createdAt: 1)
            try transaction.place(last, at: .contract("C-1"), as: .directDial)
        }
        for reach in [Reach([.company("Alpha")]), Reach([.contracts(["C-1", "Y1"], of: nil)])] {
            let found = try control.read { try $0.numbers(within: reach, limit: 9).map(\.number) }
            #expect(found == [.alice, .bob, last])
            #expect(try control.read { try $0.numbers(after: .bob, within: reach, limit: 1).map(\.number) } == [last])
        }
    }

    @Test("a list is cut to the reach, and limits hold together")
    func cuts() throws {
        func numbers(_ limits: Reach.Limit...) throws -> [PhoneNumber] {
            try control.read { try $0.numbers(within: Reach(limits), limit: 9).map(\.number) }
        }
        #expect(try numbers() == [.alice, .bob])
        #expect(try numbers(.company("Alpha")) == [.alice, .bob])
        #expect(try numbers(.company("Beta")) == [])
        #expect(try numbers(.contracts(["C-1"], of: nil)) == [.bob])
        #expect(try numbers(.contracts(["C-1"], of: "Beta")) == [])
        #expect(try numbers(.contracts([], of: "Alpha")) == [])
        #expect(try numbers(.contracts(["Y1"], of: nil), .numbers([.alice, .bob])) == [.alice])
        #expect(try numbers(.contracts(["Y1"], of: nil), .numbers([.bob])) == [])
    }

    @Test("calls are cut to numbers, and to the time since they belong to whom they belong to")
    func cutsCalls() throws {
        let runtime = try RuntimeDatabase(temporary.directory)
        try runtime.append(
            [(1, "05011111111"), (2, "05022222222"), (3, "05011111111")].map { start, callee in
                CallRecord(
                    id: "\(start)", callID: "x", startedAt: start, endedAt: start, caller: "", callee: callee,
                    status: 200, decisions: [], legs: [], ladder: [])
            })
        func calls(_ owned: [NumberOwnership]?) throws -> [String] { try runtime.calls(among: owned).map(\.id) }
        #expect(try calls(nil) == ["3", "2", "1"])
        #expect(try calls([.init(number: .alice, since: 0)]) == ["3", "1"])
        #expect(try calls([.init(number: .alice, since: 2), .init(number: .bob, since: 0)]) == ["3", "2"])
        #expect(try calls([.init(number: .alice, since: 2)]) == ["3"])
        #expect(try calls([]) == [])
    }

    @Test("a call is looked up among the numbers, and not compared with each of them")
    func looksCallsUp() throws {
        let runtime = try RuntimeDatabase(temporary.directory)
        let list = try RuntimeDatabase.callList(.init(number: .alice), among: [.init(number: .alice, since: 0)])
        let details = try runtime.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + list.sql, arguments: list.arguments)
                .map { $0["detail"] as String }
        }
        #expect(details.first == "SEARCH c USING INDEX call_by_start (started_at>?)", "\(details)")
        #expect(details.count { $0.hasPrefix("LIST SUBQUERY") } == 2, "\(details)")
        // The walk over all numbers is for calls alone that were found among them.
        let walks = details.indices.filter { details[$0] == "SCAN m" }
        #expect(walks.count == 2 && walks.allSatisfy { details[$0 - 1].hasPrefix("CORRELATED") }, "\(details)")
    }
}
