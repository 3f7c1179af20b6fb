import CallPlanning
import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

/// One engine on virtual time, with the network, the disk and the name service played by the test.
///
/// Whatever the engine sends is checked to be well-formed and waits for the peer at that address. ``finish()`` lets
/// all timers run out and checks that nothing is left behind.
final class RouterBench {
    static let address = "192.0.2.1:5060"
    static let domain = "lab.test"

    private(set) var router: CallRouter
    private let configuration: RoutingConfiguration
    let directory: MemoryDirectory
    let locations: LocationTable
    private(set) var now = Instant(milliseconds: 1_700_000_000_000)

    private var inboxes: [String: [SIPMessage]] = [:]
    /// Addresses to which nothing can be sent: `tcp:192.0.2.9:5060`.
    var unreachable: Set<String> = []
    /// What the name service knows; a name that is not here has no address.
    var names: [String: [String]] = [:]
    /// Names for which there is no answer until ``answerLookups()``.
    var slowNames: Set<String> = []
    private var waitingLookups: [(name: String, ticket: UInt64)] = []
    /// While false, commits wait for ``endCommits(succeeded:)``.
    var commitsAtOnce = true
    private var waitingCommits: [UInt64] = []
    private(set) var records: [CallRecord] = []
    private(set) var logs: [LogEvent] = []
    private var serial = 0
    /// Answers to malformed messages, ACKs among them, repeat what is wrong in them.
    var mayAnswerMalformed = false
    /// False: every question to the rules fails.
    var isDirectoryReadable = true
    /// Whether messages may begin something new.
    var admission = Admission.open

    init(
        numbers: [NumberRecord] = [], trunks: TrunkTable = .init(), sources: SourceLedger? = nil, seed: UInt64 = 1,
        configure: (inout RoutingConfiguration) -> Void = { _ in }
    ) {
        let listeners: [RoutingConfiguration.Listener] = [.init(.udp, Self.own), .init(.tcp, Self.own)]
        var configuration = RoutingConfiguration(listeners: listeners, secret: Array(repeating: 7, count: 32))
        configuration.domains = [Self.domain]
        configuration.trustedNetworks = ["198.51.100.0/24"].compactMap { IPNetwork($0) }
        configure(&configuration)
        self.configuration = configuration
        directory = MemoryDirectory(records: numbers, trunks: trunks)
        locations = LocationTable()
        router = CallRouter(
            configuration: configuration, locations: locations, nonces: NonceLedger(), sources: sources, seed: seed)
    }

    static var own: Endpoint { Peer("server", address).endpoint }

    func number(_ text: String) -> PhoneNumber {
        guard let number = try? PhoneNumber(text) else { preconditionFailure("\(text) is no number") }
        return number
    }

    // MARK: - Rules and registrations

    func set(_ record: NumberRecord) { directory.records[record.number] = record }

    /// Registers phones for a number without asking the registrar.
    func register(
        _ text: String, _ phones: [(peer: Peer, q: Int)], received: String? = nil, path: [String] = [],
        contact: String? = nil
    ) {
        let bindings = phones.map { phone in
            Binding(
                contact: contact ?? phone.peer.contact, q: phone.q, callID: "reg-\(phone.peer.name)", cseq: 1,
                expiresAt: now.milliseconds + 3_600_000, received: received, path: path)
        }
        locations.apply(BindingChange(number: number(text), bindings: bindings))
    }

    func register(_ text: String, _ phones: Peer...) { register(text, phones.map { ($0, 1000) }) }

    // MARK: - Messages

    func send(_ script: RequestScript, from peer: Peer) { send(script.bytes(from: peer), from: peer) }

    func send(_ text: String, from peer: Peer) { send(Array(text.utf8), from: peer) }

    func send(_ bytes: [UInt8], from peer: Peer) {
        guard let message = MessageParser.parse(bytes) else { return }
        let connection = peer.transport == .tcp ? ConnectionID(UInt64(peer.endpoint.port)) : nil
        let local = configuration.listeners.local(for: peer.transport, to: peer.endpoint.address, preferring: Self.own)
        let flow = Flow(
            transport: peer.transport, local: local ?? Self.own, remote: peer.endpoint, connection: connection)
        run { [admission] in $0.receive(message, from: flow, admission: admission, at: $1, directory: $2, into: &$3) }
    }

