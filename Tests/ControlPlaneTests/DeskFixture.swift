import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

/// The accounts of ``AccountFixture``, and the desk where they sign in, on a time of its own.
final class DeskFixture {
    static let address = "192.0.2.20"

    let accounts: AccountFixture
    let desk: SignInDesk
    var now = Timestamp(milliseconds: 1_800_000_000_000)

    var database: ControlDatabase { accounts.fixture.database }
    var operatorSession: ControlSession { accounts.fixture.session(.operator, at: now.milliseconds) }

    init(pool: HashingPool = HashingPool(threads: 2)) throws {
        accounts = try AccountFixture()
        let key = try MasterKey(octets: [UInt8](repeating: 7, count: MasterKey.length))
        desk = SignInDesk(accounts.fixture.database, keys: KeyRing(current: key), pool: pool, cost: accounts.cost)
    }

    func pass(_ duration: Duration) { now = now + duration }

    /// Gives an account a password that need not be changed, as if it had been chosen.
    func setPassword(_ password: String, _ kind: AccountKind, _ name: String) throws {
        var generator = SystemRandomNumberGenerator()
        let hash = try PasswordHash(of: password, cost: accounts.cost, using: &generator)
        try database.write { transaction in
            let account = try #require(try transaction.snapshot.account(kind, named: name))
            try transaction.setPassword(hash.stored, of: account.id, mustChange: false, at: now.milliseconds)
        }
    }

    func account(_ kind: AccountKind, _ name: String) throws -> AccountEntry {
        try #require(try database.read { try $0.account(kind, named: name) })
    }

    /// The text of the message that was written last.
    func lastLetter() throws -> OutboxLetter {
        let message = try #require(try operatorSession.outbox(OutboxFilter(limit: 1)).first)
        return try operatorSession.outboxLetter(message.id)
    }

    func messageCount() throws -> Int { try operatorSession.outbox(OutboxFilter(limit: 1000)).count }

    /// The six digits of the message that was written last.
    func lastCode() throws -> String {
        let body = try #require(try lastLetter().body)
        return String(try #require(body.firstMatch(of: /\b[0-9]{6}\b/)).0)
    }

    func lastLink(_ purpose: Link.Purpose) throws -> LinkToken {
        let letter = try lastLetter()
        #expect(letter.message.kind == purpose.rawValue)
        let line = try #require(letter.body?.split(separator: "\n").first { $0.contains("/\(purpose.rawValue)/") })
        return try #require(LinkToken(String(line.suffix(43))))
    }

    func begin(_ site: SignInSite, _ name: String, _ password: String, from address: String = DeskFixture.address)
        async throws -> SignInReply
    {
        try await desk.begin(at: site, name: name, password: password, from: address, at: now)
    }

    func giveCode(_ code: String, _ token: SignInToken) throws -> SignInReply {
        try desk.giveCode(code, in: token, from: Self.address, at: now)
    }

    func principal(_ token: SessionToken) throws -> Principal {
        try desk.principal(of: token, from: Self.address, at: now)
    }

    /// Signs an administrator ID or a login ID in, by the short message.
    func signIn(_ site: SignInSite, _ name: String, _ password: String) async throws -> SessionToken {
        let token = try await begin(site, name, password).token()
        return try giveCode(try lastCode(), token).session()
    }
}

extension SignInReply {
    func token() throws -> SignInToken {
        guard case .next(let token, _, _) = self else { throw Unexpected(reply: "\(self)") }
        return token
    }

    func session() throws -> SessionToken {
        guard case .signedIn(let token) = self else { throw Unexpected(reply: "\(self)") }
        return token
    }

    var step: SignInProgress.Step? {
        if case .next(_, let step, _) = self { step } else { nil }
    }

    var sentCode: SentCode? {
        if case .next(_, _, let code) = self { code } else { nil }
    }

    private struct Unexpected: Error {
        let reply: String
    }
}

/// Why the desk refuses; nil if it does not.
func deskRefusal(_ work: () async throws -> Void) async throws -> SignInDeskRefusal? {
    do {
        try await work()
        return nil
    } catch let refusal as SignInDeskRefusal {
        return refusal
    }
}
