import Directory
import Foundation
import SignIn
import Storage
import Synchronization
import Testing

@testable import ControlPlane

@Suite("Sessions") struct WebSessionTests {
    let fixture: DeskFixture
    private let password = "Abc123xyz"

    init() throws {
        fixture = try DeskFixture()
        for (kind, name) in [
            (AccountKind.administratorID, "admin1"), (.loginID, "tokyo01"), (.loginID, "tokyo02"),
            (.portalUser, "taro@example.co.jp"), (.portalUser, "hanako@example.co.jp"),
        ] { try fixture.setPassword(password, kind, name) }
        for email in ["taro@example.co.jp", "hanako@example.co.jp"] {
            _ = try fixture.operatorSession.editUser(email) { $0.secondFactor = .none }
        }
        _ = try fixture.operatorSession.setSMSNumbers(
            of: "C-1",
            SMSNumberForm(
                administrator: "09011112222",
                lines: [
                    .init(loginID: "tokyo01", typed: "09033334444"), .init(loginID: "tokyo02", typed: "09055556666"),
                ]))
    }

    private func portal(_ email: String, replacing: SessionToken? = nil) async throws -> SessionToken {
        try await fixture.desk.begin(
            at: .portal, name: email, password: password, from: DeskFixture.address, replacing: replacing,
            at: fixture.now
        ).session()
    }

    private func session(_ token: SessionToken) throws -> ControlSession {
        let now = fixture.now.milliseconds
        return ControlSession(
            fixture.database, principal: try fixture.principal(token), clock: { Date(milliseconds: now) })
    }

    private func isOver(_ token: SessionToken) async throws -> Bool {
        try await deskRefusal { _ = try fixture.principal(token) } == .sessionOver
    }

    @Test("a sign-in always gives another token, and the session that the browser had is over")
    func rotates() async throws {
        let first = try await portal("taro@example.co.jp")
        let second = try await portal("hanako@example.co.jp", replacing: first)
        #expect(try await isOver(first))
        #expect(try fixture.principal(second).role == .portalAdministrator(company: "Alpha"))
        try fixture.desk.signOut(second)
        #expect(try await isOver(second))
    }

    @Test("each session tells of the sign-in before it, whether or not that one is signed out")
    func formerSignIn() async throws {
        let began = fixture.now
        let first = try await portal("taro@example.co.jp")
        #expect(try fixture.desk.formerSignIn(of: first, at: fixture.now) == nil)
        try fixture.desk.signOut(first)
        fixture.pass(.seconds(3600))
        let second = try await portal("taro@example.co.jp")
        fixture.pass(.seconds(60))
        _ = try await portal("taro@example.co.jp")
        let moment = Date(timeIntervalSince1970: Double(began.milliseconds) / 1000)
        #expect(try fixture.desk.formerSignIn(of: second, at: fixture.now) == moment)
        let other = try await portal("hanako@example.co.jp")
        #expect(try fixture.desk.formerSignIn(of: other, at: fixture.now) == nil)
    }

    @Test("a session is over when nobody uses it for thirty minutes, and after eight hours whatever happens in it")
    func expires() async throws {
        let (idle, busy) = (try await portal("taro@example.co.jp"), try await portal("taro@example.co.jp"))
        for _ in 1...23 {
            fixture.pass(.seconds(20 * 60))
            _ = try fixture.principal(busy)
        }
        #expect(try await isOver(idle))
        fixture.pass(.seconds(20 * 60))
        #expect(try await isOver(busy))
    }

    @Test("a request is noted to the minute, and not each of them written down")
    func grain() async throws {
        let token = try await portal("taro@example.co.jp")
        func lastSeen() throws -> Date? { try fixture.operatorSession.sessions(limit: 9).first?.lastSeenAt }
        let start = Date(milliseconds: fixture.now.milliseconds)
        fixture.pass(.seconds(59))
        _ = try fixture.principal(token)
        #expect(try lastSeen() == start)
        fixture.pass(.seconds(1))
        _ = try fixture.principal(token)
        #expect(try lastSeen() == start.addingTimeInterval(60))
    }

