import CallRouting
import Directory
import Glibc
import SIPMessage
import SIPTransaction
import Synchronization
import Testing

@testable import SIPTransport

@Suite("The server's life") struct ServerTests {
    @Test("A port that is taken stops the start, and the text names it", arguments: ["udp", "tcp"], [1, 2])
    func portTaken(transport: String, shards: Int) async throws {
        try await TestServer.run(["\(transport):127.0.0.1:0"], shards: shards) { first in
            let taken = try #require(first.server.listeners.first)
            let error = await #expect(throws: SIPServerError.self) {
                try await TestServer.run([taken.text], shards: shards) { _ in }
            }
            #expect(error == .portTaken(taken))
            #expect(error?.description.hasPrefix("\(taken.text) is taken by another process") == true)
        }
    }

    @Test("An address that this machine does not have is named")
    func foreignAddress() async throws {
        let foreign = try #require(RoutingConfiguration.Listener("udp:192.0.2.1:0"))
        let error = await #expect(throws: SIPServerError.self) { try await TestServer.run([foreign.text]) { _ in } }
        #expect(error == .addressNotAvailable(foreign))
    }

    @Test("Listening addresses are read as they are written")
    func listenerText() {
        for text in ["udp:127.0.0.1:5060", "tcp:[::1]:5060", "udp:0.0.0.0:0"] {
            #expect(RoutingConfiguration.Listener(text)?.text == text)
        }
        for text in ["127.0.0.1:5060", "udp:127.0.0.1", "sctp:127.0.0.1:5060", "udp:", "", "udp:lab.test:5060"] {
            #expect(RoutingConfiguration.Listener(text) == nil)
        }
    }

    @Test("Registrations that come while the disk is busy share the next transaction")
    func groupCommit() async throws {
        let store = MemoryStore(isSlow: true)
        try await TestServer.run(store: store, script: Self.commits) { server in
            let phone = try TestSocket.udp()
            for number in 1...10 {
                try phone.send(TestMessage.options(number: number), to: try server.udp)
                // The script answers after it has asked for the commit.
                #expect(phone.receive() != nil)
                if number == 1 { store.awaitWaiting() }
            }
            store.open()
            store.open()
            let answers = Self.answers(server.journal.wait(for: 20))
            #expect(answers == Dictionary(uniqueKeysWithValues: (1...10).map { (UInt64($0), true) }))
            #expect(store.groups.map(\.count) == [1, 9])
        }
    }

    @Test("A registration that the disk refuses does not take others with it")
    func refusedCommit() async throws {
        let store = MemoryStore(isSlow: true) { $0.number.canonical == "1003" }
        for _ in 0..<20 { store.open() }
        try await TestServer.run(store: store, script: Self.commits) { server in
            let phone = try TestSocket.udp()
            for number in 1...5 { try phone.send(TestMessage.options(number: number), to: try server.udp) }
            let answers = Self.answers(server.journal.wait(for: 10))
            #expect(answers == [1: true, 2: true, 3: false, 4: true, 5: true])
        }
    }

    @Test("Call records are written together, and all of them before the server ends")
    func records() async throws {
        let store = MemoryStore()
        let script: ScriptedEngine.Script = { message, flow in
            [.record(Self.record(message.cseq?.number ?? 0))] + TestMessage.answer(message, flow)
        }
        try await TestServer.run(store: store, script: script) { server in
            let phone = try TestSocket.udp()
            for number in 1...30 {
                try phone.send(TestMessage.options(number: number), to: try server.udp)
                #expect(phone.receive() != nil)
            }
        }
        #expect(store.records.joined().map(\.id) == (1...30).map(String.init))
        #expect(store.records.count <= 3)
    }

    @Test("A name is asked for once, however many wait for it; none is an answer too")
    func names() async throws {
        let asked = Mutex<[String]>([])
        let lookup: @Sendable (String) -> [IPAddress] = { name in
            asked.withLock { $0.append(name) }
            return name == "gw.test" ? [.v4(1), .v4(2)] : []
        }
        let script: ScriptedEngine.Script = { message, _ in
            let number = UInt64(message.cseq?.number ?? 0)
            return [.resolve(name: number == 9 ? "none.test" : "GW.test", ticket: number)]
        }
        try await TestServer.run(lookup: lookup, script: script) { server in
            let phone = try TestSocket.udp()
            for number in 1...9 { try phone.send(TestMessage.options(number: number), to: try server.udp) }
            var answers: [UInt64: [IPAddress]] = [:]
            for case .resolved(let ticket, let addresses) in server.journal.wait(for: 18) {
                answers[ticket] = addresses
            }
            #expect(answers.count == 9)
            for number in 1...8 { #expect(answers[UInt64(number)] == [.v4(1), .v4(2)]) }
            #expect(answers[9] == [])
            #expect(asked.withLock { $0 }.sorted() == ["gw.test", "none.test"])
        }
    }

    @Test("The system knows localhost, and no name that does not exist")
    func systemNames() {
        let known = AddressResolver.systemLookup("localhost")
        #expect(!known.isEmpty && known.allSatisfy(\.isLoopback))
        #expect(AddressResolver.systemLookup("no-such-host.invalid").isEmpty)
    }

    @Test("A stop waits for calls that are being set up, and not for ever")
    func orderlyStop() async throws {
        let clock = ContinuousClock()
        for pending in [0, 1] {
            try await TestServer.run { server in
                server.journal.pendingCalls = pending
                let grace: Duration = pending == 0 ? .seconds(60) : .milliseconds(300)
                let time = await clock.measure { await server.server.stop(within: grace) }
                #expect(pending == 0 ? time < .seconds(30) : time >= .milliseconds(300))
            }
        }
    }

    private static let commits: ScriptedEngine.Script = { message, flow in
        let number = message.cseq?.number ?? 0
        let change = BindingChange(number: PhoneNumber(trustedCanonical: "\(1000 + number)"), bindings: [])
        return [.commit(change, ticket: UInt64(number))] + TestMessage.answer(message, flow)
    }

    private static func answers(_ events: [ScriptedEngine.Event]) -> [UInt64: Bool] {
        var answers: [UInt64: Bool] = [:]
        for case .committed(let ticket, let succeeded) in events { answers[ticket] = succeeded }
        return answers
    }

    private static func record(_ number: UInt32) -> CallRecord {
        CallRecord(
            id: "\(number)", callID: "", startedAt: 0, endedAt: 0, caller: "", callee: "", status: 200, decisions: [],
            legs: [], ladder: [])
    }
}
