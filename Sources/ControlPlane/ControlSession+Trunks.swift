import Directory
import Storage

/// A trunk, for showing and for history.
package struct TrunkState: Codable, Sendable, Equatable {
    package struct Hop: Codable, Sendable, Equatable {
        package let uri: String
        package let host: String
        package let port: Int
        package let transport: String
        /// Share of the calls among hops of the same priority, 1 to 100.
        package let weight: Int
        /// 0 is tried first.
        package let priority: Int
        package let sendsDiversion: Bool
        package let sendsHistoryInfo: Bool
    }

    package let prefix: String
    package let hops: [Hop]

    init(_ route: TrunkRoute) {
        prefix = route.prefix
        hops = route.hops.map {
            Hop(
                uri: $0.description, host: $0.host, port: Int($0.port), transport: $0.transport.rawValue,
                weight: $0.weight, priority: $0.priority, sendsDiversion: $0.sendsDiversion,
                sendsHistoryInfo: $0.sendsHistoryInfo)
        }
    }
}

extension ControlSession {
    package static let hopLimit = 16

    /// Sends numbers with this prefix to gateways.
    ///
    /// - Parameters:
    ///   - gateways: each as `sip:host:port;transport=tcp;weight=10;priority=0`; without a priority, each is tried
    ///     after those before it.
    ///   - sendsDiversion: whether Diversion is written towards them, `sendsHistoryInfo` for History-Info.
    package func addTrunk(
        prefix text: String, gateways: [String], sendsDiversion: Bool = true, sendsHistoryInfo: Bool = true
    ) throws -> TrunkState {
        let prefix = try Self.prefix(text)
        let hops = try Self.hops(gateways, sendsDiversion: sendsDiversion, sendsHistoryInfo: sendsHistoryInfo)
        return try write(.addTrunk, on: .service) { transaction in
            guard try !Self.hasTrunk(prefix, in: transaction.snapshot) else {
                throw ControlError.trunkExists(prefix: prefix)
            }
            try transaction.addTrunk(TrunkRoute(prefix: prefix, hops: hops), createdAt: now)
            let state = TrunkState(TrunkRoute(prefix: prefix, hops: hops))
            try record("trunk add", of: .trunk(prefix: prefix), from: Nothing.none, to: state, in: transaction)
            return state
        }
    }

    /// Changes where numbers with this prefix go, or what is told there.
    ///
    /// - Parameters: as in ``addTrunk(prefix:gateways:sendsDiversion:sendsHistoryInfo:)``; nil: it stays.
    package func setTrunk(
        prefix text: String, gateways: [String]? = nil, sendsDiversion: Bool? = nil, sendsHistoryInfo: Bool? = nil
    ) throws -> TrunkState {
        let prefix = try Self.prefix(text)
        return try write(.addTrunk, on: .service) { transaction in
            guard let present = try transaction.snapshot.trunks().routes.first(where: { $0.prefix == prefix }) else {
                throw ControlError.noSuchTrunk(prefix: prefix)
            }
            var hops = present.hops
            if let gateways {
                let first = present.hops.first
                hops = try Self.hops(
                    gateways, sendsDiversion: first?.sendsDiversion ?? true,
                    sendsHistoryInfo: first?.sendsHistoryInfo ?? true)
            }
            for index in hops.indices {
                if let sendsDiversion { hops[index].sendsDiversion = sendsDiversion }
                if let sendsHistoryInfo { hops[index].sendsHistoryInfo = sendsHistoryInfo }
            }
            // In the order in which they are read: by priority, and within one as they were given.
            hops = hops.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
                .map(\.element)
            let state = TrunkState(TrunkRoute(prefix: prefix, hops: hops))
            guard state != TrunkState(present) else { return state }
            try transaction.removeTrunk(prefix: prefix)
            try transaction.addTrunk(TrunkRoute(prefix: prefix, hops: hops), createdAt: now)
            try record("trunk set", of: .trunk(prefix: prefix), from: TrunkState(present), to: state, in: transaction)
            return state
        }
    }

    /// In the order of prefixes.
    package func trunks() throws -> [TrunkState] {
        try read(.listTrunks, on: .service) { snapshot in
            try snapshot.trunks().routes.sorted { $0.prefix < $1.prefix }.map(TrunkState.init)
        }
    }

    package func removeTrunk(prefix text: String) throws -> TrunkState {
        let prefix = try Self.prefix(text)
        return try write(.removeTrunk, on: .service) { transaction in
            guard let route = try transaction.snapshot.trunks().routes.first(where: { $0.prefix == prefix }) else {
                throw ControlError.noSuchTrunk(prefix: prefix)
            }
            try transaction.removeTrunk(prefix: prefix)
            let before = TrunkState(route)
            try record("trunk remove", of: .trunk(prefix: prefix), from: before, to: Nothing.none, in: transaction)
            return before
        }
    }

    private static func hops(_ gateways: [String], sendsDiversion: Bool, sendsHistoryInfo: Bool) throws -> [NextHop] {
        guard gateways.count <= hopLimit else { throw ControlError.tooManyHops(limit: hopLimit) }
        var hops: [NextHop] = []
        for (index, gateway) in gateways.enumerated() {
            var hop = try hop(gateway, position: index)
            hop.sendsDiversion = sendsDiversion
            hop.sendsHistoryInfo = sendsHistoryInfo
            hops.append(hop)
        }
        guard !hops.isEmpty else { throw ControlError.invalidHop("", reason: "there is none") }
        return hops
    }

    private static func hasTrunk(_ prefix: String, in snapshot: ControlSnapshot) throws -> Bool {
        try snapshot.trunks().routes.contains { $0.prefix == prefix }
    }

    private static func prefix(_ text: String) throws(ControlError) -> String {
        let typed = NumberPlan.halfWidth(text).filter { $0 != "-" && $0 != " " }
        let digits = typed.hasPrefix("+") ? typed.dropFirst() : typed[...]
        let isPrefix = (1...31).contains(digits.count) && digits.allSatisfy { "0123456789*#".contains($0) }
        guard isPrefix else { throw .invalidPrefix(text) }
        return typed
    }

    private static func hop(_ text: String, position: Int) throws(ControlError) -> NextHop {
        let typed = NumberPlan.halfWidth(text)
        let address: SIPAddress
        do {
            address = try SIPAddress(typed.contains("sip:") || typed.contains("sips:") ? typed : "sip:" + typed)
        } catch {
            throw .invalidHop(text, reason: error.reason)
        }
        if let reason = address.flawOfWay { throw .invalidHop(text, reason: reason) }
        guard address.user == nil else { throw .invalidHop(text, reason: "a gateway has no user part") }
        var hop = NextHop(host: address.host, port: address.port ?? 5060, priority: position)
        for (name, value) in address.parameters {
            switch name {
            case "transport":
                hop.transport = value.flatMap { NextHop.Transport(rawValue: $0.lowercased()) } ?? hop.transport
            case "weight":
                guard let weight = value.flatMap(Int.init), (1...100).contains(weight) else {
                    throw .invalidHop(text, reason: "weight is 1 to 100")
                }
                hop.weight = weight
            case "priority":
                guard let priority = value.flatMap(Int.init), (0...65535).contains(priority) else {
                    throw .invalidHop(text, reason: "priority is 0 to 65535")
                }
                hop.priority = priority
            case "lr": continue
            default: throw .invalidHop(text, reason: "\(name) is not known here")
            }
        }
        return hop
    }
}