    @Test("who is signed in goes on while it can't be noted that they were seen, which is told and not tried each time")
    func unseen() async throws {
        let (token, told) = (try await portal("taro@example.co.jp"), ToldUses())
        let desk = SignInDesk(
            fixture.database, keys: fixture.desk.keys, pool: fixture.desk.pool, cost: fixture.desk.cost,
            uses: told.notes)
        func principal() throws -> Principal {
            try desk.principal(of: token, from: DeskFixture.address, at: fixture.now)
        }
        let control = fixture.accounts.fixture.directory.controlPath
        try FileManager.default.moveItem(atPath: control, toPath: control + "-away")
        fixture.pass(.seconds(60))
        #expect(try principal().role == .generalUser(company: "Alpha", contracts: []))
        #expect(told.all == [.moved(path: control)])
        fixture.pass(.seconds(59))
        _ = try principal()
        #expect(told.all.count == 1)
        fixture.pass(.seconds(1))
        _ = try principal()
        #expect(told.all == [.moved(path: control), .moved(path: control)])
        try FileManager.default.moveItem(atPath: control + "-away", toPath: control)
        fixture.pass(.seconds(60))
        _ = try principal()
        #expect(told.all.count == 3 && told.all.last == .some(nil))
        let seen = try fixture.operatorSession.sessions(limit: 9).first?.lastSeenAt
        #expect(seen == Date(milliseconds: fixture.now.milliseconds))
        // Whether a session holds is read: it is no longer than it would be.
        try FileManager.default.moveItem(atPath: control, toPath: control + "-away")
        fixture.pass(.seconds(29 * 60))
        _ = try principal()
        fixture.pass(.seconds(60))
        #expect(try await deskRefusal { _ = try principal() } == .sessionOver)
    }

    @Test("a suspended user has no session any more, and is not given it back")
    func suspends() async throws {
        let token = try await portal("taro@example.co.jp")
        _ = try fixture.operatorSession.suspendUser("taro@example.co.jp")
        #expect(try await isOver(token))
        _ = try fixture.operatorSession.resumeUser("taro@example.co.jp")
        #expect(try await isOver(token))
    }

    @Test("everybody lists and ends their own, an administrator those in their care, the operator all")
    func lists() async throws {
        let taro = try await portal("taro@example.co.jp")
        let hanako = try await portal("hanako@example.co.jp")
        let admin = try await fixture.signIn(.administrator, "admin1", password)
        let login = try await fixture.signIn(.user, "tokyo01", password)
        func names(_ token: SessionToken) throws -> [String] {
            try session(token).sessions(limit: 99).map(\.account).sorted()
        }
        #expect(try names(taro) == ["taro@example.co.jp"])
        #expect(try names(hanako) == ["hanako@example.co.jp", "taro@example.co.jp"])
        #expect(try names(admin) == ["admin1", "tokyo01"])
        #expect(try names(login) == ["tokyo01"])
        #expect(try fixture.operatorSession.sessions(limit: 99).count == 4)
        let (taroID, loginID) = (
            try fixture.desk.sessionID(of: taro, at: fixture.now),
            try fixture.desk.sessionID(of: login, at: fixture.now)
        )
        for token in [taro, admin] {
            let other = token == taro ? loginID : taroID
            #expect(try accountRefusal { _ = try session(token).endSession(other) } == .noSuchSession(other))
        }
        let before = try #require(try fixture.operatorSession.history(limit: 1).first).id
        #expect(try session(taro).endSession(taroID).isOwn)
        #expect(try fixture.operatorSession.history(limit: 1).first?.id == before)
        #expect(try await isOver(taro))
        #expect(try !session(admin).endSession(loginID).isOwn)
        let entry = try #require(try fixture.operatorSession.history(limit: 1).first)
        #expect(entry.action == "login session" && entry.actor == "admin1" && entry.after == nil)
        #expect(try await isOver(login))
    }