    /// Answers a request that the peer has received.
    @discardableResult
    func reply(
        _ peer: Peer, _ status: Int, to request: SIPMessage, tag: String? = nil, reason: String = "Reason",
        contact: String? = nil, headers: [String] = [], body: String = ""
    ) -> SIPMessage? {
        let bytes = response(
            peer, status, to: request, tag: tag, reason: reason, contact: contact, headers: headers, body: body)
        send(bytes, from: peer)
        return MessageParser.parse(bytes)
    }

    /// What a peer answers to a request (RFC 3261 §8.2.6).
    func response(
        _ peer: Peer, _ status: Int, to request: SIPMessage, tag: String? = nil, reason: String = "Reason",
        contact: String? = nil, headers: [String] = [], body: String = ""
    ) -> [UInt8] {
        var lines = ["SIP/2.0 \(status) \(reason)"]
        for field in request.fields where [.via, .recordRoute, .from, .callID, .cseq].contains(field.name) {
            lines.append(request.text(field.nameRange) + ": " + request.text(field.value))
        }
        let to = request.value(.to) ?? ""
        lines.append("To: \(to)" + (status > 100 && !to.contains(";tag=") ? ";tag=\(tag ?? peer.name)" : ""))
        let startsDialog = request.method == .invite && (101..<300).contains(status)
        if let contact = contact ?? (startsDialog ? peer.contact : nil) { lines.append("Contact: <\(contact)>") }
        lines += headers
        lines.append("Content-Length: \(body.utf8.count)")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    private func run(
        _ input: (inout CallRouter, Instant, any CallDirectory, inout [Effect]) -> Void
    ) {
        var effects: [Effect] = []
        input(&router, now, isDirectoryReadable ? directory : UnreadableDirectory(), &effects)
        while !effects.isEmpty {
            var more: [Effect] = []
            for effect in effects { carryOut(effect, &more) }
            effects = more
        }
    }

    private func carryOut(_ effect: Effect, _ more: inout [Effect]) {
        switch effect {
        case .send(let outgoing): deliver(outgoing, &more)
        case .resolve(let name, let ticket):
            if slowNames.contains(name) {
                waitingLookups.append((name, ticket))
            } else {
                resolve(name, ticket, &more)
            }
        case .commit(_, let ticket):
            if commitsAtOnce {
                router.committed(ticket, succeeded: true, at: now, directory: directory, into: &more)
            } else {
                waitingCommits.append(ticket)
            }
        case .record(let record): records.append(record)
        case .log(let event): logs.append(event)
        }
    }

    private func deliver(_ outgoing: Outgoing, _ more: inout [Effect]) {
        let place = "\(outgoing.hop.transport):\(outgoing.hop.remote)"
        guard let message = MessageParser.parse(outgoing.bytes) else {
            Issue.record("sent what is no message: \(String(decoding: outgoing.bytes, as: UTF8.self))")
            return
        }
        let fault =
            message.isRequest
            ? MessageValidation.fault(inRequest: message) : MessageValidation.fault(inResponse: message)
        let isAnswer = !message.isRequest || message.method == .ack
        if let fault, !(isAnswer && mayAnswerMalformed) {
            Issue.record("sent a malformed message (\(fault)): \(message.whole)")
        }
        if unreachable.contains(place) {
            if let transaction = outgoing.transaction {
                router.sendFailed(transaction, at: now, directory: directory, into: &more)
            }
            return
        }
        // A connection leads back to its own end, whatever port the Via names.
        let inbox = outgoing.hop.connection.map { "\(outgoing.hop.transport):#\($0.value)" } ?? place
        inboxes[inbox, default: []].append(message)
    }

    private func resolve(_ name: String, _ ticket: UInt64, _ more: inout [Effect]) {
        let addresses = (names[name] ?? []).compactMap { IPAddress($0) }
        router.resolved(ticket, addresses: addresses, at: now, directory: directory, into: &more)
    }

    /// The name service answers what was held back.
    func answerLookups() {
        let waiting = waitingLookups
        waitingLookups = []
        for lookup in waiting {
            run { router, now, directory, effects in
                let addresses = (self.names[lookup.name] ?? []).compactMap { IPAddress($0) }
                router.resolved(lookup.ticket, addresses: addresses, at: now, directory: directory, into: &effects)
            }
        }
    }

    /// The disk answers.
    func endCommits(succeeded: Bool) {
        let waiting = waitingCommits
        waitingCommits = []
        for ticket in waiting {
            run { $0.committed(ticket, succeeded: succeeded, at: $1, directory: $2, into: &$3) }
        }
    }

    // MARK: - What peers have received

    private func inbox(of peer: Peer) -> String {
        "\(peer.transport):\(peer.endpoint)"
    }

    /// All that waits for a peer: over any connection that it has opened first.
    private func places(of peer: Peer) -> [String] {
        peer.transport == .tcp ? ["tcp:#\(peer.endpoint.port)", inbox(of: peer)] : [inbox(of: peer)]
    }

    /// Takes everything that has come.
    @discardableResult
    func takeAll(_ peer: Peer) -> [SIPMessage] {
        places(of: peer).flatMap { inboxes.removeValue(forKey: $0) ?? [] }
    }

    /// Takes what has come to anybody, address by address.
    @discardableResult
    func takeEverything() -> [SIPMessage] {
        let all = inboxes.keys.sorted().flatMap { inboxes[$0] ?? [] }
        inboxes = [:]
        return all
    }

    /// `INVITE`, `180` …, in order, without taking anything.
    func kinds(_ peer: Peer) -> [String] { places(of: peer).flatMap { inboxes[$0] ?? [] }.map(\.kind) }

    /// Takes the next message, which must be of this kind. 100 Trying is passed over unless it is wanted.
    @discardableResult
    func expect(_ peer: Peer, _ kind: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> SIPMessage {
        for place in places(of: peer) {
            if kind != "100" { inboxes[place]?.removeAll { $0.kind == "100" } }
            guard let waiting = inboxes[place], let first = waiting.first else { continue }
            try #require(
                first.kind == kind, "\(peer.name) got \(waiting.map(\.kind)) instead of \(kind):\n\(first.whole)",
                sourceLocation: sourceLocation)
            inboxes[place]?.removeFirst()
            return first
        }
        return try #require(
            nil as SIPMessage?, "nothing came to \(peer.name) instead of \(kind)", sourceLocation: sourceLocation)
    }

