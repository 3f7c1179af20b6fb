package import SIPMessage

/// Tells which hosts and URIs are ours. One for each shard, and one for whoever explains what it does.
package final class OwnHosts {
    /// What a host's name or address is to us.
    private struct Host {
        let address: IPAddress?
        let isDomain: Bool
        let isAdvertised: Bool
    }

    private let listeners: [RoutingConfiguration.Listener]
    private let domains: Set<String>
    private let advertisedHost: String?
    private let advertisedAddress: IPAddress?
    private let interfaceAddresses: Set<IPAddress>
    private let known = RecentTexts<Host>(capacity: 1024)

    package init(_ configuration: RoutingConfiguration) {
        listeners = configuration.listeners
        domains = configuration.domains
        advertisedHost = configuration.advertisedHost?.lowercased()
        advertisedAddress = configuration.advertisedHost.flatMap { IPAddress($0) }
        interfaceAddresses = Set(configuration.interfaceAddresses)
    }

    /// The address that stands in place of a host's name; nil for a name.
    func address(of host: String) -> IPAddress? { look(at: host).address }

    /// Whether a text can be a host: an address, or a name whose last label begins with a letter (RFC 3261 §25.1). Systems
    /// take others for addresses too, such as `127.8`, of which nobody here would know where they lead.
    func canBeHost(_ text: String) -> Bool {
        if address(of: text) != nil { return true }
        let label = text.split(separator: ".").last?.utf8.first
        return label.map { !ASCII.isDigit($0) } ?? false
    }

    /// Whether a URI is one of our domain: tel:, a name that we serve, or one of our addresses. An address with
    /// another port than ours is another program on the same host.
    package func contain(_ uri: SIPURI) -> Bool {
        if uri.scheme == .tel { return true }
        let host = look(at: uri.host)
        if host.isDomain { return true }
        guard let address = host.address else { return host.isAdvertised }
        if advertisedAddress == address { return uri.port == nil || listens(atPort: uri.port) }
        for listener in listeners where isReached(listener, at: address) {
            if uri.port == nil || uri.port == listener.endpoint.port { return true }
        }
        return false
    }

    /// Whether what is sent to an address comes to a listener.
    private func isReached(_ listener: RoutingConfiguration.Listener, at address: IPAddress) -> Bool {
        let own = listener.endpoint.address
        if own == address { return true }
        return own.isWildcard && own.isSameFamily(as: address)
            && (address.isLoopback || interfaceAddresses.contains(address))
    }

    /// Whether it is the name of one of our domains.
    func isDomain(_ name: String) -> Bool { look(at: name).isDomain }

    /// Whether it is one of our sockets, as in a Route or a Via of ours.
    func haveSocket(host: String, port: UInt16?) -> Bool {
        let host = look(at: host)
        if host.isAdvertised { return listens(atPort: port ?? 5060) }
        guard let address = host.address else { return host.isDomain && (port == nil || listens(atPort: port)) }
        return listeners.contains { $0.endpoint.port == port ?? 5060 && isReached($0, at: address) }
    }

    private func listens(atPort port: UInt16?) -> Bool {
        listeners.contains { $0.endpoint.port == port }
    }

    private func look(at host: String) -> Host {
        known.meaning(of: host) { host in
            let name = host.lowercased()
            return Host(
                address: IPAddress(host),
                isDomain: domains.contains(host) || domains.contains(name), isAdvertised: advertisedHost == name)
        }
    }
}
