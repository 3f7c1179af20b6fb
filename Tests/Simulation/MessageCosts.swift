import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// What each message of a call costs the engine, by any measure that only grows.
///
/// A caller on a trusted network calls one number after the other, each call from its INVITE to the end of its BYE, all on
/// virtual time. Calls go to a phone, are sent on to one by an unconditional rule, or are turned away.
package struct MessageCosts {
    /// A message as it comes in, and what it brings about.
    package enum Kind: String, CaseIterable, Sendable {
        case invite = "INVITE"
        case inviteAgain = "INVITE sent again"
        case ringing = "180"
        case answer = "200 to INVITE"
        case acknowledgement = "ACK"
        case bye = "BYE"
        case byeAgain = "BYE sent again"
        case end = "200 to BYE"
        case forwardedInvite = "INVITE that is sent on"
        case rejectedInvite = "INVITE that is turned away"
        case overloadedInvite = "INVITE refused in overload"
        /// All that the timers of one call do.
        case timers = "timers of a call"
    }

    private static let caller = Town.trustedCallers[0]
    private static let phone = Town.endpoint("10.0.0.1:5060")
    private static let (plain, forwarding, rejecting) = (
        Town.number("05033331001"), Town.number("05033331002"), Town.number("05033331003")
    )
    /// Between two messages, in milliseconds.
    private static let pause: Int64 = 5

    private let meter: () -> Int
    private let directory: MemoryDirectory
    private var router: CallRouter
    private var now: Int64 = 1_700_000_000_000
    private var effects: [Effect] = []
    private var calls = 0
    private var spent: [Kind: Int] = [:]

    /// - Parameter meter: what has been used up so far, by this thread.
    package init(_ meter: @escaping () -> Int) {
        self.meter = meter
        directory = MemoryDirectory(records: [
            NumberRecord(
                number: Self.plain, forwarding: ForwardingRules(active: [.noAnswer: .number(Self.forwarding)])),
            NumberRecord(number: Self.forwarding, forwarding: ForwardingRules(active: [.always: .number(Self.plain)])),
            NumberRecord(number: Self.rejecting, anonymousCalls: AnonymousCallPolicy(rejected: [.withheld])),
        ])
        var configuration = RoutingConfiguration(
            listeners: [.init(.udp, Town.engine)], secret: Array(repeating: 7, count: 32))
        configuration.domains = [Town.domain]
        configuration.trustedNetworks = [IPNetwork("198.51.100.0/24")].compactMap(\.self)
        let locations = LocationTable()
        locations.apply(
            BindingChange(
                number: Self.plain,
                bindings: [
                    Binding(
                        contact: "sip:\(Self.plain)@\(Self.phone)", callID: "registration", cseq: 1,
                        expiresAt: now + 86_400_000)
                ]))
        router = CallRouter(configuration: configuration, locations: locations, nonces: NonceLedger(), seed: 1)
    }

    /// What a message of each kind costs, as the mean of so many calls. Before them as many are made that do not count:
    /// what is made once and kept is there then.
    package mutating func measured(calls: Int) -> [(kind: Kind, cost: Double)] {
        for _ in 0..<calls { call() }
        spent = [:]
        for _ in 0..<calls { call() }
        return Kind.allCases.map { ($0, Double(spent[$0] ?? 0) / Double(calls)) }
    }

    private mutating func call() {
        let plain = invite(Self.plain)
        let ring = sent(plain.bytes, from: Self.caller, as: .invite, to: Self.phone)
        conclude(ring, of: plain)

        let forwarded = invite(Self.forwarding)
        let ringElsewhere = sent(forwarded.bytes, from: Self.caller, as: .forwardedInvite, to: Self.phone)
        conclude(ringElsewhere, of: forwarded, counts: false)

        var withheld = invite(Self.rejecting)
        withheld.from = "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=\(withheld.callID)"
        withheld.headers.append("Privacy: id")
        let refusal = sent(withheld.bytes, from: Self.caller, as: .rejectedInvite, to: Self.caller)
        precondition(refusal.status == 433)
        _ = receive(withheld.following("ACK", to: refusal.value(.to)).bytes, from: Self.caller, as: nil)

        let tooMany = invite(Self.plain).bytes
        _ = receive(tooMany, from: Self.caller, as: .overloadedInvite, admission: .overloaded)
    }

    /// The phone rings and answers, and the caller hangs up.
    private mutating func conclude(_ ring: SIPMessage, of invite: WrittenRequest, counts: Bool = true) {
        func kind(_ kind: Kind) -> Kind? { counts ? kind : nil }
        let contact = "Contact: <sip:\(Self.plain)@\(Self.phone)>"
        _ = receive(ring.response(180, tag: "p\(calls)", headers: [contact]), from: Self.phone, as: kind(.ringing))
        _ = sent(invite.bytes, from: Self.caller, as: kind(.inviteAgain), to: Self.caller)
        let answer = sent(
            ring.response(200, tag: "p\(calls)", headers: [contact]), from: Self.phone, as: kind(.answer),
            to: Self.caller)
        var request = invite
        request.uri = answer.contactURI
        request.to = answer.value(.to) ?? ""
        request.headers = answer.values(.recordRoute).reversed().map { "Route: \($0)" }
        (request.method, request.branch) = ("ACK", invite.branch + "a")
        _ = sent(request.bytes, from: Self.caller, as: kind(.acknowledgement), to: Self.phone)
        (request.method, request.branch, request.cseq) = ("BYE", invite.branch + "b", 2)
        let bye = sent(request.bytes, from: Self.caller, as: kind(.bye), to: Self.phone)
        _ = sent(bye.response(200, tag: "p\(calls)"), from: Self.phone, as: kind(.end), to: Self.caller)
        _ = sent(request.bytes, from: Self.caller, as: kind(.byeAgain), to: Self.caller)
    }

    private mutating func invite(_ called: PhoneNumber) -> WrittenRequest {
        calls += 1
        return WrittenRequest(
            method: "INVITE", uri: "sip:\(called)@\(Town.domain)",
            from: "<sip:0901111222@carrier.example>;tag=c\(calls)", to: "<sip:\(called)@\(Town.domain)>",
            callID: "call-\(calls)@\(Self.caller)", cseq: 1, branch: "z9hG4bK-call-\(calls)", sender: Self.caller,
            headers: ["Contact: <sip:0901111222@\(Self.caller)>"])
    }

    /// - Returns: the last message that goes to this receiver then.
    private mutating func sent(
        _ bytes: [UInt8], from sender: Endpoint, as kind: Kind?, to receiver: Endpoint
    ) -> SIPMessage {
        let message = receive(bytes, from: sender, as: kind).last { $0.hop.remote == receiver }
        guard let message, let parsed = MessageParser.parse(message.bytes) else {
            preconditionFailure("nothing went to \(receiver) for \(String(decoding: bytes, as: UTF8.self))")
        }
        return parsed
    }

    /// Lets the engine take a message, and before it the time.
    private mutating func receive(
        _ bytes: [UInt8], from sender: Endpoint, as kind: Kind?, admission: Admission = .open
    ) -> [Outgoing] {
        now += Self.pause
        effects.removeAll(keepingCapacity: true)
        count(.timers) {
            $0.router.advance(to: Instant(milliseconds: $0.now), directory: $0.directory, into: &$0.effects)
        }
        let flow = Flow(transport: .udp, local: Town.engine, remote: sender)
        count(kind) {
            guard let message = MessageParser.parse(bytes) else { return }
            $0.router.receive(
                message, from: flow, admission: admission, at: Instant(milliseconds: $0.now), directory: $0.directory,
                into: &$0.effects)
        }
        return effects.compactMap { if case .send(let outgoing) = $0 { outgoing } else { nil } }
    }

    private mutating func count(_ kind: Kind?, _ work: (inout MessageCosts) -> Void) {
        let before = meter()
        work(&self)
        let after = meter()
        if let kind { spent[kind, default: 0] += after - before }
    }
}
