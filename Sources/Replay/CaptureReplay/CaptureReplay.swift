internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Plays a capture through the engine, on the capture's own times.
///
/// Without rules the engine stands in the wire: every request goes from its sender into the engine and on to where it
/// went, whoever that was, and every response the same way back. What comes out is held against what went in.
///
/// With rules it takes the place of the proxy in the capture: what came to that proxy is given to the engine, which
/// decides anew; what the proxy sent itself is left out. A response finds its way by the engine's own copy of the
/// request: it is given that copy's Vias in place of the old proxy's, since whoever answers copies those.
package struct CaptureReplay {
    static let server = Ladder.Participant.named("tsunagi")
    /// A capture may end in the middle of calls; their timers get this long (seconds).
    private static let rest: Int = 86_400
    /// In the year 2255. What a broken capture says beyond that would run over when timers are added.
    private static let latest: UInt64 = 9_000_000_000_000_000_000

    let roles: CaptureRoles?
    var engine: ReplayEngine
    var ladder: Ladder
    var exchanges: [CapturedExchange] = []
    var places: [CapturedExchange.Key: Int] = [:]
    /// By Call-ID and CSeq alone.
    var placesOfRequest: [CapturedExchange.Request: [Int]] = [:]
    /// Which exchange a copy belongs to, by the engine's own Via.
    var owners: [String: Int] = [:]
    var tally = CaptureTally()
    var failures: [String] = []
    var remarks: [String] = []
    private var decisions = DecisionFeed()

    package static func run(_ capture: Capture, title: String, rules: ReplayRules? = nil) -> ReplayReport {
        var replay = CaptureReplay(capture, title: title, rules)
        for (index, message) in capture.messages.enumerated() { replay.play(message, number: index + 1) }
        replay.finish()
        var report = ReplayReport(ladder: replay.ladder)
        report.records = replay.engine.records
        report.failures = replay.failures
        report.remarks = replay.remarks
        report.tally = replay.tally
        if let damage = capture.damage { report.remarks.append(damage.description) }
        return report
    }

    private init(_ capture: Capture, title: String, _ rules: ReplayRules?) {
        let roles = rules.map { CaptureRoles(capture, directory: $0.directory) }
        self.roles = roles
        var configuration =
            rules?.configuration ?? RoutingConfiguration(listeners: [], secret: Array(repeating: 0x54, count: 32))
        configuration.listeners = roles?.listeners ?? Self.wire
        configuration.domains = roles?.domains ?? []
        // Nobody can be challenged any more, so everybody is taken for who they were.
        configuration.trustedNetworks = ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) }
        configuration.ladder = .all
        configuration.keepsCallLog = true
        let directory: any CallDirectory = rules.map { OpenDirectory($0.directory) } ?? MemoryDirectory()
        let start = Instant(nanoseconds: min(capture.messages.first?.timestamp ?? 0, Self.latest))
        engine = ReplayEngine(
            configuration: configuration, directory: directory, locations: LocationTable(), at: start)
        ladder = Ladder(title: title)
    }

    /// Addresses from RFC 2544 and RFC 5180: no capture of a network has them.
    private static let wire = ["198.18.0.1", "2001:2::1"].compactMap { IPAddress($0) }.flatMap { address in
        TransportProtocol.allCases.map {
            RoutingConfiguration.Listener($0, Endpoint(address: address, port: 5060))
        }
    }

    private mutating func play(_ captured: CapturedMessage, number: Int) {
        tally.messages += 1
        pass(until: Instant(nanoseconds: min(captured.timestamp, Self.latest)))
        guard let from = Endpoint(captured.source), let to = Endpoint(captured.destination),
            let message = MessageParser.parse(captured.bytes)
        else {
            failures.append("message \(number) from \(captured.source) can't be read")
            return
        }
        if let roles, !roles.isFromOutside(captured) {
            tally.leftOut += 1
            return
        }
        let transport: TransportProtocol = captured.transport == .tcp ? .tcp : .udp
        let arrow = Arrival(message: message, number: number, from: from, to: to, transport: transport)
        draw(message, from: .endpoint(captured.source), to: Self.server)
        if message.isRequest { play(request: arrow) } else { play(response: arrow) }
    }

    /// A message on its way into the engine.
    struct Arrival {
        let message: SIPMessage
        /// Its place among the messages of the capture, counted from 1.
        let number: Int
        let from: Endpoint
        let to: Endpoint
        let transport: TransportProtocol

        var label: String { SIPStartLine(ofMessage: message.bytes[...])?.label ?? "" }
    }

    // MARK: The engine

    /// Hands a message to the engine and takes what it sends at once.
    mutating func give(_ message: SIPMessage, _ arrival: Arrival) -> [(message: SIPMessage, hop: Hop)] {
        decisions.watch(message)
        engine.addressesOfOtherNames = [arrival.to.address]
        engine.receive(message, from: flow(of: arrival))
        return takeSent(about: message.value(.callID))
    }

    private func flow(of arrival: Arrival) -> Flow {
        let listeners = engine.configuration.listeners
        let local =
            listeners.first { $0.transport == arrival.transport && $0.endpoint == arrival.to }
            ?? listeners.first {
                $0.transport == arrival.transport && $0.endpoint.address.isSameFamily(as: arrival.from.address)
            }
        let connection = arrival.transport.isReliable ? ConnectionID(UInt64(arrival.from.port)) : nil
        return Flow(
            transport: arrival.transport, local: local?.endpoint ?? arrival.to, remote: arrival.from,
            connection: connection)
    }

    private mutating func takeSent(about callID: String? = nil) -> [(message: SIPMessage, hop: Hop)] {
        for decision in decisions.next(from: engine, about: callID) {
            ladder.append(.decision(at: engine.now.nanoseconds, by: Self.server, decision.description))
        }
        var sent: [(message: SIPMessage, hop: Hop)] = []
        while let outgoing = engine.takeOutgoing() {
            guard let message = MessageParser.parse(outgoing.bytes) else {
                failures.append("the server sent what is no SIP message to \(outgoing.hop)")
                continue
            }
            if message.isRequest { enter(message, outgoing.hop) }
            sent.append((message, outgoing.hop))
        }
        return sent
    }

    /// A copy that the engine has sent for the first time is found by the Via under its own: the captured sender's.
    private mutating func enter(_ request: SIPMessage, _ hop: Hop) {
        let vias = request.lines(named: "Via")
        guard let own = vias.first, owners[own] == nil,
            let place = CapturedExchange.Key(request, via: 1).flatMap({ places[$0] })
        else { return }
        owners[own] = place
        exchanges[place].copies.append(CapturedExchange.Copy(vias: vias, sentTo: hop.remote))
    }

    /// Runs the timers that are due before the next message.
    private mutating func pass(until time: Instant, draws: Bool = true) {
        while let deadline = engine.nextDeadline, deadline <= time {
            engine.advance(to: deadline)
            guard engine.hasOutgoing else { continue }
            for (message, hop) in takeSent() where draws { draw(message, hop) }
        }
        engine.advance(to: time)
    }

    private mutating func finish() {
        pass(until: engine.now + .seconds(Self.rest), draws: false)
        if let leftover = engine.leftover { failures.append("a day later there are still \(leftover)") }
    }

    // MARK: The ladder

    mutating func draw(_ message: SIPMessage, from: Ladder.Participant, to: Ladder.Participant) {
        ladder.append(
            Ladder.Event(
                time: engine.now.nanoseconds, from: from, to: to,
                label: SIPStartLine(ofMessage: message.bytes[...])?.label ?? "",
                kind: message.isRequest ? .request : .response))
    }

    /// Draws what the engine has sent. In the wire, a request goes to where the captured one went.
    mutating func draw(_ message: SIPMessage, _ hop: Hop) {
        let owner = message.isRequest && roles == nil ? message.lines(named: "Via").first.flatMap { owners[$0] } : nil
        guard let endpoint = CaptureEndpoint(owner.map { exchanges[$0].to } ?? hop.remote) else { return }
        draw(message, from: Self.server, to: .endpoint(endpoint))
    }
}
