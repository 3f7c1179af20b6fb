import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite("Signing in at the administrator site and the user site") struct ContractSignInTests {
    let fixture: DeskFixture
    private let password = "Abc123xyz"

    init() throws {
        fixture = try DeskFixture()
        try fixture.setPassword(password, .administratorID, "admin1")
        try fixture.setPassword(password, .loginID, "tokyo01")
    }

    private func setNumbers() throws {
        _ = try fixture.operatorSession.setSMSNumbers(
            of: "C-1",
            SMSNumberForm(administrator: "09011112222", lines: [.init(loginID: "tokyo01", typed: "09033334444")]))
    }

    @Test("an administrator ID signs in with password and the code of a short message")
    func administrator() async throws {
        try setNumbers()
        let reply = try await fixture.begin(.administrator, "ＡＤＭＩＮ１", password)
        #expect(reply.step == .secondFactor(.sms))
        let letter = try fixture.lastLetter()
        #expect(letter.message.recipient == "09011112222" && letter.message.kind == "sms-code")
        #expect(reply.sentCode?.expires == fixture.now + .seconds(30 * 60))
        let session = try fixture.giveCode(try fixture.lastCode(), try reply.token()).session()
        let principal = try fixture.principal(session)
        #expect(principal.role == .administratorID(contract: "C-1") && principal.actor == "admin1")
        #expect(principal.source == DeskFixture.address)
    }

    @Test("who signs in often in half an hour gets a code each time")
    func often() async throws {
        try setNumbers()
        for _ in 0..<8 {
            _ = try await fixture.signIn(.administrator, "admin1", password)
            fixture.pass(.seconds(60))
        }
    }

    @Test("the short message is in the language that was chosen, and in Japanese where none was")
    func languages() async throws {
        try setNumbers()
        _ = try fixture.operatorSession.setLanguage(.english, ofAdministratorID: "admin1")
        let session = try await fixture.signIn(.administrator, "admin1", password)
        #expect(try fixture.lastLetter().message.language == "en")
        let own = ControlSession(fixture.database, principal: try fixture.principal(session))
        #expect(try own.ownLanguage() == .english)
        let other = try await fixture.signIn(.user, "tokyo01", password)
        #expect(try fixture.lastLetter().message.language == "ja")
        #expect(try ControlSession(fixture.database, principal: try fixture.principal(other)).ownLanguage() == nil)
    }

    @Test("a code is accepted once, and the token of the sign-in is worth nothing after it")
    func replay() async throws {
        try setNumbers()
        let token = try await fixture.begin(.user, "tokyo01", password).token()
        let code = try fixture.lastCode()
        _ = try fixture.giveCode(code, token).session()
        #expect(try await deskRefusal { _ = try fixture.giveCode(code, token) } == .signIn(.startAgain))
        fixture.pass(.seconds(60))
        let other = try await fixture.begin(.user, "tokyo01", password).token()
        #expect(try await deskRefusal { _ = try fixture.giveCode(code, other) } != nil)
    }

    @Test("a new sign-in sends a new code and voids the old one")
    func newCode() async throws {
        try setNumbers()
        let first = try await fixture.begin(.user, "tokyo01", password).token()
        let old = try fixture.lastCode()
        fixture.pass(.seconds(60))
        let second = try await fixture.begin(.user, "tokyo01", password).token()
        let new = try fixture.lastCode()
        if old != new {
            #expect(try await deskRefusal { _ = try fixture.giveCode(old, first) } == .signIn(.wrongCode(triesLeft: 9)))
        }
        _ = try fixture.giveCode(new, second).session()
    }

    @Test("ten wrong codes end the sign-in, each is remembered, and the account does not lock")
    func wrongCodes() async throws {
        try setNumbers()
        let token = try await fixture.begin(.user, "tokyo01", password).token()
        let wrong = try fixture.lastCode() == "000000" ? "000001" : "000000"
        for left in stride(from: 9, through: 1, by: -1) {
            #expect(
                try await deskRefusal { _ = try fixture.giveCode(wrong, token) } == .signIn(.wrongCode(triesLeft: left))
            )
        }
        #expect(try await deskRefusal { _ = try fixture.giveCode("12", token) } == .signIn(.notACode))
        #expect(try await deskRefusal { _ = try fixture.giveCode(wrong, token) } == .signIn(.tooManyWrongCodes))
        let code = try fixture.lastCode()
        #expect(try await deskRefusal { _ = try fixture.giveCode(code, token) } == .signIn(.startAgain))
        #expect(try fixture.account(.loginID, "tokyo01").readLockout() == Lockout())
        fixture.pass(.seconds(60))
        _ = try await fixture.signIn(.user, "tokyo01", password)
    }

    @Test("a code is void after thirty minutes, and another one can be asked for, but not at once")
    func expiry() async throws {
        try setNumbers()
        let token = try await fixture.begin(.user, "tokyo01", password).token()
        let code = try fixture.lastCode()
        let refusal = try await deskRefusal { _ = try fixture.desk.sendCodeAgain(in: token, at: fixture.now) }
        #expect(refusal == .codeTooSoon(until: fixture.now + .seconds(30)))
        fixture.pass(.seconds(30 * 60))
        #expect(try await deskRefusal { _ = try fixture.giveCode(code, token) } == .signIn(.codeVoid))
        #expect(try fixture.desk.sendCodeAgain(in: token, at: fixture.now).expires == fixture.now + .seconds(30 * 60))
        _ = try fixture.giveCode(try fixture.lastCode(), token).session()
    }

    @Test("who begins again at once gets no second message, and types the code of the first")
    func noFlood() async throws {
        try setNumbers()
        _ = try await fixture.begin(.user, "tokyo01", password)
        let code = try fixture.lastCode()
        let (before, reply) = (try fixture.messageCount(), try await fixture.begin(.user, "tokyo01", password))
        #expect(try fixture.messageCount() == before)
        #expect(reply.sentCode == SentCode(expires: nil, nextAt: fixture.now + .seconds(30)))
        _ = try fixture.giveCode(code, try reply.token()).session()
    }

    @Test("the page of a code knows when it was sent, when it is void, and when another one can be asked for")
    func standing() async throws {
        try setNumbers()
        let sent = fixture.now
        let token = try await fixture.begin(.user, "tokyo01", password).token()
        fixture.pass(.seconds(10))
        let standing = try fixture.desk.codeStanding(in: token, at: fixture.now)
        #expect(standing.sentAt == sent && standing.nextAt == sent + .seconds(30))
        #expect(standing.zone.identifier == "Asia/Tokyo")
        fixture.pass(.seconds(30 * 60))
        let late = try fixture.desk.codeStanding(in: token, at: fixture.now)
        #expect(late.sentAt == nil && late.nextAt == nil)
    }

    @Test("a login ID without a mobile number is sent to the administrator")
    func noNumber() async throws {
        #expect(
            try await deskRefusal { _ = try await fixture.begin(.user, "tokyo01", password) }
                == .signIn(.noMobileNumber))
    }

    @Test("an administrator without a mobile number gives the first one, which is kept, and no second one")
    func firstNumber() async throws {
        let reply = try await fixture.begin(.administrator, "admin1", password)
        #expect(reply.step == .mobileNumber && reply.sentCode == nil)
        let token = try reply.token()
        func give(_ typed: String) throws -> SignInReply {
            try fixture.desk.giveMobileNumber(typed, in: token, from: DeskFixture.address, at: fixture.now)
        }
        #expect(try await deskRefusal { _ = try give("090-1111-2222") } == .mobileNumber(.hyphen))
        #expect(try await deskRefusal { _ = try fixture.giveCode("123456", token) } == .signIn(.outOfTurn))
        let next = try give("０９０１１１１２２２２")
        #expect(next.step == .secondFactor(.sms) && next.sentCode?.expires != nil)
        #expect(try fixture.lastLetter().message.recipient == "09011112222")
        _ = try fixture.giveCode(try fixture.lastCode(), token).session()
        #expect(try fixture.account(.administratorID, "admin1").smsNumber == "09011112222")
        let entry = try #require(try fixture.operatorSession.history(limit: 1).first)
        #expect(entry.action == "admin sms" && entry.actor == "admin1" && entry.source == DeskFixture.address)
        #expect(try await deskRefusal { _ = try give("09099999999") } == .signIn(.startAgain))
        fixture.pass(.seconds(60))
        #expect(try await fixture.begin(.administrator, "admin1", password).step == .secondFactor(.sms))
    }

    @Test(
        "in the period of pre-registration an administrator without a number signs in by password to register numbers")
    func preRegistration() async throws {
        // The fixture's time is 15 January 2027, 17:00 in Tokyo.
        _ = try fixture.operatorSession.setSignInPolicy { $0.preRegistration = try .init("2027-01-01..2027-01-15") }
        let session = try await fixture.begin(.administrator, "admin1", password).session()
        let administrator = ControlSession(fixture.database, principal: try fixture.principal(session))
        _ = try administrator.setSMSNumbers(
            of: "C-1", SMSNumberForm(administrator: "09011112222", lines: [.init(loginID: "tokyo01", typed: "")]))
        // With a number, only by its code; and a login ID is let in by no period.
        #expect(try await fixture.begin(.administrator, "admin1", password).step == .secondFactor(.sms))
        #expect(
            try await deskRefusal { _ = try await fixture.begin(.user, "tokyo01", password) }
                == .signIn(.noMobileNumber))
        _ = try fixture.operatorSession.setSMSNumbers(of: "C-1", SMSNumberForm(administrator: "", lines: []))
        fixture.pass(.seconds(24 * 3600))
        #expect(try await fixture.begin(.administrator, "admin1", password).step == .mobileNumber)
    }

    @Test("a re-issued password has to be changed before anything else, into another one that meets the rule")
    func reissued() async throws {
        try setNumbers()
        let issued = try fixture.operatorSession.issuePassword(ofLoginID: "tokyo01", cost: fixture.accounts.cost)
        let token = try await fixture.begin(.user, "tokyo01", issued.password).token()
        #expect(try fixture.giveCode(try fixture.lastCode(), token).step == .newPassword)
        func give(_ password: String) async throws -> SignInReply {
            try await fixture.desk.giveNewPassword(password, in: token, from: DeskFixture.address, at: fixture.now)
        }
        #expect(
            try await deskRefusal { _ = try await give("abc") }
                == .password([.tooShort(minimum: 6), .missing(.digit), .missing(.upperCase)]))
        #expect(try await deskRefusal { _ = try await give(issued.password) } == .samePassword)
        let session = try await give("Another1").session()
        #expect(try fixture.principal(session).actor == "tokyo01")
        let entry = try #require(try fixture.operatorSession.history(limit: 1).first)
        #expect(entry.action == "login password" && entry.actor == "tokyo01")
        fixture.pass(.seconds(60))
        _ = try await fixture.signIn(.user, "tokyo01", "Another1")
    }

    @Test("a password that is re-issued while someone signs in with the former one ends that sign-in")
    func overtaken() async throws {
        try setNumbers()
        let token = try await fixture.begin(.user, "tokyo01", password).token()
        let code = try fixture.lastCode()
        _ = try fixture.operatorSession.issuePassword(ofLoginID: "tokyo01", cost: fixture.accounts.cost)
        #expect(try await deskRefusal { _ = try fixture.giveCode(code, token) } == .signIn(.startAgain))
    }

    @Test("a name is one of its site: it opens no other")
    func sites() async throws {
        try setNumbers()
        for (site, name) in [(SignInSite.user, "admin1"), (.administrator, "tokyo01"), (.portal, "admin1")] {
            #expect(
                try await deskRefusal { _ = try await fixture.begin(site, name, password) }
                    == .signIn(.wrongCredentials))
        }
    }
}
