internal import SIPMessage

/// The digest credentials of a request (RFC 7616 §3.4), as far as they can be checked.
struct DigestResponse {
    enum Search {
        /// None for our realm, or of a scheme that is not ours.
        case none
        case malformed
        /// Well-formed, but with an algorithm or qop that was not offered.
        case unusable(username: String?)
        case found(DigestResponse)
    }

    let username: String
    let nonce: String
    let uri: String
    let algorithm: DigestAlgorithm
    let cnonce: String
    let nonceCount: UInt32
    /// Its eight digits as they came: they are part of what was hashed.
    private let nonceCountText: String
    private let qop: String
    private let response: String

    /// Credentials for other realms are none of our business (RFC 3261 §22.3). Of several for ours, one for each
    /// algorithm, the strongest counts.
    static func find(in request: SIPMessage, _ name: HeaderName, realm: String) -> Search {
        var best: Search = .none
        for field in request.fields[request.places(of: name)] where field.name == name {
            guard AuthorizationParameters.isScheme("digest", of: request.bytes, field.value) else { continue }
            guard let parameters = AuthorizationParameters(request.bytes, field.value) else {
                if case .none = best { best = .malformed }
                continue
            }
            guard parameters["realm"] == realm else { continue }
            let candidate = read(parameters)
            switch (best, candidate) {
            case (.found(let earlier), .found(let later)) where earlier.algorithm == .md5 && later.algorithm == .sha256:
                best = candidate
            case (.found, _): break
            case (_, .found), (.none, _), (.malformed, _): best = candidate
            default: break
            }
        }
        return best
    }

    private static func read(_ parameters: AuthorizationParameters) -> Search {
        let username: String
        switch (parameters["username"], parameters["username*"]) {
        case (let plain?, nil): username = plain
        case (nil, let extended?):
            guard let decoded = ExtendedValue.decoded(extended) else { return .malformed }
            username = decoded
        default: return .malformed
        }
        guard let nonce = parameters["nonce"], let uri = parameters["uri"], let response = parameters["response"] else {
            return .malformed
        }
        // Without an algorithm it is MD5 (RFC 7616 §3.4). The username of userhash=true is a hash, which was not offered.
        guard let algorithm = DigestAlgorithm(parameters["algorithm"] ?? "MD5"), let qop = parameters["qop"],
            qop.lowercased() == "auth", parameters["userhash"]?.lowercased() != "true"
        else { return .unusable(username: username) }
        guard let cnonce = parameters["cnonce"], !cnonce.isEmpty, let text = parameters["nc"], text.utf8.count == 8,
            Hex.isText(text.utf8.span), let count = UInt32(text, radix: 16)
        else { return .malformed }
        return .found(
            DigestResponse(
                username: username, nonce: nonce, uri: uri, algorithm: algorithm, cnonce: cnonce, nonceCount: count,
                nonceCountText: text, qop: qop, response: response))
    }

    /// RFC 7616 §3.4.1. The URI is the one in the header: a proxy may have changed the Request-URI since, and some
    /// phones never name the same one, so a difference is no failure in SIP (RFC 3261 §22.4 rule 6).
    func isRight(ha1: String, method: String) -> Bool {
        let ha2 = algorithm.hash(method, uri)
        let expected = algorithm.hash(ha1.lowercased(), nonce, nonceCountText, cnonce, qop, ha2)
        return ConstantTime.areEqual(expected.utf8.span, response.lowercased().utf8.span)
    }
}

/// `UTF-8''J%C3%A4s` (RFC 8187), the value of username*.
enum ExtendedValue {
    static func decoded(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return String(validating: Escaping.decodedBytes(parts[2]), as: UTF8.self)
    }
}
