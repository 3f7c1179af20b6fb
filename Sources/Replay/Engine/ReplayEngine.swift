internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// One engine on virtual time: the very `CallRouter` that serves calls, with everything around it answered at once.
/// Changes of registrations are durable as soon as they are asked for, and names are looked up in a table.
struct ReplayEngine {
    let configuration: RoutingConfiguration
    let directory: any CallDirectory
    let locations: LocationTable
    /// Addresses of host names, lower case.
    var names: [String: [IPAddress]]
    /// What every other name is taken for.
    var addressesOfOtherNames: [IPAddress] = []
    private(set) var now: Instant
    /// What the engine wrote down of the calls that have their final response, in that order.
    private(set) var records: [CallRecord] = []
    private(set) var log: [LogEvent] = []
    private var router: CallRouter
    private var outgoing: [Outgoing] = []
    private var seed: UInt64

    init(
        configuration: RoutingConfiguration, directory: any CallDirectory, locations: LocationTable,
        names: [String: [IPAddress]] = [:], seed: UInt64 = 1, at now: Instant
    ) {
        self.configuration = configuration
        self.directory = directory
        self.locations = locations
        self.names = names
        self.seed = seed
        self.now = now
        router = Self.router(configuration, locations, seed)
    }

    private static func router(
        _ configuration: RoutingConfiguration, _ locations: LocationTable, _ seed: UInt64
    ) -> CallRouter {
        CallRouter(configuration: configuration, locations: locations, nonces: NonceLedger(), seed: seed)
    }

    mutating func receive(_ message: SIPMessage, from flow: Flow) {
        var effects: [Effect] = []
        router.receive(message, from: flow, at: now, directory: directory, into: &effects)
        carryOut(effects)
    }

    /// A message of this transaction could not be sent.
    mutating func sendFailed(_ transaction: SlotID) {
        var effects: [Effect] = []
        router.sendFailed(transaction, at: now, directory: directory, into: &effects)
        carryOut(effects)
    }

    /// Moves time on, not back, and runs the timers that are due then.
    mutating func advance(to time: Instant) {
        now = max(now, time)
        var effects: [Effect] = []
        router.advance(to: now, directory: directory, into: &effects)
        carryOut(effects)
    }

    /// The next message that the engine has sent and nobody has taken yet.
    mutating func takeOutgoing() -> Outgoing? {
        outgoing.isEmpty ? nil : outgoing.removeFirst()
    }

    var hasOutgoing: Bool { !outgoing.isEmpty }

    var nextDeadline: Instant? { router.nextDeadline }

    /// What is still in the engine's tables, for a person to read; nil if they are empty.
    var leftover: String? {
        let (contexts, transactions) = (router.contextCount, router.placesTaken)
        guard contexts > 0 || transactions > 0 || router.nextDeadline != nil else { return nil }
        return "\(contexts) requests in progress, \(transactions) transactions"
            + (router.nextDeadline.map { ", a timer due at \($0)" } ?? "")
    }

    /// Starts the server anew: calls are forgotten, registrations, rules and the secret stay.
    mutating func restart() {
        seed &+= 1
        router = Self.router(configuration, locations, seed)
        outgoing = []
    }

    /// Decisions taken so far about a call that has no final response yet.
    func decisions(ofCall callID: String) -> [Decision] { router.decisionsSoFar(ofCall: callID) }

    private mutating func carryOut(_ initial: [Effect]) {
        var effects = initial
        var next = 0
        while next < effects.count {
            switch effects[next] {
            case .send(let message): outgoing.append(message)
            case .commit(_, let ticket):
                router.committed(ticket, succeeded: true, at: now, directory: directory, into: &effects)
            case .resolve(let name, let ticket):
                router.resolved(
                    ticket, addresses: names[name.lowercased()] ?? addressesOfOtherNames, at: now, directory: directory,
                    into: &effects)
            case .record(let record): records.append(record)
            case .log(let event): log.append(event)
            }
            next += 1
        }
    }
}
