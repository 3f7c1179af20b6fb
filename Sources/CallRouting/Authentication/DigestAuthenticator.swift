internal import Crypto
package import Directory
package import SIPMessage
package import SIPTransaction

/// Digest authentication (RFC 7616, RFC 8760): SHA-256 is offered first, then MD5, always with qop=auth.
///
/// Nonces carry their own time and a code that only this process group can have written, so nothing is stored when a
/// challenge goes out; the ledger knows those that were used. A class, because it never changes, and the router that has
/// it is copied often.
package final class DigestAuthenticator: Sendable {
    /// Whose challenge it is: a registrar's (401) or a proxy's (407).
    package enum Challenge: Sendable {
        case www, proxy

        package var status: Int { self == .www ? 401 : 407 }
        package var reason: String { self == .www ? "Unauthorized" : "Proxy Authentication Required" }

        var credentialsHeader: HeaderName { self == .www ? .authorization : .proxyAuthorization }
        var challengeHeader: HeaderName { self == .www ? .wwwAuthenticate : .proxyAuthenticate }
    }

    package enum Verdict: Sendable, Equatable {
        /// No digest credentials for our realm: challenge.
        case missing
        case authenticated(username: String)
        /// The nonce expired, was used or is not ours: challenge with stale=true (RFC 7616 §3.3). Whether the password is
        /// right is not told: who has not received a nonce of ours can't be held to the passwords that are tried.
        case stale
        /// Unknown username, wrong password, or an algorithm or qop that was not offered: challenge again.
        ///
        /// - Parameter asked: whom the nonce was sent to, wherever this came from; nil if that can't be told.
        case wrong(username: String?, asked: SourceKey?)
        /// The header can't be read: 400.
        case malformed
    }

    private let realm: String
    private let nonces: NonceFactory
    private let ledger: NonceLedger
    /// HA1 of a username that does not exist, so that it takes as long to refuse as a wrong password.
    private let nobody: DigestCredentials
    /// What stands before the nonce in every challenge, and after it.
    private let beforeNonce: [UInt8]
    private let afterNonce: [UInt8]

    /// - Parameters:
    ///   - secret: 32 octets, random at each start, the same for all shards.
    ///   - ledger: shared by all shards; it says how long a nonce may be used.
    package init(realm: String, secret: [UInt8], ledger: NonceLedger) {
        self.realm = realm
        self.ledger = ledger
        nonces = NonceFactory(secret: secret, realm: realm, lifetime: ledger.lifetime)
        let dummy = Hex.text(Array(SHA256.hash(data: secret + Array("nobody".utf8))))
        nobody = DigestCredentials(username: "", sha256: dummy, md5: String(dummy.prefix(32)))
        let opaque = Hex.text(Array(SHA256.hash(data: secret + Array("opaque".utf8)))).prefix(32)
        beforeNonce = Array(": Digest realm=\(QuotedString.text(realm)), qop=\"auth\", nonce=\"".utf8)
        afterNonce = Array("\", opaque=\"\(opaque)\", algorithm=".utf8)
    }

    /// Lines with their CRLF, the stronger algorithm first (RFC 8760 §2.2).
    ///
    /// - Parameters:
    ///   - request: the one that is challenged; ``ChallengeOffer`` says what its sender can be offered.
    ///   - source: where it came from.
    package func challengeHeaders(
        _ kind: Challenge, stale: Bool, to request: SIPMessage, from source: SourceKey, at now: Instant
    ) -> String {
        let nonce = nonces.make(serial: ledger.nextSerial(), for: source, at: now)
        var lines: [UInt8] = []
        lines.reserveCapacity(640)
        for algorithm in ChallengeOffer.algorithms(for: request.value(.userAgent)) {
            lines.append(contentsOf: kind.challengeHeader.text.utf8)
            lines.append(contentsOf: beforeNonce)
            lines.append(contentsOf: nonce.utf8)
            lines.append(contentsOf: afterNonce)
            lines.append(contentsOf: algorithm.name.utf8)
            lines.append(contentsOf: (stale ? ", stale=true\r\n" : "\r\n").utf8)
        }
        return String(decoding: lines, as: UTF8.self)
    }

    /// - Parameter credentials: the HA1 values of a username; nil if there is none. Asked at most once.
    /// - Throws: what `credentials` throws.
    package func verify(
        _ request: SIPMessage, _ kind: Challenge, at now: Instant,
        credentials: (String) throws(DirectoryUnavailable) -> DigestCredentials?
    ) throws(DirectoryUnavailable) -> Verdict {
        let response: DigestResponse
        switch DigestResponse.find(in: request, kind.credentialsHeader, realm: realm) {
        case .none: return .missing
        case .malformed: return .malformed
        case .unusable(let username): return .wrong(username: username, asked: nil)
        case .found(let found): response = found
        }
        guard let nonce = nonces.read(response.nonce), !nonces.isExpired(nonce, at: now) else { return .stale }
        let known = try credentials(response.username)?.ha1(response.algorithm)
        let ha1 = known ?? nobody.ha1(response.algorithm) ?? ""
        let isRight = response.isRight(ha1: ha1, method: request.methodText)
        guard isRight, known != nil else { return .wrong(username: response.username, asked: nonce.source) }
        guard ledger.use(nonce, count: response.nonceCount, at: now) else { return .stale }
        return .authenticated(username: response.username)
    }
}

extension DigestCredentials {
    /// Nil if what is stored can be no hash: such a number has no password for this algorithm.
    fileprivate func ha1(_ algorithm: DigestAlgorithm) -> String? {
        let text = algorithm == .sha256 ? sha256 : md5
        return text.utf8.count == algorithm.hexLength && Hex.isText(text.utf8.span) ? text : nil
    }
}
