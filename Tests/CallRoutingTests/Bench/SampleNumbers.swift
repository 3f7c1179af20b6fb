import CallPlanning
import Directory
import SIPMessage

@testable import CallRouting

/// Numbers, phones and gateways that most tests use.
enum Sample {
    static let alice = "05011110001"
    static let bob = "05011110002"
    static let carol = "05011110003"
    /// Behind the trunk of the prefix 03, where there is one.
    static let tokyo = "0312345678"

    static let toBob = to(bob)
    static let toCarol = to(carol)
    static let toTokyo = to(tokyo)
    /// Whatever a phone does but answer, Bob gets the call.
    static let allToBob: [ForwardingCondition: Destination] = [.busy: toBob, .noAnswer: toBob, .unreachable: toBob]

    /// The From of whoever withholds its number.
    static let anonymous = "sip:anonymous@anonymous.invalid"

    static let caller = Peer("caller", "203.0.113.5:5060")
    static let stranger = Peer("stranger", "203.0.113.66:5060")
    static let phoneA = Peer("phoneA", "192.0.2.11:5060")
    static let phoneA2 = Peer("phoneA2", "192.0.2.12:5060")
    static let phoneB = Peer("phoneB", "192.0.2.21:5060")
    static let phoneC = Peer("phoneC", "192.0.2.31:5060")
    static let gateway = Peer("gateway", "198.51.100.1:5060")
    static let gateway2 = Peer("gateway2", "198.51.100.2:5060")
    static let foreign = Peer("foreign", "203.0.113.99:5060")

    static func record(
        _ number: String, _ rules: [ForwardingCondition: Destination] = [:], ring: Int = 20, password: String? = nil
    ) -> NumberRecord {
        guard let phone = try? PhoneNumber(number) else { preconditionFailure("\(number) is no number") }
        return NumberRecord(
            number: phone, credentials: password.map { credentials(number, $0) },
            forwarding: ForwardingRules(active: rules, ringSeconds: ring))
    }

    static func to(_ number: String) -> Destination {
        guard let phone = try? PhoneNumber(number) else { preconditionFailure("\(number) is no number") }
        return .number(phone)
    }

    static func trunk(_ prefix: String, _ gateways: Peer...) -> TrunkTable {
        let hops = gateways.enumerated().map { place, gateway in
            NextHop(
                host: gateway.endpoint.address.description, port: gateway.endpoint.port,
                transport: gateway.transport == .tcp ? .tcp : .udp, priority: place)
        }
        return trunk(prefix, hops)
    }

    static func trunk(_ prefix: String, _ hops: [NextHop]) -> TrunkTable {
        TrunkTable(routes: [TrunkRoute(prefix: prefix, hops: hops)])
    }

    // MARK: - Digest

    static let realm = "tsunagi"

    static func credentials(_ username: String, _ password: String) -> DigestCredentials {
        DigestCredentials(
            username: username, sha256: DigestAlgorithm.sha256.hash(username, realm, password),
            md5: DigestAlgorithm.md5.hash(username, realm, password))
    }

    /// The credentials header's value that answers a challenge.
    static func digest(
        _ challenge: String, method: String, uri: String, username: String, password: String, count: Int = 1
    ) -> String {
        func part(_ name: String) -> String {
            guard let start = challenge.firstRange(of: name + "=\"") else { return "" }
            return String(challenge[start.upperBound...].prefix { $0 != "\"" })
        }
        let algorithm: DigestAlgorithm = challenge.contains("SHA-256") ? .sha256 : .md5
        let nonce = part("nonce")
        let digits = String(count, radix: 16)
        let nc = String(repeating: "0", count: 8 - digits.count) + digits
        let response = algorithm.hash(
            algorithm.hash(username, realm, password), nonce, nc, "cn", "auth", algorithm.hash(method, uri))
        return "Digest username=\"\(username)\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
            + "response=\"\(response)\", algorithm=\(algorithm.name), qop=auth, nc=\(nc), cnonce=\"cn\""
    }
}
