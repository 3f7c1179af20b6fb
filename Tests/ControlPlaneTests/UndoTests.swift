import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

@Suite struct UndoTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
    }

    private func lastID() throws -> Int64 { try #require(try session.history(limit: 1).first).id }

    /// Does something and gives the id of its last change.
    private func change(_ work: () throws -> Void) throws -> Int64 {
        try work()
        return try lastID()
    }

    private func refusal(_ id: Int64) -> String {
        do {
            return "undone by \(try session.undo(id).id)"
        } catch {
            return "\(error)"
        }
    }

    @Test("a change of forwarding is taken back with its destination and ring time, and that in turn")
    func forwarding() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678", ringSeconds: 10)
        let before = try session.forwarding(of: alice)
        let id = try change {
            _ = try session.setForwarding(of: alice, when: .always, to: "sip:bob@lab.test", ringSeconds: 20)
        }
        let after = try session.forwarding(of: alice)
        let undone = try session.undo(id)
        #expect(undone.action == "forward undo" && undone.actor == "tester")
        #expect(try session.forwarding(of: alice) == before)
        _ = try session.undo(undone.id)
        #expect(try session.forwarding(of: alice) == after)
    }

    @Test("a later change of the same stands in the way until it is undone itself")
    func later() throws {
        let first = try change { _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678") }
        let second = try change { _ = try session.setForwarding(of: alice, when: .busy, to: "0612345678") }
        _ = try session.block(number("0901111222"), for: alice)
        #expect(refusal(first).contains("the later change \(second) of the same (forward set, by tester)"))
        _ = try session.undo(second)
        _ = try session.undo(first)
        #expect(try session.forwarding(of: alice).rules.isEmpty)
        #expect(try session.forwarding(of: alice).saved.isEmpty)
    }

    @Test("what is not allowed any more is not brought back")
    func forbidden() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        let off = try change { _ = try session.stopForwarding(of: alice) }
        _ = try session.setForwarding(of: number("05022222222"), when: .busy, to: "05011111111")
        #expect(refusal(off).contains("calls would go in a circle"))
        _ = try session.stopForwarding(of: number("05022222222"))
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        _ = try session.assignNumber(alice, to: .contract("C-1"))
        #expect(refusal(off).contains("tsunagi option add forwarding --contract C-1"))
        _ = try session.addOption(.forwarding, toContract: "C-1")
        _ = try session.undo(off)
        #expect(try session.forwarding(of: alice).rules.map(\.when) == [.busy])
    }

    @Test("rejections, block lists, trunks and settings are taken back")
    func others() throws {
        let reject = try change { _ = try session.rejectAnonymous([.payphone], of: alice) }
        let block = try change { _ = try session.block(number("0901111222"), for: alice) }
        let unblock = try change { _ = try session.unblock(number("0901111222"), for: alice) }
        let trunk = try change { _ = try session.addTrunk(prefix: "03", gateways: ["sip:gw.example;weight=5"]) }
        let removal = try change { _ = try session.removeTrunk(prefix: "03") }
        let forbidden = try change { try session.setForbiddenDestinations([.navi]) }
        for id in [reject, unblock, block, removal, trunk, forbidden] { _ = try session.undo(id) }
        #expect(try session.anonymous(of: alice).rejected.isEmpty)
        #expect(try session.blockList(of: alice).callers.isEmpty)
        #expect(try session.trunks().isEmpty)
        #expect(try session.forbiddenDestinations() == DestinationClass.allCases)
    }

    @Test("everything about contracts is taken back step by step, to the empty beginning")
    func contracts() throws {
        var ids: [Int64] = []
        for work in [
            { _ = try session.addCompany(named: "Alpha") },
            { _ = try session.renameCompany("Alpha", to: "Beta") },
            { _ = try session.addContract("Y1", kind: "ip-voice", company: "Beta") },
            { _ = try session.openContract("Y1", on: "2026-12-01") },
            { _ = try session.addOption(.forwarding, toContract: "Y1") },
            { _ = try session.addOption(.messageBox, toContract: "Y1") },
            { _ = try session.addSite("S1", named: "Tokyo", to: "Y1") },
            { _ = try session.addSite("S2", named: "Osaka", to: "Y1", represents: true) },
            { _ = try session.renameSite("S1", of: "Y1", to: "Head office") },
            { _ = try session.addVoiceContract("N1", at: "S1", of: "Y1") },
            { _ = try session.assignNumber(alice, to: .voiceContract("N1")) },
            { _ = try session.removeOption(.messageBox, from: alice) },
        ] as [() throws -> Void] {
            let before = try lastID()
            try work()
            ids += (before + 1)...(try lastID())
        }
        var reversals: [Int64] = []
        for id in ids.reversed() { reversals.append(try session.undo(id).id) }
        #expect(try session.companies(limit: 9).isEmpty)
        #expect(try session.number(alice).contract == nil)
        for id in reversals.reversed() { _ = try session.undo(id) }
        #expect(try session.company(named: "Beta").name == "Beta")
        #expect(try session.contract("Y1").options == [.forwarding, .messageBox])
        #expect(try session.sites(of: "Y1").map(\.name) == ["Osaka", "Head office"])
        #expect(try session.number(alice).options == [.forwarding])
        #expect(try session.verifyHistory() > 30)
    }

    @Test("independent options are taken back in any order")
    func options() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        let first = try change { _ = try session.addOption(.forwarding, toContract: "C-1") }
        _ = try session.addOption(.messageBox, toContract: "C-1")
        _ = try session.undo(first)
        #expect(try session.contract("C-1").options == [.messageBox])
    }

    @Test("a number comes back with exactly what was withheld from it, whatever its contract has gained or lost")
    func withheldOptions() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        _ = try session.addContract("C-2", kind: "smart-pbx", company: "Alpha")
        for option in [OptionService.forwarding, .messageBox] { _ = try session.addOption(option, toContract: "C-1") }
        _ = try session.assignNumber(alice, to: .contract("C-1"))
        for option in [OptionService.forwarding, .messageBox] { _ = try session.removeOption(option, from: alice) }
        let move = try change { _ = try session.assignNumber(alice, to: .contract("C-2")) }
        _ = try session.addOption(.anonymousRejection, toContract: "C-1")
        _ = try session.removeOption(.messageBox, fromContract: "C-1")
        _ = try session.undo(move)
        #expect(try session.number(alice).withheld == [.forwarding, .messageBox])
        #expect(try session.number(alice).options == [.anonymousRejection])
        _ = try session.addOption(.messageBox, toContract: "C-1")
        #expect(try session.number(alice).options == [.anonymousRejection])
    }

    @Test("taking an assignment back leaves what was set for the number before it, password included")
    func assignmentKeepsWhatWasThere() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.changeForwarding(of: alice, .layOver(.always, to: "0312345678", until: 1_800_003_600_000))
        _ = try session.rejectAnonymous([.payphone], of: alice)
        _ = try session.block(number("0901111222"), for: alice)
        _ = try session.setPassword("x", of: alice)
        let (forwarding, state) = (try session.forwarding(of: alice), try session.number(alice))
        let assignment = try change { _ = try session.assignNumber(alice, to: .contract("C-1")) }
        let undone = try session.undo(assignment)
        #expect(try session.forwarding(of: alice) == forwarding)
        #expect(try session.number(alice) == state && state.username != nil)
        #expect(try session.anonymous(of: alice).rejected == [.payphone])
        #expect(try session.blockList(of: alice).callers.count == 1)
        // Nor does the company's stay when its assignment is taken back a second time.
        _ = try session.undo(undone.id)
        _ = try session.setPassword("y", of: alice)
        _ = try session.block(number("0902222333"), for: alice)
        _ = try session.undo(try lastAssignment())
        #expect(try session.number(alice).username == nil)
        #expect(try session.blockList(of: alice).callers.isEmpty)
        #expect(try session.forwarding(of: alice) == forwarding)
    }

    /// The last change of where alice stands.
    private func lastAssignment() throws -> Int64 {
        let changes = try session.history(of: alice, limit: 99)
        return try #require(changes.first { $0.action == "number assign" || $0.action == "number undo" }).id
    }

    @Test("a removed site comes back as the representative that it was, unless another one is by now")
    func representative() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        _ = try session.addSite("S1", named: "Tokyo", to: "Y1")
        let first = try change { _ = try session.removeSite("S1", of: "Y1") }
        _ = try session.undo(first)
        #expect(try session.sites(of: "Y1").map(\.isRepresentative) == [true])
        let second = try change { _ = try session.removeSite("S1", of: "Y1") }
        _ = try session.addSite("S2", named: "Osaka", to: "Y1")
        _ = try session.undo(second)
        #expect(try session.sites(of: "Y1").map(\.isRepresentative) == [true, false])
        #expect(try session.sites(of: "Y1").map(\.site) == ["S2", "S1"])
    }

    @Test("another company of the same name is not the one that was added")
    func sameName() throws {
        let id = try change { _ = try session.addCompany(named: "Alpha") }
        _ = try session.removeCompany(named: "Alpha")
        let later = fixture.session(.operator, at: 1_800_000_060_000)
        _ = try later.addCompany(named: "Alpha")
        #expect(refusal(id).contains("stands in the way"))
        #expect(try session.company(named: "Alpha").createdAt == Date(milliseconds: 1_800_000_060_000))
    }

    @Test("the way that a refusal names leads there")
    func advice() throws {
        let id = try change { _ = try session.addNumber(typed: "05033333333") }
        let carol = try number("05033333333")
        let block = try change { _ = try session.block(number("0901111222"), for: carol) }
        #expect(refusal(id).hasSuffix("undo that one first"))
        _ = try session.undo(block)
        _ = try session.undo(id)
        #expect(throws: ControlError.self) { try session.number(carol) }

        let again = try change { _ = try session.addNumber(typed: "05033333333") }
        let password = try change { _ = try session.setPassword("x", of: carol) }
        #expect(refusal(again).contains("the later change \(password) of the same (number password"))
        #expect(refusal(again).hasSuffix("if that is wanted, remove the number instead"))
    }

    @Test("what was taken back itself is not named as the obstacle")
    func namesTheRealObstacle() throws {
        let first = try change { _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678") }
        let second = try change { _ = try session.setForwarding(of: alice, when: .busy, to: "0612345678") }
        let third = try change { _ = try session.setForwarding(of: alice, when: .busy, to: "0812345678") }
        _ = try session.undo(third)
        #expect(refusal(first).contains("the later change \(second) of the same"))
        _ = try session.undo(second)
        _ = try session.undo(first)
    }

    @Test("an added number is taken back only while nothing else was set for it")
    func addedNumber() throws {
        let id = try change { _ = try session.addNumber(typed: "05033333333") }
        let block = try change { _ = try session.block(number("0901111222"), for: number("05033333333")) }
        #expect(refusal(id).contains("the later change \(block) of the same (block add"))
        let other = try change { _ = try session.addNumber(typed: "05044444444") }
        _ = try session.undo(other)
        #expect(throws: ControlError.self) { try session.number(number("05044444444")) }
    }

    @Test("what history does not keep is not brought back, and says so")
    func notKept() throws {
        let password = try change { _ = try session.setPassword("x", of: alice) }
        #expect(refusal(password).contains("\"number password\" can't be taken back"))
        let realm = try change { try session.setRealm("lab", discardsPasswords: true) }
        #expect(refusal(realm).contains("can't be taken back"))
        let removal = try change { _ = try session.removeNumber(alice) }
        #expect(refusal(removal).contains("can't be taken back"))
        #expect(refusal(999) == "there is no change 999: see \"tsunagi history\"")
    }
}
