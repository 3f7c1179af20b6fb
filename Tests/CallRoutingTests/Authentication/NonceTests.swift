import Foundation
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Nonces: expiry and replay (RFC 7616 §3.4)")
struct NonceTests {
    private static func nonce(issued: Instant, serial: UInt64) -> Nonce {
        Nonce(issued: issued, serial: serial, source: DigestPhone.source)
    }

    @Test("A nonce holds for five minutes; after that the right password is told that it is stale")
    func expiry() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.now = phone.now + .seconds(300)
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
        phone.now = phone.now + .milliseconds(1)
        #expect(try phone.signIn() == .stale)
    }

    @Test("A nonce that is not ours, or was changed, is stale for the right password")
    func foreign() throws {
        var phone = DigestPhone()
        var other = DigestPhone(secret: 8)
        try other.challenge()
        try phone.challenge()
        let ours = phone.nonce
        let flipped = (ours.first == "0" ? "1" : "0") + ours.dropFirst()
        for nonce in [other.nonce, "", "abc", flipped, ours.uppercased() + "0", String(ours.dropLast(2)), ours + "00"] {
            phone.nonce = nonce
            #expect(try phone.signIn() == .stale)
        }
        phone.nonce = ours
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
    }

    @Test("A nonce of another realm is not ours")
    func otherRealm() {
        let secret = Array(repeating: UInt8(7), count: 32)
        let one = NonceFactory(secret: secret, realm: "one", lifetime: .seconds(300))
        let two = NonceFactory(secret: secret, realm: "two", lifetime: .seconds(300))
        let nonce = one.make(serial: 5, for: DigestPhone.source, at: Instant(milliseconds: 12345))
        #expect(one.read(nonce) == Self.nonce(issued: Instant(milliseconds: 12345), serial: 5))
        #expect(two.read(nonce) == nil)
    }

    @Test("Whichever of its digits is changed, a nonce is not ours any more")
    func changed() {
        let factory = NonceFactory(secret: Array(repeating: 7, count: 32), realm: "one", lifetime: .seconds(300))
        let nonce = factory.make(serial: 5, for: DigestPhone.source, at: Instant(milliseconds: 12345))
        #expect(nonce.utf8.count == 80)
        for place in nonce.indices {
            let digit = nonce[place] == "0" ? "1" : "0"
            #expect(factory.read(nonce.replacingCharacters(in: place...place, with: digit)) == nil)
        }
    }

    @Test("A nonce tells whom it was sent to: an IPv4 address, in IPv6's clothes too, or a /64")
    func source() throws {
        let factory = NonceFactory(secret: Array(repeating: 7, count: 32), realm: "one", lifetime: .seconds(300))
        for (text, told) in [
            ("192.0.2.11", "192.0.2.11"), ("::ffff:192.0.2.11", "192.0.2.11"), ("2001:db8:1:2::5", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            let key = SourceKey(try #require(IPAddress(text)))
            let nonce = factory.make(serial: 1, for: key, at: Instant(milliseconds: 1))
            let read = try #require(factory.read(nonce)?.source)
            #expect(read == key && read.address.description == told)
        }
    }

    @Test("The same request twice is stale the second time")
    func replay() throws {
        var phone = DigestPhone()
        try phone.challenge()
        let line = "Authorization: \(phone.credentials())"
        #expect(try phone.verify([line]) == .authenticated(username: "05012345678"))
        #expect(try phone.verify([line]) == .stale)
    }

    @Test("A count of 0 is never accepted")
    func zero() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes["nc"] = "00000000"
        #expect(try phone.signIn() == .stale)
    }

    @Test("Counts may overtake each other within 64, each once")
    func window() {
        let ledger = NonceLedger()
        let nonce = Self.nonce(issued: Instant(milliseconds: 1000), serial: 1)
        let now = Instant(milliseconds: 2000)
        #expect(ledger.use(nonce, count: 100, at: now))
        #expect(ledger.use(nonce, count: 37, at: now))
        #expect(!ledger.use(nonce, count: 36, at: now))
        #expect(!ledger.use(nonce, count: 37, at: now))
        #expect(!ledger.use(nonce, count: 100, at: now))
        #expect(ledger.use(nonce, count: 99, at: now))
        #expect(ledger.use(nonce, count: 101, at: now))
        #expect(!ledger.use(nonce, count: 99, at: now))
        #expect(!ledger.use(nonce, count: 37, at: now))
        #expect(ledger.use(nonce, count: 1000, at: now))
        #expect(!ledger.use(nonce, count: 101, at: now))
        #expect(ledger.use(nonce, count: .max, at: now))
        #expect(!ledger.use(nonce, count: .max, at: now))
        #expect(ledger.use(nonce, count: .max - 63, at: now))
        #expect(!ledger.use(nonce, count: .max - 64, at: now))
        #expect(ledger.count == 1)
    }

    @Test("However many nonces are used, the ledger stays within its limit and accepts nothing twice")
    func bounded() {
        let ledger = NonceLedger(limit: 100)
        var now = Instant(milliseconds: 1_000_000)
        var used: [Nonce] = []
        for serial in 1...1000 {
            now = now + .milliseconds(1)
            let nonce = Self.nonce(issued: now, serial: UInt64(serial))
            #expect(ledger.use(nonce, count: 1, at: now))
            #expect(ledger.count <= 100)
            used.append(nonce)
        }
        for nonce in used { #expect(!ledger.use(nonce, count: 1, at: now)) }
        let latest = Self.nonce(issued: now + .milliseconds(1), serial: 2000)
        #expect(ledger.use(latest, count: 1, at: now + .milliseconds(1)))
    }

    @Test("What has expired is forgotten")
    func forgotten() {
        let ledger = NonceLedger()
        var now = Instant(milliseconds: 1_000_000)
        for serial in 1...50 as ClosedRange<UInt64> {
            _ = ledger.use(Self.nonce(issued: now, serial: serial), count: 1, at: now)
        }
        for serial in 51...53 as ClosedRange<UInt64> {
            now = now + .seconds(301)
            #expect(ledger.use(Self.nonce(issued: now, serial: serial), count: 1, at: now))
        }
        #expect(ledger.count == 2)
    }

    @Test("A nonce that stays in use is remembered as long as it lives")
    func inUse() {
        let ledger = NonceLedger()
        let nonce = Self.nonce(issued: Instant(milliseconds: 1_000_000), serial: 1)
        for step in 0...3 {
            let now = Instant(milliseconds: 1_000_000 + Int64(step) * 100_000)
            #expect(ledger.use(nonce, count: UInt32(step) + 1, at: now))
            #expect(!ledger.use(nonce, count: UInt32(step) + 1, at: now))
        }
    }
}
