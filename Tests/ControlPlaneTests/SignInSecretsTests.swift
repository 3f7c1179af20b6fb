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
}
