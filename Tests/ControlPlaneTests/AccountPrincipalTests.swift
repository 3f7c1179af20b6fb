import Directory
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct AccountPrincipalTests {
    let accounts: AccountFixture
    var session: ControlSession { accounts.session }

    init() throws {
        accounts = try AccountFixture()
        for email in ["taro@example.co.jp", "hanako@example.co.jp"] {
            _ = try session.issuePassword(ofUser: email, cost: accounts.cost)
        }
        _ = try session.issuePassword(ofAdministratorID: "admin1", cost: accounts.cost)
        _ = try session.issuePassword(ofLoginID: "tokyo01", cost: accounts.cost)
    }

    private func principal(_ id: String, for other: String? = nil) throws -> Principal {
        try Principal(ofAccount: id, from: "192.0.2.7", actingFor: other, in: accounts.fixture.database)
    }

    @Test("an account acts in its role, from its address, under its name")
    func roles() throws {
        let taro = try session.user("taro@example.co.jp").id
        #expect(
            try principal(taro)
                == Principal(
                    actor: "taro@example.co.jp", source: "192.0.2.7",
                    role: .generalUser(company: "Alpha", contracts: []), accountID: taro))
        #expect(
            try principal(session.user("hanako@example.co.jp").id).role == .portalAdministrator(company: "Alpha"))
        #expect(
            try principal(session.administratorID("admin1").id).role == .administratorID(contract: "C-1"))
        #expect(
            try principal(session.loginID("tokyo01").id).role == .loginID(numbers: [number("05011111111")]))
    }

    @Test("what its groups give and its company's name are those of the moment")
    func followsChanges() throws {
        let id = try session.user("taro@example.co.jp").id
        _ = try session.setContracts(["C-1"], ofGroup: "Sales", of: "Alpha")
        _ = try session.editUser("taro@example.co.jp") { $0.groups = ["Sales"] }
        _ = try session.renameCompany("Alpha", to: "Alpha Holdings")
        let principal = try principal(id)
        #expect(principal.role == .generalUser(company: "Alpha Holdings", contracts: ["C-1"]))
        let his = ControlSession(accounts.fixture.database, principal: principal)
        #expect(try his.numbers(limit: 9).count == 3)
        _ = try session.assignNumber(number("05011111111"), to: .contract("C-2"))
        #expect(try his.numbers(limit: 9).count == 2)
        #expect(try self.principal(session.loginID("tokyo01").id).role == .loginID(numbers: []))
    }

    @Test("a suspension that comes between the principal's making and the work holds")
    func suspendedMeanwhile() throws {
        let id = try session.user("taro@example.co.jp").id
        let his = ControlSession(accounts.fixture.database, principal: try principal(id))
        #expect(try his.companies(limit: 9).map(\.name) == ["Alpha"])
        _ = try session.suspendUser("taro@example.co.jp")
        #expect(try accountRefusal { _ = try his.companies(limit: 9) } == .signInForbidden(id))
        _ = try session.resumeUser("taro@example.co.jp")
        _ = try session.editUser("taro@example.co.jp") { $0.role = .administrator }
        #expect(try accountRefusal { _ = try his.companies(limit: 9) } == .rightsChanged)
    }

    @Test("a user who was removed does not come back into another company that was given the name since")
    func undoFindsTheCompany() throws {
        _ = try session.removeUser("taro@example.co.jp")
        let removal = try accounts.lastChange().id
        _ = try session.renameCompany("Alpha", to: "Omega")
        _ = try session.addCompany(named: "Alpha")
        #expect(throws: ControlError.self) { try session.undo(removal) }
        #expect(try accountRefusal { _ = try session.user("taro@example.co.jp") } == .noSuchUser("taro@example.co.jp"))
    }

    @Test("a number that is put elsewhere and back is its login ID's again")
    func undoGivesTheLoginIDBack() throws {
        _ = try session.assignNumber(number("05011111111"), to: .contract("C-2"))
        #expect(try session.loginID("tokyo01").numbers.isEmpty)
        _ = try session.undo(try accounts.lastChange().id)
        #expect(try session.loginID("tokyo01").numbers == ["05011111111"])
    }

    @Test("a number that leaves its company leaves rules, lists and password behind; within the company it keeps them")
    func leavesBehind() throws {
        let alice = try number("05011111111")
        _ = try session.addContract("C-3", kind: "dotphone-office", company: "Alpha")
        _ = try session.addOption(.forwarding, toContract: "C-3")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.changeForwarding(of: alice, .layOver(.always, to: "0312345678", until: 1_800_003_600_000))
        _ = try session.block(number("0312345678"), for: alice)
        _ = try session.setPassword("geheim", of: alice)
        _ = try session.assignNumber(alice, to: .contract("C-3"))
        #expect(try session.forwarding(of: alice).rules.count == 1)
        #expect(try session.forwarding(of: alice).temporary?.count == 1)
        #expect(try session.number(alice).username != nil)

        _ = try session.assignNumber(alice, to: .contract("C-2"))
        #expect(try session.forwarding(of: alice).saved.isEmpty)
        #expect(try session.forwarding(of: alice).temporary == nil)
        #expect(try session.blockList(of: alice).callers.isEmpty)
        #expect(try session.number(alice).username == nil)
        #expect(
            try session.history(of: alice, limit: 5).map(\.action)
                == ["number assign", "number password", "block clear", "forward clear", "temporary clear"])
    }

    @Test("what lay over the rules of a number that left its company comes back with the number by its own change")
    func temporaryComesBack() throws {
        let alice = try number("05011111111")
        let laid = try session.changeForwarding(
            of: alice, .layOver(.always, to: "0312345678", until: 1_800_003_600_000))
        _ = try session.assignNumber(alice, to: .contract("C-2"))
        let (moved, cleared) = try (session.history(of: alice, limit: 2)[0], session.history(of: alice, limit: 2)[1])
        #expect(cleared.action == "temporary clear" && UseCase.making(cleared) == .assignNumber)
        _ = try session.undo(moved.id)
        #expect(try session.forwarding(of: alice).temporary == nil)
        _ = try session.undo(cleared.id)
        #expect(try session.forwarding(of: alice) == laid)
    }

    @Test("what a number leaves behind does not stand in its own way to another company, and what others changed does")
    func leavesUnlessChanged() throws {
        let alice = try number("05011111111")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        let seen = try accounts.lastChange().id
        _ = try session.setPassword("geheim", of: alice)
        let later = try accounts.lastChange().id
        #expect(throws: ControlError.changedSince(seen, by: "tester", id: later, action: "number password")) {
            try session.unlessChanged(since: seen).assignNumber(alice, to: .contract("C-2"))
        }
        #expect(try session.forwarding(of: alice).rules.count == 1)

        _ = try session.unlessChanged(since: later).assignNumber(alice, to: .contract("C-2"))
        let moved = try accounts.lastChange().id
        #expect(
            try session.history(of: alice, limit: 3).map(\.action)
                == ["number assign", "number password", "forward clear"])
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.unlessChanged(since: accounts.lastChange().id).undo(moved)
        #expect(try session.number(alice).company == "Alpha")
        #expect(try session.forwarding(of: alice).rules.isEmpty)
    }

    @Test("one who is suspended, removed or has no password may do nothing")
    func refuses() throws {
        let id = try session.user("taro@example.co.jp").id
        _ = try session.suspendUser("taro@example.co.jp")
        #expect(try accountRefusal { _ = try principal(id) } == .signInForbidden(id))
        _ = try session.resumeUser("taro@example.co.jp")
        #expect(try principal(id).accountID == id)
        _ = try session.removeUser("taro@example.co.jp")
        #expect(try accountRefusal { _ = try principal(id) } == .signInForbidden(id))
        let invited = try session.loginID("tokyo02").id
        #expect(try accountRefusal { _ = try principal(invited) } == .signInForbidden(invited))
    }

    @Test("an administrator acts for a login ID under the contract, whether or not it has a password")
    func represents() throws {
        let (administrator, login) = (try session.administratorID("admin1").id, try session.loginID("tokyo02").id)
        let principal = try principal(administrator, for: login)
        let window = ControlSession(accounts.fixture.database, principal: principal)
        _ = try window.setForwarding(of: number("05022222222"), when: .busy, to: "0312345678")
        let entry = try accounts.lastChange()
        #expect(entry.actor == "admin1" && entry.onBehalfOf == "tokyo02" && entry.source == "192.0.2.7")
        let other = try number("05011111111")
        #expect(throws: ControlError.noSuchNumber(other)) { try window.forwarding(of: other) }
        #expect(try accountRefusal { _ = try window.loginID("tokyo01") } == .noSuchLoginID("tokyo01"))
        #expect(try window.loginID("tokyo02").loginID == "tokyo02")
    }
}
