import Testing

@testable import SignIn

@Suite("Password hashes")
struct PasswordHashTests {
    private let cheap: ScryptCost

    init() throws {
        cheap = try ScryptCost(exponent: 4)
    }

    private func hash(_ password: String, seed: UInt64 = 1) throws -> PasswordHash {
        var generator = RepeatableGenerator(seed: seed)
        return try PasswordHash(of: password, cost: cheap, using: &generator)
    }

    @Test("a password matches its own hash and no other")
    func matches() throws {
        let hash = try hash("Secret1")
        #expect(try PasswordHash.isPassword("Secret1", of: hash))
        #expect(try !PasswordHash.isPassword("secret1", of: hash))
        #expect(try !PasswordHash.isPassword("Secret1 ", of: hash))
    }

    @Test("a hash is made with OWASP's parameters, and says so")
    func recommended() throws {
        var generator = RepeatableGenerator()
        let hash = try PasswordHash(of: "Secret1", using: &generator)
        #expect(hash.stored.hasPrefix("$scrypt$ln=17,r=8,p=1$"))
        #expect(hash.cost.memory >> 20 == 128)
        #expect(!hash.needsRehash())
    }

    @Test(
        "hashes that other programs made are understood",
        arguments: [
            // RFC 7914 §12, the first 32 octets.
            (
                "pleaseletmein",
                "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"
            ),
            // Python's hashlib, of the precomposed form.
            (
                "がくせい 1aA",
                "$scrypt$ln=4,r=8,p=2$c2l4dGVlbiBvY3RldHMuLg$OEabQd7TEiE3kh8Yv4qNhTlSXid+YIZxx4Uh+8FrST0"
            ),
        ])
    func foreign(password: String, stored: String) throws {
        let hash = try PasswordHash(stored: stored)
        #expect(hash.stored == stored)
        #expect(try PasswordHash.isPassword(password, of: hash))
        #expect(try !PasswordHash.isPassword(password + "x", of: hash))
    }

    @Test(
        "the same password is the same whatever it was typed on",
        arguments: [
            ("か\u{3099}1aA", "が1aA"), ("e\u{301}1A", "\u{E9}1A"), ("a\u{3000}B1", "a B1"), ("a\u{A0}B1", "a B1"),
        ])
    func prepares(typed: String, other: String) throws {
        #expect(Array(typed.utf8) != Array(other.utf8))
        #expect(try PasswordHash.isPassword(other, of: hash(typed)))
    }

    @Test("full-width letters are other letters")
    func keepsWidth() throws {
        #expect(try !PasswordHash.isPassword("Secret1", of: hash("Ｓecret1")))
    }

    @Test("the same password gets another salt and another key each time")
    func salts() throws {
        let (one, other) = (try hash("Secret1", seed: 1), try hash("Secret1", seed: 2))
        let parts = [one, other].map { $0.stored.split(separator: "$") }
        #expect(parts[0][2] != parts[1][2])
        #expect(parts[0][3] != parts[1][3])
    }

    @Test("without an account no password is right")
    func noAccount() throws {
        #expect(try !PasswordHash.isPassword("Secret1", of: nil, cost: cheap))
        #expect(try !PasswordHash.isPassword("", of: nil, cost: cheap))
    }

    @Test("without an account as much work is done as with one")
    func decoyCostsTheSame() throws {
        let cost = try ScryptCost(exponent: 13)
        var generator = RepeatableGenerator()
        let hash = try PasswordHash(of: "Secret1", cost: cost, using: &generator)
        func fastest(_ hash: PasswordHash?) throws -> Duration {
            try (0..<5).map { _ in
                try ContinuousClock().measure { _ = try PasswordHash.isPassword("wrong", of: hash, cost: cost) }
            }.min() ?? .zero
        }
        // A short cut would take a thousandth of it.
        #expect(try fastest(nil) * 4 > fastest(hash))
    }

    @Test("an empty password and an enormous one are refused before they are hashed")
    func refuses() throws {
        var generator = RepeatableGenerator()
        let long = String(repeating: "x", count: PasswordHash.passwordLimit + 1)
        #expect(throws: SignInError.emptyPassword) { try PasswordHash(of: "", using: &generator) }
        #expect(throws: SignInError.passwordTooLong(limit: 1024)) { try PasswordHash(of: long, using: &generator) }
        let hash = try hash("Secret1")
        #expect(try !PasswordHash.isPassword("", of: hash))
        #expect(try !PasswordHash.isPassword(long, of: hash))
    }

    @Test("a hash of another cost is to be made anew")
    func needsRehash() throws {
        let hash = try hash("Secret1")
        #expect(hash.needsRehash())
        #expect(try hash.needsRehash(cost: ScryptCost(exponent: 5)))
        #expect(!hash.needsRehash(cost: cheap))
    }

    @Test(
        "what is not a hash is not read",
        arguments: [
            "", "Secret1", "$scrypt$", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA",
            "$scrypt$ln=4,r=8$c2l4dGVlbiBvY3RldHMuLg$OEabQd7TEiE3kh8Yv4qNhTlSXid+YIZxx4Uh+8FrST0",
            "$scrypt$r=8,ln=4,p=1$c2l4dGVlbiBvY3RldHMuLg$OEabQd7TEiE3kh8Yv4qNhTlSXid+YIZxx4Uh+8FrST0",
            "$scrypt$ln=+4,r=8,p=1$c2l4dGVlbiBvY3RldHMuLg$OEabQd7TEiE3kh8Yv4qNhTlSXid+YIZxx4Uh+8FrST0",
            "$scrypt$ln=4,r=8,p=1$c2l4$OEabQd7TEiE3kh8Yv4qNhTlSXid+YIZxx4Uh+8FrST0",
            "$scrypt$ln=4,r=8,p=1$c2l4dGVlbiBvY3RldHMuLg$",
        ])
    func unreadable(text: String) {
        #expect(throws: SignInError.self) { try PasswordHash(stored: text) }
    }

    @Test(
        "a cost that could stop the server is refused",
        arguments: [(0, 8, 1), (21, 8, 1), (20, 16, 1), (17, 17, 1), (17, 8, 17), (17, 8, 0), (16, 1, 1), (-1, -1, -1)])
    func refusesCost(exponent: Int, blockSize: Int, parallelism: Int) {
        #expect(throws: SignInError.self) {
            try ScryptCost(exponent: exponent, blockSize: blockSize, parallelism: parallelism)
        }
    }

    @Test("every small cost that is allowed can be run", arguments: [1, 2, 8, 16])
    func runs(blockSize: Int) throws {
        for parallelism in [1, 16] {
            let cost = try ScryptCost(exponent: 1, blockSize: blockSize, parallelism: parallelism)
            #expect(try !PasswordHash.isPassword("x", of: nil, cost: cost))
        }
    }

    @Test("a hash in a log shows neither salt nor key")
    func redacted() throws {
        #expect("\(try hash("Secret1"))" == "PasswordHash(ln=4,r=8,p=1)")
    }
}
