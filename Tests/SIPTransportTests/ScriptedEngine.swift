import CallRouting
import Directory
import Foundation
import SIPMessage
import SIPTransaction
import Synchronization

@testable import SIPTransport

/// An engine whose answers a test writes, and what came to it.
struct ScriptedEngine: MessageEngine {
    enum Event: Sendable {
        case received(SIPMessage, Flow, shard: Int)
        case sendFailed(SlotID, shard: Int)
        case resolved(UInt64, [IPAddress])
        case committed(UInt64, Bool)
        case advanced(Instant)
    }

    typealias Script = @Sendable (SIPMessage, Flow) -> [Effect]

    let place: SIPServerSetup.Place
    let journal: Journal
    let script: Script
    var nextDeadline: Instant?
    var pendingCallCount: Int { journal.pendingCalls }
    var measures: EngineMeasures { EngineMeasures() }

    mutating func receive(
        _ message: SIPMessage, from flow: Flow, admission: Admission, at now: Instant, directory: any CallDirectory,
        into effects: inout [Effect]
    ) {
        journal.add(.received(message, flow, shard: place.shard))
        effects += script(message, flow)
        if let wait = message.field(named: "X-Wait").flatMap({ Int64(message.text($0.value)) }) {
            nextDeadline = now + .milliseconds(wait)
        }
    }

    mutating func sendFailed(
        _ transaction: SlotID, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {
        journal.add(.sendFailed(transaction, shard: place.shard))
    }

    mutating func resolved(
        _ ticket: UInt64, addresses: [IPAddress], at now: Instant, directory: any CallDirectory,
        into effects: inout [Effect]
    ) {
        journal.add(.resolved(ticket, addresses))
    }

    mutating func committed(
        _ ticket: UInt64, succeeded: Bool, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {
        journal.add(.committed(ticket, succeeded))
    }

    mutating func advance(to now: Instant, directory: any CallDirectory, into effects: inout [Effect]) {
        nextDeadline = nil
        journal.add(.advanced(now))
    }
}

/// What came to the engines of all shards, and what was given to the disk.
final class Journal: Sendable {
    private struct State {
        var events: [ScriptedEngine.Event] = []
        var refreshes = 0
        var pendingCalls = 0
    }

    private let state = Mutex(State())
    private let changed = NSCondition()

    var events: [ScriptedEngine.Event] { state.withLock { $0.events } }
    var refreshes: Int { state.withLock { $0.refreshes } }
    var pendingCalls: Int {
        get { state.withLock { $0.pendingCalls } }
        set { state.withLock { $0.pendingCalls = newValue } }
    }

    func add(_ event: ScriptedEngine.Event) {
        state.withLock { $0.events.append(event) }
        changed.withLock { changed.broadcast() }
    }

    func refreshed() { state.withLock { $0.refreshes += 1 } }

    /// Waits until there are so many events, five seconds at most.
    func wait(for count: Int) -> [ScriptedEngine.Event] {
        let limit = Date(timeIntervalSinceNow: 5)
        changed.withLock {
            while events.count < count, changed.wait(until: limit) {}
        }
        return events
    }
}

/// Rules that never change, and how often they were looked at.
final class CountingDirectory: ShardDirectory {
    private let journal: Journal
    private let table: TrunkTable

    init(_ journal: Journal, _ trunks: TrunkTable) { (self.journal, table) = (journal, trunks) }

    func refresh() { journal.refreshed() }
    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? { nil }
    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? { nil }
    func trunks() throws(DirectoryUnavailable) -> TrunkTable { table }
    func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> { [] }
    func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        MemoryClock().localMoment(at: milliseconds)
    }
}

/// A disk that remembers, and refuses what a test wants refused.
final class MemoryStore: RuntimeStore {
    struct Refused: Error {}

    private struct State {
        var groups: [[BindingChange]] = []
        var records: [[CallRecord]] = []
    }

    private let state = Mutex(State())
    private let refuses: @Sendable (BindingChange) -> Bool
    private let gate = DispatchSemaphore(value: 0)
    private let waiting = DispatchSemaphore(value: 0)
    private let isSlow: Bool

    /// - Parameter isSlow: each commit waits until ``open()`` is called.
    init(isSlow: Bool = false, refuses: @escaping @Sendable (BindingChange) -> Bool = { _ in false }) {
        self.isSlow = isSlow
        self.refuses = refuses
    }

    var groups: [[BindingChange]] { state.withLock { $0.groups } }
    var records: [[CallRecord]] { state.withLock { $0.records } }

    func open() { gate.signal() }

    /// Waits until a commit waits.
    func awaitWaiting() { _ = waiting.wait(timeout: .now() + 5) }

    func commit(_ changes: [BindingChange]) throws {
        if isSlow {
            waiting.signal()
            _ = gate.wait(timeout: .now() + 5)
        }
        if changes.contains(where: refuses) { throw Refused() }
        state.withLock { $0.groups.append(changes) }
    }

    func isAboutOneChange(_ error: any Error) -> Bool { error is Refused }

    func encode(_ record: CallRecord, into batch: inout CallBatch) {
        guard let encoded = try? JSONEncoder().encode(record) else { return }
        batch.append { $0.append(contentsOf: encoded) }
    }

    func append(_ batch: CallBatch) throws {
        let records = try batch.places.map { try JSONDecoder().decode(CallRecord.self, from: Data(batch.octets[$0])) }
        state.withLock { $0.records.append(records) }
    }
}
