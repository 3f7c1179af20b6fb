import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Digest authentication (RFC 7616, RFC 8760)")
struct DigestAuthenticatorTests {
    @Test(
        "The example of RFC 7616 §3.9.1 comes out right",
        arguments: [
            (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ])
    func example(algorithm: DigestAlgorithm, response: String) throws {
        let header = """
            Authorization: Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", \
            algorithm=\(algorithm.name), nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, \
            cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="\(response)", \
            opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
            """
        let request = try DigestPhone.request([header], method: "GET")
        guard case .found(let found) = DigestResponse.find(in: request, .authorization, realm: "http-auth@example.org")
        else {
            Issue.record("not read")
            return
        }
        let ha1 = algorithm.hash("Mufasa", "http-auth@example.org", "Circle of Life")
        #expect(found.isRight(ha1: ha1, method: "GET"))
        #expect(!found.isRight(ha1: ha1, method: "PUT"))
        #expect(!found.isRight(ha1: String(ha1.dropLast()) + "x", method: "GET"))
    }

    @Test("SHA-256 is offered first, then MD5, with qop and the same nonce")
    func challenge() throws {
        var phone = DigestPhone()
        let lines = try phone.challenge()
        let opaque = try #require(lines[0].split(separator: "opaque=\"").last?.split(separator: "\"").first)
        #expect(
            lines
                == ["SHA-256", "MD5"].map {
                    "WWW-Authenticate: Digest realm=\"tsunagi\", qop=\"auth\", nonce=\"\(phone.nonce)\", "
                        + "opaque=\"\(opaque)\", algorithm=\($0)"
                })
        let stale = try phone.challenge(.proxy, stale: true)
        #expect(stale.allSatisfy { $0.hasPrefix("Proxy-Authenticate: Digest ") && $0.hasSuffix(", stale=true") })
    }

    @Test("Nonces differ, though made at the same instant")
    func nonces() throws {
        var phone = DigestPhone()
        var seen: Set<String> = []
        for _ in 0..<100 {
            try phone.challenge()
            seen.insert(phone.nonce)
        }
        #expect(seen.count == 100)
    }

    @Test("A realm with quotes is escaped")
    func escapedRealm() throws {
        let authenticator = DigestAuthenticator(
            realm: "a \"b\" \\", secret: Array(repeating: 1, count: 32), ledger: NonceLedger())
        let headers = authenticator.challengeHeaders(
            .www, stale: false, to: try DigestPhone.request([]), from: DigestPhone.source,
            at: Instant(milliseconds: 0))
        #expect(headers.contains("realm=\"a \\\"b\\\" \\\\\","))
    }

    @Test(
        "Phones that give up at an algorithm they don't know are offered MD5 alone",
        arguments: [
            ("baresip v1.0.0 (x86_64/linux)", 1), ("baresip v3.11.0 (x86_64/Linux)", 1), ("baresip v0.6.5", 1),
            ("baresip v3.12.0 (x86_64/Linux)", 2), ("baresip v4.0.0", 2), ("baresip", 2),
            ("Yealink SIP-T46S 66.85.0.5", 2),
        ])
    func fragile(userAgent: String, lines: Int) throws {
        var phone = DigestPhone()
        let challenge = try phone.challenge(userAgent: userAgent)
        #expect(challenge.count == lines)
        #expect(challenge.last?.contains("algorithm=MD5") == true)
    }

    @Test(
        "The right password signs in by either algorithm, as registrar and as proxy",
        arguments: DigestAlgorithm.allCases)
    func signIn(algorithm: DigestAlgorithm) throws {
        var phone = DigestPhone()
        phone.algorithm = algorithm
        try phone.challenge()
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
        try phone.challenge(.proxy)
        #expect(try phone.signIn(.proxy, method: "INVITE") == .authenticated(username: "05012345678"))
    }

    @Test("Without an algorithm it is MD5")
    func defaultAlgorithm() throws {
        var phone = DigestPhone()
        phone.algorithm = .md5
        phone.changes["algorithm"] = .some(nil)
        try phone.challenge()
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
    }

