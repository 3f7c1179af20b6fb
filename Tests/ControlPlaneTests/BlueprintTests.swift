import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct BlueprintTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
    }

    private func number(_ text: String, _ change: (inout Blueprint.Number) -> Void = { _ in }) -> Blueprint.Number {
        var number = Blueprint.Number(number: Stated(text, BlueprintPlace(line: 7, path: "numbers[\(text)]")))
        change(&number)
        return number
    }

    private func rules(_ rules: [ForwardingCondition: String]) -> [ForwardingCondition: Stated<String>] {
        rules.mapValues { Stated($0, BlueprintPlace(line: 9, path: "forwarding")) }
    }

    private func apply(_ numbers: [Blueprint.Number]) throws -> [HistoryEntry] {
        var blueprint = Blueprint()
        blueprint.numbers = numbers
        return try session.apply(blueprint)
    }

    private func refusal(_ numbers: [Blueprint.Number]) -> String {
        do {
            return "done: \(try apply(numbers).count)"
        } catch {
            return "\(error)"
        }
    }

    @Test("rules that only fit together when all are changed are changed, without a circle on the way")
    func together() throws {
        let (alice, bob) = (try ControlSession.parsed("05011111111"), try ControlSession.parsed("05022222222"))
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        let entries = try apply([
            number("05022222222") { $0.forwarding.rules = rules([.busy: "05011111111"]) },
            number("05011111111") { $0.forwarding.rules = rules([.busy: "05033333333"]) },
        ])
        #expect(entries.map(\.action) == ["forward set", "forward set"])
        #expect(try session.forwarding(of: bob).rules.map(\.to) == ["05011111111"])
        #expect(try session.forwarding(of: alice).saved.map(\.to) == ["05022222222", "05033333333"])
    }

    @Test("pilots take each other's places, whatever the order in which they are named")
    func exchangesPilots() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        _ = try session.addSite("S", named: "S", to: "Y1")
        for code in ["N1", "N2", "N3"] { _ = try session.addVoiceContract(code, at: "S", of: "Y1") }
        func pilot(_ text: String, of code: String) -> Blueprint.Number {
            number(text) { $0.place = Stated(.voiceContract(code)) }
        }
        let texts = ["05011111111", "05022222222"]
        #expect(try apply([pilot(texts[0], of: "N1"), pilot(texts[1], of: "N2")]).count == 2)
        let swapped = [pilot(texts[0], of: "N2"), pilot(texts[1], of: "N1")]
        #expect(try apply(swapped).map(\.action) == ["number assign", "number assign"])
        #expect(try apply(swapped).isEmpty)
        let moved = [pilot(texts[0], of: "N1"), pilot(texts[1], of: "N3"), pilot("1001", of: "N2")]
        #expect(try apply(moved).count == 3)
        #expect(refusal([pilot(texts[0], of: "N3")]).contains("has the pilot"))
        _ = try session.verifyHistory()
    }

    @Test("a circle is refused with its place and its way, and nothing is changed")
    func circle() throws {
        let text = refusal([
            number("05011111111") { $0.forwarding.rules = rules([.busy: "05022222222"]) },
            number("05022222222") { $0.forwarding.rules = rules([.always: "05033333333"]) },
            number("05033333333") { $0.forwarding.rules = rules([.unreachable: "05011111111"]) },
        ])
        #expect(text.hasPrefix("line 7, numbers[05011111111]: calls would go in a circle: "))
        #expect(try session.forwardingNumbers(limit: 9).isEmpty)
        #expect(try session.history(limit: 9).count == 3)
    }

    @Test("what is not stated stays; what is stated is the whole of it")
    func partial() throws {
        let alice = try ControlSession.parsed("05011111111")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678", ringSeconds: 10)
        _ = try session.setForwarding(of: alice, when: .always, to: "0612345678")
        _ = try session.block(ControlSession.parsed("0901111222"), for: alice)
        _ = try apply([number("05011111111") { $0.forwarding.rules = rules([.unreachable: "voicemail"]) }])
        let state = try session.forwarding(of: alice)
        #expect(state.rules.map(\.when) == [.unreachable] && state.ringSeconds == 10 && state.saved.count == 2)
        #expect(try session.blockList(of: alice).callers.count == 1)
        #expect(
            refusal([number("05011111111") { $0.blocked = [Stated("sip:bob@elsewhere.test")] }])
                .contains("sip:bob@elsewhere.test can't be blocked"))
        #expect(refusal([number("05011111111") { $0.blocked = [] }]) == "done: 1")
        #expect(try session.blockList(of: alice).callers.isEmpty)
    }

    @Test("a blocked caller who would be refused now and stands there already may be stated again")
    func storedCaller() throws {
        let caller = "18409011112222"
        try fixture.database.write {
            try $0.block(
                BlockedCaller(caller: ControlSession.parsed(caller), blockedAt: 1),
                for: ControlSession.parsed("05011111111"))
        }
        #expect(try apply([number("05011111111") { $0.blocked = [Stated(caller)] }]).isEmpty)
        #expect(refusal([number("05022222222") { $0.blocked = [Stated(caller)] }]).contains("give 09011112222 alone"))
    }

    @Test("callers who would be refused now are exported as kept, and taken as such elsewhere")
    func keepsCallers() throws {
        let alice = try ControlSession.parsed("05011111111")
        let old = try ["18409011112222", "0312*", "anonymous"].map(ControlSession.parsed)
        _ = try session.addNumber(typed: "unknown")
        _ = try session.block(typed: "unknown", for: alice)
        _ = try session.block(typed: "0901111222", for: alice)
        try fixture.database.write { transaction in
            for caller in old { try transaction.block(BlockedCaller(caller: caller, blockedAt: 1), for: alice) }
        }
        var exported = Blueprint()
        _ = try session.export(.everything) { part in
            if case .number(let number) = part { exported.numbers.append(number) }
        }
        let number = try #require(exported.numbers.first { $0.number.value == "05011111111" })
        let heard = try Set(["unknown", "0901111222"].map { try ControlSession.parsed($0).national })
        #expect(Set((number.blocked ?? []).map(\.value)) == heard)
        #expect(Set((number.keptBlocked ?? []).map(\.value)) == Set(old.map(\.national)))
        let elsewhere = try ControlFixture()
        _ = try elsewhere.session.apply(exported)
        func callers(_ session: ControlSession) throws -> Set<String> {
            Set(try session.blockList(of: alice).callers.map(\.caller))
        }
        #expect(try callers(elsewhere.session) == callers(session))
        #expect(try elsewhere.session.apply(exported).isEmpty && session.apply(exported).isEmpty)
        // What is stated as kept is the list too: who is in neither part goes.
        _ = try apply([self.number("05011111111") { $0.keptBlocked = [Stated("anonymous")] }])
        #expect(try callers(session) == ["anonymous"])
    }

    @Test("a caller who is stated both as blocked and as kept, in whatever form, is refused, and nothing is done")
    func blockedAndKept() throws {
        let caller = try ControlSession.parsed("09011112222")
        func twice() -> [Blueprint.Number] {
            [
                number("05011111111") {
                    $0.blocked = [Stated("0312345678"), Stated("+819011112222", BlueprintPlace(line: 3, path: "a"))]
                    $0.keptBlocked = [Stated("anonymous"), Stated("090-1111-2222", BlueprintPlace(line: 4, path: "b"))]
                }
            ]
        }
        let reason =
            "line 4, b: 09011112222 stands in block of 05011111111 already, in line 3, a: take it out of kept, or out of "
            + "block if it is a caller who could not be blocked anew"
        #expect(refusal(twice()) == reason)
        let alice = try ControlSession.parsed("05011111111")
        #expect(try session.blockList(of: alice).callers.isEmpty)
        // It is no other matter where the caller is on the list already.
        _ = try session.block(caller, for: alice)
        #expect(refusal(twice()) == reason)
    }

    @Test("applying the same again changes nothing, nor does a plan")
    func again() throws {
        let wanted = [
            number("05011111111") {
                $0.password = Stated("secret")
                $0.forwarding.rules = rules([.busy: "03-1234-5678"])
                $0.forwarding.destinations = [2: Stated("06-1234-5678"), 5: Stated("03 1234 5678")]
                $0.forwarding.ringSeconds = Stated(20)
                $0.rejected = Stated([.payphone])
                $0.blocked = [Stated("0901111222")]
            },
            number("1001"),
        ]
        var blueprint = Blueprint()
        blueprint.numbers = wanted
        let revision = try fixture.database.read { try $0.revision() }
        let planned = try session.apply(blueprint, commits: false)
        #expect(try fixture.database.read { try $0.revision() } == revision)
        #expect(try apply(wanted).map(\.action) == planned.map(\.action))
        #expect(
            planned.map(\.action) == ["number add", "number password", "forward set", "anonymous set", "block add"])
        let after = try fixture.database.read { try $0.revision() }
        #expect(try apply(wanted).isEmpty)
        #expect(try fixture.database.read { try $0.revision() } == after)
        #expect(try session.forwarding(of: ControlSession.parsed("05011111111")).rules.first?.slot == 5)
        #expect(try session.verifyHistory() == 8)
    }

    @Test("one thing that is refused takes all the others back")
    func allOrNothing() throws {
        let text = refusal([
            number("05044444444"), number("05011111111") { $0.forwarding.rules = rules([.busy: "110"]) },
        ])
        #expect(text.hasPrefix("line 9, forwarding: 110 is an emergency number"))
        #expect(try session.numberIfThere(ControlSession.parsed("05044444444")) == nil)
    }

    @Test("a number that is named twice is refused, however it is written")
    func twice() throws {
        #expect(refusal([number("05011111111"), number("+81 50-1111-1111")]).contains("is there already, in line 7"))
    }

    @Test("a destination that a rule uses does not go with the list, and a list has no room for a sixth")
    func destinations() throws {
        let alice = try ControlSession.parsed("05011111111")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        #expect(
            refusal([number("05011111111") { $0.forwarding.destinations = [1: Stated("0612345678")] }])
                .contains("destination 1 of 05011111111 is in use"))
        let full = Dictionary(uniqueKeysWithValues: (1...5).map { ($0, Stated("061234567\($0)")) })
        let text = refusal([
            number("05011111111") {
                $0.forwarding.destinations = full
                $0.forwarding.rules = rules([.busy: "0312345678"])
            }
        ])
        #expect(text.contains("all 5 saved destinations"))
    }

    @Test("pilots change places, contracts go after their numbers, and what rests for lack of an option is kept")
    func contracts() throws {
        var blueprint = Blueprint()
        blueprint.companies = [Blueprint.Company(name: Stated("Alpha"))]
        var contract = Blueprint.Contract(number: Stated("Y1"))
        contract.company = Stated("Alpha")
        contract.kind = Stated("ip-voice")
        contract.openedOn = Stated("2026-12-01")
        contract.options = Stated([.messageBox])
        var site = Blueprint.Site(site: Stated("S1"))
        site.name = Stated("Tokyo")
        site.voiceContracts = [Stated("N1")]
        contract.sites = [site]
        blueprint.contracts = [contract]
        blueprint.numbers = [
            number("05011111111") { $0.place = Stated(.voiceContract("n1")) },
            number("05022222222") {
                $0.place = Stated(.voiceContract("N1"))
                $0.kind = Stated(.directDial)
                $0.withheld = Stated([.messageBox])
                $0.forwarding.rules = rules([.busy: "voicemail"])
                $0.forwarding.kept = [.busy]
                $0.keptRejected = Stated([.withheld])
            },
        ]
        #expect(try !session.apply(blueprint).isEmpty)
        #expect(try session.apply(blueprint).isEmpty)
        let bob = try ControlSession.parsed("05022222222")
        #expect(try session.forwarding(of: bob).rules.first?.lacking == .forwarding)
        #expect(try session.options(of: bob).options.isEmpty)
        #expect(
            refusal([number("05022222222") { $0.forwarding.rules = rules([.always: "0312345678"]) }])
                .contains("can't use forwarding"))
        _ = try apply([
            number("05022222222") { $0.kind = Stated(.pilot) }, number("05011111111") { $0.kind = Stated(.multiple) },
        ])
        #expect(try session.number(bob).kind == .pilot)
        blueprint.contracts[0].isAbsent = true
        blueprint.contracts[0].sites[0].isAbsent = true
        blueprint.companies[0].isAbsent = true
        blueprint.numbers = [
            number("05011111111") { $0.isAbsent = true }, number("05022222222") { $0.place = Stated(nil) },
        ]
        _ = try session.apply(blueprint)
        #expect(try session.companies(limit: 9).isEmpty)
        #expect(try session.numberIfThere(ControlSession.parsed("05011111111")) == nil)
        #expect(try session.apply(blueprint).isEmpty)
    }

    @Test("destinations that were forbidden or removed since are exported as kept, and taken as such elsewhere")
    func keepsDestinations() throws {
        try session.setForbiddenDestinations([])
        let alice = try ControlSession.parsed("05011111111")
        _ = try session.addNumber(typed: "bob")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0120-444-444")
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678")
        _ = try session.saveDestination("bob", as: 4, of: alice)
        _ = try session.saveDestination("sip:0120444445@gw.example", as: 5, of: alice)
        _ = try session.removeNumber(ControlSession.parsed("bob"))
        try session.setForbiddenDestinations([.freephone])
        var exported: [Blueprint.Number] = []
        _ = try session.export(.everything) { part in
            if case .number(let number) = part, number.number.value == "05011111111" { exported.append(number) }
        }
        let wish = try #require(exported.first).forwarding
        #expect(wish.keptDestinations == [1, 4, 5] && wish.kept == [.busy])
        let elsewhere = try ControlFixture()
        try elsewhere.session.setForbiddenDestinations([.freephone])
        var blueprint = Blueprint()
        blueprint.numbers = exported
        _ = try elsewhere.session.apply(blueprint)
        #expect(try elsewhere.session.forwarding(of: alice) == session.forwarding(of: alice))
        #expect(try elsewhere.session.apply(blueprint).isEmpty)
        // What is not said to be kept is judged as what is set now.
        blueprint.numbers[0].forwarding.keptDestinations = []
        let third = try ControlFixture()
        #expect(throws: BlueprintRefusal.self) { try third.session.apply(blueprint) }
        // Nothing keeps what never could be set.
        #expect(
            refusal([
                number("05022222222") {
                    $0.forwarding.rules = rules([.busy: "110"])
                    $0.forwarding.kept = [.busy]
                }
            ]).contains("emergency number"))
    }

    @Test("a trunk is changed as one change, which can be taken back")
    func trunks() throws {
        var trunk = Blueprint.Trunk(prefix: Stated("03"))
        trunk.gateways = Stated(["sip:gw.example;priority=2", "sip:gw2.example;priority=1;weight=5"])
        var blueprint = Blueprint()
        blueprint.trunks = [trunk]
        #expect(try session.apply(blueprint).map(\.action) == ["trunk add"])
        #expect(try session.apply(blueprint).isEmpty)
        blueprint.trunks[0].sendsDiversion = false
        let entries = try session.apply(blueprint)
        #expect(entries.map(\.action) == ["trunk set"])
        #expect(try session.trunks().first?.hops.map(\.sendsDiversion) == [false, false])
        _ = try session.undo(try #require(entries.first).id)
        #expect(try session.trunks().first?.hops.map(\.sendsDiversion) == [true, true])
    }

    @Test("what a use case within several refuses is taken back alone, if the work goes on")
    func savepoints() throws {
        try session.together(.applyBlueprint) { _ in
            _ = try session.addNumber(typed: "1001")
            #expect(throws: ControlError.self) { try session.addNumber(typed: "1002", at: .contract("C-9")) }
            _ = try session.addNumber(typed: "1003")
        }
        #expect(try session.numbers(limit: 9).suffix(2).map(\.number.national) == ["1001", "1003"])
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try session.together(.applyBlueprint) { _ in
                _ = try session.addNumber(typed: "1004")
                throw Stop()
            }
        }
        #expect(try session.numbers(limit: 9).count == 5)
        #expect(try session.verifyHistory() == 5)
    }
}