    @Test(
        "an administrator ID opens the screen of a login ID of its own, acts there for it, and it ends with the parent")
    func represents() async throws {
        let admin = try await fixture.signIn(.administrator, "admin1", password)
        let window = try fixture.desk.openLoginID("tokyo01", under: admin, from: DeskFixture.address, at: fixture.now)
        let principal = try fixture.principal(window)
        #expect(principal.actor == "admin1" && principal.onBehalfOf == "tokyo01")
        _ = try session(window).setForwarding(of: number("05011111111"), when: .busy, to: "0312345678")
        let entry = try #require(try fixture.operatorSession.history(limit: 1).first)
        #expect(entry.actor == "admin1" && entry.onBehalfOf == "tokyo01")
        // The other number is under the administrator, but not this login ID's.
        #expect(throws: ControlError.self) {
            _ = try session(window).setForwarding(of: number("05022222222"), when: .busy, to: "0312345678")
        }
        #expect(throws: ControlError.self) {
            _ = try fixture.desk.openLoginID("tokyo02", under: window, from: DeskFixture.address, at: fixture.now)
        }
        #expect(
            try await deskRefusal {
                _ = try await fixture.desk.changePassword(
                    from: password, to: "Another1", in: window, from: DeskFixture.address, at: fixture.now)
            } == .signIn(.notOffered))
        // Who works in the window is not idle.
        for _ in 1...3 {
            fixture.pass(.seconds(25 * 60))
            _ = try fixture.principal(window)
        }
        _ = try fixture.principal(admin)
        try fixture.desk.signOut(admin)
        #expect(try await isOver(window))
    }

    @Test("the window is nobody else's to open, and not of another contract's login ID")
    func representsOnlyOwn() async throws {
        let admin = try await fixture.signIn(.administrator, "admin1", password)
        let login = try await fixture.signIn(.user, "tokyo01", password)
        let taro = try await portal("taro@example.co.jp")
        func open(_ name: String, _ token: SessionToken) throws -> AccountRefusal? {
            try accountRefusal {
                _ = try fixture.desk.openLoginID(name, under: token, from: DeskFixture.address, at: fixture.now)
            }
        }
        #expect(try open("nobody01", admin) == .noSuchLoginID("nobody01"))
        #expect(try open("tokyo01", taro) == .noSuchLoginID("tokyo01"))
        #expect(throws: ControlError.notPermitted(.representLoginID)) { _ = try open("tokyo01", login) }
        #expect(throws: ControlError.notPermitted(.representLoginID)) {
            _ = try fixture.operatorSession.representLoginID("tokyo01", under: admin.hash.text)
        }
    }

    @Test("another password of one's own ends the other sessions and gives this one another token")
    func changesPassword() async throws {
        let (here, elsewhere) = (try await portal("taro@example.co.jp"), try await portal("taro@example.co.jp"))
        let id = try fixture.desk.sessionID(of: here, at: fixture.now)
        func change(_ old: String, _ new: String, _ token: SessionToken) async throws -> SessionToken {
            try await fixture.desk.changePassword(
                from: old, to: new, in: token, from: DeskFixture.address, at: fixture.now)
        }
        #expect(try await deskRefusal { _ = try await change("wrong", "Another1", here) } == .wrongPassword)
        #expect(try await deskRefusal { _ = try await change(password, password, here) } == .samePassword)
        #expect(
            try await deskRefusal { _ = try await change(password, "another1", here) }
                == .password([.missing(.upperCase)]))
        let token = try await change(password, "Another1", here)
        #expect(try await isOver(here))
        #expect(try await isOver(elsewhere))
        #expect(try fixture.desk.sessionID(of: token, at: fixture.now) == id)
        #expect(try fixture.lastLetter().message.kind == "password-changed")
        // The one before counts, too.
        for _ in 1...4 {
            #expect(try await deskRefusal { _ = try await change("wrong", "Another2", token) } == .wrongPassword)
        }
        #expect(try fixture.operatorSession.user("taro@example.co.jp").status == .locked)
    }

    @Test(
        "the present password of a locked account can't be found out where another one is set",
        arguments: [
            (SignInSite.administrator, AccountKind.administratorID, "admin1"), (.user, .loginID, "tokyo01"),
            (.portal, .portalUser, "taro@example.co.jp"),
        ])
    func locked(site: SignInSite, kind: AccountKind, name: String) async throws {
        func open() async throws -> SessionToken {
            site == .portal ? try await portal(name) : try await fixture.signIn(site, name, password)
        }
        let here = try await open()
        // A code comes again after a while only.
        fixture.pass(.seconds(60))
        let elsewhere = try await open()
        func change(_ old: String, _ new: String, _ token: SessionToken) async throws -> SignInDeskRefusal? {
            try await deskRefusal {
                _ = try await fixture.desk.changePassword(
                    from: old, to: new, in: token, from: DeskFixture.address, at: fixture.now)
            }
        }
        for _ in 1...5 { #expect(try await change("wrong", "Another1", here) == .wrongPassword) }
        // Whoever guesses loses the session to guess in; another one is left, and tells nothing.
        #expect(try await isOver(here))
        let hash = try fixture.account(kind, name).passwordHash
        for new in ["Another1", password, "short"] {
            #expect(try await change(password, new, elsewhere) == .wrongPassword)
        }
        #expect(try fixture.account(kind, name).passwordHash == hash)
        fixture.pass(.seconds(29 * 60))
        _ = try fixture.principal(elsewhere)
        #expect(try await change(password, "Another1", elsewhere) == .wrongPassword)
        fixture.pass(.seconds(61))
        #expect(try await change(password, "Another1", elsewhere) == nil)
        #expect(try fixture.account(kind, name).passwordHash != hash)
    }

    @Test("what is over is forgotten, and what is not stays")
    func forgets() async throws {
        let old = try await portal("taro@example.co.jp")
        _ = try await fixture.begin(.user, "tokyo01", password)
        fixture.pass(.seconds(40 * 60))
        let token = try await portal("taro@example.co.jp")
        let signIn = try await fixture.begin(.user, "tokyo02", password).token()
        fixture.pass(.seconds(21 * 60))
        try fixture.database.forgetPastSignIns(at: fixture.now)
        let sessions = try fixture.database.read { try $0.sessions(within: .everything, owner: nil, limit: 9) }
        #expect(sessions.count == 1)
        #expect(try await isOver(old))
        _ = try fixture.principal(token)
        #expect(try fixture.desk.step(of: signIn, at: fixture.now) == .secondFactor(.sms))
    }

    @Test("a backup that is put back signs nobody in")
    func restores() async throws {
        let token = try await portal("taro@example.co.jp")
        try fixture.operatorSession.recordRestoration(from: "b.tar", sums: [:])
        #expect(try await isOver(token))
    }

    @Test("an account has fifty sessions at most: the one that was used longest ago ends for another")
    func bounds() async throws {
        let first = try await portal("taro@example.co.jp")
        for _ in 1...50 {
            fixture.pass(.seconds(7))
            _ = try await portal("taro@example.co.jp")
        }
        #expect(try await isOver(first))
        #expect(try fixture.operatorSession.sessions(limit: 99).count == 50)
    }
}

/// What is told of whether uses are noted.
final class ToldUses: Sendable {
    private let errors = Mutex<[StorageError?]>([])

    var all: [StorageError?] { errors.withLock { $0 } }

    var notes: UseNotes { UseNotes { [self] error in errors.withLock { $0.append(error) } } }
}
