import CallPlanning
import CallRouting
import Directory
import SIPMessage

/// Writes a call of a simulation as a script: what came to the engine is what its phones do, at the same times, and what
/// the engine sent is what they expect, but for what must not be.
///
/// Behind that, nobody can tell what would have come instead, so the script is open there.
///
/// Its phones do everything by hand, because on a bad network even an answer to a CANCEL may come late or never.
struct ScriptWriter {
    private static let caller = "caller"

    /// A request at a phone, or a response to it.
    private struct Key: Hashable {
        let name: String
        let branch: String
        let method: String
        var status = 0
    }

    private let watch: CallWatch
    private let town: Town
    private let start: Int64
    private var names: [Endpoint: String] = [:]
    private var steps: [String] = []
    private var writtenTime: Int64 = 0
    /// Messages that have come to a phone, or that it has sent.
    private var known: Set<Key> = []
    /// Responses that have come, octet for octet, as the phones of scripts tell retransmissions.
    private var heard: Set<[UInt8]> = []
    /// Requests that have come to each phone, by method, in order.
    private var served: [String: [Key]] = [:]
    /// How often something came there that a script counts: `bob INVITE`.
    private var counts: [String: Int] = [:]
    /// Phones that were rung.
    private var rung: Set<String> = []
    /// How many steps stood there when the engine was last given something to do.
    private var lastTurn = 0
    private var isOver = false

    init(_ watch: CallWatch, in town: Town) {
        self.watch = watch
        self.town = town
        start = watch.events.first { $0.isArrival }?.time ?? 0
        names[watch.script.endpoint] = Self.caller
        names[Town.voicemail] = "voicemail"
        for (place, gateway) in Town.gateways.enumerated() { names[gateway] = "gateway\(place + 1)" }
        for (number, phones) in town.phones {
            for (place, phone) in phones.enumerated() {
                names[phone] = "p\(number.national.suffix(3))" + ["a", "b", "c"][place % 3]
            }
        }
    }

