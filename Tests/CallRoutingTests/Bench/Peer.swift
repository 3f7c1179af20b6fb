import SIPMessage

/// Somebody at an address: a caller, a phone, a gateway. What is sent there waits in the bench until it is taken.
struct Peer: Hashable {
    let name: String
    let endpoint: Endpoint
    let transport: TransportProtocol

    init(_ name: String, _ address: String, _ transport: TransportProtocol = .udp) {
        self.name = name
        guard let endpoint = Endpoint(address) else { preconditionFailure("\(address) is no address") }
        self.endpoint = endpoint
        self.transport = transport
    }

    /// The URI at which it can be reached directly.
    var contact: String {
        "sip:\(name)@\(endpoint)" + (transport == .tcp ? ";transport=tcp" : "")
    }

    func contact(user: String) -> String {
        "sip:\(user)@\(endpoint)" + (transport == .tcp ? ";transport=tcp" : "")
    }

    /// What it writes into the topmost Via of its requests.
    func via(branch: String, parameters: String = "") -> String {
        "SIP/2.0/\(transport.viaText) \(endpoint)\(parameters);branch=\(branch)"
    }
}
