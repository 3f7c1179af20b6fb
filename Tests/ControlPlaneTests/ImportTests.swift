import Directory
import Storage
import Testing

@testable import ControlPlane

/// A table without a file: its lines are counted from 1 on.
extension Array: ImportedRows {
    package var areFew: Bool { count <= 100 }

    func each(_ body: (_ line: Int, _ row: Result<Element, BlueprintRefusal>) throws -> Void) throws {
        for (index, row) in enumerated() { try body(index + 1, .success(row)) }
    }
}

@Suite struct ImportTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
    }

    private func row(_ text: String, line: Int = 1, _ change: (inout Blueprint.Number) -> Void = { _ in })
        -> Blueprint.Number
    {
        var number = Blueprint.Number(number: Stated(text, BlueprintPlace(line: line, path: "number")))
        change(&number)
        return number
    }

    private func stated(_ values: [ForwardingCondition: String]) -> [ForwardingCondition: Stated<String>] {
        values.mapValues { Stated($0, BlueprintPlace(line: 9, path: "rule")) }
    }

    private func rules(of text: String) throws -> [String] {
        try session.forwarding(of: number(text)).rules.map { "\($0.when.rawValue) \($0.to)" }
    }

    private func revision() throws -> Int64 { try fixture.database.read { try $0.revision() } }

    @Test("rows add numbers and set what they state, with the entries of the history that the same by hand would have")
    func takesUp() throws {
        let rows = [
            row("1001") { $0.forwarding.rules = stated([.busy: "alice"]) },
            row("05011111111") {
                $0.forwarding.ringSeconds = Stated(10)
                $0.rejected = Stated([.payphone])
            },
            row("alice"),
        ]
        let outcome = try session.importNumbers(from: rows)
        #expect((outcome.rows, outcome.added, outcome.changed, outcome.unchanged) == (3, 2, 1, 0))
        #expect(outcome.isCommitted && outcome.refusedRows == 0)
        #expect(try rules(of: "1001") == ["busy alice"])
        let actions = try session.history(limit: 5).map { "\($0.action) \($0.key)" }
        #expect(
            actions == [
                "forward set +815011111111", "anonymous set +815011111111", "forward set 1001", "number add alice",
                "number add 1001",
            ])
        #expect(outcome.changeCount == 5)
        #expect(try session.verifyHistory() == 7)
    }

    @Test("a second time there is nothing to change, not even for those who follow the rules")
    func twice() throws {
        let rows = [
            row("05011111111") {
                $0.forwarding.rules = stated([.busy: "0312345678", .always: "voicemail"])
                $0.forwarding.destinations = [2: Stated("0612345678")]
                $0.withheld = Stated([])
                $0.place = Stated(nil)
            }
        ]
        #expect(try session.importNumbers(from: rows).changed == 1)
        let before = try revision()
        let outcome = try session.importNumbers(from: rows)
        #expect(outcome.unchanged == 1 && outcome.changeCount == 0)
        #expect(try revision() == before)
    }

    @Test("every refused row is told, and nothing is changed if there is one")
    func allOrNothing() throws {
        let rows = [
            row("05011111111") { $0.forwarding.ringSeconds = Stated(10) },
            row("05033333333", line: 2) { $0.forwarding.rules = stated([.busy: "0120123456"]) },
            row("not a number", line: 3),
            row("050-1111-1111", line: 4),
            row("05022222222", line: 5) { $0.place = Stated(.contract("C-1")) },
        ]
        let outcome = try session.importNumbers(from: rows)
        #expect((outcome.rows, outcome.refusedRows, outcome.isCommitted) == (5, 4, false))
        let told = outcome.refusals.map(\.description).sorted()
        #expect(told.count == 4)
        #expect(told.contains { $0.hasPrefix("line 9, rule: 0120123456 is a free-phone number") }, "\(told)")
        #expect(told.contains("line 4, number: 05011111111 is there already, in line 1"), "\(told)")
        #expect(told.contains { $0.contains("there is no contract C-1") }, "\(told)")
        #expect(try session.forwarding(of: number("05011111111")).ringSeconds == 30)
        #expect(try session.history(limit: 9).count == 2)
    }

    @Test("a preview tells the changes and makes none")
    func preview() throws {
        let outcome = try session.importNumbers(from: [row("1001")], commits: false)
        #expect(outcome.added == 1 && !outcome.isCommitted)
        #expect(outcome.changes.map(\.action) == ["number add"])
        #expect(try session.numbers(limit: 9).count == 2)
    }

    @Test("a circle is refused only if it is still there when all rows are set")
    func circles() throws {
        _ = try session.setForwarding(of: number("05011111111"), when: .busy, to: "05022222222")
        let swapped = [
            row("05022222222") { $0.forwarding.rules = stated([.busy: "05011111111"]) },
            row("05011111111") { $0.forwarding.rules = stated([:]) },
        ]
        #expect(try session.importNumbers(from: swapped).changed == 2)
        let closed = try session.importNumbers(from: [
            row("05011111111", line: 7) { $0.forwarding.rules = stated([.always: "05022222222"]) }
        ])
        #expect(closed.refusals.map(\.place.line) == [7])
        #expect(closed.refusals[0].reason.contains("05011111111 → 05022222222 → 05011111111"))
    }

    @Test("a circle among very many rules is found too")
    func manyRules() throws {
        // A chain, and its end leads back to its beginning.
        let count = 1_200
        let rows = (0..<count).map { index in
            row("\(2_000 + index)", line: index + 1) {
                $0.forwarding.rules = stated([.busy: "\(2_000 + (index + 1) % count)"])
            }
        }
        #expect(try session.importNumbers(from: rows.dropLast() + [row("\(2_000 + count - 1)")]).added == count)
        #expect(try session.importNumbers(from: rows).refusedRows > 0)
        #expect(try rules(of: "\(2_000 + count - 1)").isEmpty)
    }

    @Test("the pilot of a voice contract may change hands within one table, in any order of its rows")
    func pilots() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        _ = try session.addSite("S", named: "S", to: "Y1")
        for code in ["N1", "N2"] { _ = try session.addVoiceContract(code, at: "S", of: "Y1") }
        func pilot(_ text: String, of code: String) -> Blueprint.Number {
            row(text) {
                $0.place = Stated(.voiceContract(code))
                $0.kind = Stated(.pilot)
            }
        }
        let (first, second) = ("05011111111", "05022222222")
        #expect(try session.importNumbers(from: [pilot(first, of: "n1"), pilot(second, of: "N2")]).changed == 2)
        let giving = row(second) { $0.kind = Stated(.multiple) }
        #expect(try session.importNumbers(from: [pilot(first, of: "N2"), giving]).changed == 2)
        #expect(try session.number(number(first)).voiceContract == "N2")
        #expect(try session.importNumbers(from: [pilot(second, of: "N1")]).changed == 1)
        // Each in the other's place: the login IDs go along, and history tells of both as they were.
        _ = try session.addLoginID("tokyo01", to: "Y1", numbers: [number(first)])
        #expect(try session.importNumbers(from: [pilot(first, of: "N1"), pilot(second, of: "N2")]).changed == 2)
        #expect(try session.number(number(first)).voiceContract == "N1")
        #expect(try session.loginID("tokyo01").numbers == [first])
        let entry = try #require(try session.history(limit: 1).first)
        #expect(entry.before?.contains("\"voiceContract\":\"N1\"") == true, "\(entry)")
        #expect(try session.importNumbers(from: [pilot(first, of: "N2"), giving]).changed == 2)
        #expect(try session.importNumbers(from: [pilot(first, of: "N1"), pilot(second, of: "N1")]).refusedRows == 1)
        #expect(try session.importNumbers(from: [pilot("1001", of: "N2")]).refusals[0].reason.contains("has the pilot"))
    }

    @Test("a rule that stays on keeps its schedule and its place in the list")
    func schedules() throws {
        let (alice, schedule) = (try number("05011111111"), Schedule(hours: try DailyHours("18:00-09:00")))
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(schedule))
        _ = try session.importNumbers(from: [
            row("05011111111") { $0.forwarding.rules = stated([.always: "0312345678", .busy: "0612345678"]) }
        ])
        let state = try session.forwarding(of: alice)
        #expect(state.rules.map { $0.schedule?.hours } == ["18:00-09:00", nil])
        #expect(state.saved.map(\.to) == ["0312345678", "0612345678"])
        let written = try session.history(of: alice, limit: 1)[0].after
        #expect(try fixture.database.read { try ForwardingState(of: alice, in: $0).historyText } == written)
    }

    @Test("options are withheld and given back as a row says")
    func options() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C1", kind: "dotphone-office", company: "Alpha")
        _ = try session.addOption(.forwarding, toContract: "C1")
        func withholding(_ options: [OptionService]) -> [Blueprint.Number] {
            [
                row("05011111111") {
                    $0.place = Stated(.contract("c1"))
                    $0.withheld = Stated(options)
                }
            ]
        }
        #expect(try session.importNumbers(from: withholding([.forwarding])).changed == 1)
        #expect(try session.options(of: number("05011111111")).options.isEmpty)
        #expect(try session.importNumbers(from: withholding([.membersNet])).refusedRows == 1)
        #expect(try session.importNumbers(from: withholding([])).changed == 1)
        #expect(try session.options(of: number("05011111111")).options == [.forwarding])
    }

    @Test("destinations are a number's whole list, and a rule follows what takes the place of its own")
    func destinations() throws {
        let alice = try number("05011111111")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        func list(_ list: [Int: String]) -> [Blueprint.Number] {
            [
                row("05011111111") {
                    $0.forwarding.destinations = list.mapValues { Stated($0) }
                    $0.forwarding.rulesFollow = true
                }
            ]
        }
        #expect(try session.importDestinations(from: list([1: "0412345678", 3: "0612345678"])).changed == 1)
        #expect(try rules(of: "05011111111") == ["busy 0412345678"])
        #expect(try session.forwarding(of: alice).saved.map(\.slot) == [1, 3])
        #expect(try session.importDestinations(from: list([3: "0612345678"])).refusals[0].reason.contains("in use"))
        #expect(try session.importDestinations(from: [row("1001")]).refusals[0].reason.contains("not one of our"))
    }

    @Test("more refusals than are kept are counted")
    func manyRefusals() throws {
        let outcome = try session.importNumbers(from: (1...1_500).map { row("no number", line: $0) })
        #expect(outcome.refusedRows == 1_500)
        #expect(outcome.refusals.count == ImportOutcome.refusalLimit)
        #expect(outcome.refusals.last?.place.line == ImportOutcome.refusalLimit)
    }
}
