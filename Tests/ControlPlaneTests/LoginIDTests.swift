import Directory
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite struct LoginIDTests {
    let accounts: AccountFixture
    var session: ControlSession { accounts.session }

    init() throws { accounts = try AccountFixture() }

    @Test("an administrator ID is for one contract that has an option service")
    func administratorIDs() throws {
        func add(_ name: String, _ contract: String) throws -> AccountRefusal? {
            try accountRefusal { _ = try session.addAdministratorID(name, to: contract) }
        }
        #expect(try add("admin2", "C-1") == .hasAdministratorID(contract: "C-1", "admin1"))
        #expect(try add("ADMIN1", "C-2") == .administratorIDExists("ADMIN1"))
        #expect(try add("ad", "C-2") == .invalidSignInName("ad"))
        _ = try session.removeOption(.forwarding, fromContract: "C-2")
        #expect(try add("admin2", "C-2") == .noOptionService(contract: "C-2"))
        #expect(refusal { _ = try session.addAdministratorID("admin2", to: "C-9") } == .noSuchContract("C-9"))
    }

    @Test("a login ID has numbers of its contract that are nobody else's, and none of the multiple ones")
    func numbers() throws {
        let (pilot, dial, multiple) = (
            try number("05011111111"), try number("05022222222"), try number("05033333333")
        )
        func assign(_ numbers: [PhoneNumber]) throws -> AccountRefusal? {
            try accountRefusal { _ = try session.assignNumbers(numbers, toLogin: "tokyo01") }
        }
        #expect(try assign([]) == .noNumbers)
        #expect(try assign([dial]) == .numberTaken(dial, login: "tokyo02"))
        #expect(try assign([multiple]) == .multipleNumber(multiple))
        #expect(AccountRefusal.multipleNumber(multiple).description.contains("050複数番号"))
        #expect(
            try accountRefusal { _ = try session.addLoginID("osaka01", to: "C-2", numbers: [pilot]) }
                == .numberNotUnder(pilot, contract: "C-2"))
        #expect(try accountRefusal { _ = try session.loginID("osaka01") } == .noSuchLoginID("osaka01"))
        _ = try session.removeLoginID("tokyo02")
        #expect(try assign([pilot, dial]) == nil)
        #expect(try session.loginID("tokyo01").numbers == ["05011111111", "05022222222"])
        _ = try session.undo(accounts.lastChange().id)
        #expect(try session.loginID("tokyo01").numbers == ["05011111111"])
    }

    @Test("the list shows numbers with their options, locks and SMS numbers")
    func lists() throws {
        let lines = try session.loginIDs(of: "C-1", limit: 9)
        #expect(lines.map(\.loginID) == ["tokyo01", "tokyo02"])
        #expect(lines.map { $0.services?.map(\.options) } == [[[.forwarding]], [[.forwarding]]])
        #expect(lines.allSatisfy { $0.standing?.lockedUntil == nil && $0.smsNumber == nil })
        #expect(try session.loginIDs(after: "tokyo01", of: "C-1", limit: 9).map(\.loginID) == ["tokyo02"])
        #expect(try session.loginIDs(of: "C-2", limit: 9).isEmpty)
    }

    @Test("the list is looked through by parts of login IDs and numbers, page by page")
    func pages() throws {
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        func found(_ text: String) throws -> [String] {
            try administrator.loginIDs(matching: text, page: 1, size: 9).states.map(\.loginID)
        }
        #expect(try found("") == ["tokyo01", "tokyo02"])
        #expect(try found("KYO02") == ["tokyo02"])
        #expect(try found(" ０５０-１１ ") == ["tokyo01"])
        #expect(try found("2222") == ["tokyo02"])
        #expect(try found("81") == [] && found("%") == [] && found("-") == [])
        #expect(try found("_") == [] && found(String(repeating: "0", count: 60_000)) == [])
        let second = try administrator.loginIDs(matching: "tokyo", page: 2, size: 1)
        #expect(second.states.map(\.loginID) == ["tokyo02"] && second.total == 2 && second.page == 2)
        let beyond = try administrator.loginIDs(matching: "", page: 99, size: 1)
        #expect(beyond.states.map(\.loginID) == ["tokyo02"] && beyond.page == 2)
        let other = accounts.fixture.session(.administratorID(contract: "C-2"))
        #expect(try other.loginIDs(matching: "", page: 1, size: 9) == LoginIDPage(states: [], total: 0, page: 1))
    }

    @Test("SMS numbers can be looked at before they are set")
    func checksSMSNumbers() throws {
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        let form = SMSNumberForm(
            administrator: "09011112222", lines: [.init(loginID: "tokyo01", typed: "０９０33334444")])
        #expect(
            try administrator.checkSMSNumbers(of: "C-1", form) == [
                SMSNumberWish(name: "admin1", present: nil, wanted: "09011112222", isAdministrator: true),
                SMSNumberWish(name: "tokyo01", present: nil, wanted: "09033334444", isAdministrator: false),
            ])
        #expect(try session.administratorID("admin1").smsNumber == nil)
        #expect(
            try accountRefusal {
                _ = try administrator.checkSMSNumbers(
                    of: "C-1", SMSNumberForm(lines: [.init(loginID: "tokyo02", typed: "0090123456")]))
            } == .smsNumbers([SMSNumberFlaw(name: "tokyo02", reason: .number(.length(10)))]))
    }

    @Test("an issued password is right once, has to be changed, unlocks, and is nowhere in the history")
    func issuesPasswords() throws {
        let id = try session.loginID("tokyo01").id
        try accounts.fixture.database.write {
            try $0.setLockout("lockout/1 failures=0 until=1900000000000", of: id)
        }
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        #expect(try administrator.loginID("tokyo01").standing?.lockedUntil != nil)
        let issued = try administrator.issuePassword(ofLoginID: "TOKYO01", cost: accounts.cost)
        #expect(issued.name == "tokyo01" && PasswordRule.portal.shortcomings(of: issued.password).isEmpty)
        let account = try #require(try accounts.fixture.database.read { try $0.account(id: id) })
        let hash = try PasswordHash(stored: try #require(account.passwordHash))
        #expect(try PasswordHash.isPassword(issued.password, of: hash, cost: accounts.cost))
        let standing = try administrator.loginID("tokyo01").standing
        #expect(standing?.mustChangePassword == true && standing?.lockedUntil == nil)
        let entries = try session.history(limit: 99)
        #expect(entries.prefix(2).map(\.action) == ["login unlock", "login password"])
        #expect(entries.first?.actor == "administratorID")
        for entry in entries {
            let text = (entry.before ?? "") + (entry.after ?? "")
            #expect(!text.contains(issued.password) && !text.contains("scrypt"))
        }
    }

    @Test("a form of SMS numbers sets what was touched in it, and tells what somebody else has set there meanwhile")
    func smsNumbersAtOnce() throws {
        func line(_ name: String, _ typed: String, shown: String) -> SMSNumberForm.Line {
            .init(loginID: name, typed: typed, shown: shown)
        }
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        _ = try session.setSMSNumbers(
            of: "C-1",
            SMSNumberForm(
                administrator: "09000000001",
                lines: [
                    .init(loginID: "tokyo01", typed: "09011112222"), .init(loginID: "tokyo02", typed: "09033334444"),
                ]))
        // The form was opened before that, and one number typed into it.
        let stale = SMSNumberForm(
            administrator: "", administratorShown: "",
            lines: [line("tokyo01", "", shown: ""), line("tokyo02", "09055556666", shown: "")])
        let flaw = SMSNumberFlaw(name: "tokyo02", reason: .changedMeanwhile("09033334444"))
        #expect(try accountRefusal { _ = try administrator.checkSMSNumbers(of: "C-1", stale) } == .smsNumbers([flaw]))
        #expect(try accountRefusal { _ = try administrator.setSMSNumbers(of: "C-1", stale) } == .smsNumbers([flaw]))
        let told = SMSNumberForm(
            administrator: "", administratorShown: "",
            lines: [line("tokyo01", "", shown: ""), line("tokyo02", "09055556666", shown: "09033334444")])
        #expect(
            try administrator.checkSMSNumbers(of: "C-1", told).map(\.wanted)
                == ["09000000001", "09011112222", "09055556666"])
        _ = try administrator.setSMSNumbers(of: "C-1", told)
        #expect(try session.administratorID("admin1").smsNumber == "09000000001")
        #expect(try session.loginID("tokyo01").smsNumber == "09011112222")
        #expect(try session.loginID("tokyo02").smsNumber == "09055556666")
        // Who wants what is there already is told nothing.
        _ = try administrator.setSMSNumbers(
            of: "C-1", SMSNumberForm(lines: [line("tokyo02", "09055556666", shown: "09033334444")]))
    }

    @Test("SMS numbers are set all together, or not at all with each wrong one named")
    func smsNumbers() throws {
        func line(_ name: String, _ typed: String) -> SMSNumberForm.Line { .init(loginID: name, typed: typed) }
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        let wrong = SMSNumberForm(
            administrator: "090-1234-5678",
            lines: [
                line("tokyo01", "09011112222"), line("tokyo02", "0090123456"), line("ghost", "09011112222"),
                line("TOKYO01", "09011112222"),
            ])
        #expect(
            try accountRefusal { _ = try administrator.setSMSNumbers(of: "C-1", wrong) }
                == .smsNumbers([
                    SMSNumberFlaw(name: "admin1", reason: .number(.hyphen), isAdministrator: true),
                    SMSNumberFlaw(name: "tokyo02", reason: .number(.length(10))),
                    SMSNumberFlaw(name: "ghost", reason: .unknown), SMSNumberFlaw(name: "TOKYO01", reason: .twice),
                ]))
        #expect(try session.loginID("tokyo01").smsNumber == nil)
        let form = SMSNumberForm(administrator: "０９０12345678", lines: [line("tokyo01", "09011112222")])
        #expect(
            try administrator.setSMSNumbers(of: "C-1", form)
                == [
                    SMSNumberState(name: "admin1", smsNumber: "09012345678"),
                    SMSNumberState(name: "tokyo01", smsNumber: "09011112222"),
                ])
        _ = try administrator.setSMSNumbers(of: "C-1", SMSNumberForm(lines: [line("tokyo01", "")]))
        #expect(try session.loginID("tokyo01").smsNumber == nil)
        _ = try administrator.undo(accounts.lastChange().id)
        #expect(try session.loginID("tokyo01").smsNumber == "09011112222")
        #expect(try session.administratorID("admin1").smsNumber == "09012345678")
    }

    @Test("who sets SMS numbers takes that back, and the step back too, but no other change of the account")
    func undoesUndo() throws {
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        let form = SMSNumberForm(
            administrator: "09012345678", lines: [.init(loginID: "tokyo01", typed: "09011112222")])
        _ = try administrator.setSMSNumbers(of: "C-1", form)
        let login = try administrator.undo(accounts.lastChange().id)
        #expect(try login.action == "login undo" && session.loginID("tokyo01").smsNumber == nil)
        _ = try administrator.undo(login.id)
        #expect(try session.loginID("tokyo01").smsNumber == "09011112222")
        let set = try #require(try session.history(ofAdministratorID: "admin1", limit: 1).first)
        _ = try administrator.undo(administrator.undo(set.id).id)
        #expect(try session.administratorID("admin1").smsNumber == "09012345678")
        _ = try session.removeLoginID("tokyo02")
        _ = try session.assignNumbers([number("05011111111"), number("05022222222")], toLogin: "tokyo01")
        let numbers = try session.undo(accounts.lastChange().id)
        #expect(throws: ControlError.notPermitted(.assignLoginNumbers)) { try administrator.undo(numbers.id) }
    }

    @Test("a language is chosen, taken back by whoever may choose it, and comes back with a removed account")
    func languages() throws {
        let administrator = accounts.fixture.session(.administratorID(contract: "C-1"))
        #expect(try administrator.setLanguage(.english, ofLogin: "tokyo01").language == .english)
        #expect(try administrator.setLanguage(.english, ofAdministratorID: "admin1").language == .english)
        let change = try accounts.lastChange()
        #expect(change.action == "admin edit")
        let back = try administrator.undo(change.id)
        #expect(try session.administratorID("admin1").language == nil)
        _ = try administrator.undo(back.id)
        #expect(try session.administratorID("admin1").language == .english)
        _ = try session.removeLoginID("tokyo01")
        _ = try session.undo(accounts.lastChange().id)
        #expect(try session.loginID("tokyo01").language == .english)
        #expect(try administrator.setLanguage(nil, ofLogin: "tokyo01").language == nil)
        #expect(
            try accountRefusal { _ = try session.setLanguage(.english, ofLogin: "ghost") } == .noSuchLoginID("ghost"))
    }

    @Test("the history of an account is found by its name, also when it is gone, and by no stranger")
    func history() throws {
        _ = try session.issuePassword(ofLoginID: "tokyo01", cost: accounts.cost)
        #expect(try session.history(ofLoginID: "TOKYO01", limit: 9).map(\.action) == ["login password", "login add"])
        _ = try session.removeLoginID("tokyo01")
        #expect(try session.history(ofLoginID: "tokyo01", limit: 9).first?.action == "login remove")
        _ = try session.addLoginID("tokyo01", to: "C-1", numbers: [number("05011111111")])
        #expect(try session.history(ofLoginID: "tokyo01", limit: 9).map(\.action) == ["login add"])
        #expect(throws: ControlError.noHistoryOf("login ghost")) { try session.history(ofLoginID: "ghost", limit: 9) }
        _ = try session.editUser("taro@example.co.jp") { $0.email = "jiro@example.co.jp" }
        #expect(try session.history(ofUser: "jiro@example.co.jp", limit: 9).map(\.action) == ["user edit", "user add"])
        let stranger = accounts.fixture.session(.portalAdministrator(company: "Beta"))
        #expect(throws: ControlError.self) { try stranger.history(ofUser: "jiro@example.co.jp", limit: 9) }
    }

    @Test("another contract's login ID is unknown to a form of SMS numbers")
    func smsNumbersOfAnother() throws {
        _ = try session.addNumber(typed: "05044444444", at: .contract("C-2"))
        _ = try session.addLoginID("osaka01", to: "C-2", numbers: [number("05044444444")])
        let form = SMSNumberForm(lines: [.init(loginID: "osaka01", typed: "09011112222")])
        #expect(
            try accountRefusal {
                _ = try accounts.fixture.session(.administratorID(contract: "C-1")).setSMSNumbers(of: "C-1", form)
            } == .smsNumbers([SMSNumberFlaw(name: "osaka01", reason: .unknown)]))
    }

    @Test("a removed login ID or administrator ID comes back as the same account, without a password")
    func undoesRemoval() throws {
        _ = try session.issuePassword(ofLoginID: "tokyo01", cost: accounts.cost)
        let removed = try session.removeLoginID("tokyo01")
        _ = try session.undo(accounts.lastChange().id)
        let back = try session.loginID("tokyo01")
        #expect(back.id == removed.id && back.numbers == ["05011111111"] && back.standing?.hasPassword == false)
        let administrator = try session.removeAdministratorID("admin1")
        _ = try session.undo(accounts.lastChange().id)
        #expect(try session.administratorID("admin1").id == administrator.id)
    }

    @Test("a contract with accounts under it is not removed")
    func keepsContract() throws {
        for text in ["05011111111", "05022222222", "05033333333"] { _ = try session.removeNumber(number(text)) }
        #expect(refusal { _ = try session.removeContract("C-1") } == .contractHasAccounts("C-1", count: 3))
        for name in ["tokyo01", "tokyo02"] { _ = try session.removeLoginID(name) }
        _ = try session.removeAdministratorID("admin1")
        _ = try session.setContracts(["C-1"], ofGroup: "Sales", of: "Alpha")
        #expect(refusal { _ = try session.removeContract("C-1") } == .contractInGroups("C-1", groups: ["Sales"]))
        _ = try session.setContracts([], ofGroup: "Sales", of: "Alpha")
        #expect(refusal { _ = try session.removeContract("C-1") } == nil)
    }
}
