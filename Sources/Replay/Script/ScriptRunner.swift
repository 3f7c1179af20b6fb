internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Plays a script on virtual time through one engine: no socket, no clock, and the same run every time.
package struct ScriptRunner {
    /// 2026-01-01 00:00 UTC.
    static let start = Instant(milliseconds: 1_767_225_600_000)
    /// A run with more than this many timers goes in circles.
    private static let turnLimit = 1_000_000

    let script: Script
    var engine: ReplayEngine
    let phones: [String: ScriptPhone]
    var ladder: Ladder
    var losing: [ScriptStep.Direction] = []
    /// Whatever comes may come.
    var isOpen = false
    /// Messages as their senders sent them, by what stays the same on their way.
    private var originals: [String: SIPMessage] = [:]
    private var decisions = DecisionFeed()
    /// Messages that have come to somebody and are no retransmissions.
    private(set) var arrivals = 0
    private var turns = 0

    /// - Parameter rules: read instead of the numbers and trunks of the script; its other settings stay.
    package static func run(_ script: Script, rules: ReplayRules? = nil) -> ReplayReport {
        var runner = ScriptRunner(script, rules)
        var failures: [String] = []
        do {
            for step in script.steps { try runner.take(step) }
            try runner.finish()
        } catch {
            failures.append(error.description)
        }
        var report = ReplayReport(ladder: runner.ladder)
        report.records = runner.engine.records
        report.failures = failures
        return report
    }

    private init(_ script: Script, _ rules: ReplayRules?) {
        self.script = script
        var configuration = script.rules.configuration
        if configuration.domains.isEmpty { configuration.domains = ["lab.test"] }
        if configuration.listeners.isEmpty {
            for address in ["192.0.2.1", "2001:db8::1"].compactMap({ IPAddress($0) }) {
                for transport in TransportProtocol.allCases {
                    configuration.listeners.append(.init(transport, Endpoint(address: address, port: 5060)))
                }
            }
        }
        configuration.ladder = .all
        if let realm = rules?.configuration.realm { configuration.realm = realm }
        let locations = LocationTable()
        engine = ReplayEngine(
            configuration: configuration,
            directory: rules?.directory ?? script.rules.directory(beginningAt: Self.start), locations: locations,
            names: script.rules.names, at: Self.start)
        var phones: [String: ScriptPhone] = [:]
        var bindings: [PhoneNumber: [Binding]] = [:]
        for description in script.phones {
            phones[description.name] = ScriptPhone(description, domain: script.rules.domain)
            if let binding = description.binding, let number = description.number {
                bindings[number, default: []].append(binding)
            }
        }
        self.phones = phones
        for (number, bindings) in bindings.sorted(by: { $0.key < $1.key }) {
            locations.load([BindingChange(number: number, bindings: bindings)])
        }
        var participants = script.phones.map { Ladder.Participant.named($0.name) }
        participants.insert(Self.server, at: min(1, participants.count))
        ladder = Ladder(title: script.title, participants: participants)
    }

    static let server = Ladder.Participant.named("tsunagi")

    /// - Returns: the phone; the parser has seen that there is one.
    func phone(_ name: String, _ line: Int) throws(ScriptError) -> ScriptPhone {
        guard let phone = phones[name] else { throw error(line, "there is no phone \(name)") }
        return phone
    }

    func error(_ line: Int?, _ text: String) -> ScriptError { ScriptError(script.file, line, text) }

    // MARK: Time

    /// Moves time on, timer by timer, until `stop` holds after one of them.
    mutating func advance(to target: Instant, until stop: (ScriptRunner) -> Bool = { _ in false }) throws(ScriptError) {
        while let deadline = engine.nextDeadline, deadline <= target {
            turns += 1
            guard turns < Self.turnLimit else { throw error(nil, "timers without end, at \(elapsed)") }
            engine.advance(to: deadline)
            try settle()
            if stop(self) { return }
        }
        engine.advance(to: target)
        try settle()
    }

    /// `20.5 s`, since the beginning.
    var elapsed: String {
        let milliseconds = engine.now.milliseconds(since: Self.start)
        return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
    }

    // MARK: Messages

    /// Sends what a phone has written, to the server or straight to another phone.
    mutating func send(_ bytes: [UInt8], from phone: ScriptPhone, to origin: ScriptOrigin, _ line: Int?)
        throws(ScriptError)
    {
        guard phone.presence == .here else { return }
        guard let message = MessageParser.parse(bytes) else {
            throw error(line, "what \(phone.name) sends is no SIP message")
        }
        if let kind = MessageKind(message) { phone.sent[kind] = bytes }
        originals[Self.key(message)] = message
        let label = SIPStartLine(ofMessage: bytes[...])?.label ?? ""
        if let place = losing.firstIndex(of: .from(phone.name)) {
            losing.remove(at: place)
            ladder.append(arrow(.named(phone.name), .named(phone.name), label + " (lost)", message))
            return
        }
        switch origin {
        case .server:
            ladder.append(arrow(.named(phone.name), Self.server, label, message))
            decisions.watch(message)
            engine.receive(message, from: try flow(of: phone, line))
            try settle()
        case .phone(let name):
            ladder.append(arrow(.named(phone.name), .named(name), label, message))
            try deliver(message, to: try self.phone(name, line ?? 0), from: .phone(phone.name))
        }
    }

    /// Delivers everything that the engine has sent, and what comes back at once.
    private mutating func settle() throws(ScriptError) {
        tellDecisions()
        while let outgoing = engine.takeOutgoing() {
            guard let message = MessageParser.parse(outgoing.bytes) else {
                throw error(nil, "the server sent what is no SIP message")
            }
            guard let phone = phone(at: outgoing.hop) else {
                throw error(
                    nil,
                    "the server sent \(MessageKind(message)?.description ?? "") to \(outgoing.hop), where nobody is")
            }
            let label = SIPStartLine(ofMessage: outgoing.bytes[...])?.label ?? ""
            let isLost = losing.firstIndex(of: .to(phone.name))
            let remark =
                isLost != nil || phone.presence == .silent ? " (lost)" : phone.presence == .here ? "" : " (refused)"
            ladder.append(arrow(Self.server, .named(phone.name), label + remark, message))
            if let isLost {
                losing.remove(at: isLost)
            } else if phone.presence == .unreachable {
                if let transaction = outgoing.transaction { engine.sendFailed(transaction) }
            } else {
                try deliver(message, to: phone, from: .server)
            }
            tellDecisions()
        }
    }

    private mutating func deliver(_ message: SIPMessage, to phone: ScriptPhone, from origin: ScriptOrigin)
        throws(ScriptError)
    {
        let before = phone.unread.count
        let replies = phone.receive(message, from: origin, at: engine.now)
        arrivals += phone.unread.count - before
        for reply in replies { try send(reply, from: phone, to: origin, nil) }
    }

    /// A message as it stays the same on its way: of a request Call-ID and CSeq, of a response the tag and status too.
    private static func key(_ message: SIPMessage) -> String {
        let common = "\(message.value(.callID) ?? "") \(message.value(.cseq) ?? "")"
        guard let status = message.status else { return common }
        return "\(common) \(status) \(message.tag(.to).map { message.text($0) } ?? "")"
    }

    /// The message as the other side sent it.
    func original(of message: SIPMessage) -> SIPMessage? { originals[Self.key(message)] }

    private func arrow(
        _ from: Ladder.Participant, _ to: Ladder.Participant, _ label: String, _ message: SIPMessage
    ) -> Ladder.Event {
        Ladder.Event(
            time: engine.now.nanoseconds, from: from, to: to, label: label,
            kind: message.isRequest ? .request : .response)
    }

    /// Puts new decisions into the ladder at the moment at which they were taken.
    private mutating func tellDecisions() {
        for decision in decisions.next(from: engine) {
            ladder.append(.decision(at: engine.now.nanoseconds, by: Self.server, decision.description))
        }
    }

    // MARK: Addresses

    private func phone(at hop: Hop) -> ScriptPhone? {
        if let connection = hop.connection {
            return script.phones.indices.first { UInt64($0 + 1) == connection.value }.flatMap {
                phones[script.phones[$0].name]
            }
        }
        return phone(hop.transport, hop.remote)
    }

    func phone(_ transport: TransportProtocol, _ endpoint: Endpoint) -> ScriptPhone? {
        script.phones.first { $0.transport == transport && $0.endpoint == endpoint }.flatMap { phones[$0.name] }
            ?? script.phones.first { $0.endpoint == endpoint }.flatMap { phones[$0.name] }
    }

    private func flow(of phone: ScriptPhone, _ line: Int?) throws(ScriptError) -> Flow {
        let description = phone.description
        guard
            let local = engine.configuration.listeners.first(where: {
                $0.transport == description.transport
                    && $0.endpoint.address.isSameFamily(as: description.endpoint.address)
            })
        else { throw error(line, "the server does not listen for \(phone.name)'s \(description.transport)") }
        let place = script.phones.firstIndex { $0.name == phone.name } ?? 0
        return Flow(
            transport: description.transport, local: local.endpoint, remote: description.endpoint,
            connection: description.transport.isReliable ? ConnectionID(UInt64(place + 1)) : nil)
    }
}
