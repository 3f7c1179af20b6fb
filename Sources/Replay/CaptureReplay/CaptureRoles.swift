internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Who in a capture was the proxy that the engine takes the place of, and who was outside.
struct CaptureRoles {
    /// Where the proxy listened.
    let listeners: [RoutingConfiguration.Listener]
    /// Hosts that calls to our numbers were addressed to, lower case.
    let domains: Set<String>
    private let inside: Set<CaptureAddress>

    init(_ capture: Capture, directory: any CallDirectory) {
        let messages = capture.messages.compactMap { captured in
            MessageParser.parse(captured.bytes).map { (captured: captured, message: $0) }
        }
        let inside = Self.inside(messages)
        self.inside = inside
        var listeners: [RoutingConfiguration.Listener] = []
        var domains: Set<String> = []
        for (captured, message) in messages where inside.contains(captured.destination.address) {
            guard message.isRequest, let endpoint = Endpoint(captured.destination) else { continue }
            for transport in TransportProtocol.allCases {
                let listener = RoutingConfiguration.Listener(transport, endpoint)
                if !listeners.contains(listener) { listeners.append(listener) }
            }
            if let host = Self.servedHost(message, directory) { domains.insert(host) }
        }
        self.listeners = listeners
        self.domains = domains
    }

    func isFromOutside(_ message: CapturedMessage) -> Bool {
        inside.contains(message.destination.address) && !inside.contains(message.source.address)
    }

    /// Addresses that have passed requests on; where none has, the one that most requests went to.
    private static func inside(_ messages: [(captured: CapturedMessage, message: SIPMessage)]) -> Set<CaptureAddress> {
        var received: [CaptureAddress: Set<String>] = [:]
        var forwarders: Set<CaptureAddress> = []
        var counts: [CaptureAddress: Int] = [:]
        for (captured, message) in messages where message.isRequest {
            let key = "\(message.value(.callID) ?? "") \(message.value(.cseq) ?? "")"
            if received[captured.source.address]?.contains(key) == true { forwarders.insert(captured.source.address) }
            received[captured.destination.address, default: []].insert(key)
            counts[captured.destination.address, default: 0] += 1
        }
        guard forwarders.isEmpty else { return forwarders }
        let busiest = counts.max { ($0.value, $1.key.description) < ($1.value, $0.key.description) }
        return busiest.map { [$0.key] } ?? []
    }

    /// The host that stands with one of our numbers in the Request-URI, or in the To of a REGISTER.
    private static func servedHost(_ request: SIPMessage, _ directory: any CallDirectory) -> String? {
        let range = request.method == .register ? request.nameAddress(.to)?.uri : request.requestURI
        guard let range, let uri = SIPURI(request.bytes, range), let user = uri.decodedUser,
            let number = try? PhoneNumber(user), (try? directory.record(of: number)) != nil
        else { return nil }
        return uri.host.lowercased()
    }
}

/// Rules without passwords: the credentials in a capture were for somebody else's nonces.
final class OpenDirectory: CallDirectory {
    private let rules: any CallDirectory

    init(_ rules: any CallDirectory) { self.rules = rules }

    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? {
        var record = try rules.record(of: number)
        record?.credentials = nil
        return record
    }

    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? { nil }
    func trunks() throws(DirectoryUnavailable) -> TrunkTable { try rules.trunks() }

    func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> {
        try rules.forbiddenDestinations()
    }

    func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        try rules.localMoment(at: milliseconds)
    }
}
