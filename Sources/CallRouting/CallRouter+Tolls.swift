internal import CallPlanning
internal import Directory
internal import SIPMessage

/// Destinations that nobody has judged before a call comes to them.
extension CallRouter {
    /// What forbids to send a call on to a phone's choice; nil if nothing does.
    func tollFlaw(of destination: Destination, _ turn: Turn) -> String? {
        switch destination {
        // Rules that can't be read let no call through anyway.
        case .number(let number): try? tollFlaw(of: number, turn)
        case .uri(let text): try? SIPURI(text).flatMap { try tollFlaw(of: $0, turn) }
        case .voicemail: nil
        }
    }

    /// What forbids to send a call on to a number, unless it is one of ours.
    func tollFlaw(of number: PhoneNumber, _ turn: Turn) throws(DirectoryUnavailable) -> String? {
        guard try turn.directory.record(of: number) == nil else { return nil }
        return TollPolicy(configuration.planning, forbidding: try turn.directory.forbiddenDestinations())
            .flaw(of: number)
    }

    /// Our gateways take from us what they take from nobody else; what happens at another host is that host's affair.
    ///
    /// - Parameter next: where the request goes first, if that is not where the URI leads.
    func tollFlaw(of uri: SIPURI, by next: SIPURI? = nil, _ turn: Turn) throws(DirectoryUnavailable) -> String? {
        let way = next ?? uri
        let host = (way.parameter("maddr")?.value ?? way.host).lowercased()
        guard try isGateway(host, turn) else { return nil }
        guard let number = number(in: uri) else {
            // A gateway may dial the beginning of what is too long to be a number.
            let isDialled = uri.user.map { ASCII.isDigit($0.utf8.first ?? 0) || $0.hasPrefix("+") } ?? false
            return isDialled ? "no number" : nil
        }
        return try tollFlaw(of: number, turn)
    }

    private func isGateway(_ host: String, _ turn: Turn) throws(DirectoryUnavailable) -> Bool {
        let address = own.address(of: host)
        return try turn.directory.trunks().routes.contains { route in
            route.hops.contains { hop in
                hop.host.lowercased() == host || address != nil && IPAddress(hop.host) == address
            }
        }
    }
}
