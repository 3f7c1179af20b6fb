import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite("Tokens of programs") struct TokenTests {
    private let fixture: DeskFixture
    private let desk: APIDesk
    private let everything = TokenScope(mayWrite: true, numbersOnly: false)

    init() throws {
        fixture = try DeskFixture()
        desk = APIDesk(fixture.database)
        try fixture.setPassword("Abc123xyz", .portalUser, "hanako@example.co.jp")
        try fixture.setPassword("Abc123xyz", .portalUser, "taro@example.co.jp")
        try fixture.setPassword("Abc123xyz", .loginID, "tokyo01")
    }

    private func token(of owner: TokenOwner, _ scope: TokenScope? = nil, days: Int = 1) throws -> IssuedToken {
        try fixture.operatorSession.addToken("test", for: owner, scope ?? everything, days: days)
    }

    private func principal(_ secret: String, from address: String = DeskFixture.address) throws -> Principal {
        try desk.principal(of: secret, from: address, at: fixture.now)
    }

    private func session(_ issued: IssuedToken) throws -> ControlSession {
        let now = fixture.now.milliseconds
        return ControlSession(
            fixture.database, principal: try principal(issued.secret), clock: { Date(milliseconds: now) })
    }

    private func refusal(_ work: () throws -> Void) -> APIRefusal? {
        do {
            try work()
            return nil
        } catch let refusal as APIRefusal {
            return refusal
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("A token stands for its account, and is recorded with what was done by it")
    func stands() throws {
        let issued = try token(of: .loginID("tokyo01"))
        let principal = try principal(issued.secret)
        #expect(principal.actor == "tokyo01" && principal.scope == everything)
        #expect(principal.source == "\(DeskFixture.address) token \(issued.token.id)")
        _ = try session(issued).block(number("0312345678"), for: number("05011111111"))
        #expect(try fixture.accounts.lastChange().source == principal.source)
        #expect(throws: ControlError.self) { try session(issued).number(number("05022222222")) }
    }

    @Test("No token is valid in a database that was put back, since some of them were ended after it was kept")
    func restored() throws {
        let issued = try token(of: .loginID("tokyo01"))
        try fixture.operatorSession.recordRestoration(from: "b.tar", sums: [:])
        #expect(refusal { _ = try principal(issued.secret) } == .unknownToken)
        #expect(try principal(try token(of: .loginID("tokyo01")).secret).actor == "tokyo01")
    }

    @Test("A password that is kept in another hash ends no token, and another password does")
    func passwords() throws {
        let issued = try token(of: .loginID("tokyo01"))
        let account = try fixture.account(.loginID, "tokyo01")
        try fixture.database.write {
            try $0.renewPassword("$scrypt$other", inPlaceOf: account.passwordHash ?? "", of: account.id)
        }
        #expect(try fixture.account(.loginID, "tokyo01").passwordHash == "$scrypt$other")
        #expect(try principal(issued.secret).actor == "tokyo01")
        try fixture.setPassword("Another1pass", .loginID, "tokyo01")
        #expect(refusal { _ = try principal(issued.secret) } == .unknownToken)
    }

    @Test("A program is heard while it can't be noted that its token was used")
    func unnoted() throws {
        let (issued, told) = (try token(of: .loginID("tokyo01")), ToldUses())
        let desk = APIDesk(fixture.database, uses: told.notes)
        let control = fixture.accounts.fixture.directory.controlPath
        try FileManager.default.moveItem(atPath: control, toPath: control + "-away")
        for _ in 1...2 {
            let principal = try desk.principal(of: issued.secret, from: DeskFixture.address, at: fixture.now)
            #expect(principal.actor == "tokyo01" && told.all == [.moved(path: control)])
        }
        #expect(try fixture.operatorSession.tokens(limit: 9).first?.usedAt == nil)
        let wrong = String(issued.secret.reversed())
        #expect(throws: APIRefusal.self) { try desk.principal(of: wrong, from: DeskFixture.address, at: fixture.now) }
    }

    @Test("The secret is nowhere, neither in the database nor in the history")
    func secrecy() throws {
        let issued = try token(of: .user("taro@example.co.jp"))
        for entry in try fixture.operatorSession.history(limit: 100) {
            #expect(!(entry.before ?? "").contains(issued.secret) && !(entry.after ?? "").contains(issued.secret))
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture.accounts.fixture.directory.controlPath))
        let log = try? Data(contentsOf: URL(fileURLWithPath: fixture.accounts.fixture.directory.controlPath + "-wal"))
        #expect((data + (log ?? Data())).range(of: Data(issued.secret.utf8)) == nil)
        #expect((data + (log ?? Data())).range(of: Data(issued.token.id.utf8)) != nil)
    }

    @Test("A token is over at its end, when it is ended, and with another password; while a suspension lasts it rests")
    func ends() throws {
        let one = try token(of: .user("taro@example.co.jp"), days: 1)
        _ = try fixture.operatorSession.suspendUser("taro@example.co.jp")
        #expect(refusal { _ = try principal(one.secret) } == .unknownToken)
        _ = try fixture.operatorSession.resumeUser("taro@example.co.jp")
        #expect(refusal { _ = try principal(one.secret) } == nil)
        fixture.pass(.seconds(86_399))
        #expect(refusal { _ = try principal(one.secret) } == nil)
        fixture.pass(.seconds(1))
        #expect(refusal { _ = try principal(one.secret) } == .unknownToken)
        let two = try token(of: .user("taro@example.co.jp"))
        _ = try fixture.operatorSession.endToken(two.token.id)
        #expect(refusal { _ = try principal(two.secret) } == .unknownToken)
        let three = try token(of: .user("taro@example.co.jp"))
        try fixture.setPassword("Other123", .portalUser, "taro@example.co.jp")
        #expect(refusal { _ = try principal(three.secret) } == .unknownToken)
        try fixture.database.forgetPastSignIns(at: fixture.now)
        #expect(try fixture.operatorSession.tokens(limit: 9).isEmpty)
    }

    @Test("Whoever tries many tokens is slowed down, and nobody else is")
    func guessing() throws {
        let wrong = String(repeating: "A", count: 43)
        let refusals = (0..<40).map { _ in refusal { _ = try principal(wrong) } }
        #expect(refusals.first == .unknownToken)
        guard case .tooManyTries? = refusals.last else {
            Issue.record("\(String(describing: refusals.last))")
            return
        }
        #expect(refusal { _ = try principal(wrong, from: "203.0.113.1") } == .unknownToken)
        let issued = try token(of: .loginID("tokyo01"))
        #expect(refusal { _ = try principal(issued.secret) } == nil)
    }

    @Test(
        "Without leave to write nothing can be done that is not called showing, listing or explaining",
        arguments: UseCase.allCases)
    func reading(useCase: UseCase) {
        let reads = ["show", "list", "explain"].contains { useCase.rawValue.hasPrefix($0) }
        #expect(TokenScope(mayWrite: false, numbersOnly: false).allows(useCase) == reads)
        #expect(everything.allows(useCase))
    }

    @Test("For numbers only, there are no people, no sessions and no tokens")
    func numbersOnly() {
        let scope = TokenScope(mayWrite: true, numbersOnly: true)
        for useCase in UseCase.allCases where scope.allows(useCase) {
            for word in ["User", "Session", "Token", "Group", "Password", "Login", "Admin", "Trunk", "Message"] {
                #expect(!useCase.rawValue.contains(word), "\(useCase)")
            }
        }
        #expect(scope.allows(.setForwarding) && scope.allows(.listNumbers))
    }

    @Test("A program gives nobody more than it has")
    func growth() throws {
        let reader = try session(token(of: .loginID("tokyo01"), TokenScope(mayWrite: false, numbersOnly: false)))
        #expect(throws: ControlError.outsideScope(.addToken, TokenScope(mayWrite: false, numbersOnly: false))) {
            try reader.addToken("more", for: .oneself, everything, days: 1)
        }
        let writer = try session(token(of: .loginID("tokyo01")))
        let less = try writer.addToken(
            "less", for: .oneself, TokenScope(mayWrite: false, numbersOnly: true), days: 1)
        #expect(try principal(less.secret).scope == TokenScope(mayWrite: false, numbersOnly: true))
        #expect(
            try accountRefusal { _ = try writer.addToken(" ", for: .oneself, everything, days: 1) } == .tokenWithoutName
        )
        #expect(
            try accountRefusal { _ = try writer.addToken("x", for: .oneself, everything, days: 0) } == .tokenDays(0))
        for _ in 0..<47 { _ = try writer.addToken("x", for: .oneself, everything, days: 1) }
        #expect(
            try accountRefusal { _ = try writer.addToken("x", for: .oneself, everything, days: 1) }
                == .tooManyTokens(limit: 50))
    }

    @Test("A token's name has no control character, whoever gives it")
    func names() throws {
        let login = try session(token(of: .loginID("tokyo01")))
        for control: Unicode.Scalar in ["\n", "\u{1B}", "\u{9B}"] {
            #expect(
                try accountRefusal { _ = try login.addToken("a\(control)b", for: .oneself, everything, days: 1) }
                    == .controlCharacter(field: "name", control))
        }
    }

    @Test("Accounts see and end their own tokens, and their administrators theirs")
    func care() throws {
        let taro = try token(of: .user("taro@example.co.jp"))
        let login = try token(of: .loginID("tokyo01"))
        let hanako = try session(token(of: .user("hanako@example.co.jp")))
        #expect(try hanako.tokens(limit: 9).map(\.account).sorted() == ["hanako@example.co.jp", "taro@example.co.jp"])
        #expect(try session(taro).tokens(limit: 9).map(\.account) == ["taro@example.co.jp"])
        #expect(try session(login).tokens(limit: 9).map(\.account) == ["tokyo01"])
        #expect(
            try accountRefusal { _ = try session(taro).endToken(login.token.id) } == .noSuchToken(login.token.id))
        #expect(try hanako.endToken(taro.token.id).account == "taro@example.co.jp")
        #expect(refusal { _ = try principal(taro.secret) } == .unknownToken)
        #expect(try session(login).endToken(login.token.id).id == login.token.id)
    }

    @Test("A request under a key is done once, and is known by what it asks for")
    func keys() throws {
        let id = try fixture.account(.loginID, "tokyo01").id
        let other = try fixture.account(.portalUser, "taro@example.co.jp").id
        let (one, two) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))
        let answer = APIAnswerEntry(request: one, status: 200, headers: "\"7\"", body: "{}")
        #expect(try desk.begin(one, of: id, key: "k", at: fixture.now) == nil)
        #expect(refusal { _ = try desk.begin(one, of: id, key: "k", at: fixture.now) } == .unanswered(key: "k"))
        try desk.keep(answer, of: id, key: "k")
        #expect(try desk.begin(one, of: id, key: "k", at: fixture.now) == answer)
        #expect(refusal { _ = try desk.begin(two, of: id, key: "k", at: fixture.now) } == .otherRequest(key: "k"))
        #expect(try desk.begin(two, of: other, key: "k", at: fixture.now) == nil)
        try desk.forget("k", of: other)
        #expect(try desk.begin(one, of: other, key: "k", at: fixture.now) == nil)
        fixture.pass(.seconds(24 * 3600 + 1))
        try fixture.database.forgetPastSignIns(at: fixture.now)
        #expect(try desk.begin(two, of: id, key: "k", at: fixture.now) == nil)
    }

    @Test("A token that is made with another one is over no later")
    func heir() throws {
        let writer = try session(token(of: .loginID("tokyo01")))
        let own = try #require(writer.principal.end)
        let heir = try writer.addToken("heir", for: .oneself, everything, days: 3_660)
        #expect(heir.token.expiresAt == Date(timeIntervalSince1970: Double(own) / 1000))
    }

    @Test("A token ends with the one that it was made with, and with whatever that one ends by")
    func heirsEnd() throws {
        func line() throws -> [IssuedToken] {
            let first = try token(of: .loginID("tokyo01"))
            let second = try session(first).addToken("heir", for: .oneself, everything, days: 1)
            return [first, second, try session(second).addToken("heir's heir", for: .oneself, everything, days: 1)]
        }
        let (other, made) = (try token(of: .loginID("tokyo01")), try line())
        let last = try fixture.operatorSession.history(limit: 1).first?.id ?? 0
        #expect(
            try session(other).heirs(ofToken: made[0].token.id).map(\.id).sorted()
                == made.dropFirst().map(\.token.id).sorted())
        let ended = try session(other).endToken(made[0].token.id)
        #expect(ended.id == made[0].token.id)
        #expect(ended.heirs?.map(\.id).sorted() == made.dropFirst().map(\.token.id).sorted())
        #expect(made.allSatisfy { token in refusal { _ = try principal(token.secret) } == .unknownToken })
        #expect(try principal(other.secret).actor == "tokyo01")
        let history = try fixture.operatorSession.history(limit: 9).filter { $0.id > last }
        #expect(history.map(\.action) == ["token end", "token end", "token end"])
        let again = try line()
        try fixture.setPassword("Another1pass", .loginID, "tokyo01")
        #expect(again.allSatisfy { token in refusal { _ = try principal(token.secret) } == .unknownToken })
    }
}
