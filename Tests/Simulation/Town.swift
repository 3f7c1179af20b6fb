import CallPlanning
import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// The numbers of a simulation, their rules and phones, and what lies outside: made at random, and the same until its end.
struct Town {
    static let domain = "lab.test"
    static let engine = endpoint("192.0.2.1:5060")
    static let gateways = [endpoint("198.51.100.1:5060"), endpoint("198.51.100.2:5060")]
    static let voicemail = endpoint("198.51.100.9:5060")
    /// Callers whose word counts, and callers whose does not.
    static let trustedCallers = (1...4).map { endpoint("198.51.100.\(100 + $0):5060") }
    static let strangers = (1...4).map { endpoint("203.0.113.\($0):5060") }
    static let emergencyNumbers = ["110", "118", "119"]
    /// A caller that some numbers block.
    static let nuisance = "0909999000"

    let directory: MemoryDirectory
    let configuration: RoutingConfiguration
    let numbers: [PhoneNumber]
    /// The phones of each number.
    let phones: [PhoneNumber: [Endpoint]]
    let owners: [Endpoint: PhoneNumber]

    init(_ random: inout SeededGenerator) {
        let numbers = (1...24).map { Self.number("05033330" + String(1000 + $0).dropFirst()) }
        let outside = (1...3).map { Self.number("031234567\($0)") }
        var records: [NumberRecord] = []
        var phones: [PhoneNumber: [Endpoint]] = [:]
        var owners: [Endpoint: PhoneNumber] = [:]
        for (place, number) in numbers.enumerated() {
            records.append(Self.record(number, among: numbers + outside, &random))
            let count = [0, 1, 1, 1, 1, 2, 3].randomElement(using: &random) ?? 1
            phones[number] = (0..<count).map { Self.endpoint("10.0.\(place).\($0 + 1):5060") }
            for phone in phones[number] ?? [] { owners[phone] = number }
        }
        (self.numbers, self.phones, self.owners) = (numbers, phones, owners)
        let hops = Self.gateways.enumerated().map { place, gateway in
            NextHop(host: gateway.address.description, port: gateway.port, transport: .udp, priority: place)
        }
        let prefixes = ["03"] + Self.emergencyNumbers
        directory = MemoryDirectory(
            records: records, trunks: TrunkTable(routes: prefixes.map { TrunkRoute(prefix: $0, hops: hops) }))
        var configuration = RoutingConfiguration(
            listeners: [.init(.udp, Self.engine)], secret: Array(repeating: 7, count: 32))
        configuration.domains = [Self.domain]
        // Our own phones have no passwords: they may register from their network.
        configuration.trustedNetworks = ["198.51.100.0/24", "10.0.0.0/8"].compactMap { IPNetwork($0) }
        configuration.datagramComfort = 65_000
        configuration.voicemailURI = "sip:vm@\(Self.voicemail)"
        self.configuration = configuration
    }

    private static func record(
        _ number: PhoneNumber, among numbers: [PhoneNumber], _ random: inout SeededGenerator
    ) -> NumberRecord {
        func destination() -> Destination {
            if Int.random(in: 0..<6, using: &random) == 0 { return .voicemail }
            return .number(numbers.randomElement(using: &random) ?? number)
        }
        var rules: [ForwardingCondition: Destination] = [:]
        for condition in [ForwardingCondition.busy, .noAnswer, .unreachable] where Bool.random(using: &random) {
            rules[condition] = destination()
        }
        if Int.random(in: 0..<6, using: &random) == 0 { rules[.always] = destination() }
        let rejects = Int.random(in: 0..<3, using: &random) == 0
        return NumberRecord(
            number: number,
            forwarding: ForwardingRules(active: rules, ringSeconds: Int.random(in: 5...30, using: &random)),
            anonymousCalls: AnonymousCallPolicy(rejected: rejects ? [.withheld] : []),
            blockedCallers: Bool.random(using: &random) ? [Self.number(nuisance)] : [])
    }

    /// Makes phones known from the start, for as long as calls are made.
    func register(
        _ known: Set<Endpoint>, in locations: LocationTable, until end: Int64, _ random: inout SeededGenerator
    ) {
        for number in numbers {
            let bindings = (phones[number] ?? []).filter(known.contains).map { phone in
                Binding(
                    contact: "sip:\(number)@\(phone)", q: [1000, 1000, 500].randomElement(using: &random) ?? 1000,
                    callID: "reg-\(phone)", cseq: 0, expiresAt: end, received: nil, path: [])
            }
            locations.apply(BindingChange(number: number, bindings: bindings))
        }
    }

    func record(of number: PhoneNumber) -> NumberRecord? { directory.records[number] }

    /// Numbers of ours that a call to this one may come to by rules, itself included.
    func reachable(from number: PhoneNumber) -> Set<PhoneNumber> {
        var found: Set<PhoneNumber> = []
        var rest = [number]
        while let next = rest.popLast() {
            guard let rules = record(of: next)?.forwarding, found.insert(next).inserted else { continue }
            for case .number(let destination) in rules.active.values { rest.append(destination) }
        }
        return found
    }

    // MARK: - Names

    static func endpoint(_ text: String) -> Endpoint {
        guard let endpoint = Endpoint(text) else { preconditionFailure("\(text) is no address") }
        return endpoint
    }

    static func number(_ text: String) -> PhoneNumber {
        guard let number = try? PhoneNumber(text) else { preconditionFailure("\(text) is no number") }
        return number
    }
}