    /// - Parameter origin: how it is made again.
    mutating func write(origin: String) -> String {
        writeSteps()
        var lines = ["# \(origin)"]
        lines += watch.broken.map { "# It must not be: \($0)" }
        lines += ["title A simulated call to \(watch.script.called)", "", "rules"] + rules()
        lines += ["", "phones"] + phones() + ["", "steps"] + steps.map { "    " + $0 }
        if !watch.broken.isEmpty {
            // Whatever it is, there has to be one.
            lines += [isOver ? "    the rest is open" : "    # and what is missing", "", "outcome"]
        } else if let record = watch.records.first {
            lines += ["", "outcome", "    status \(record.status)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Rules and phones

    private func rules() -> [String] {
        let hops = Town.gateways.map { "sip:\($0)" }.joined(separator: " then ")
        var lines = [
            "listen udp \(Town.engine)", "trusted.networks 198.51.100.0/24 10.0.0.0/8",
            "voicemail.uri sip:vm@\(Town.voicemail)",
        ]
        lines += (["03"] + Town.emergencyNumbers).map { "trunk \($0) \(hops)" }
        for number in watch.bindings.keys.sorted() {
            guard let record = town.record(of: number) else { continue }
            lines.append("number \(number.national)")
            for (condition, destination) in record.forwarding.active.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                lines.append("    forward \(condition.rawValue) to \(Self.text(of: destination))")
            }
            lines.append("    ring \(record.forwarding.ringSeconds)")
            if !record.anonymousCalls.rejected.isEmpty { lines.append("    anonymous reject") }
            lines += record.blockedCallers.sorted().map { "    block \($0.national)" }
        }
        return lines.map { "    " + $0 }
    }

    private static func text(of destination: Destination) -> String {
        switch destination {
        case .number(let number): number.national
        case .uri(let uri): uri
        case .voicemail: "voicemail"
        }
    }

    private func phones() -> [String] {
        let identity =
            watch.script.isAnonymous ? "anonymous@anonymous.invalid" : "\(watch.script.caller)@carrier.example"
        var lines = ["\(Self.caller) udp \(watch.script.endpoint) by hand as sip:\(identity)"]
        for number in watch.bindings.keys.sorted() {
            // Whoever was rung was known by then.
            let rung = (town.phones[number] ?? []).filter { self.rung.contains(names[$0] ?? "") }
            var left = Set(rung)
            for binding in watch.bindings[number] ?? [] {
                guard let phone = town.phones[number]?.first(where: { binding.contact.hasSuffix("@\($0)") }) else {
                    continue
                }
                left.remove(phone)
                lines.append(registered(phone, number, q: binding.q))
            }
            lines += rung.filter(left.contains).map { registered($0, number, q: 1000) }
        }
        for endpoint in Town.gateways + [Town.voicemail] where endpoint != watch.script.endpoint {
            lines.append("\(names[endpoint] ?? "") udp \(endpoint) by hand")
        }
        return lines.map { "    " + $0 }
    }

    private func registered(_ phone: Endpoint, _ number: PhoneNumber, q: Int) -> String {
        "\(names[phone] ?? "") udp \(phone) registered for \(number.national) q \(Double(q) / 1000) "
            + "contact sip:\(number)@\(phone) by hand"
    }

    // MARK: - Steps

    private mutating func writeSteps() {
        var restarts = watch.restarts[...]
        for event in watch.events where event.time >= start {
            guard !isOver else { return }
            while let time = restarts.first, time <= event.time {
                add("the server restarts", at: restarts.removeFirst())
            }
            if event.isArrival {
                happen(event)
                lastTurn = steps.count
            } else if event.from == Town.engine {
                expect(event)
            }
        }
    }

    private mutating func add(_ step: String, at time: Int64) {
        if time - start != writtenTime {
            writtenTime = time - start
            steps.append("at \(writtenTime)ms")
            lastTurn = steps.count
        }
        steps.append(step)
    }

    /// What the engine has sent.
    private mutating func expect(_ event: CallEvent) {
        let message = event.message
        guard let name = names[event.to], let branch = message.topVia?.branch else { return }
        let kind = message.status.map(String.init) ?? message.methodText
        if kind == "INVITE" { rung.insert(name) }
        guard event.flaws.isEmpty else { return end(event, name, kind) }
        counts["\(name) \(kind)", default: 0] += 1
        if message.isRequest {
            expect(request: message, Key(name: name, branch: branch, method: kind), at: event.time)
        } else if message.status != 100, heard.insert(Array("\(name) ".utf8) + message.bytes).inserted {
            let isFinal = (message.status ?? 0) >= 300 && message.cseqMethod == .invite
            add("\(name) expects \(kind)\(isFinal ? " unacknowledged" : "")", at: event.time)
            if let cseq = message.value(.cseq) {
                steps.append("    CSeq contains \(cseq.drop { $0 != " " }.dropFirst())")
            }
        }
    }

    /// Here it went wrong. What else the engine did in the same turn need not be right either.
    private mutating func end(_ event: CallEvent, _ name: String, _ kind: String) {
        steps.removeLast(steps.count - lastTurn)
        for flaw in event.flaws { add("# \(name) received \(kind), which must not be: \(flaw)", at: event.time) }
        add("\(name) has received \(kind) \(counts["\(name) \(kind)", default: 0]) times", at: event.time)
        isOver = true
    }

    private mutating func expect(request: SIPMessage, _ key: Key, at time: Int64) {
        let isNew = known.insert(key).inserted
        if request.method == .ack {
            // One for a failure belongs to the INVITE's transaction, and phones do not tell of it.
            let isOfFailure = known.contains(Key(name: key.name, branch: key.branch, method: "INVITE"))
            if !isOfFailure { add("\(key.name) expects ACK", at: time) }
        } else if isNew {
            served[key.name, default: []].append(key)
            add("\(key.name) expects \(key.method)", at: time)
        }
    }

    /// What has come to the engine.
    private mutating func happen(_ event: CallEvent) {
        let message = event.message
        guard let name = names[event.from], let branch = message.topVia?.branch else { return }
        if message.isRequest {
            ask(message, Key(name: name, branch: branch, method: message.methodText), at: event.time)
        } else if let method = message.cseq.map({ message.text($0.method) }), let status = message.status {
            answer(message, Key(name: name, branch: branch, method: method, status: status), at: event.time)
        }
    }

    private mutating func ask(_ request: SIPMessage, _ key: Key, at time: Int64) {
        let isNew = known.insert(key).inserted
        let peer = key.name == Self.caller ? request.toTag.flatMap(name(ofTag:)) : Self.caller
        switch key.method {
        case "ACK" where known.contains(Key(name: key.name, branch: key.branch, method: "INVITE")):
            add("\(key.name) acknowledges", at: time)
        case "ACK": add("\(key.name) sends ACK with \(peer ?? "")", at: time)
        case _ where !isNew: add("\(key.name) repeats \(key.method)", at: time)
        case "CANCEL": add("\(key.name) sends CANCEL", at: time)
        case "INVITE" where request.toTag == nil:
            add("\(key.name) sends INVITE to \(watch.script.called)", at: time)
            for header in watch.script.headers { steps.append("    \(header)") }
        default: add("\(key.name) sends \(key.method) with \(peer ?? "")", at: time)
        }
    }

    /// Tags of simulated phones begin with their addresses.
    private func name(ofTag tag: String) -> String? {
        names.first { tag.hasPrefix("\($0.key.address)-") }?.value
    }

    private mutating func answer(_ response: SIPMessage, _ key: Key, at time: Int64) {
        let requests = (served[key.name] ?? []).filter { $0.method == key.method }
        // Nobody has asked: the engine has forgotten it, and so has the script.
        guard let place = requests.firstIndex(where: { $0.branch == key.branch }) else { return }
        let which = requests.count > 1 ? " \(place + 1)" : ""
        guard known.insert(key).inserted else {
            return add("\(key.name) repeats \(key.status) to \(key.method)\(which)", at: time)
        }
        add("\(key.name) answers \(key.status) to \(key.method)\(which)", at: time)
        if key.status >= 300 {
            steps += response.values(.contact).map { "    Contact: \($0)" }
        } else if let number = response.line(named: "RSeq") {
            steps += ["    Require: 100rel", "    RSeq: \(number)"]
        }
    }
}

extension CallEvent {
    fileprivate var isArrival: Bool {
        if case .arrived = way { true } else { false }
    }
}