    @Test("A wrong password, username or method is wrong, and it is told whom the nonce was sent to")
    func wrong() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.password = "guess"
        #expect(try phone.signIn() == .wrong(username: "05012345678", asked: DigestPhone.source))
        phone.password = "secret"
        phone.username = "nobody"
        #expect(try phone.signIn() == .wrong(username: "nobody", asked: DigestPhone.source))
        phone.username = "05012345678"
        let header = phone.credentials(method: "REGISTER")
        #expect(
            try phone.verify(["Authorization: \(header)"], method: "INVITE")
                == .wrong(username: "05012345678", asked: DigestPhone.source))
        #expect(phone.asked == ["05012345678"])
        #expect(phone.ledger.count == 0)
    }

    @Test("With a nonce that can't be used nothing is told of the password, and nobody's is looked up")
    func nothingTold() throws {
        var phone = DigestPhone()
        var other = DigestPhone(secret: 8)
        try other.challenge()
        try phone.challenge()
        let ours = phone.nonce
        for password in ["secret", "guess"] {
            phone.password = password
            phone.nonce = other.nonce
            #expect(try phone.signIn() == .stale)
            #expect(phone.asked.isEmpty)
        }
        phone.nonce = ours
        phone.now = phone.now + .seconds(1000)
        #expect(try phone.signIn() == .stale)
        #expect(phone.asked.isEmpty)
    }

    @Test("An account without a usable hash can't be signed in to")
    func emptyHash() throws {
        var phone = DigestPhone()
        try phone.challenge()
        for hash in ["", "not hex", String(repeating: "g", count: 64)] {
            // What a client would send that takes the stored text for the hash.
            let response = DigestAlgorithm.sha256.hash(
                hash, phone.nonce, "00000001", "c", "auth", DigestAlgorithm.sha256.hash("REGISTER", "sip:lab.test"))
            let header =
                "Authorization: Digest username=\"x\", realm=\"tsunagi\", nonce=\"\(phone.nonce)\", "
                + "uri=\"sip:lab.test\", algorithm=SHA-256, cnonce=\"c\", qop=auth, nc=00000001, response=\"\(response)\""
            let request = try DigestPhone.request([header])
            let verdict = try phone.authenticator.verify(request, .www, at: phone.now) { _ in
                DigestCredentials(username: "x", sha256: hash, md5: hash)
            }
            #expect(verdict == .wrong(username: "x", asked: DigestPhone.source))
        }
    }

    @Test("Credentials for another realm, header or scheme are none for us")
    func missing() throws {
        var phone = DigestPhone()
        try phone.challenge()
        #expect(try phone.verify([]) == .missing)
        #expect(try phone.verify(["Authorization: NoOneKnowsThisScheme opaque-data=here"]) == .missing)
        #expect(try phone.verify(["Authorization: Basic YTpi"]) == .missing)
        #expect(try phone.signIn(.proxy) != .missing)
        let header = phone.credentials()
        #expect(try phone.verify(["Proxy-Authorization: \(header)"], .www) == .missing)
        phone.changes["realm"] = "\"elsewhere\""
        #expect(try phone.signIn() == .missing)
        #expect(phone.asked.isEmpty)
    }

    @Test("Of several credentials those for our realm count, of these the strongest")
    func several() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes["realm"] = "\"elsewhere\""
        let foreign = phone.credentials()
        phone.changes = [:]
        phone.algorithm = .md5
        phone.password = "wrong"
        let weak = phone.credentials()
        phone.algorithm = .sha256
        phone.password = "secret"
        let strong = phone.credentials()
        let lines = ["NoOneKnows x=y", foreign, weak, "Digest broken", strong].map { "Authorization: \($0)" }
        #expect(try phone.verify(lines) == .authenticated(username: "05012345678"))
        #expect(try phone.verify(lines.reversed()) == .stale)
        #expect(
            try phone.verify(Array(lines[..<3])) == .wrong(username: "05012345678", asked: DigestPhone.source))
    }

    @Test(
        "An answer without qop, or with an algorithm or qop that was not offered, is challenged again",
        arguments: [
            ("qop", nil), ("qop", "auth-int"), ("algorithm", "SHA-512-256"), ("algorithm", "MD5-sess"),
            ("userhash", "true"),
        ] as [(String, String?)])
    func unusable(name: String, value: String?) throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes[name] = .some(value)
        #expect(try phone.signIn() == .wrong(username: "05012345678", asked: nil))
        #expect(phone.asked.isEmpty)
    }

    @Test(
        "An answer that can't be read is malformed",
        arguments: [
            ("username", nil), ("nonce", nil), ("uri", nil), ("response", nil), ("cnonce", nil), ("nc", nil),
            ("nc", "1"), ("nc", "0000000g"), ("username", "\"x"), ("username*", "UTF-8''x"), ("cnonce", "\"\""),
            ("a b", "c"),
        ] as [(String, String?)])
    func malformed(name: String, value: String?) throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes[name] = .some(value)
        #expect(try phone.signIn() == .malformed)
    }

    @Test(
        "Digest headers that are cut short or empty are malformed",
        arguments: [
            "Digest", "Digest ", "Digest ,", "Digest realm", "Digest realm=", "Digest realm=\"",
            "Digest realm=\"tsunagi\\",
            "Digest realm=tsunagi,", "Digest realm=tsunagi realm=tsunagi", "Digest realm=tsunagi, realm=tsunagi",
            "Digest realm=\"tsunagi\"",
        ])
    func cutShort(value: String) throws {
        var phone = DigestPhone()
        #expect(try phone.verify(["Authorization: \(value)"]) == .malformed)
    }

    @Test("Names in any case, blanks, folds, tokens for strings and escapes are read")
    func spelling() throws {
        var phone = DigestPhone()
        try phone.challenge()
        let header = phone.credentials()
            .replacing("realm=\"tsunagi\"", with: "REALM =\r\n \"tsu\\nagi\"")
            .replacing("algorithm=SHA-256", with: "Algorithm=\"sha-256\"")
            .replacing("Digest ", with: "DIGEST  ")
            .replacing("qop=auth", with: "qop=\"auth\"")
        #expect(try phone.verify(["Authorization: \(header)"]) == .authenticated(username: "05012345678"))
    }

    @Test("username* is decoded")
    func extendedUsername() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes["username"] = .some(nil)
        phone.changes["username*"] = "UTF-8'ja'0501234567%38"
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
        phone.changes["username*"] = "latin1''x"
        #expect(try phone.signIn() == .malformed)
    }

    @Test("The digest's URI need not be the Request-URI, which a proxy may have changed (RFC 3261 §22.4)")
    func otherURI() throws {
        var phone = DigestPhone()
        try phone.challenge()
        phone.changes["uri"] = "\"sip:192.0.2.1:5060;transport=tcp\""
        #expect(try phone.signIn() == .authenticated(username: "05012345678"))
    }

    @Test("When the rules can't be read, that is thrown")
    func unavailable() throws {
        var phone = DigestPhone()
        try phone.challenge()
        let request = try DigestPhone.request(["Authorization: \(phone.credentials())"])
        #expect(throws: DirectoryUnavailable.self) {
            try phone.authenticator.verify(request, .www, at: phone.now) {
                (_: String) throws(DirectoryUnavailable) -> DigestCredentials? in
                throw DirectoryUnavailable(reason: "locked")
            }
        }
    }
}
