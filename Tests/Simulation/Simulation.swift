import CallPlanning
import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// Callers, phones, a network that loses and repeats, and the engine between them: all from one seed, on virtual time.
///
/// Whatever it sends is looked at as it is sent (``CallWatch``). When everybody has fallen silent the engine must hold
/// nothing any more.
package final class Simulation {
    private static let start: Int64 = 1_700_000_000_000
    /// No call, nor what it leaves, lasts longer than that.
    private static let patience: Int64 = 3_600_000
    /// Octets that an engine may hold when all is over, beyond what a new one holds.
    private static let mostHeld = 400_000

    private let seed: UInt64
    private var random: SeededGenerator
    private(set) var now = Simulation.start
    private var agenda = Agenda<() -> Void>()
    private let town: Town
    private let conditions: NetworkConditions
    private var partitions: [Partition] = []
    private let locations = LocationTable()
    private var router: CallRouter
    private var agents: [Endpoint: any UserAgent] = [:]
    private var parties: [CallingParty] = []
    private var partyOfCall: [String: CallingParty] = [:]
    private var watches: [String: CallWatch] = [:]
    private var registrations: [Endpoint: Registration] = [:]
    /// How often the engine was started anew.
    private var engine = 0
    /// Changes on their way to the disk.
    private var unwritten: [(change: BindingChange, ticket: UInt64)] = []
    private var diskIsFree = Simulation.start
    private let octets: (() -> Int)?
    private var report: SimulationReport

    /// - Parameters:
    ///   - calls: how many are made.
    ///   - conditions: of the network; nil: any.
    ///   - disturbs: parts of the network fail for a while, and the engine is started anew.
    ///   - octets: tells how much memory is allocated; nil: what the engine holds at the end is not looked at.
    package init(
        seed: UInt64, calls: Int, conditions: NetworkConditions? = nil, disturbs: Bool = true,
        octets: (() -> Int)? = nil
    ) {
        self.seed = seed
        self.octets = octets
        random = SeededGenerator(seed: seed)
        town = Town(&random)
        self.conditions = conditions ?? .random(&random)
        report = SimulationReport()
        router = CallRouter(
            configuration: town.configuration, locations: locations, nonces: NonceLedger(), seed: random.next())
        for endpoint in Town.trustedCallers + Town.strangers { agents[endpoint] = Caller() }
        for endpoint in town.numbers.flatMap({ town.phones[$0] ?? [] }) + Town.gateways + [Town.voicemail] {
            agents[endpoint] = Phone(endpoint, in: self)
        }
        // Some seconds' worth of calls at once, so that they meet in the engine.
        let length = Int64(max(1, calls)) * Int64.random(in: 20...400, using: &random)
        planRegistrations(length)
        planCalls(calls, length)
        if disturbs { planFailures(length) }
    }

    /// Most phones are known from the start, the others make themselves known meanwhile.
    private func planRegistrations(_ length: Int64) {
        var known: Set<Endpoint> = []
        for number in town.numbers {
            for endpoint in town.phones[number] ?? [] {
                guard Int.random(in: 0..<3, using: &random) == 0 else {
                    known.insert(endpoint)
                    continue
                }
                let wishes = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Int.random(in: 60...120, using: &random)
                }
                let registration = Registration(
                    of: number, at: endpoint, wishes: wishes + (Bool.random(using: &random) ? [0] : []), in: self)
                (agents[endpoint] as? Phone)?.registration = registration
                registrations[endpoint] = registration
                after(Int64.random(in: 0...length, using: &random)) { registration.start() }
            }
        }
        town.register(known, in: locations, until: now + length + 600_000, &random)
    }

    private func planCalls(_ calls: Int, _ length: Int64) {
        for index in 0..<calls {
            let script = script()
            let party = CallingParty(script, callID: "\(seed)-\(index)", in: self)
            parties.append(party)
            partyOfCall[party.callID] = party
            watches[party.callID] = CallWatch(script, in: town)
            (agents[script.endpoint] as? Caller)?.calls[party.callID] = party
            after(Int64.random(in: 0...length, using: &random)) { party.start() }
        }
    }

    private func planFailures(_ length: Int64) {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let begin = now + Int64.random(in: 0...length, using: &random)
            let phones = town.numbers.flatMap { town.phones[$0] ?? [] } + Town.gateways
            let endpoint = phones.randomElement(using: &random) ?? Town.voicemail
            let time = begin..<(begin + Int64.random(in: 100...60_000, using: &random))
            partitions.append(Partition(endpoint: endpoint, time: time))
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            after(Int64.random(in: 0...length, using: &random)) { self.restart() }
        }
    }

    private func script() -> CallScript {
        let isTrusted = Bool.random(using: &random)
        let endpoints = isTrusted ? Town.trustedCallers : Town.strangers
        var called = "\(anyNumber())"
        if isTrusted, Int.random(in: 0..<20, using: &random) == 0 {
            called = Town.emergencyNumbers.randomElement(using: &random) ?? called
        }
        return CallScript(
            called: called,
            caller: Int.random(in: 0..<10, using: &random) == 0
                ? Town.nuisance : "09011\(Int.random(in: 100_000...999_999, using: &random))",
            isAnonymous: Int.random(in: 0..<6, using: &random) == 0,
            endpoint: endpoints.randomElement(using: &random) ?? endpoints[0],
            patience: Int.random(in: 0..<4, using: &random) == 0 ? Int64.random(in: 0...40_000, using: &random) : nil,
            hold: Int64.random(in: 0...60_000, using: &random), callerHangsUp: Bool.random(using: &random),
            reliability: CallScript.Reliability.random(&random),
            invitesAgain: Int.random(in: 0..<4, using: &random) == 0)
    }

    // MARK: - The run

    /// Runs until nothing is left to happen.
    ///
    /// - Parameter writesAll: all calls are written as scripts, and not only those that are broken.
    package func run(writesAll: Bool = false) -> SimulationReport {
        var last = now
        while true {
            let deadline = router.nextDeadline.map { max(now, ($0.nanoseconds + 999_999).milliseconds) }
            guard let next = [agenda.nextTime, deadline].compactMap({ $0 }).min() else { break }
            now = next
            if now > Self.start + Self.patience {
                report.broken.append("the engine has timers that never end")
                break
            }
            // Timers first, as in a script, so that a call that is made one takes the same course.
            if deadline.map({ $0 <= now }) ?? false {
                step { $0.advance(to: $1, directory: $2, into: &$3) }
            } else if let act = agenda.removeFirst() {
                act()
                last = now
            }
        }
        report.runs = 1
        report.duration = last - Self.start
        settle()
        // Of what is left in the engine nobody can tell which call has left it.
        if writesAll || (report.scripts.isEmpty && !report.broken.isEmpty) {
            report.scripts = parties.compactMap { party in watches[party.callID].map { script(of: party, $0) } }
        }
        agents = [:]
        return report
    }

    private func script(of party: CallingParty, _ watch: CallWatch) -> SimulatedScript {
        var writer = ScriptWriter(watch, in: town)
        let origin = "tools/simulate --once --seed \(seed) --calls \(parties.count), call \(party.callID)"
        return SimulatedScript(name: party.callID, text: writer.write(origin: origin), isBroken: !watch.broken.isEmpty)
    }

    private func settle() {
        for party in parties {
            guard let watch = watches[party.callID] else { continue }
            watch.settle(party)
            report.calls += 1
            let status = party.finals.first.flatMap { Int($0.prefix(3)) }
            switch status {
            case nil: report.unheard += 1
            case 487: report.cancelled += 1
            case let status? where status < 300: report.answered += 1
            default: report.refused += 1
            }
            if watch.wasForwarded { report.forwarded += 1 }
            if !watch.broken.isEmpty {
                report.broken.append(
                    "call \(party.callID): \(watch.broken.joined(separator: "; "))\n\(watch.ladder)")
                report.scripts.append(script(of: party, watch))
            }
        }
        for endpoint in town.numbers.flatMap({ town.phones[$0] ?? [] }) {
            guard let registration = registrations[endpoint] else { continue }
            report.registrations += 1
            let isCut = partitions.contains { $0.endpoint == endpoint }
            if registration.failures > 0, !isCut { report.broken.append("\(registration.contact) was never granted") }
        }
        let left = (router.contextCount, router.placesTaken, router.pendingCallCount)
        if left != (0, 0, 0) { report.broken.append("contexts, transactions and calls are left: \(left)") }
        let counted = router.measures.routing.callsInProgress
        if counted != 0 { report.broken.append("\(counted) more calls were counted as begun than as ended") }
        checkMemory()
    }

    /// What the engine keeps for good, such as numbers that it has read before, does not grow with the calls.
    private func checkMemory() {
        guard let octets else { return }
        let before = octets()
        router = newRouter()
        report.heldOctets = before - octets()
        if report.heldOctets > Self.mostHeld { report.broken.append("the engine holds \(report.heldOctets) octets") }
    }

    /// The engine dies, and another one takes over with the same settings and registrations.
    private func restart() {
        report.restarts += 1
        engine += 1
        // Some of what was on its way to the disk has come there, and nobody is left to say so.
        for (change, _) in unwritten.prefix(Int.random(in: 0...unwritten.count, using: &random)) {
            locations.apply(change)
        }
        unwritten = []
        for watch in watches.values { watch.restarted(at: now) }
        router = newRouter()
    }

    private func newRouter() -> CallRouter {
        CallRouter(configuration: town.configuration, locations: locations, nonces: NonceLedger(), seed: random.next())
    }

    // MARK: - The engine

    private func step(_ input: (inout CallRouter, Instant, any CallDirectory, inout [Effect]) -> Void) {
        let instant = Instant(milliseconds: now)
        var effects: [Effect] = []
        input(&router, instant, town.directory, &effects)
        while !effects.isEmpty {
            var more: [Effect] = []
            for effect in effects {
                switch effect {
                case .send(let outgoing): send(outgoing.bytes, from: Town.engine, to: outgoing.hop.remote)
                case .resolve(_, let ticket):
                    router.resolved(ticket, addresses: [], at: instant, directory: town.directory, into: &more)
                case .commit(let change, let ticket): write(change, ticket)
                case .record(let record): watches[record.callID]?.recorded(record)
                case .log: break
                }
            }
            effects = more
        }
    }

    /// The disk takes its time, one change after the other, and now and then it fails.
    private func write(_ change: BindingChange, _ ticket: UInt64) {
        unwritten.append((change, ticket))
        let asker = engine
        diskIsFree = max(diskIsFree, now) + Int64.random(in: 0...60, using: &random)
        after(diskIsFree - now) {
            guard asker == self.engine else { return }
            self.unwritten.removeFirst()
            let succeeded = !self.happens(0.05)
            self.step { $0.committed(ticket, succeeded: succeeded, at: $1, directory: $2, into: &$3) }
        }
    }

    // MARK: - The network

    func after(_ milliseconds: Int64, _ act: @escaping () -> Void) { agenda.add(act, at: now + milliseconds) }

    func send(_ bytes: [UInt8], from: Endpoint, to: Endpoint) {
        guard let message = MessageParser.parse(bytes) else {
            report.broken.append("\(from) sent what is no message: \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        let watch = message.value(.callID).flatMap { watches[$0] }
        let isCut = partitions.contains { $0.time.contains(now) && ($0.endpoint == from || $0.endpoint == to) }
        let isLost = isCut || chance(conditions.loss, &random)
        watch?.draw(message, from: from, to: to, lost: isLost, at: now)
        if from == Town.engine {
            watch?.left(message, to: to, at: now)
            if message.status == 200, message.cseqMethod == .register {
                let flaw = registrations[to]?.granted(message, in: locations, at: now)
                if let flaw {
                    report.broken.append(([flaw] + (registrations[to]?.ladder ?? [])).joined(separator: "\n"))
                }
            }
        }
        report.datagrams += 1
        if isCut { watch?.isCut = true }
        if watch == nil { registrations[from == Town.engine ? to : from]?.draw(now, from, to, message, lost: isLost) }
        guard !isLost else {
            report.lost += 1
            return
        }
        for _ in 0..<(chance(conditions.duplication, &random) ? 2 : 1) {
            after(Int64.random(in: conditions.delay, using: &random)) { self.deliver(message, from: from, to: to) }
        }
    }

    private func deliver(_ message: SIPMessage, from: Endpoint, to: Endpoint) {
        guard to == Town.engine else {
            agents[to]?.receive(message)
            return
        }
        message.value(.callID).flatMap { watches[$0] }?.arrived(message, from: from, at: now) { number in
            locations.bindings(of: number, at: Instant(milliseconds: now))
        }
        let flow = Flow(transport: .udp, local: Town.engine, remote: from)
        step { $0.receive(message, from: flow, at: $1, directory: $2, into: &$3) }
    }

    // MARK: - What phones and callers ask

    func party(of message: SIPMessage) -> CallingParty? { message.value(.callID).flatMap { partyOfCall[$0] } }

    func anyNumber() -> PhoneNumber { town.numbers.randomElement(using: &random) ?? town.numbers[0] }

    func happens(_ part: Double) -> Bool { chance(part, &random) }

    /// What somebody does with the call that comes now.
    func behaviour(of endpoint: Endpoint) -> PhoneBehaviour {
        let ringing = Int64.random(in: 0...3_000, using: &random)
        let after = ringing + Int64.random(in: 0...35_000, using: &random)
        let isEarly = Int.random(in: 0..<8, using: &random) == 0
        func ends(_ status: Int, rings: Bool) -> PhoneBehaviour {
            .ends(status: status, ringing: rings ? ringing : nil, earlyMedia: isEarly, after: rings ? after : ringing)
        }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: return ends(200, rings: true)
        case 45..<50: return ends(200, rings: false)
        case 50..<64: return ends(486, rings: Bool.random(using: &random))
        case 64..<76: return .ringsOn
        case 76..<81: return .silent
        case 81..<84: return .deflects(after: after)
        case 84..<88: return ends(480, rings: Bool.random(using: &random))
        default:
            let status = [404, 403, 408, 500, 503, 600, 603, 407].randomElement(using: &random) ?? 404
            return ends(status, rings: Bool.random(using: &random))
        }
    }
}

extension UInt64 {
    /// Of nanoseconds.
    fileprivate var milliseconds: Int64 { Int64(self / 1_000_000) }
}
