import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

/// A phone that answers the challenges of an authenticator, on virtual time.
struct DigestPhone {
    static let realm = "tsunagi"
    /// Where its challenges are sent to.
    static let source = SourceKey(.v4(0xC000_020B))

    var ledger = NonceLedger()
    var authenticator: DigestAuthenticator
    var now = Instant(milliseconds: 1_700_000_000_000)
    var password = "secret"
    var username = "05012345678"
    var algorithm = DigestAlgorithm.sha256
    var nonce = ""
    var count: UInt32 = 0
    /// Takes the place of single parameters; nil takes one away.
    var changes: [String: String?] = [:]
    var asked: [String] = []

    init(secret: UInt8 = 7) {
        authenticator = DigestAuthenticator(
            realm: Self.realm, secret: Array(repeating: secret, count: 32), ledger: ledger)
    }

    static func credentials(_ username: String, _ password: String) -> DigestCredentials {
        DigestCredentials(
            username: username, sha256: DigestAlgorithm.sha256.hash(username, realm, password),
            md5: DigestAlgorithm.md5.hash(username, realm, password))
    }

    static func request(_ lines: [String], method: String = "REGISTER") throws -> SIPMessage {
        let text = "\(method) sip:lab.test SIP/2.0\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        return try #require(MessageParser.parse(Array(text.utf8)))
    }

    /// The challenge lines, and from them the nonce to use next.
    @discardableResult
    mutating func challenge(
        _ kind: DigestAuthenticator.Challenge = .www, stale: Bool = false, userAgent: String = "Phone/1"
    ) throws -> [String] {
        let request = try Self.request(["User-Agent: \(userAgent)"])
        let headers = authenticator.challengeHeaders(kind, stale: stale, to: request, from: Self.source, at: now)
        try #require(headers.hasSuffix("\r\n"))
        let lines = headers.split(separator: "\r\n").map(String.init)
        let parts = try #require(lines.first).split(separator: "\"", omittingEmptySubsequences: false)
        let before = try #require(parts.firstIndex { $0.hasSuffix("nonce=") })
        nonce = String(parts[before + 1])
        count = 0
        return lines
    }

    /// The credentials for the next request.
    mutating func credentials(method: String = "REGISTER") -> String {
        count += 1
        var parameters: [String: String] = [
            "username": "\"\(username)\"", "realm": "\"\(Self.realm)\"", "nonce": "\"\(nonce)\"",
            "uri": "\"sip:lab.test\"", "algorithm": algorithm.name, "cnonce": "\"0a4f113b\"", "qop": "auth",
            "nc": String(String(UInt64(count) + 0x1_0000_0000, radix: 16).dropFirst()), "opaque": "\"x\"",
        ]
        for (name, value) in changes where name != "response" { parameters[name] = value }
        func plain(_ name: String) -> String {
            (parameters[name] ?? "").filter { $0 != "\"" }
        }
        let response = algorithm.hash(
            algorithm.hash(username, Self.realm, password), plain("nonce"), plain("nc"), plain("cnonce"), plain("qop"),
            algorithm.hash(method, plain("uri")))
        parameters["response"] = "\"\(response)\""
        if let change = changes["response"] { parameters["response"] = change }
        return "Digest " + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    mutating func signIn(
        _ kind: DigestAuthenticator.Challenge = .www, method: String = "REGISTER"
    ) throws -> DigestAuthenticator.Verdict {
        let name = kind == .www ? "Authorization" : "Proxy-Authorization"
        return try verify(["\(name): \(credentials(method: method))"], kind, method: method)
    }

    mutating func verify(
        _ lines: [String], _ kind: DigestAuthenticator.Challenge = .www, method: String = "REGISTER"
    ) throws -> DigestAuthenticator.Verdict {
        let known = Self.credentials("05012345678", "secret")
        var asked: [String] = []
        defer { self.asked = asked }
        return try authenticator.verify(try Self.request(lines, method: method), kind, at: now) { username in
            asked.append(username)
            return username == known.username ? known : nil
        }
    }
}
