import Testing

@testable import SignIn

@Suite("Sealed secrets")
struct SealedSecretTests {
    private let secret = Array("12345678901234567890".utf8)

    private func seal(with keys: KeyRing, seed: UInt64 = 1) throws -> SealedSecret {
        var generator = RepeatableGenerator(seed: seed)
        return try SealedSecret(sealing: secret, of: "u1", with: keys, using: &generator)
    }

    @Test("what was sealed for an account opens for it")
    func opens() throws {
        let keys = try KeyRing.fixture()
        let sealed = try seal(with: keys)
        #expect(try sealed.open(for: "u1", with: keys) == secret)
        #expect(try SealedSecret(stored: sealed.stored).open(for: "u1", with: keys) == secret)
        #expect(!sealed.stored.contains(BaseEncoding.base64URL.text(secret)))
    }

    @Test("it does not open for another account")
    func bound() throws {
        let keys = try KeyRing.fixture()
        #expect(throws: SignInError.sealBroken(account: "u2")) { try seal(with: keys).open(for: "u2", with: keys) }
    }

    @Test("nor when one character of it was altered")
    func altered() throws {
        let keys = try KeyRing.fixture()
        let stored = try seal(with: keys).stored
        let box = try #require(stored.ranges(of: "box=").first).upperBound
        for index in stored.indices where index >= box {
            var altered = stored
            altered.replaceSubrange(index...index, with: stored[index] == "A" ? "E" : "A")
            #expect(throws: SignInError.self) { try SealedSecret(stored: altered).open(for: "u1", with: keys) }
        }
    }

    @Test("it opens with a former key and is then to be sealed anew, and not without it")
    func rotates() throws {
        let sealed = try seal(with: .fixture(1))
        let rotated = try KeyRing.fixture(2, former: [1])
        #expect(try sealed.open(for: "u1", with: rotated) == secret)
        #expect(sealed.needsResealing(with: rotated))
        #expect(try !seal(with: rotated).needsResealing(with: rotated))
        #expect(throws: SignInError.unknownKey(id: sealed.keyID)) {
            try sealed.open(for: "u1", with: .fixture(2))
        }
    }

    @Test("the same secret is sealed differently each time")
    func nonces() throws {
        let keys = try KeyRing.fixture()
        #expect(try seal(with: keys, seed: 1) != seal(with: keys, seed: 2))
    }

    @Test("a key is 32 octets, its id follows from it and its text does not show it", arguments: [0, 31, 33])
    func keys(count: Int) throws {
        #expect(throws: SignInError.keyLength(found: count, needed: 32)) {
            try MasterKey(octets: [UInt8](repeating: 1, count: count))
        }
        let (one, other) = (try KeyRing.fixture(1).current, try KeyRing.fixture(2).current)
        #expect(one.id.count == 16)
        #expect(one.id != other.id)
        #expect(one.id == (try KeyRing.fixture(1).current.id))
        #expect("\(one)" == "MasterKey(\(one.id))")
    }

    @Test("a secret of unreasonable length is refused")
    func tooLong() throws {
        var generator = RepeatableGenerator()
        let keys = try KeyRing.fixture()
        #expect(throws: SignInError.secretTooLong(limit: 4096)) {
            try SealedSecret(
                sealing: [UInt8](repeating: 0, count: 4097), of: "u1", with: keys, using: &generator)
        }
    }
}
