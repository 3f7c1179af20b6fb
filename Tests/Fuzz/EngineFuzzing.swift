import CallPlanning
import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// Octets as a program of events: messages from anybody, time that passes, a disk and a name service that answer as they
/// like. Whatever the order, the engine stands, sends only messages, and holds nothing when its timers have run out.
struct EngineFuzzing {
    private static let own = endpoint("192.0.2.1:5060")
    private static let peers = ["203.0.113.5:5060", "10.0.0.1:5060", "10.0.0.2:5060", "198.51.100.1:5060"].map(endpoint)
    private static let numbers = ["05011110001", "05011110002", "05011110003"].compactMap { try? PhoneNumber($0) }

    private var program: ArraySlice<UInt8>
    private var router: CallRouter
    private let directory: MemoryDirectory
    private var now = Instant(milliseconds: 1_700_000_000_000)
    /// What the engine has sent, the newest last.
    private var sent: [(to: Endpoint, message: SIPMessage)] = []
    private var waiting: [Effect] = []

    init(_ octets: [UInt8]) {
        program = octets[...]
        let rules: [[ForwardingCondition: Destination]] = [
            [.busy: .number(Self.numbers[1]), .noAnswer: .number(Self.numbers[2]), .unreachable: .voicemail],
            [.always: .number(Self.numbers[2])], [.busy: .uri("sip:x@far.example")],
        ]
        let records = zip(Self.numbers, rules).map { number, rules in
            NumberRecord(
                number: number, forwarding: ForwardingRules(active: rules, ringSeconds: 5),
                anonymousCalls: AnonymousCallPolicy(rejected: number == Self.numbers[2] ? [.withheld] : []))
        }
        let hop = NextHop(host: "198.51.100.1", port: 5060, transport: .udp, priority: 0)
        directory = MemoryDirectory(
            records: records, trunks: TrunkTable(routes: [TrunkRoute(prefix: "03", hops: [hop])]))
        var configuration = RoutingConfiguration(
            listeners: [.init(.udp, Self.own), .init(.tcp, Self.own)], secret: Array(repeating: 7, count: 32))
        configuration.domains = ["lab.test"]
        configuration.trustedNetworks = ["198.51.100.0/24", "10.0.0.0/8"].compactMap { IPNetwork($0) }
        configuration.voicemailURI = "sip:vm@198.51.100.9"
        let locations = LocationTable()
        for (number, peer) in zip(Self.numbers, Self.peers.dropFirst()) {
            let binding = Binding(
                contact: "sip:\(number)@\(peer)", q: 1000, callID: "r", cseq: 1,
                expiresAt: now.milliseconds + 100_000, received: nil, path: [])
            locations.apply(BindingChange(number: number, bindings: [binding]))
        }
        router = CallRouter(configuration: configuration, locations: locations, nonces: NonceLedger(), seed: 1)
    }

    private static func endpoint(_ text: String) -> Endpoint {
        guard let endpoint = Endpoint(text) else { fatalError("\(text) is no address") }
        return endpoint
    }

    mutating func run() {
        while let word = program.popFirst() {
            let argument = Int(program.popFirst() ?? 0)
            switch word % 8 {
            case 0: receive(Array(rest(upTo: argument * 16)), from: Self.peers[argument % Self.peers.count])
            case 1: pass(milliseconds: Int64(argument) * 50)
            case 2: pass(milliseconds: Int64(argument) * 1_000)
            case 3: answer(argument, status: 100 + Int(program.popFirst() ?? 0) * 2)
            case 4: call(argument)
            case 5: carryOut(argument)
            case 6: repeatBack(argument)
            default: cancel(argument)
            }
        }
        while !waiting.isEmpty { carryOut(1) }
        pass(milliseconds: 1_000_000)
        let left = (router.contextCount, router.placesTaken)
        must(left == (0, 0), "contexts and transactions are left: \(left)")
    }

    private mutating func rest(upTo count: Int) -> ArraySlice<UInt8> {
        defer { program = program.dropFirst(count) }
        return program.prefix(count)
    }

    // MARK: - What happens

