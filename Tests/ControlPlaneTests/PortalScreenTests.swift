import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

/// What the business portal's screens need beside what commands do.
@Suite struct PortalScreenTests {
    let accounts: AccountFixture
    var session: ControlSession { accounts.session }

    init() throws { accounts = try AccountFixture() }

    private func session(of email: String) throws -> ControlSession {
        _ = try session.issuePassword(ofUser: email, cost: accounts.cost)
        let database = accounts.fixture.database
        let principal = try Principal(ofAccount: try session.user(email).id, from: "192.0.2.1", in: database)
        return ControlSession(database, principal: principal) { Date(milliseconds: 1_800_000_000_000) }
    }

    @Test("everybody sees their own account, and by an id only those in their care")
    func byID() throws {
        let (hanako, taro) = (try session(of: "hanako@example.co.jp"), try session(of: "taro@example.co.jp"))
        #expect(try taro.ownUser()?.profile.email == "taro@example.co.jp")
        #expect(try session.ownUser() == nil)
        let own = try session.user("taro@example.co.jp")
        #expect(try hanako.user(id: own.id).profile.email == "taro@example.co.jp")
        #expect(throws: ControlError.notPermitted(.showUser)) { try taro.user(id: own.id) }
        let other = try session.addUser(accounts.profile("jiro@example.com"), to: "Beta")
        #expect(throws: ControlError.account(.noSuchUser(other.id))) { try hanako.user(id: other.id) }
    }

    @Test("all that is wrong with a form of a user is told at once")
    func flaws() {
        let profile = PortalUserProfile(
            email: "taro", name: " ", telephone: "", title: String(repeating: "あ", count: 101), mobileNumber: "12",
            timeZone: "JST")
        #expect(
            profile.flaws() == [
                .account(.invalidEmail("taro")), .contract(.invalidName(" ")), .account(.invalidTelephone("")),
                .account(.textTooLong(field: "title", limit: 100)), .account(.invalidTelephone("12")),
                .account(.invalidTimeZone("JST")),
            ])
        #expect(accounts.profile("taro@example.co.jp").flaws().isEmpty)
    }

    @Test("the numbers of a contract are counted with those that forward, within reach and up to a limit")
    func tally() throws {
        _ = try session.setForwarding(of: number("05011111111"), when: .always, to: "0312345678")
        #expect(try session.numberTally(of: "C-1") == NumberTally(numbers: 3, forwarding: 1, isComplete: true))
        #expect(try session.numberTally(of: "C-1", limit: 2).isComplete == false)
        #expect(try session.numberTally(of: "C-2").numbers == 0)
        _ = try session.addUser(accounts.profile("jiro@example.com", .administrator), to: "Beta")
        let other = try session(of: "jiro@example.com")
        #expect(throws: ControlError.contract(.noSuchContract("C-1"))) { try other.numberTally(of: "C-1") }
    }

    @Test("the numbers of a contract without voice groups are searched too")
    func search() throws {
        let found = try session.numbers(matching: GroupSearch(group: "C-1", number: "2222"), size: 9)
        #expect(found.rows.map(\.entry.number.national) == ["05022222222"])
        #expect(try session.numbers(matching: GroupSearch(group: "C-1"), size: 9).total == 3)
        #expect(try session.numbers(matching: GroupSearch(group: "C-1", site: "TOKYO"), size: 9).total == 0)
    }

    @Test("the contracts of one kind are listed by themselves")
    func kinds() throws {
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        #expect(try session.contracts(kind: "ip-voice", limit: 9).map(\.number) == ["Y1"])
        #expect(try session.contracts(of: "Alpha", kind: "dotphone-office", limit: 9).map(\.number) == ["C-1"])
        #expect(try session.contracts(kind: "smart-pbx", limit: 9).isEmpty)
    }

    @Test("of two who set a user group at once the second one is told of the first, and nothing is set")
    func groupFormAtOnce() throws {
        let hanako = try session(of: "hanako@example.co.jp")
        let since = try hanako.lastChangeSeen()
        let form = UserGroupForm(name: "Sales", contracts: ["C-1"], members: ["taro@example.co.jp"])
        // What one form changes in several steps does not stand in its own way.
        let both = UserGroupForm(name: "Tokyo", contracts: ["C-1"], members: ["hanako@example.co.jp"])
        let filled = try hanako.unlessChanged(since: since).fillGroup("Sales", of: "Alpha", both)
        #expect(filled.group == "Tokyo" && filled.members == ["hanako@example.co.jp"])
        #expect {
            try hanako.unlessChanged(since: since).fillGroup("Tokyo", of: "Alpha", form)
        } throws: { error in
            guard case ControlError.changedSince(since, by: "hanako@example.co.jp", _, _) = error else { return false }
            return true
        }
        #expect(try hanako.group(id: filled.id) == filled)
        // What is so already is nobody's loss.
        #expect(try hanako.unlessChanged(since: since).fillGroup("Tokyo", of: "Alpha", both) == filled)
        let now = try hanako.lastChangeSeen()
        #expect(try hanako.unlessChanged(since: now).fillGroup("Tokyo", of: "Alpha", form).group == "Sales")
    }

    @Test("whichever part of a user group somebody else has set, a form that sets another one is refused too")
    func groupFormOverOthers() throws {
        let (hanako, members) = (try session(of: "hanako@example.co.jp"), ["taro@example.co.jp"])
        let seen = try hanako.lastChangeSeen()
        _ = try session.setMembers(members, ofGroup: "Sales", of: "Alpha")
        let later = try accounts.lastChange()
        let set = try session.group("Sales", of: "Alpha")
        for form in [
            UserGroupForm(name: "Osaka", contracts: [], members: members),
            UserGroupForm(name: "Sales", contracts: ["C-1"], members: members),
            UserGroupForm(name: "Sales", contracts: [], members: []),
        ] {
            #expect(throws: ControlError.changedSince(seen, by: "tester", id: later.id, action: "group members")) {
                try hanako.unlessChanged(since: seen).fillGroup("Sales", of: "Alpha", form)
            }
        }
        let same = UserGroupForm(name: "Sales", contracts: [], members: members)
        #expect(try hanako.unlessChanged(since: seen).fillGroup("Sales", of: "Alpha", same) == set)
        #expect(try session.group("Sales", of: "Alpha") == set)
    }

    @Test("a user group is set by one form: all of it, or nothing")
    func groupForm() throws {
        let hanako = try session(of: "hanako@example.co.jp")
        let group = try hanako.fillGroup(
            "Sales", of: "Alpha",
            UserGroupForm(name: "Tokyo", contracts: ["C-1"], members: ["taro@example.co.jp"]))
        #expect(group.group == "Tokyo" && group.contracts == ["C-1"] && group.members == ["taro@example.co.jp"])
        #expect(throws: ControlError.account(.contractOfAnother("C-2", company: "Alpha"))) {
            try hanako.fillGroup("Tokyo", of: "Alpha", UserGroupForm(name: "Osaka", contracts: ["C-2"], members: []))
        }
        #expect(try hanako.group(id: group.id) == group)
        let taro = try session(of: "taro@example.co.jp")
        #expect(throws: ControlError.notPermitted(.showGroup)) { try taro.group(id: group.id) }
    }
}
