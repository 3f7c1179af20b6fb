import CallPlanning
import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// Calls by chance: numbers with random rules, phones with random manners, a network that loses, repeats and reorders.
/// One seed is one run. What must hold in any of them is checked on the way.
struct Storm {
    private static let start = Instant(milliseconds: 1_767_225_600_000)
    private static let server = Endpoint(address: .v4(0xC000_0201), port: 5060)

    /// What broke a promise; empty if nothing did.
    private(set) var broken: [String] = []
    private(set) var records: [CallRecord] = []

    private var random: SeededGenerator
    private var router: CallRouter
    private let directory: MemoryDirectory
    private var now = Storm.start
    private var events: [Event] = []
    private var serial = 0
    private var calls: [String: Call] = [:]
    private var served: [String: Served] = [:]

    private struct Event {
        enum Kind {
            case toServer([UInt8], from: Endpoint)
            case toPhone([UInt8], at: Endpoint)
            case repeatInvite(call: String, count: Int)
            case cancel(call: String)
            case phone(String, PhoneAction)
            case repeatAnswer(String, [UInt8], count: Int)
        }

        let at: Instant
        let serial: Int
        let kind: Kind
    }

    private enum PhoneAction {
        case ring, progress
        case final(Int)
    }

    private struct Call {
        let invite: [UInt8]
        let from: Endpoint
        var hasHeard = false
        var success = false
        var failure: Int?
        var cancelledAt: Instant?
        var branches: Set<String> = []
    }

    /// An INVITE at a phone.
    private struct Served {
        let request: SIPMessage
        let at: Endpoint
        var final: [UInt8]?
        var isAcknowledged = false
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var configuration = RoutingConfiguration(
            listeners: [.init(.udp, Self.server)], secret: Array(repeating: 7, count: 32))
        configuration.domains = ["lab.test"]
        configuration.voicemailURI = "sip:vm@192.0.2.250"
        configuration.planning.diversionLimit = DiversionLimit(3)
        let locations = LocationTable()
        router = CallRouter(configuration: configuration, locations: locations, nonces: NonceLedger(), seed: seed)
        directory = MemoryDirectory(
            trunks: TrunkTable(routes: [
                TrunkRoute(
                    prefix: "03", hops: [NextHop(host: "192.0.2.240"), NextHop(host: "192.0.2.241", priority: 1)])
            ]))
        for place in 0..<5 { addNumber(place, locations) }
    }

    // MARK: Numbers

    private static func number(_ place: Int) -> PhoneNumber { PhoneNumber(trustedCanonical: "+815000000\(place)00") }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func addNumber(_ place: Int, _ locations: LocationTable) {
        var rules = ForwardingRules(ringSeconds: Int.random(in: 5...15, using: &random))
        for condition in ForwardingCondition.allCases where chance(condition == .always ? 20 : 60) {
            rules.active[condition] = destination()
        }
        let number = Self.number(place)
        directory.records[number] = NumberRecord(number: number, forwarding: rules)
        var bindings: [Binding] = []
        for phone in 0..<Int.random(in: 0...3, using: &random) {
            var binding = Binding(
                contact: "sip:p\(place)\(phone)@192.0.2.\(10 + place * 10 + phone)", callID: "r", cseq: 1,
                expiresAt: .max / 2)
            binding.q = [1000, 1000, 500].randomElement(using: &random) ?? 1000
            bindings.append(binding)
        }
        locations.load([BindingChange(number: number, bindings: bindings)])
    }

