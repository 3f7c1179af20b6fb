import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite("Signing in at the business portal") struct PortalSignInTests {
    let fixture: DeskFixture
    private let email = "jiro@example.co.jp"
    private let password = "Abc123xyz"
    private let identity = ClaimedIdentity(email: "JIRO@example.co.jp", name: "山田　次郎", telephone: "０３-1234 5678")

    init() throws {
        fixture = try DeskFixture()
    }

    private func add(_ factor: PortalUserProfile.SecondFactor) throws -> LinkToken {
        var profile = fixture.accounts.profile(email)
        profile.name = "山田 次郎"
        profile.secondFactor = factor
        _ = try fixture.operatorSession.addUser(profile, to: "Alpha")
        return try fixture.lastLink(.invitation)
    }

    private func accept(_ link: LinkToken, _ identity: ClaimedIdentity? = nil, password: String? = nil) async throws
        -> SignInReply
    {
        try await fixture.desk.acceptInvitation(
            link, identity: identity ?? self.identity, password: password ?? self.password, from: DeskFixture.address,
            at: fixture.now)
    }

    private func begin() async throws -> SignInReply { try await fixture.begin(.portal, email, password) }

    /// Sets up the app of the sign-in, by the code that it would show.
    private func setUpTOTP(_ token: SignInToken) throws -> (TOTPSecret, [String], SignInReply) {
        let offer = try fixture.desk.offerTOTP(in: token, at: fixture.now)
        let secret = try TOTPSecret(base32: offer.secret)
        let (codes, reply) = try fixture.desk.confirmTOTP(
            TOTP.code(of: secret, at: fixture.now), in: token, from: DeskFixture.address, at: fixture.now)
        return (secret, codes, reply)
    }

    @Test("an invitation leads over identity, first password and an app of one's choice to the sign-in")
    func invitation() async throws {
        let link = try add(.open)
        try fixture.desk.look(at: link, for: .invitation, at: fixture.now)
        try fixture.desk.checkIdentity(identity, with: link, from: DeskFixture.address, at: fixture.now)
        let reply = try await accept(link)
        #expect(reply.step == .setUp(.choice))
        let token = try reply.token()
        let offer = try fixture.desk.offerTOTP(in: token, at: fixture.now)
        #expect(offer.uri.hasPrefix("otpauth://totp/Tsunagi:jiro%40example.co.jp?secret=\(offer.secret)"))
        #expect(try fixture.desk.offerTOTP(in: token, at: fixture.now) == offer)
        let wrong = TOTP.code(of: try TOTPSecret(base32: offer.secret), at: fixture.now + .seconds(3600))
        #expect(
            try await deskRefusal {
                _ = try fixture.desk.confirmTOTP(wrong, in: token, from: DeskFixture.address, at: fixture.now)
            } == .signIn(.wrongCode(triesLeft: 9)))
        let (secret, codes, done) = try setUpTOTP(token)
        #expect(done == .done && codes.count == RecoveryCodes.count)
        #expect(try fixture.operatorSession.user(email).profile.secondFactor == .totp)

        fixture.pass(.seconds(30))
        let signIn = try await begin()
        #expect(signIn.step == .secondFactor(.totp) && signIn.sentCode == nil)
        let session = try fixture.giveCode(TOTP.code(of: secret, at: fixture.now), try signIn.token()).session()
        #expect(try fixture.principal(session).role == .generalUser(company: "Alpha", contracts: []))
    }

    @Test("codes by mail can be chosen where the administrator left it open")
    func choosesMail() async throws {
        let token = try await accept(try add(.open)).token()
        #expect(try fixture.desk.chooseMail(in: token, from: DeskFixture.address, at: fixture.now) == .done)
        let reply = try await begin()
        #expect(reply.step == .secondFactor(.mail))
        #expect(reply.sentCode?.expires == fixture.now + .seconds(600))
        let letter = try fixture.lastLetter()
        #expect(letter.message.kind == "mail-code" && letter.message.recipient == email)
        _ = try fixture.giveCode(try fixture.lastCode(), try reply.token()).session()
    }

    @Test("but not where it has chosen the app")
    func mustUseApp() async throws {
        let token = try await accept(try add(.totp)).token()
        #expect(
            try await deskRefusal {
                _ = try fixture.desk.chooseMail(in: token, from: DeskFixture.address, at: fixture.now)
            }
                == .signIn(.notOffered))
    }

    @Test(
        "what an administrator sets while a choice is open holds, whatever is chosen",
        arguments: [PortalUserProfile.SecondFactor.totp, .mail, .none])
    func setMeanwhile(factor: PortalUserProfile.SecondFactor) async throws {
        let first = try await accept(try add(.open)).token()
        let second = try await begin().token()
        _ = try fixture.giveCode(try fixture.lastCode(), second)
        let offers = try [first, second].map { try fixture.desk.offerTOTP(in: $0, at: fixture.now) }
        _ = try fixture.operatorSession.editUser(email) { $0.secondFactor = factor }
        #expect(
            try await deskRefusal {
                _ = try fixture.desk.chooseMail(in: first, from: DeskFixture.address, at: fixture.now)
            } == .signIn(.startAgain))
        let code = TOTP.code(of: try TOTPSecret(base32: offers[1].secret), at: fixture.now)
        for _ in 1...2 {
            #expect(
                try await deskRefusal {
                    _ = try fixture.desk.confirmTOTP(code, in: second, from: DeskFixture.address, at: fixture.now)
                } == .signIn(.startAgain))
        }
        #expect(try fixture.operatorSession.user(email).profile.secondFactor == factor)
        #expect(try fixture.account(.portalUser, email).totpSecret == nil)
    }

    @Test("an app that was set up is not replaced by one that another sign-in was offered before")
    func setUpTwice() async throws {
        let first = try await accept(try add(.totp)).token()
        let second = try await begin().token()
        _ = try fixture.giveCode(try fixture.lastCode(), second)
        let offer = try fixture.desk.offerTOTP(in: second, at: fixture.now)
        _ = try setUpTOTP(first)
        let kept = try fixture.account(.portalUser, email).totpSecret
        let code = TOTP.code(of: try TOTPSecret(base32: offer.secret), at: fixture.now)
        #expect(
            try await deskRefusal {
                _ = try fixture.desk.confirmTOTP(code, in: second, from: DeskFixture.address, at: fixture.now)
            } == .signIn(.startAgain))
        #expect(try fixture.account(.portalUser, email).totpSecret == kept)
        #expect(
            try await deskRefusal { _ = try fixture.desk.offerTOTP(in: second, at: fixture.now) }
                == .signIn(.startAgain))
    }

    @Test("nothing is left to set up with codes by mail, or without a second factor")
    func nothingToSetUp() async throws {
        #expect(try await accept(try add(.none)) == .done)
        _ = try await begin().session()
    }

    @Test("an invitation works once, until its end, and another one voids it")
    func links() async throws {
        let first = try add(.none)
        #expect(throws: SignInDeskRefusal.link(.unknown)) {
            try fixture.desk.look(at: first, for: .passwordReset, at: fixture.now)
        }
        fixture.pass(.seconds(60))
        _ = try fixture.operatorSession.inviteUser(email)
        let second = try fixture.lastLink(.invitation)
        #expect(try await deskRefusal { _ = try await accept(first) } == .link(.unknown))
        fixture.pass(.seconds(7 * 24 * 3600))
        #expect(try await deskRefusal { _ = try await accept(second) } == .link(.expired))
        try fixture.desk.requestReset(of: email, from: DeskFixture.address, at: fixture.now)
        let third = try fixture.lastLink(.invitation)
        #expect(try await accept(third) == .done)
        #expect(try await deskRefusal { _ = try await accept(third, password: "Another1") } == .link(.used))
        #expect(try accountRefusal { _ = try fixture.operatorSession.inviteUser(email) } == .hasPassword(email))
    }

    @Test("who does not know name and telephone number gets no further, and the link stays good")
    func identities() async throws {
        let link = try add(.none)
        for wrong in [
            ClaimedIdentity(email: "taro@example.co.jp", name: "山田 次郎", telephone: "03-1234-5678"),
            ClaimedIdentity(email: email, name: "山田 三郎", telephone: "03-1234-5678"),
            ClaimedIdentity(email: email, name: "山田 次郎", telephone: "03-1234-5679"),
            ClaimedIdentity(email: "", name: "", telephone: ""),
        ] {
            #expect(try await deskRefusal { _ = try await accept(link, wrong) } == .identity)
        }
        #expect(
            try await deskRefusal { _ = try await accept(link, password: "abcdef") }
                == .password([.missing(.digit), .missing(.upperCase)]))
        #expect(try await accept(link) == .done)
    }

    @Test("a code of the app is never accepted twice, nor is one before it, and a clock may be wrong by a step")
    func totpReplay() async throws {
        let (secret, _, _) = try setUpTOTP(try await accept(try add(.totp)).token())
        let confirmed = TOTP.code(of: secret, at: fixture.now)
        let token = try await begin().token()
        #expect(
            try await deskRefusal { _ = try fixture.giveCode(confirmed, token) } == .signIn(.wrongCode(triesLeft: 9)))
        let next = TOTP.code(of: secret, at: fixture.now + .seconds(30))
        _ = try fixture.giveCode(next, token).session()
        fixture.pass(.seconds(30))
        let again = try await begin().token()
        #expect(try await deskRefusal { _ = try fixture.giveCode(next, again) } == .signIn(.wrongCode(triesLeft: 9)))
    }

    @Test("a recovery code takes the app's place once")
    func recovery() async throws {
        let (_, codes, _) = try setUpTOTP(try await accept(try add(.totp)).token())
        func give(_ code: String) async throws -> SignInReply {
            let token = try await begin().token()
            return try fixture.desk.giveRecoveryCode(code, in: token, from: DeskFixture.address, at: fixture.now)
        }
        _ = try await give(codes[3].lowercased()).session()
        #expect(try await deskRefusal { _ = try await give(codes[3]) } == .signIn(.wrongCode(triesLeft: 9)))
        _ = try await give(codes[4]).session()
    }

    @Test("a lost app that was reset is set up anew at the next sign-in, after a code by mail")
    func resetApp() async throws {
        let (_, codes, _) = try setUpTOTP(try await accept(try add(.totp)).token())
        let session = try fixture.desk.giveRecoveryCode(
            codes[0], in: try await begin().token(), from: DeskFixture.address, at: fixture.now
        ).session()
        _ = try fixture.accounts.fixture.session(.portalAdministrator(company: "Alpha"), at: fixture.now.milliseconds)
            .resetTOTP(ofUser: email)
        #expect(try fixture.lastLetter().message.kind == "second-factor-reset")
        #expect(try await deskRefusal { _ = try fixture.principal(session) } == .sessionOver)
        let reply = try await begin()
        #expect(reply.step == .secondFactor(.mail))
        let token = try reply.token()
        #expect(
            try await deskRefusal { _ = try fixture.desk.offerTOTP(in: token, at: fixture.now) } == .signIn(.outOfTurn))
        #expect(try fixture.giveCode(try fixture.lastCode(), token).step == .setUp(.totp))
        let (secret, _, done) = try setUpTOTP(token)
        _ = try done.session()
        fixture.pass(.seconds(30))
        _ = try fixture.giveCode(TOTP.code(of: secret, at: fixture.now), try await begin().token()).session()
    }

    @Test("the terms are accepted once, in the version that was shown, and again when they change")
    func terms() async throws {
        _ = try await accept(try add(.none))
        _ = try fixture.operatorSession.publishTerms(version: "2026-04", japanese: "規約", english: "Terms")
        let reply = try await begin()
        #expect(reply.step == .terms(version: "2026-04"))
        func agree(_ version: String, _ token: SignInToken) throws -> SignInReply {
            try fixture.desk.acceptTerms(version: version, in: token, from: DeskFixture.address, at: fixture.now)
        }
        let token = try reply.token()
        #expect(try await deskRefusal { _ = try agree("2025-04", token) } == .signIn(.otherTerms))
        _ = try agree("2026-04", token).session()
        _ = try await begin().session()
        #expect(try fixture.operatorSession.user(email).termsVersion == "2026-04")
        fixture.pass(.seconds(1))
        _ = try fixture.operatorSession.publishTerms(version: "2026-05", japanese: "新規約", english: "New terms")
        #expect(try await begin().step == .terms(version: "2026-05"))
        #expect(try fixture.desk.terms()?.english == "New terms")
    }

    @Test("asking for another password answers the same whether or not the address exists")
    func requestsReset() async throws {
        _ = try await accept(try add(.mail))
        let count = try fixture.messageCount()
        for address in ["nobody@example.co.jp", "nonsense", ""] {
            try fixture.desk.requestReset(of: address, from: DeskFixture.address, at: fixture.now)
        }
        #expect(try fixture.messageCount() == count)
        fixture.pass(.seconds(60))
        try fixture.desk.requestReset(of: email.uppercased(), from: DeskFixture.address, at: fixture.now)
        let link = try fixture.lastLink(.passwordReset)
        // Asking at once again sends no second mail, and is not told.
        try fixture.desk.requestReset(of: email, from: DeskFixture.address, at: fixture.now)
        #expect(try fixture.messageCount() == count + 1)
        _ = try fixture.operatorSession.suspendUser(email)
        #expect(try await deskRefusal { try fixture.desk.look(at: link, for: .passwordReset, at: fixture.now) } != nil)
        fixture.pass(.seconds(60))
        try fixture.desk.requestReset(of: email, from: DeskFixture.address, at: fixture.now)
        #expect(try fixture.messageCount() == count + 1)
    }

    @Test("a reset link gives another password once, unlocks, and ends the sessions; the second factor is still needed")
    func resets() async throws {
        _ = try await accept(try add(.mail))
        let reply = try await begin()
        let session = try fixture.giveCode(try fixture.lastCode(), try reply.token()).session()
        for _ in 1...5 { _ = try await deskRefusal { _ = try await fixture.begin(.portal, email, "wrong") } }
        fixture.pass(.seconds(60))
        let mailed = try fixture.operatorSession.sendResetLink(toUser: email)
        #expect(mailed.expiresAt == Date(milliseconds: (fixture.now + .seconds(3600)).milliseconds))
        let link = try fixture.lastLink(.passwordReset)
        func reset(_ password: String) async throws {
            try await fixture.desk.resetPassword(
                with: link, to: password, from: DeskFixture.address, at: fixture.now)
        }
        #expect(try await deskRefusal { try await reset(password) } == .samePassword)
        try await reset("Another1")
        #expect(try fixture.lastLetter().message.kind == "password-changed")
        #expect(try await deskRefusal { try await reset("Another2") } == .link(.used))
        #expect(try await deskRefusal { _ = try fixture.principal(session) } == .sessionOver)
        #expect(try await deskRefusal { _ = try await begin() } == .signIn(.wrongCredentials))
        fixture.pass(.seconds(60))
        #expect(try await fixture.begin(.portal, email, "Another1").step == .secondFactor(.mail))
    }

    @Test("who receives no notices is mailed what is needed to sign in, and no more")
    func withoutNotices() async throws {
        _ = try await accept(try add(.mail))
        _ = try fixture.operatorSession.editUser(email) { $0.wantsNotifications = false }
        _ = try fixture.operatorSession.sendResetLink(toUser: email)
        let (link, count) = (try fixture.lastLink(.passwordReset), try fixture.messageCount())
        try await fixture.desk.resetPassword(with: link, to: "Another1", from: DeskFixture.address, at: fixture.now)
        #expect(try fixture.messageCount() == count)
        #expect(try await fixture.begin(.portal, email, "Another1").step == .secondFactor(.mail))
        #expect(try fixture.messageCount() == count + 1)
    }
}
