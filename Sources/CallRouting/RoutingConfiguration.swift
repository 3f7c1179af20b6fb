package import CallPlanning
package import SIPMessage
package import SIPTransaction

/// What one engine is told of its place in the network. Plain values; the same for every shard.
package struct RoutingConfiguration: Sendable {
    /// An address that this server listens at.
    package struct Listener: Sendable, Hashable {
        package var transport: TransportProtocol
        package var endpoint: Endpoint

        package init(_ transport: TransportProtocol, _ endpoint: Endpoint) {
            self.transport = transport
            self.endpoint = endpoint
        }
    }

    /// Which calls the log keeps a ladder of.
    package enum LadderChoice: String, Sendable, CaseIterable {
        case acted, all, none
    }

    /// Names that calls to our numbers are addressed with; lower case.
    package var domains: Set<String> = []
    package var listeners: [Listener]
    /// Stands in Via, Record-Route and Contact where a listener's address is a wildcard.
    package var advertisedHost: String?
    /// The addresses of this machine, by which a listener is reached that has a wildcard.
    package var interfaceAddresses: [IPAddress] = []
    /// The realm of the digest credentials.
    package var realm = "tsunagi"
    /// 32 octets that sign routes; kept with the data, so that dialogs hold over a restart.
    package var secret: [UInt8]
    /// 32 octets that sign nonces: the same for all shards, and new at each start, because nobody remembers then which
    /// were used.
    package var nonceSecret: [UInt8]
    /// Whoever sends from here is a peer whose assertions count (RFC 3325) and who may call through our trunks.
    package var trustedNetworks: [IPNetwork] = []
    package var planning = PlanningPolicy()
    /// Where forwarding to voice mail goes; nil: it is not available.
    package var voicemailURI: String?
    package var registrar = Registrar.Settings()
    package var transactionTimers = TimerSettings()
    /// Timer C: how long an INVITE may go on after its last provisional response; more than 3 min (RFC 3261 §16.6
    /// step 11).
    package var timerC: Interval = .seconds(185)
    /// What an operator may set it to, in seconds.
    package static let timerCSeconds = 181...86_400
    /// RFC 5393 §5.3.3.
    package var maximumBreadth = 60
    /// What an operator may set it to.
    package static let breadthRange = 1...1_000
    /// Branches that one request may have in all, one after the other or at once: phones that send calls on to
    /// several others could make ever more of them.
    package var branchLimit = 100
    /// Transactions of a shard; one more request is answered 503.
    package var transactionLimit = 500_000
    package var keepsCallLog = true
    package var ladder = LadderChoice.acted
    /// Octets above which a request is not sent over UDP if TCP will do (RFC 3261 §18.1.1).
    package var datagramComfort = 1300

    package init(listeners: [Listener], secret: [UInt8], nonceSecret: [UInt8]? = nil) {
        self.listeners = listeners
        self.secret = secret
        self.nonceSecret = nonceSecret ?? secret
    }

    func isTrusted(_ address: IPAddress) -> Bool {
        trustedNetworks.contains { $0.contains(address) }
    }

    /// Host and port as they stand in our Via and Record-Route for a listener.
    func sentBy(_ local: Endpoint) -> String {
        guard local.address.isWildcard else { return local.description }
        let interface = interfaceAddresses.first { $0.isSameFamily(as: local.address) && !$0.isLoopback }
        let host = advertisedHost ?? domains.sorted().first ?? (interface ?? local.address).hostText
        return "\(host):\(local.port)"
    }
}

extension [RoutingConfiguration.Listener] {
    /// The listening address to send from: the preferred one if it fits, else the first of that transport and family.
    func local(for transport: TransportProtocol, to remote: IPAddress, preferring preferred: Endpoint) -> Endpoint? {
        func fits(_ listener: Element) -> Bool {
            listener.transport == transport && listener.endpoint.address.isSameFamily(as: remote)
        }
        if contains(where: { fits($0) && $0.endpoint == preferred }) { return preferred }
        return first(where: { fits($0) && $0.endpoint.address == preferred.address })?.endpoint
            ?? first(where: fits)?.endpoint
    }
}

extension IPAddress {
    package var isWildcard: Bool {
        switch self {
        case .v4(let address): address == 0
        case .v6(let high, let low): high == 0 && low == 0
        }
    }

    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    package func isSameFamily(as other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4, .v4), (.v6, .v6): true
        default: false
        }
    }
}