    func expectNothing(_ peers: Peer..., sourceLocation: SourceLocation = #_sourceLocation) {
        for peer in peers {
            let kinds = kinds(peer).filter { $0 != "100" }
            #expect(kinds.isEmpty, "\(peer.name) got \(kinds)", sourceLocation: sourceLocation)
        }
    }

    // MARK: - Time

    /// Lets time pass, each timer at its own instant.
    func wait(_ milliseconds: Int64) {
        let end = Instant(milliseconds: now.milliseconds + milliseconds)
        var rounds = 0
        while let deadline = router.nextDeadline, deadline <= end, rounds < 100_000 {
            rounds += 1
            now = max(now, deadline)
            run { $0.advance(to: $1, directory: $2, into: &$3) }
        }
        #expect(rounds < 100_000, "timers that never end")
        now = end
    }

    func wait(seconds: Int) { wait(Int64(seconds) * 1000) }

    /// Lets everything run out, and checks that nothing is left.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        wait(seconds: 400)
        #expect(router.contextCount == 0, "contexts are left", sourceLocation: sourceLocation)
        #expect(router.pendingCallCount == 0, "calls are left", sourceLocation: sourceLocation)
        #expect(router.transactions.serverCount == 0, "server transactions are left", sourceLocation: sourceLocation)
        #expect(router.transactions.clientCount == 0, "client transactions are left", sourceLocation: sourceLocation)
        #expect(router.acknowledgements.isEmpty, "ACKs are left", sourceLocation: sourceLocation)
        #expect(router.unsureAcknowledgements.isEmpty, "unsure ACKs are left", sourceLocation: sourceLocation)
        #expect(router.lookups.isEmpty, "lookups are left", sourceLocation: sourceLocation)
        #expect(router.registrations.waiting.isEmpty, "registrations are left", sourceLocation: sourceLocation)
        #expect(router.registrations.changes.count == 0, "changes are left", sourceLocation: sourceLocation)
    }

    /// Another process takes over, with the same settings and nothing else.
    func restart() {
        router = CallRouter(configuration: configuration, locations: locations, nonces: NonceLedger(), seed: 99)
    }

    func nextSerial() -> Int {
        serial += 1
        return serial
    }
}

/// Rules on a disk that has failed.
private final class UnreadableDirectory: CallDirectory {
    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? {
        throw DirectoryUnavailable(reason: "the disk has failed")
    }
    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? {
        throw DirectoryUnavailable(reason: "the disk has failed")
    }
    func trunks() throws(DirectoryUnavailable) -> TrunkTable {
        throw DirectoryUnavailable(reason: "the disk has failed")
    }

    func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> {
        throw DirectoryUnavailable(reason: "the disk has failed")
    }
    func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        throw DirectoryUnavailable(reason: "the disk has failed")
    }
}
