/// One gateway that a trunk leads to.
package struct NextHop: Sendable, Hashable, CustomStringConvertible {
    package enum Transport: String, Sendable, CaseIterable { case udp, tcp }

    /// A name, an IPv4 address, or an IPv6 address without brackets.
    package var host: String
    package var port: UInt16
    package var transport: Transport
    /// Share of the calls among hops of the same priority, 1 to 100.
    package var weight: Int
    /// 0 is tried first; a hop with a higher value only when every hop before it has failed.
    package var priority: Int
    /// Whether Diversion and History-Info go there, be they ours or such as came with a call. Who is not told by the one
    /// is told all by the other. A caller behind a gateway that gets no Diversion gets no 181 either.
    package var sendsDiversion: Bool
    package var sendsHistoryInfo: Bool

    package init(
        host: String, port: UInt16 = 5060, transport: Transport = .udp, weight: Int = 1, priority: Int = 0,
        sendsDiversion: Bool = true, sendsHistoryInfo: Bool = true
    ) {
        self.host = host
        self.port = port
        self.transport = transport
        self.weight = weight
        self.priority = priority
        self.sendsDiversion = sendsDiversion
        self.sendsHistoryInfo = sendsHistoryInfo
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "sip:\(name):\(port)" + (transport == .udp ? "" : ";transport=\(transport.rawValue)")
    }
}

/// Where calls to numbers with this prefix go.
package struct TrunkRoute: Sendable, Equatable {
    /// As dialled here: `03`, `0`, `+1`, `9`. Compared with the national and with the canonical form.
    package let prefix: String
    /// In the order of priority, then as given. Never empty.
    package let hops: [NextHop]

    package init(prefix: String, hops: [NextHop]) {
        self.prefix = prefix
        self.hops = hops
    }
}

/// The static table from prefix to next hops.
package struct TrunkTable: Sendable, Equatable {
    /// Longest prefix first, so that the first match is the right one.
    package let routes: [TrunkRoute]

    package init(routes: [TrunkRoute] = []) {
        self.routes = routes.sorted { ($0.prefix.utf8.count, $1.prefix) > ($1.prefix.utf8.count, $0.prefix) }
    }

    /// The route with the longest prefix of this number, or nil.
    package func route(to number: PhoneNumber) -> TrunkRoute? {
        let national = number.national
        return routes.first { national.hasPrefix($0.prefix) || number.canonical.hasPrefix($0.prefix) }
    }
}
