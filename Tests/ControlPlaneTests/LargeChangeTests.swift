import Directory
import Storage
import Testing

@testable import ControlPlane

/// A table of so many rows that it is tried out on a copy; something else happens when it is gone through.
private struct LargeTable: ImportedRows {
    let rows: [Blueprint.Number]
    /// Is told how often the table was gone through before.
    var meanwhile: (Int) throws -> Void = { _ in }
    private let passes = Passes()

    private final class Passes { var count = 0 }

    init(_ rows: [Blueprint.Number], meanwhile: @escaping (Int) throws -> Void = { _ in }) {
        self.rows = rows
        self.meanwhile = meanwhile
    }

    var areFew: Bool { false }

    func each(_ body: (_ line: Int, _ row: Result<Blueprint.Number, BlueprintRefusal>) throws -> Void) throws {
        try meanwhile(passes.count)
        passes.count += 1
        for (index, row) in rows.enumerated() { try body(index + 1, .success(row)) }
    }
}

@Suite struct LargeChangeTests {
    let fixture: ControlFixture
    /// Of somebody else, on a connection of their own.
    let other: ControlSession
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
        other = ControlSession(
            try ControlDatabase(fixture.directory),
            principal: Principal(actor: "other", source: "cli", role: .operator))
    }

    private func row(_ text: String, busy destination: String? = nil) -> Blueprint.Number {
        var number = Blueprint.Number(number: Stated(text))
        number.forwarding.rules = destination.map { [.busy: Stated($0)] }
        return number
    }

    private func rules(of text: String) throws -> [String] {
        try session.forwarding(of: number(text)).rules.map(\.to)
    }

    private var large: Blueprint {
        var blueprint = Blueprint()
        blueprint.numbers = (1_000..<1_150).map { row("\($0)") } + [row("05011111111", busy: "1149")]
        return blueprint
    }

    @Test("while a table is taken up others change what they want, and both stay")
    func importsBesideOthers() throws {
        let table = LargeTable([row("05011111111", busy: "1001"), row("1001")]) { pass in
            _ = try other.setForwarding(of: number("05022222222"), when: .busy, to: "03\(12_345_678 + pass)")
        }
        let outcome = try session.importNumbers(from: table)
        #expect(outcome.isCommitted && (outcome.added, outcome.changed) == (1, 1))
        #expect(try rules(of: "05011111111") == ["1001"])
        #expect(try rules(of: "05022222222").first?.hasPrefix("03123456") == true)
        #expect(try session.history(limit: 3).map(\.actor) == ["tester", "tester", "other"])
        _ = try session.verifyHistory()
    }

    @Test("what somebody else has changed meanwhile is judged as it is then")
    func judgesAgain() throws {
        let table = LargeTable([row("05011111111", busy: "05022222222")]) { pass in
            if pass == 0 { _ = try other.removeNumber(number("05022222222")) }
        }
        let outcome = try session.importNumbers(from: table)
        // It was right when it was tried out first; now the number is an outside one.
        #expect(outcome.isCommitted)
        #expect(try session.history(limit: 9).map(\.actor).prefix(2) == ["tester", "other"])
    }

    @Test("a circle that only two people together make is refused")
    func circleOfTwo() throws {
        let table = LargeTable([row("05011111111", busy: "05022222222")]) { pass in
            if pass == 0 {
                _ = try other.setForwarding(of: number("05022222222"), when: .always, to: "05011111111")
            }
        }
        let outcome = try session.importNumbers(from: table)
        #expect(outcome.refusals.first?.reason.contains("in a circle") == true && !outcome.isCommitted)
        #expect(try rules(of: "05011111111").isEmpty && rules(of: "05022222222") == ["05011111111"])
    }

    @Test("what others change again and again is not run after for ever: at last it is done while they wait")
    func givesUpCopies() throws {
        var passes = 0
        let table = LargeTable([row("05011111111", busy: "0312345678")]) { pass in
            passes = pass + 1
            // Each time that it is tried out it is gone through three times.
            guard pass < 9 else { return }
            _ = try other.setForwarding(of: number("05011111111"), when: .always, to: "03\(22_345_678 + pass)")
        }
        #expect(try session.importNumbers(from: table).isCommitted)
        #expect(passes > 9)
        #expect(try rules(of: "05011111111") == ["0312345678"])
        _ = try session.verifyHistory()
    }

    @Test("a plan is made while somebody else holds the write lock, and changes nothing")
    func plansWithoutLock() throws {
        let holder = try ControlDatabase(fixture.directory)
        let before = try fixture.database.read { try $0.revision() }
        try holder.write { _ in
            #expect(try session.apply(large, commits: false).count == 151)
            let table = LargeTable([row("1001"), row("05011111111", busy: "1001")])
            let outcome = try session.importNumbers(from: table, commits: false)
            #expect(outcome.changeCount == 2 && !outcome.isCommitted)
        }
        #expect(try fixture.database.read { try $0.revision() } == before)
        #expect(try session.history(limit: 1).first?.action == "number add")
    }

    @Test("a plan says exactly what apply does, and apply tells what it has done")
    func plansWhatApplies() throws {
        let told = { (entries: [HistoryEntry]) in entries.map { "\($0.action) \($0.key) \($0.after ?? "")" } }
        let planned = try session.apply(large, commits: false)
        let applied = try session.apply(large)
        #expect(planned.count == 151 && told(planned) == told(applied))
        #expect(try session.apply(large).isEmpty)
        #expect(try session.verifyHistory() == 154)
    }

    @Test("what is refused on the copy is told, and nothing is changed")
    func refuses() throws {
        var blueprint = large
        blueprint.numbers.append(row("05022222222", busy: "184"))
        #expect(throws: BlueprintRefusal.self) { try session.apply(blueprint) }
        let outcome = try session.importNumbers(from: LargeTable(blueprint.numbers))
        #expect(outcome.refusedRows == 1 && !outcome.isCommitted)
        #expect(try session.history(limit: 9).count == 3)
    }
}
