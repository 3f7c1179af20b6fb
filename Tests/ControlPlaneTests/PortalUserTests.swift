import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct PortalUserTests {
    let accounts: AccountFixture
    var session: ControlSession { accounts.session }

    init() throws { accounts = try AccountFixture() }

    @Test("a new user is invited, with a password active, and then suspended or locked")
    func states() throws {
        let taro = try session.user("TARO@example.co.jp")
        #expect(taro.status == .invited && taro.profile.secondFactor == .open && taro.profile.language == .japanese)
        _ = try session.issuePassword(ofUser: "taro@example.co.jp", cost: accounts.cost)
        #expect(try session.user("taro@example.co.jp").status == .active)
        try accounts.fixture.database.write {
            try $0.setLockout("lockout/1 failures=0 until=1800000060000", of: taro.id)
        }
        let locked = try session.user("taro@example.co.jp")
        #expect(locked.status == .locked && locked.standing?.lockedUntil == Date(milliseconds: 1_800_000_060_000))
        #expect(try session.unlockUser("taro@example.co.jp").lockedUntil == nil)
        #expect(try session.suspendUser("taro@example.co.jp").status == .suspended)
        #expect(try session.resumeUser("taro@example.co.jp").status == .active)
    }

    @Test("an e-mail address belongs to one user of all companies, in upper or lower case")
    func uniqueAddresses() throws {
        #expect(
            try accountRefusal { _ = try session.addUser(accounts.profile("Taro@Example.co.jp"), to: "Beta") }
                == .userExists("Taro@Example.co.jp"))
        #expect(
            try accountRefusal {
                _ = try session.editUser("taro@example.co.jp") { $0.email = "HANAKO@example.co.jp" }
            } == .userExists("HANAKO@example.co.jp"))
        #expect(
            try session.editUser("taro@example.co.jp") { $0.email = "Taro@example.co.jp" }.profile.email
                == "Taro@example.co.jp")
    }

    @Test("a company's administrator learns nothing of who has an address in another company")
    func hiddenAddresses() throws {
        let fixture = accounts.fixture
        let beta = fixture.session(.portalAdministrator(company: "Beta"))
        _ = try beta.addUser(accounts.profile("jiro@example.co.jp"), to: "Beta")
        for email in ["taro@example.co.jp", "HANAKO@example.co.jp"] {
            let refusal = AccountRefusal.addressRefused(email)
            #expect(try accountRefusal { _ = try beta.addUser(accounts.profile(email), to: "Beta") } == refusal)
            #expect(
                try accountRefusal { _ = try beta.editUser("jiro@example.co.jp") { $0.email = email } } == refusal)
            #expect(!refusal.description.contains("already") && !refusal.description.contains("company"))
        }
        // Something else that is wrong is told first, so that nobody asks for an address without using it.
        for email in ["taro@example.co.jp", "nobody@example.co.jp"] {
            var profile = accounts.profile(email)
            profile.groups = ["Ghosts"]
            let refusal = AccountRefusal.noSuchGroup("Ghosts", company: "Beta")
            #expect(try accountRefusal { _ = try beta.addUser(profile, to: "Beta") } == refusal)
            #expect(
                try accountRefusal {
                    _ = try beta.editUser("jiro@example.co.jp") { ($0.email, $0.groups) = (email, ["Ghosts"]) }
                } == refusal)
        }
        #expect(
            try accountRefusal { _ = try beta.addUser(accounts.profile("jiro@example.co.jp"), to: "Beta") }
                == .userExists("jiro@example.co.jp"))
        let removal = try beta.removeUser("jiro@example.co.jp").profile.email
        let change = try accounts.lastChange().id
        _ = try session.addUser(accounts.profile(removal), to: "Alpha")
        #expect(try accountRefusal { _ = try beta.undo(change) } == .addressRefused(removal))
    }

    @Test(
        "what can't be an address is refused",
        arguments: ["", "taro", "taro@", "@example.jp", "taro@example", "ta ro@example.jp", "taro@-a.jp", "a..b@c.jp"])
    func refusesAddresses(text: String) throws {
        #expect(
            try accountRefusal { _ = try session.addUser(accounts.profile(text), to: "Alpha") } == .invalidEmail(text))
    }

    @Test("time zones, telephone numbers and groups have to be real")
    func refusesFields() throws {
        func refusal(_ change: (inout PortalUserProfile) throws -> Void) throws -> AccountRefusal? {
            try accountRefusal { _ = try session.editUser("taro@example.co.jp", change) }
        }
        #expect(try refusal { $0.timeZone = "Asia/Edo" } == .invalidTimeZone("Asia/Edo"))
        #expect(try refusal { $0.telephone = "call me" } == .invalidTelephone("call me"))
        #expect(try refusal { $0.groups = ["Ghosts"] } == .noSuchGroup("Ghosts", company: "Alpha"))
        #expect(
            try refusal { $0.comment = String(repeating: "x", count: 1001) }
                == .textTooLong(field: "comment", limit: 1000))
        #expect(try session.editUser("taro@example.co.jp") { $0.telephone = "０３-1234" }.profile.telephone == "03-1234")
    }

    @Test("a title has no control character, and a comment none but the ends of its lines")
    func refusesControlCharacters() throws {
        func refusal(_ change: (inout PortalUserProfile) throws -> Void) throws -> AccountRefusal? {
            try accountRefusal { _ = try session.editUser("taro@example.co.jp", change) }
        }
        for control: Unicode.Scalar in ["\u{1B}", "\u{9B}", "\u{0}", "\t", "\r"] {
            #expect(
                try refusal { $0.title = "a\(control)b" } == .controlCharacter(field: "title", control))
            #expect(
                try refusal { $0.comment = "a\(control)b" } == .controlCharacter(field: "comment", control))
            #expect(throws: ControlError.contract(.invalidName("a\(control)b"))) {
                _ = try session.editUser("taro@example.co.jp") { $0.name = "a\(control)b" }
            }
        }
        #expect(try refusal { $0.title = "a\nb" } == .controlCharacter(field: "title", "\n"))
        let comment = try session.editUser("taro@example.co.jp") { $0.comment = "1\r\n2\n" }.profile.comment
        #expect(comment == "1\n2")
        #expect(
            "\(AccountRefusal.controlCharacter(field: "title", "\u{1B}"))"
                == #"the title has a control character, \u{1B}: leave that away"#)
    }

    @Test("the last portal administrator is neither removed nor demoted nor suspended")
    func keepsLastAdministrator() throws {
        let hanako = "hanako@example.co.jp"
        let last = AccountRefusal.lastAdministrator(hanako, company: "Alpha")
        let demote = { try session.editUser(hanako) { $0.role = .general } }
        #expect(try accountRefusal { _ = try session.removeUser(hanako) } == last)
        #expect(try accountRefusal { _ = try session.suspendUser(hanako) } == last)
        #expect(try accountRefusal { _ = try demote() } == last)
        let added = try session.addUser(accounts.profile("jiro@example.co.jp", .administrator), to: "Alpha")
        // One who has never signed in does not stand in for one who has.
        _ = try session.issuePassword(ofUser: hanako, cost: accounts.cost)
        #expect(try accountRefusal { _ = try demote() } == last)
        _ = try session.issuePassword(ofUser: added.profile.email, cost: accounts.cost)
        #expect(try demote().profile.role == .general)
        #expect(
            try accountRefusal { _ = try session.removeUser("jiro@example.co.jp") }
                == .lastAdministrator("jiro@example.co.jp", company: "Alpha"))
        let addition = try #require(try session.history(limit: 99).first { $0.key == added.id && $0.before == nil })
        #expect(throws: ControlError.self) { try session.undo(addition.id) }
        #expect(try session.user("jiro@example.co.jp").company == "Alpha")
    }

    @Test("the list is searched and paged, and says how many there are")
    func lists() throws {
        for index in 1...5 {
            var profile = accounts.profile("sales\(index)@example.com")
            profile.name = "山田 \(index)"
            profile.telephone = "06-9999-000\(index)"
            _ = try session.addUser(profile, to: "Beta")
        }
        let page = try session.users(of: "Beta", matching: "SALES", offset: 2, limit: 2)
        #expect(page.total == 5 && page.users.map(\.profile.name) == ["山田 3", "山田 4"])
        #expect(try session.users(matching: "山田 5", limit: 9).users.map(\.profile.email) == ["sales5@example.com"])
        #expect(try session.users(matching: "0699990002", limit: 9).total == 1)
        for text in ["０６９９９９０００２", "０６－９９９９－０００２", "ＳＡＬＥＳ２＠"] {
            #expect(try session.users(matching: text, limit: 9).total == 1, "\(text)")
        }
        #expect(try session.users(matching: "%", limit: 9).total == 0)
        for blank in ["", " ", "\u{3000}", " \u{3000} "] {
            #expect(try session.users(matching: blank, limit: 9).total == 7, "\(blank.unicodeScalars.count)")
        }
        #expect(try session.users(limit: 2).total == 7)
        func names(_ column: PortalUserOrder.Column, descending: Bool = false) throws -> [String] {
            let order = PortalUserOrder(column, isDescending: descending)
            return try session.users(of: "Beta", orderedBy: order, limit: 9).users.map(\.profile.name)
        }
        #expect(try names(.telephone, descending: true) == ["山田 5", "山田 4", "山田 3", "山田 2", "山田 1"])
        _ = try session.issuePassword(ofUser: "sales2@example.com", cost: accounts.cost)
        _ = try session.suspendUser("sales1@example.com")
        #expect(try names(.status) == ["山田 3", "山田 4", "山田 5", "山田 2", "山田 1"])
        #expect(try names(.status, descending: true).prefix(2) == ["山田 1", "山田 2"])
        let alpha = accounts.fixture.session(.portalAdministrator(company: "Alpha"))
        #expect(try alpha.users(limit: 9).total == 2)
    }

    @Test("nobody changes their own second factor, and another one forgets the app")
    func secondFactors() throws {
        let hanako = try session.user("hanako@example.co.jp")
        try accounts.fixture.database.write {
            try $0.setSecondFactorSecret("sealed/1 x", of: hanako.id)
            try $0.setRecoveryCodes("recovery/1 x", of: hanako.id)
        }
        let herself = ControlSession(
            accounts.fixture.database,
            principal: Principal(
                actor: "hanako@example.co.jp", source: "192.0.2.7", role: .portalAdministrator(company: "Alpha"),
                accountID: hanako.id))
        #expect(
            try accountRefusal { _ = try herself.editUser("hanako@example.co.jp") { $0.secondFactor = .none } }
                == .ownSecondFactor)
        #expect(try accountRefusal { _ = try herself.resetTOTP(ofUser: "hanako@example.co.jp") } == .ownSecondFactor)
        _ = try herself.editUser("taro@example.co.jp") { $0.secondFactor = .mail }
        #expect(try session.user("hanako@example.co.jp").standing?.hasTOTP == true)
        _ = try session.editUser("hanako@example.co.jp") { $0.secondFactor = .mail }
        let account = try #require(try accounts.fixture.database.read { try $0.account(id: hanako.id) })
        #expect(account.totpSecret == nil && account.recoveryCodes == nil)
        #expect(
            try accountRefusal { _ = try session.resetTOTP(ofUser: "hanako@example.co.jp") }
                == .noTOTP("hanako@example.co.jp"))
    }

    @Test("only the operator lets a user sign in without a second factor, and what stands so stays so")
    func skipsSecondFactor() throws {
        let theirs = accounts.fixture.session(.portalAdministrator(company: "Alpha"))
        var profile = accounts.profile("jiro@example.co.jp")
        profile.secondFactor = .none
        #expect(try accountRefusal { _ = try theirs.addUser(profile, to: "Alpha") } == .secondFactorOfOperator)
        #expect(
            try accountRefusal { _ = try theirs.editUser("taro@example.co.jp") { $0.secondFactor = .none } }
                == .secondFactorOfOperator)
        _ = try session.editUser("taro@example.co.jp") { $0.secondFactor = .none }
        #expect(try theirs.editUser("taro@example.co.jp") { $0.title = "Chief" }.profile.secondFactor == .none)
        _ = try session.editUser("taro@example.co.jp") { $0.secondFactor = .mail }
        let change = try accounts.lastChange().id
        #expect(try accountRefusal { _ = try theirs.undo(change) } == .secondFactorOfOperator)
        #expect(try session.user("taro@example.co.jp").profile.secondFactor == .mail)
    }

    @Test("changes of a user are taken back, and a removed one comes back as the same account without a password")
    func undoes() throws {
        let taro = "taro@example.co.jp"
        _ = try session.editUser(taro) { $0.groups = ["Sales"] }
        _ = try session.editUser(taro) { $0.title = "Head" }
        _ = try session.undo(accounts.lastChange().id)
        #expect(try session.user(taro).profile.title.isEmpty)
        _ = try session.suspendUser(taro)
        _ = try session.undo(accounts.lastChange().id)
        #expect(try session.user(taro).status == .invited)
        _ = try session.issuePassword(ofUser: taro, cost: accounts.cost)
        let issue = try accounts.lastChange()
        #expect(issue.action == "user password")
        #expect(throws: ControlError.self) { try session.undo(issue.id) }
        let removed = try session.removeUser(taro)
        _ = try session.undo(accounts.lastChange().id)
        let back = try session.user(taro)
        #expect(back.id == removed.id && back.status == .invited && back.profile.groups == ["Sales"])
    }

    @Test("a company goes with its users and groups, which its undoing does not take along")
    func removesCompany() throws {
        _ = try session.addCompany(named: "Gamma")
        let addition = try accounts.lastChange()
        _ = try session.addUser(accounts.profile("g@example.com", .administrator), to: "Gamma")
        _ = try session.addGroup("G", to: "Gamma")
        #expect(refusal { _ = try session.undo(addition.id) } == .companyHasUsers("Gamma", count: 1))
        _ = try session.removeCompany(named: "Gamma")
        #expect(
            try session.history(limit: 3).map(\.action) == ["company remove", "group remove", "user remove"])
        #expect(try accountRefusal { _ = try session.user("g@example.com") } == .noSuchUser("g@example.com"))
    }

    @Test("a group gives contracts of its company to its members, and is taken back as a whole")
    func groups() throws {
        func set(_ contract: String) throws { _ = try session.setContracts([contract], ofGroup: "Sales", of: "Alpha") }
        #expect(try accountRefusal { try set("C-2") } == .contractOfAnother("C-2", company: "Alpha"))
        #expect(
            try accountRefusal { _ = try session.setMembers(["x@example.com"], ofGroup: "Sales", of: "Alpha") }
                == .userOfAnother("x@example.com", company: "Alpha"))
        try set("c-1")
        _ = try session.setMembers(["TARO@example.co.jp"], ofGroup: "Sales", of: "Alpha")
        #expect(try session.group("Sales", of: "Alpha").members == ["taro@example.co.jp"])
        #expect(try session.user("taro@example.co.jp").profile.groups == ["Sales"])
        let members = try accounts.lastChange()
        _ = try session.renameGroup("Sales", of: "Alpha", to: "Support")
        #expect(throws: ControlError.self) { try session.undo(members.id) }
        _ = try session.undo(accounts.lastChange().id)
        _ = try session.removeGroup("Sales", of: "Alpha")
        _ = try session.undo(accounts.lastChange().id)
        let back = try session.group("Sales", of: "Alpha")
        #expect(back.contracts == ["C-1"] && back.members == ["taro@example.co.jp"])
        _ = try session.addGroup("Support", to: "Alpha")
        #expect(
            try accountRefusal { _ = try session.renameGroup("Support", of: "Alpha", to: "Sales") }
                == .groupExists("Sales", company: "Alpha"))
        #expect(
            refusal { _ = try session.removeContract("C-1") } == .contractHasNumbers("C-1", count: 3))
    }

    @Test("a portal administrator sees the history of the company's users, and no one else does")
    func history() throws {
        let objects = { (role: Role) in Set(try accounts.fixture.session(role).history(limit: 999).map(\.object)) }
        #expect(try objects(.portalAdministrator(company: "Alpha")).isSuperset(of: ["user", "group"]))
        #expect(try objects(.portalAdministrator(company: "Beta")).isDisjoint(with: ["user", "group"]))
        #expect(try objects(.generalUser(company: "Alpha", contracts: ["C-1"])).isDisjoint(with: ["user", "login"]))
        #expect(try objects(.administratorID(contract: "C-1")).isSuperset(of: ["admin", "login"]))
        #expect(try objects(.administratorID(contract: "C-2")).isDisjoint(with: ["admin", "login", "user"]))
    }

    @Test("who has removed a user can take that back, unless the company's name has become another's")
    func undoesOwnRemoval() throws {
        let alpha = accounts.fixture.session(.portalAdministrator(company: "Alpha"))
        _ = try alpha.removeUser("taro@example.co.jp")
        let removal = try accounts.lastChange().id
        let beta = accounts.fixture.session(.portalAdministrator(company: "Beta"))
        #expect(throws: ControlError.noSuchChange(removal)) { try beta.undo(removal) }
        _ = try alpha.undo(removal)
        #expect(try alpha.user("taro@example.co.jp").company == "Alpha")
        _ = try alpha.removeUser("taro@example.co.jp")
        let second = try accounts.lastChange().id
        _ = try session.renameCompany("Alpha", to: "Gamma")
        _ = try session.addCompany(named: "Alpha")
        #expect(throws: ControlError.noSuchChange(second)) { try alpha.undo(second) }
    }
}
