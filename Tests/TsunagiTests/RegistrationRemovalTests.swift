import CallRouting
import Directory
import Logging
import SIPTransaction
import Storage
import Testing

@testable import Tsunagi

@Suite("Registrations that a command removes while the server serves them") struct RegistrationRemovalTests {
    private static let start = Instant(milliseconds: 1_700_000_000_000)

    private let place = TsunagiProcess()
    private let alice: PhoneNumber
    private let runtime: RuntimeDatabase
    private let command: RuntimeDatabase
    private let locations = LocationTable()
    private let removals: RemovedRegistrations
    private let store: ServedStore
    private let desk = Self.binding("sip:alice@192.0.2.1")
    private let mobile = Self.binding("sip:alice@192.0.2.2")

    init() throws {
        let directory = try DataDirectory(path: place.dataDirectory)
        alice = try PhoneNumber("05011110001")
        runtime = try RuntimeDatabase(directory)
        command = try RuntimeDatabase(directory)
        removals = RemovedRegistrations(
            runtime, locations, Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        store = ServedStore(runtime: runtime, removals: removals)
    }

    private static func binding(_ contact: String) -> Binding {
        Binding(contact: contact, callID: contact, cseq: 1, expiresAt: start.milliseconds + 3_600_000)
    }

    /// As the engine makes it.
    private func change(_ bindings: [Binding]) -> BindingChange {
        BindingChange(number: alice, bindings: bindings, knownRemovals: locations.removalCount)
    }

    private func register(_ change: BindingChange) throws {
        try store.commit([change])
        locations.apply(change)
    }

    private func expect(_ bindings: [Binding], _ location: SourceLocation = #_sourceLocation) throws {
        removals.take()
        let stored = try command.bindings(of: alice, now: 0).flatMap(\.bindings)
        #expect(stored == bindings, "on the disk", sourceLocation: location)
        #expect(locations.bindings(of: alice, at: Self.start) == bindings, "in memory", sourceLocation: location)
    }

    @Test(
        "what is removed while another phone of the number registers stays removed, told before it is stored or not",
        arguments: [true, false])
    func otherPhoneUnderWay(isTold: Bool) throws {
        try register(change([desk]))
        let underWay = change([mobile, desk])
        #expect(try command.removeBindings(of: alice, contact: desk.contact, now: 1) == [desk])
        if isTold { removals.take() }
        try register(underWay)
        try expect([mobile])
    }

    @Test("a phone that is removed while it registers anew is removed")
    func samePhoneUnderWay() throws {
        try register(change([desk]))
        let underWay = change([mobile, desk])
        #expect(try command.removeBindings(of: alice, now: 1) == [desk])
        try register(underWay)
        try expect([])
    }

    @Test("what is removed as soon as it is stored is not served", arguments: [true, false])
    func storedAndNotServed(isTold: Bool) throws {
        let underWay = change([mobile, desk])
        try store.commit([underWay])
        #expect(try command.removeBindings(of: alice, contact: desk.contact, now: 1) == [desk])
        if isTold { removals.take() }
        locations.apply(underWay)
        try expect([mobile])
    }

    @Test("a phone that registers once the server knows of its removal is registered, and another number's always")
    func registersAgain() throws {
        try register(change([desk]))
        let other = BindingChange(number: try PhoneNumber("05011110002"), bindings: [mobile])
        _ = try command.removeBindings(of: alice, now: 1)
        removals.take()
        try register(change([desk]))
        try expect([desk])
        try register(other)
        #expect(try command.bindings(of: other.number, now: 0).map(\.bindings) == [[mobile]])
    }

    @Test("however registrations and removals meet, the disk and memory hold the same in the end")
    func meeting() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [alice, locations, store] in
                for number in 0..<100 {
                    // As the engine does: what is known first.
                    let known = locations.removalCount
                    let current = locations.bindings(of: alice, at: Self.start).prefix(5)
                    let change = BindingChange(
                        number: alice, bindings: [Self.binding("sip:alice@192.0.2.3:\(10_000 + number)")] + current,
                        knownRemovals: known)
                    try store.commit([change])
                    locations.apply(change)
                }
            }
            group.addTask { [alice, command, removals] in
                for _ in 0..<30 {
                    let registered = try command.bindings(of: alice, now: 0).flatMap(\.bindings)
                    _ = try command.removeBindings(of: alice, contact: registered.first?.contact, now: 1)
                    removals.take()
                }
            }
            try await group.waitForAll()
        }
        removals.take()
        try expect(locations.bindings(of: alice, at: Self.start))
    }
}
