import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

@Suite struct AuthorityTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber
    let bob: PhoneNumber
    let carol: PhoneNumber

    /// Alice and Bob stand under one contract, Carol under another company's.
    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
        (alice, bob, carol) = (try number("05011111111"), try number("05022222222"), try number("05033333333"))
        for (company, contract, numbers) in [("Alpha", "C-1", [alice, bob]), ("Beta", "C-2", [carol])] {
            _ = try session.addCompany(named: company)
            _ = try session.addContract(contract, kind: "dotphone-office", company: company)
            _ = try session.addOption(.forwarding, toContract: contract)
            for number in numbers { _ = try session.assignNumber(number, to: .contract(contract), as: .multiple) }
        }
    }

    private func lastID() throws -> Int64 { try #require(try session.history(limit: 1).first).id }

    @Test("who acts for another may do what both may, and history names both")
    func actsForAnother() throws {
        let window = fixture.session(
            .administratorID(contract: "C-1"), for: .init(name: "alice", role: .loginID(numbers: [alice])))
        _ = try window.setForwarding(of: alice, when: .busy, to: "0312345678")
        let entry = try #require(try session.history(of: alice, limit: 1).first)
        #expect(entry.actor == "administratorID" && entry.onBehalfOf == "alice")
        #expect(throws: ControlError.noSuchNumber(bob)) { try window.forwarding(of: bob) }
        #expect(refusal { _ = try window.contract("C-1") } == .noSuchContract("C-1"))
        #expect(throws: ControlError.notPermitted(.listContracts)) { try window.contracts(limit: 9) }
        #expect(try window.numbers(limit: 9).map(\.number) == [alice])
        let foreign = fixture.session(
            .administratorID(contract: "C-1"), for: .init(name: "carol", role: .loginID(numbers: [carol])))
        #expect(throws: ControlError.noSuchNumber(carol)) { try foreign.forwarding(of: carol) }
        #expect(try foreign.numbers(limit: 9).isEmpty)
    }

    @Test("a change is taken back only by those who may do the like")
    func undoing() throws {
        let login = fixture.session(.loginID(numbers: [alice]))
        _ = try session.removeOption(.forwarding, from: alice)
        #expect(throws: ControlError.notPermitted(.withholdNumberOption)) { try login.undo(lastID()) }
        _ = try session.addOption(.forwarding, to: alice)
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        #expect(try login.undo(lastID()).actor == "loginID")
        _ = try session.setForwarding(of: bob, when: .busy, to: "0312345678")
        let other = try lastID()
        #expect(throws: ControlError.noSuchChange(other)) { try login.undo(other) }
        _ = try session.addTrunk(prefix: "03", gateways: ["sip:gw.example"])
        let trunk = try lastID()
        #expect(throws: ControlError.noSuchChange(trunk)) {
            try fixture.session(.portalAdministrator(company: "Alpha")).undo(trunk)
        }
    }

    @Test("every change that is made has a use case whose right undoing it takes")
    func knowsEveryAction() throws {
        for entry in try session.history(limit: 99) { #expect(UseCase.making(entry) != nil, "\(entry.action)") }
    }

    @Test("what a number went through with its former owner is not shown to the next, nor taken back by them")
    func formerOwner() throws {
        let beta = fixture.session(.portalAdministrator(company: "Beta"))
        let runtime = try RuntimeDatabase(fixture.directory)
        for (id, start) in [("before", 1_800_000_000_000 as Int64), ("after", 1_800_000_120_000)] {
            try runtime.append([
                CallRecord(
                    id: id, callID: id, startedAt: start, endedAt: start, caller: "", callee: "05011111111",
                    status: 200, decisions: [], legs: [], ladder: [])
            ])
        }
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        let former = try lastID()
        _ = try fixture.session(.operator, at: 1_800_000_060_000).assignNumber(alice, to: .contract("C-2"))
        #expect(try beta.history(of: alice, limit: 99).isEmpty)
        #expect(throws: ControlError.noSuchChange(former)) { try beta.undo(former) }
        #expect(try beta.calls(CallFilter(), in: runtime).map(\.id) == ["after"])
        #expect(throws: ControlError.noSuchCall("before")) { try beta.call(id: "before", in: runtime) }
        let left = try beta.forwarding(of: alice)
        #expect(left.rules.isEmpty && left.saved.isEmpty)
        _ = try beta.setForwarding(of: alice, when: .busy, to: "0612345678")
        #expect(try beta.history(of: alice, limit: 99).map(\.action) == ["forward set"])
        let alpha = fixture.session(.portalAdministrator(company: "Alpha"))
        #expect(throws: ControlError.noSuchNumber(alice)) { try alpha.history(of: alice, limit: 99) }
        #expect(try alpha.calls(CallFilter(), in: runtime).isEmpty)
    }

    @Test("a filter that names another's things is told that they are not there")
    func filters() throws {
        let alpha = fixture.session(.portalAdministrator(company: "Alpha"))
        #expect(try alpha.numbers(in: NumberFilter(contract: "C-1"), limit: 9).count == 2)
        #expect(
            refusal { _ = try alpha.numbers(in: NumberFilter(contract: "C-2"), limit: 9) } == .noSuchContract("C-2"))
        #expect(
            refusal { _ = try alpha.numbers(in: NumberFilter(company: "Beta"), limit: 9) } == .noSuchCompany("Beta"))
        #expect(refusal { _ = try alpha.contracts(of: "Beta", limit: 9) } == .noSuchCompany("Beta"))
        let runtime = try RuntimeDatabase(fixture.directory)
        #expect(throws: ControlError.noSuchNumber(carol)) {
            try alpha.calls(CallFilter(number: carol), in: runtime)
        }
        #expect(throws: ControlError.noSuchNumber(carol)) { try alpha.registrations(of: carol, in: runtime) }
    }

    @Test("a loop shows its way within the company, and none through another's numbers")
    func loops() throws {
        let login = fixture.session(.loginID(numbers: [alice]))
        _ = try session.setForwarding(of: bob, when: .always, to: "05011111111")
        #expect(throws: ControlError.loop(path: [alice, bob, alice])) {
            try login.setForwarding(of: alice, when: .busy, to: "05022222222")
        }
        _ = try session.setForwarding(of: carol, when: .always, to: "05011111111")
        #expect(throws: ControlError.loopElsewhere(alice)) {
            try login.setForwarding(of: alice, when: .busy, to: "05033333333")
        }
    }

    @Test("a call is shown without addresses, and without what others' rules made of it")
    func cutsCalls() throws {
        let runtime = try RuntimeDatabase(fixture.directory)
        let leg = CallRecord.Leg(target: "sip:c@192.0.2.1", sentTo: "udp:192.0.2.1:5060", startedAt: 1)
        let step = CallRecord.LadderStep(at: 1, from: "caller", to: "192.0.2.1", label: "INVITE")
        let mine = Decision.forwarded(condition: .busy, number: "05011111111", to: "05033333333")
        let theirs = Decision.forwarded(condition: .always, number: "05033333333", to: "0312345678")
        try runtime.append([
            CallRecord(
                id: "c1", callID: "c1", startedAt: 1_800_000_000_000, endedAt: 1_800_000_000_000, caller: "",
                callee: "05011111111", status: 200,
                decisions: [.callerHidden, mine, theirs, .toTrunk(prefix: "03", number: "0312345678", hop: "gw")],
                legs: [leg], ladder: [step])
        ])
        let seen = try fixture.session(.loginID(numbers: [alice])).call(id: "c1", in: runtime)
        #expect(seen.decisions == [.callerHidden, mine] && seen.legs.isEmpty && seen.ladder.isEmpty)
        #expect(try session.call(id: "c1", in: runtime).decisions.count == 4)
        #expect(throws: ControlError.noSuchCall("c1")) {
            try fixture.session(.loginID(numbers: [carol])).call(id: "c1", in: runtime)
        }
    }

    @Test("a refusal says what is not permitted, and who may")
    func saysWhoMay() {
        let text = ControlError.notPermitted(.listRegistrations).description
        #expect(text.hasPrefix("you may not list registrations: only the operator, portal administrators"))
    }
}
