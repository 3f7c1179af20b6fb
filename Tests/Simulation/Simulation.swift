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
    private var report: SimulationReport

    /// - Parameters:
    ///   - calls: how many are made.
    ///   - conditions: of the network; nil: any.
    ///   - disturbs: parts of the network fail for a while, and the engine is started anew.
    package init(seed: UInt64, calls: Int, conditions: NetworkConditions? = nil, disturbs: Bool = true) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        town = Town(&random)
        self.conditions = conditions ?? .random(&random)
        report = SimulationReport()
        router = CallRouter(
            configuration: town.configuration, locations: locations, nonces: NonceLedger(), seed: random.next())
        town.register(in: locations, at: now, &random)
        for endpoint in Town.trustedCallers + Town.strangers { agents[endpoint] = Caller() }
        for endpoint in town.numbers.flatMap({ town.phones[$0] ?? [] }) + Town.gateways + [Town.voicemail] {
            agents[endpoint] = Phone(endpoint, in: self)
        }
        plan(calls, disturbs)
    }

    private func plan(_ calls: Int, _ disturbs: Bool) {
        // Some seconds' worth of calls at once, so that they meet in the engine.
        let length = Int64(max(1, calls)) * Int64.random(in: 20...400, using: &random)
        for index in 0..<calls {
            let script = script()
            let party = CallingParty(script, callID: "\(seed)-\(index)", in: self)
            parties.append(party)
            partyOfCall[party.callID] = party
            watches[party.callID] = CallWatch(script, in: town)
            (agents[script.endpoint] as? Caller)?.calls[party.callID] = party
            after(Int64.random(in: 0...length, using: &random)) { party.start() }
        }
        guard disturbs else { return }
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
            hold: Int64.random(in: 0...60_000, using: &random), callerHangsUp: Bool.random(using: &random))
    }

    // MARK: - The run

    /// Runs until nothing is left to happen.
    package func run() -> SimulationReport {
        var last = now
        while true {
            let deadline = router.nextDeadline.map { max(now, ($0.nanoseconds + 999_999).milliseconds) }
            guard let next = [agenda.nextTime, deadline].compactMap({ $0 }).min() else { break }
            now = next
            if now > Self.start + Self.patience {
                report.broken.append("the engine has timers that never end")
                break
            }
            if let time = agenda.nextTime, time <= now, let act = agenda.removeFirst() {
                act()
                last = now
            } else {
                step { $0.advance(to: $1, directory: $2, into: &$3) }
            }
        }
        report.runs = 1
        report.duration = last - Self.start
        settle()
        agents = [:]
        return report
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
            if watch.ladder.contains(where: { $0.contains(" 181 ") }) { report.forwarded += 1 }
            if !watch.broken.isEmpty {
                report.broken.append(
                    "call \(party.callID): \(watch.broken.joined(separator: "; "))\n"
                        + watch.ladder.joined(separator: "\n"))
            }
        }
        let left = (router.contextCount, router.transactionCount, router.pendingCallCount)
        if left != (0, 0, 0) { report.broken.append("contexts, transactions and calls are left: \(left)") }
    }

    /// The engine dies, and another one takes over with the same settings and registrations.
    private func restart() {
        report.restarts += 1
        for watch in watches.values { watch.isDisturbed = true }
        router = CallRouter(
            configuration: town.configuration, locations: locations, nonces: NonceLedger(), seed: random.next())
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
                case .commit(_, let ticket):
                    router.committed(ticket, succeeded: true, at: instant, directory: town.directory, into: &more)
                case .record(let record): watches[record.callID]?.recorded(record)
                case .log: break
                }
            }
            effects = more
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
        if from == Town.engine { watch?.left(message, to: to, at: now) }
        report.datagrams += 1
        let isCut = partitions.contains { $0.time.contains(now) && ($0.endpoint == from || $0.endpoint == to) }
        let isLost = isCut || chance(conditions.loss, &random)
        watch?.draw(now, from, to, message, lost: isLost)
        if isCut { watch?.isCut = true }
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
        message.value(.callID).flatMap { watches[$0] }?.arrived(message, from: from, at: now)
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
