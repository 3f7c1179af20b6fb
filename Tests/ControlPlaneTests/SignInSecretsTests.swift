import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite("What is kept of signing in") struct SignInSecretsTests {
    /// What stands in the database's files as it is.
    private func octets(_ fixture: DeskFixture) throws -> [Data] {
        let path = fixture.accounts.fixture.directory.controlPath
        return try ["", "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: path + $0)) }
    }

    @Test("no password, no token, no secret of an app and no recovery code stands in the database's files")
    func nothingInClear() async throws {
        let fixture = try DeskFixture()
        var profile = fixture.accounts.profile("jiro@example.co.jp")
        profile.secondFactor = .totp
        _ = try fixture.operatorSession.addUser(profile, to: "Alpha")
        let password = "Sesame-Opens-1"
        let token = try await fixture.desk.acceptInvitation(
            try fixture.lastLink(.invitation),
            identity: ClaimedIdentity(email: profile.email, name: "Name", telephone: "0312345678"), password: password,
            from: DeskFixture.address, at: fixture.now
        ).token()
        let offer = try fixture.desk.offerTOTP(in: token, at: fixture.now)
        let secret = try TOTPSecret(base32: offer.secret)
        let (recovery, _) = try fixture.desk.confirmTOTP(
            TOTP.code(of: secret, at: fixture.now), in: token, from: DeskFixture.address, at: fixture.now)
        fixture.pass(.seconds(30))
        let signIn = try await fixture.begin(.portal, profile.email, password).token()
        let session = try fixture.giveCode(TOTP.code(of: secret, at: fixture.now), signIn).session()
        let issued = try fixture.operatorSession.issuePassword(ofLoginID: "tokyo01", cost: fixture.accounts.cost)
        let secrets =
            [password, issued.password, token.text, signIn.text, session.text, offer.secret]
            + recovery + recovery.map { $0.replacing("-", with: "") }
        let files = try octets(fixture)
        for text in secrets { #expect(files.allSatisfy { $0.range(of: Data(text.utf8)) == nil }, "\(text)") }
        #expect(files.allSatisfy { $0.range(of: Data(secret.octets)) == nil })
        // So that the search can fail: what is no secret is found.
        #expect(files.contains { $0.range(of: Data(profile.email.utf8)) != nil })
    }

    @Test("a link stands in its message alone, and is gone from there when that was sent")
    func links() throws {
        let fixture = try DeskFixture()
        _ = try fixture.operatorSession.addUser(fixture.accounts.profile("jiro@example.co.jp"), to: "Alpha")
        let (link, id) = (try fixture.lastLink(.invitation), try fixture.lastLetter().message.id)
        let kept = try #require(try fixture.database.read { try $0.link(hash: link.hash.text) })
        #expect(!kept.value.contains(link.text))
        try fixture.database.write { transaction in
            while let entry = try transaction.claimMessage(.mail, at: fixture.now.milliseconds) {
                try transaction.settle(entry.id, as: .sent, at: fixture.now.milliseconds)
            }
        }
        #expect(try fixture.operatorSession.outboxLetter(id).body == nil)
    }

    @Test("the key file is made once, its owner's alone to read, and is part of a backup")
    func keyFile() throws {
        let fixture = try ControlFixture()
        let keys = try SignInDesk.keys(in: fixture.directory)
        #expect(try SignInDesk.keys(in: fixture.directory).current.id == keys.current.id)
        let path = fixture.directory.path + "/sign-in.key"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == 32)
        #expect(try fixture.directory.keyFiles() == ["sign-in.key"])
        try Data("short".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.self) { try SignInDesk.keys(in: fixture.directory) }
    }

    @Test("a password that was hashed at another cost is hashed anew by the next sign-in, and no session ends")
    func rehashes() async throws {
        let fixture = try DeskFixture()
        let password = "Sesame-Opens-1"
        try fixture.setPassword(password, .loginID, "tokyo01")
        let line = SMSNumberForm.Line(loginID: "tokyo01", typed: "09012345678")
        _ = try fixture.operatorSession.setSMSNumbers(of: "C-1", SMSNumberForm(lines: [line]))
        let session = try await fixture.signIn(.user, "tokyo01", password)
        let former = try fixture.account(.loginID, "tokyo01")
        let dearer = SignInDesk(
            fixture.database, keys: fixture.desk.keys, pool: HashingPool(threads: 1), cost: try ScryptCost(exponent: 2))
        func hash() throws -> PasswordHash {
            try PasswordHash(stored: try #require(try fixture.account(.loginID, "tokyo01").passwordHash))
        }
        fixture.pass(.seconds(300))
        let wrong = try await deskRefusal {
            _ = try await dearer.begin(
                at: .user, name: "tokyo01", password: "Sesame-Opens-2", from: DeskFixture.address, at: fixture.now)
        }
        #expect(try wrong != nil && hash().needsRehash(cost: dearer.cost))
        let token = try await dearer.begin(
            at: .user, name: "tokyo01", password: password, from: DeskFixture.address, at: fixture.now
        ).token()
        #expect(try !hash().needsRehash(cost: dearer.cost))
        #expect(try PasswordHash.isPassword(password, of: hash(), cost: dearer.cost))
        // The session that there was goes on, and so does the sign-in.
        _ = try fixture.principal(session)
        _ = try fixture.giveCode(try fixture.lastCode(), token).session()
        #expect(try fixture.account(.loginID, "tokyo01").passwordSetAt == former.passwordSetAt)
        // Another password still ends all of them, even in the same moment.
        try fixture.setPassword("Sesame-Opens-3", .loginID, "tokyo01")
        #expect(throws: SignInDeskRefusal.self) { try fixture.principal(session) }
    }

    @Test("a secret that was sealed with a former key is sealed anew by the next code, and no session ends")
    func reseals() async throws {
        let fixture = try DeskFixture()
        let (name, password) = ("taro@example.co.jp", "Sesame-Opens-1")
        _ = try fixture.operatorSession.editUser(name) { $0.secondFactor = .totp }
        try fixture.setPassword(password, .portalUser, name)
        var generator = SystemRandomNumberGenerator()
        let former = try MasterKey(octets: [UInt8](repeating: 9, count: MasterKey.length))
        let secret = TOTPSecret(using: &generator)
        let id = try fixture.account(.portalUser, name).id
        let sealed = try SealedSecret(
            sealing: secret.octets, of: id, with: KeyRing(current: former), using: &generator)
        try fixture.database.write { try $0.setSecondFactorSecret(sealed.stored, of: id) }
        let keys = KeyRing(current: fixture.desk.keys.current, former: [former])
        let desk = SignInDesk(fixture.database, keys: keys, pool: HashingPool(threads: 1), cost: fixture.desk.cost)
        func signIn(_ desk: SignInDesk) async throws -> SessionToken {
            fixture.pass(.seconds(30))
            let token = try await desk.begin(
                at: .portal, name: name, password: password, from: DeskFixture.address, at: fixture.now
            ).token()
            return try desk.giveCode(
                TOTP.code(of: secret, at: fixture.now), in: token, from: DeskFixture.address, at: fixture.now
            ).session()
        }
        let session = try await signIn(desk)
        let stored = try #require(try fixture.account(.portalUser, name).totpSecret)
        #expect(try !SealedSecret(stored: stored).needsResealing(with: keys))
        _ = try fixture.principal(session)
        // From now on the former key is not needed.
        _ = try await signIn(fixture.desk)
    }

    @Test("a former key beside the present one opens what it has sealed, and a check tells of secrets without a key")
    func formerKey() throws {
        let fixture = try AccountFixture()
        let (directory, path) = (fixture.fixture.directory, fixture.fixture.directory.path)
        #expect(try SignInDesk.keysIfThere(in: directory) == nil)
        let old = try SignInDesk.keys(in: directory)
        var generator = SystemRandomNumberGenerator()
        let id = try fixture.session.user("taro@example.co.jp").id
        let sealed = try SealedSecret(sealing: [1, 2, 3], of: id, with: old, using: &generator)
        try fixture.fixture.database.write { try $0.setSecondFactorSecret(sealed.stored, of: id) }
        try FileManager.default.moveItem(atPath: path + "/sign-in.key", toPath: path + "/sign-in.former.key")
        let keys = try SignInDesk.keys(in: directory)
        #expect(keys.current.id != old.current.id)
        #expect(try sealed.open(for: id, with: keys) == [1, 2, 3])
        func findings() throws -> [CheckFinding] {
            var found: [CheckFinding] = []
            try fixture.session.checkSecrets(openedBy: SignInDesk.keysIfThere(in: directory)) { found.append($0) }
            return found
        }
        #expect(try findings().isEmpty)
        try FileManager.default.removeItem(atPath: path + "/sign-in.former.key")
        #expect(try findings().map(\.kind) == [.key] && findings()[0].thing == "taro@example.co.jp")
        try FileManager.default.removeItem(atPath: path + "/sign-in.key")
        #expect(try findings().count == 1)
        #expect(!FileManager.default.fileExists(atPath: path + "/sign-in.key"))
    }
}