    private mutating func call(_ argument: Int) {
        let number = Self.numbers[argument % Self.numbers.count]
        let from = argument & 0x40 == 0 ? "sip:0901111222@far.example" : "sip:anonymous@anonymous.invalid"
        let peer = Self.peers[argument & 0x20 == 0 ? 0 : 3]
        let lines = [
            "INVITE sip:\(number)@lab.test SIP/2.0", "Via: SIP/2.0/UDP \(peer);branch=z9hG4bK\(argument)",
            "Max-Forwards: 70",
            "From: <\(from)>;tag=\(argument)", "To: <sip:\(number)@lab.test>", "Call-ID: \(argument)", "CSeq: 1 INVITE",
            "Contact: <sip:c@\(peer)>", "Content-Length: 0", "", "",
        ]
        receive(Array(lines.joined(separator: "\r\n").utf8), from: peer)
    }

    private mutating func cancel(_ argument: Int) {
        let number = Self.numbers[argument % Self.numbers.count]
        let peer = Self.peers[argument & 0x20 == 0 ? 0 : 3]
        let lines = [
            "CANCEL sip:\(number)@lab.test SIP/2.0", "Via: SIP/2.0/UDP \(peer);branch=z9hG4bK\(argument)",
            "Max-Forwards: 70", "From: <sip:0901111222@far.example>;tag=\(argument)", "To: <sip:\(number)@lab.test>",
            "Call-ID: \(argument)", "CSeq: 1 CANCEL", "Content-Length: 0", "", "",
        ]
        receive(Array(lines.joined(separator: "\r\n").utf8), from: peer)
    }

    /// Somebody answers a request that the engine has sent, now or long ago.
    private mutating func answer(_ argument: Int, status: Int) {
        let requests = sent.filter { $0.message.isRequest && $0.message.method != .ack }
        guard !requests.isEmpty, (100...699).contains(status) else { return }
        let (peer, request) = requests[argument % requests.count]
        var lines = ["SIP/2.0 \(status) Fuzz"]
        for field in request.fields where [.via, .recordRoute, .from, .callID, .cseq].contains(field.name) {
            lines.append(request.text(field.nameRange) + ": " + request.text(field.value))
        }
        lines += [
            "To: \(request.value(.to) ?? "")" + (status > 100 ? ";tag=\(argument)" : ""),
            "Contact: <sip:\(Self.numbers[argument % Self.numbers.count])@lab.test>", "Content-Length: 0", "", "",
        ]
        receive(Array(lines.joined(separator: "\r\n").utf8), from: peer)
    }

    /// What was sent comes back.
    private mutating func repeatBack(_ argument: Int) {
        guard !sent.isEmpty else { return }
        let (peer, message) = sent[argument % sent.count]
        receive(message.bytes, from: peer)
    }

    /// The name service or the disk answers, well or not.
    private mutating func carryOut(_ argument: Int) {
        guard !waiting.isEmpty else { return }
        let effect = waiting.remove(at: argument % waiting.count)
        step { router, now, directory, effects in
            switch effect {
            case .resolve(_, let ticket):
                let addresses = argument % 2 == 0 ? [] : [Self.peers[argument % Self.peers.count].address]
                router.resolved(ticket, addresses: addresses, at: now, directory: directory, into: &effects)
            case .commit(_, let ticket):
                router.committed(ticket, succeeded: argument % 2 == 1, at: now, directory: directory, into: &effects)
            case .send, .record, .log: break
            }
        }
    }

    private mutating func pass(milliseconds: Int64) {
        let end = now + .milliseconds(milliseconds)
        var rounds = 0
        while let deadline = router.nextDeadline, deadline <= end {
            rounds += 1
            must(rounds < 200_000, "timers that never end")
            now = max(now, deadline)
            step { $0.advance(to: $1, directory: $2, into: &$3) }
        }
        now = end
    }

    private mutating func receive(_ octets: [UInt8], from peer: Endpoint) {
        guard let message = MessageParser.parse(octets) else { return }
        let flow = Flow(transport: .udp, local: Self.own, remote: peer)
        step { $0.receive(message, from: flow, at: $1, directory: $2, into: &$3) }
    }

    private mutating func step(_ input: (inout CallRouter, Instant, any CallDirectory, inout [Effect]) -> Void) {
        var effects: [Effect] = []
        input(&router, now, directory, &effects)
        for effect in effects {
            switch effect {
            case .send(let outgoing):
                guard let message = MessageParser.parse(outgoing.bytes) else {
                    return must(false, "sent what is no message")
                }
                if sent.count < 200 { sent.append((outgoing.hop.remote, message)) }
            case .resolve, .commit: waiting.append(effect)
            case .record, .log: break
            }
        }
    }
}
