internal import Crypto
internal import Directory
internal import SIPMessage

extension DigestCredentials {
    /// What the server stores of a password (RFC 7616 §3.4.2).
    init(username: String, password: String, realm: String) {
        self.init(
            username: username, sha256: DigestHash.sha256("\(username):\(realm):\(password)"),
            md5: DigestHash.md5("\(username):\(realm):\(password)"))
    }
}

enum DigestHash {
    static func sha256(_ text: String) -> String { hex(SHA256.hash(data: Array(text.utf8))) }
    static func md5(_ text: String) -> String { hex(Insecure.MD5.hash(data: Array(text.utf8))) }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }
}

/// The answer of a phone to a challenge (RFC 7616 §3.4), written here once more so that the server is not tested
/// against its own reading of it.
struct PhoneCredentials {
    let username: String
    let password: String
    let algorithm: String

    /// The value of Authorization or Proxy-Authorization; nil if no challenge of the response is for this algorithm.
    func answer(to response: SIPMessage, method: String, uri: String, count: Int) -> (header: String, value: String)? {
        let isProxy = response.status == 407
        for challenge in response.lines(named: isProxy ? "Proxy-Authenticate" : "WWW-Authenticate") {
            let parameters = Self.parameters(challenge)
            guard (parameters["algorithm"] ?? "MD5") == algorithm, let nonce = parameters["nonce"],
                let realm = parameters["realm"]
            else { continue }
            let hash = algorithm == "MD5" ? DigestHash.md5 : DigestHash.sha256
            let (nc, cnonce) = (String(String(count + 0x1_0000_0000, radix: 16).dropFirst()), "c0ffee")
            let ha1 = hash("\(username):\(realm):\(password)")
            let result = hash("\(ha1):\(nonce):\(nc):\(cnonce):auth:\(hash("\(method):\(uri)"))")
            let value =
                "Digest username=\"\(username)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
                + "response=\"\(result)\", algorithm=\(algorithm), qop=auth, nc=\(nc), cnonce=\"\(cnonce)\""
                + (parameters["opaque"].map { ", opaque=\"\($0)\"" } ?? "")
            return (isProxy ? "Proxy-Authorization" : "Authorization", value)
        }
        return nil
    }

    /// `Digest name="value", name=value`: no value of a challenge that is read here has a comma.
    private static func parameters(_ challenge: String) -> [String: String] {
        var parameters: [String: String] = [:]
        for part in challenge.dropFirst("Digest ".count).split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let name = sides[0].filter { $0 != " " }.lowercased()
            parameters[name] = String(sides[1]).filter { $0 != "\"" }
        }
        return parameters
    }
}