    private mutating func destination() -> Destination {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6: .number(Self.number(Int.random(in: 0..<5, using: &random)))
        case 6: .voicemail
        case 7: .uri("sip:x@198.51.100.9")
        case 8: .number(PhoneNumber(trustedCanonical: "+81312345678"))
        default: .uri("sip:x@nowhere.example")
        }
    }

    // MARK: Time

    private mutating func schedule(_ milliseconds: Int, _ kind: Event.Kind) {
        serial += 1
        events.append(Event(at: now + .milliseconds(Int64(milliseconds)), serial: serial, kind: kind))
    }

    /// On its way through the network: perhaps lost, perhaps twice, after a while.
    private mutating func travel(_ kind: Event.Kind) {
        guard !chance(8) else { return }
        for _ in 0..<(chance(5) ? 2 : 1) { schedule(Int.random(in: 1...60, using: &random), kind) }
    }

    mutating func run(calls count: Int) {
        for place in 0..<count { begin(place) }
        var steps = 0
        while steps < 200_000 {
            steps += 1
            let next = events.indices.min { (events[$0].at, events[$0].serial) < (events[$1].at, events[$1].serial) }
            let deadline = router.nextDeadline
            if let next, deadline.map({ events[next].at <= $0 }) ?? true {
                let event = events.remove(at: next)
                now = max(now, event.at)
                happen(event.kind)
            } else if let deadline {
                now = max(now, deadline)
                var effects: [Effect] = []
                router.advance(to: now, directory: directory, into: &effects)
                carryOut(effects)
            } else {
                break
            }
        }
        finish()
    }

    private mutating func finish() {
        if router.contextCount > 0 || router.placesTaken > 0 { broken.append("something is left in the tables") }
        for (callID, call) in calls {
            let count = records.count { $0.callID == callID }
            if call.hasHeard, count != 1 { broken.append("\(callID) has \(count) entries in the log") }
            for record in records where record.callID == callID {
                if record.legs.count > 40 { broken.append("\(callID) has \(record.legs.count) legs") }
                if record.status == 487, call.cancelledAt == nil { broken.append("\(callID): 487 without a CANCEL") }
                if record.status == 503 { broken.append("\(callID): a 503 of somebody else") }
            }
        }
    }

    private mutating func happen(_ kind: Event.Kind) {
        switch kind {
        case .toServer(let bytes, let from): give(bytes, from)
        case .toPhone(let bytes, let at): arrive(bytes, at)
        case .repeatInvite(let callID, let count): repeatInvite(callID, count)
        case .cancel(let callID): cancel(callID)
        case .phone(let key, let action): act(key, action)
        case .repeatAnswer(let key, let bytes, let count): repeatAnswer(key, bytes, count)
        }
    }

    private mutating func give(_ bytes: [UInt8], _ from: Endpoint) {
        guard let message = MessageParser.parse(bytes) else { return }
        if message.method == .cancel, let callID = message.value(.callID), calls[callID]?.cancelledAt == nil {
            calls[callID]?.cancelledAt = now
        }
        var effects: [Effect] = []
        router.receive(
            message, from: Flow(transport: .udp, local: Self.server, remote: from), at: now, directory: directory,
            into: &effects)
        carryOut(effects)
    }

    private mutating func carryOut(_ initial: [Effect]) {
        var effects = initial
        var next = 0
        while next < effects.count {
            switch effects[next] {
            case .send(let message):
                check(message)
                if chance(2), let transaction = message.transaction {
                    router.sendFailed(transaction, at: now, directory: directory, into: &effects)
                } else {
                    travel(.toPhone(message.bytes, at: message.hop.remote))
                }
            case .resolve(_, let ticket):
                router.resolved(ticket, addresses: [], at: now, directory: directory, into: &effects)
            case .commit(_, let ticket):
                router.committed(ticket, succeeded: true, at: now, directory: directory, into: &effects)
            case .record(let record): records.append(record)
            case .log: break
            }
            next += 1
        }
    }

    /// Whatever leaves the server is whole, and nothing new is begun for a caller who has given up.
    private mutating func check(_ outgoing: Outgoing) {
        guard let message = MessageParser.parse(outgoing.bytes), message.fault == nil else {
            return broken.append("what was sent is no SIP message")
        }
        if message.isRequest, let fault = MessageValidation.fault(inRequest: message) {
            broken.append("\(message.methodText) was sent with a fault: \(fault)")
        }
        guard let callID = message.value(.callID), let call = calls[callID] else { return }
        if message.method == .invite, let branch = message.topVia?.branch,
            calls[callID]?.branches.insert(branch).inserted == true
        {
            if let cancelledAt = call.cancelledAt, cancelledAt < now {
                broken.append("\(callID): an INVITE after CANCEL")
            }
            if call.success || call.failure != nil { broken.append("\(callID): an INVITE after the final response") }
            if message.elements(.diversion).count > 3 { broken.append("\(callID): more diversions than the limit") }
        }
    }

    // MARK: Callers

    private mutating func begin(_ place: Int) {
        let callID = "storm-\(place)"
        let from = Endpoint(address: .v4(0xCB00_7100 | UInt32(place % 200 + 1)), port: 5060)
        let to = Self.number(Int.random(in: 0..<5, using: &random)).national
        let breadth = chance(25) ? "Max-Breadth: \(Int.random(in: 1...3, using: &random))\r\n" : ""
        let invite = Array(
            """
            INVITE sip:\(to)@lab.test SIP/2.0\r
            Via: SIP/2.0/UDP \(from);branch=z9hG4bK-\(callID)\r
            Max-Forwards: 70\r
            From: <sip:0901111222@carrier.example>;tag=\(callID)\r
            To: <sip:\(to)@lab.test>\r
            Call-ID: \(callID)\r
            CSeq: 1 INVITE\r
            Contact: <sip:a@\(from)>\r
            \(breadth)Content-Length: 0\r
            \r

            """.utf8)
        calls[callID] = Call(invite: invite, from: from)
        schedule(place * 37, .repeatInvite(call: callID, count: 0))
        if chance(30) { schedule(place * 37 + Int.random(in: 10...40_000, using: &random), .cancel(call: callID)) }
    }

    private mutating func repeatInvite(_ callID: String, _ count: Int) {
        guard let call = calls[callID], !call.hasHeard, count < 7 else { return }
        travel(.toServer(call.invite, from: call.from))
        schedule(500 << count, .repeatInvite(call: callID, count: count + 1))
    }

    private mutating func cancel(_ callID: String) {
        guard let call = calls[callID], call.hasHeard, !call.success, call.failure == nil,
            let bytes = MessageParser.parse(call.invite).flatMap({
                DerivedRequest.write(.cancel, for: $0.bytes, response: nil)
            })
        else { return }
        travel(.toServer(bytes, from: call.from))
    }

    private mutating func heard(_ response: SIPMessage) {
        guard let callID = response.value(.callID), let call = calls[callID], response.cseqMethod == .invite,
            let status = response.status
        else { return }
        calls[callID]?.hasHeard = true
        guard status >= 200 else { return }
        if status < 300 {
            if call.failure != nil { broken.append("\(callID): 2xx after \(call.failure ?? 0)") }
            calls[callID]?.success = true
            acknowledge(response, of: call)
        } else {
            if call.success { broken.append("\(callID): \(status) after a 2xx") }
            if let earlier = call.failure, earlier != status { broken.append("\(callID): \(status) after \(earlier)") }
            if (300..<400).contains(status) { broken.append("\(callID): a \(status) reached the caller") }
            calls[callID]?.failure = status
            if let ack = DerivedRequest.write(.ack, for: call.invite, response: response) {
                travel(.toServer(ack, from: call.from))
            }
        }
    }

    /// Along the route that was recorded.
    private mutating func acknowledge(_ response: SIPMessage, of call: Call) {
        guard let contact = response.firstElement(.contact).flatMap({ NameAddress(response.bytes, $0.range) }) else {
            return
        }
        var text = "ACK \(response.text(contact.uri)) SIP/2.0\r\n"
        serial += 1
        text += "Via: SIP/2.0/UDP \(call.from);branch=z9hG4bK-ack-\(serial)\r\nMax-Forwards: 70\r\n"
        for route in response.elements(.recordRoute).reversed() { text += "Route: \(response.text(route.range))\r\n" }
        text += "From: \(response.value(.from) ?? "")\r\nTo: \(response.value(.to) ?? "")\r\n"
        text += "Call-ID: \(response.value(.callID) ?? "")\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
        travel(.toServer(Array(text.utf8), from: call.from))
    }

    // MARK: Phones

    private mutating func arrive(_ bytes: [UInt8], _ at: Endpoint) {
        guard let message = MessageParser.parse(bytes) else { return }
        guard message.isRequest else { return heard(message) }
        let branch = message.topVia?.branch ?? ""
        switch message.method {
        case .invite: offered(message, branch, at)
        case .cancel:
            reply(to: message, 200, at)
            if served[branch]?.final == nil, chance(85) {
                // Sometimes the handset was lifted a moment before.
                schedule(Int.random(in: 0...20, using: &random), .phone(branch, .final(chance(10) ? 200 : 487)))
            }
        case .ack:
            if served[branch] != nil { served[branch]?.isAcknowledged = true }
            for key in served.keys where served[key]?.request.value(.callID) == message.value(.callID) {
                if served[key]?.at == at { served[key]?.isAcknowledged = true }
            }
        default: reply(to: message, 200, at)
        }
    }

    private mutating func offered(_ invite: SIPMessage, _ branch: String, _ at: Endpoint) {
        if let known = served[branch] {
            if let final = known.final { travel(.toServer(final, from: at)) }
            return
        }
        served[branch] = Served(request: invite, at: at)
        let manners = Int.random(in: 0..<10, using: &random)
        if manners == 0 { return }
        if chance(30) { reply(to: invite, 100, at) }
        if manners == 1 { return }
        if manners < 7 {
            schedule(Int.random(in: 0...3000, using: &random), .phone(branch, manners == 2 ? .progress : .ring))
        }
        if manners == 3 { return }
        let statuses = [200, 200, 200, 486, 486, 480, 503, 500, 404, 603, 302, 408, 407]
        let status = statuses.randomElement(using: &random) ?? 200
        schedule(Int.random(in: 0...30_000, using: &random), .phone(branch, .final(status)))
    }

    private mutating func act(_ key: String, _ action: PhoneAction) {
        guard let phone = served[key], phone.final == nil else { return }
        switch action {
        case .ring: reply(to: phone.request, 180, phone.at)
        case .progress: reply(to: phone.request, 183, phone.at)
        case .final(let status):
            let bytes = response(to: phone.request, status, phone.at)
            served[key]?.final = bytes
            repeatAnswer(key, bytes, 0)
        }
    }

    /// The phone's own timer G, or its retransmission of a 2xx.
    private mutating func repeatAnswer(_ key: String, _ bytes: [UInt8], _ count: Int) {
        guard let phone = served[key], !phone.isAcknowledged, count < 7 else { return }
        travel(.toServer(bytes, from: phone.at))
        schedule(500 << count, .repeatAnswer(key, bytes, count: count + 1))
    }

    private mutating func reply(to request: SIPMessage, _ status: Int, _ at: Endpoint) {
        travel(.toServer(response(to: request, status, at), from: at))
    }

    private mutating func response(to request: SIPMessage, _ status: Int, _ at: Endpoint) -> [UInt8] {
        var headers = ""
        if (101..<300).contains(status) {
            for route in request.lines(of: .recordRoute) { headers += "Record-Route: \(route)\r\n" }
            headers += "Contact: <sip:x@\(at)>\r\n"
        }
        if status == 302 {
            let contacts = (0..<Int.random(in: 0...4, using: &random)).map { place in
                "<sip:\(Self.number(Int.random(in: 0..<5, using: &random)).national)@lab.test>;q=0.\(place)"
            }
            if !contacts.isEmpty { headers += "Contact: \(contacts.joined(separator: ", "))\r\n" }
        }
        return ResponseWriter.response(
            to: request, status: status, reason: "X", toTag: "t\(at.port)\(at.address)", headers: headers)
    }
}

extension SIPMessage {
    fileprivate func lines(of name: HeaderName) -> [String] { all(name).map { text($0.value) } }
}
