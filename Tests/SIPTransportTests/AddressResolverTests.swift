import CallRouting
import Directory
import Foundation
import SIPMessage
import Synchronization
import Testing

@testable import SIPTransport

@Suite("Looking up names") struct AddressResolverTests {
    /// A name service that is silent about names that begin with "slow" until it is let go.
    private final class SlowService: Sendable {
        private let state = Mutex((asked: [String](), isOpen: false))
        private let changed = NSCondition()

        func addresses(of name: String) -> [IPAddress] {
            state.withLock { $0.asked.append(name) }
            changed.withLock { changed.broadcast() }
            guard name.hasPrefix("slow") else { return [.v4(1)] }
            wait { $0.isOpen }
            return []
        }

        func open() {
            state.withLock { $0.isOpen = true }
            changed.withLock { changed.broadcast() }
        }

        func awaitQuestions(_ count: Int) { wait { $0.asked.count >= count } }

        /// Ten seconds at most.
        private func wait(_ condition: ((asked: [String], isOpen: Bool)) -> Bool) {
            let limit = Date(timeIntervalSinceNow: 10)
            changed.withLock {
                while !state.withLock({ condition($0) }), changed.wait(until: limit) {}
            }
        }
    }

    /// Asks for the name in a request's `X-Name`.
    private static let script: ScriptedEngine.Script = { message, _ in
        guard let field = message.field(named: "X-Name") else { return [] }
        return [.resolve(name: message.text(field.value), ticket: UInt64(message.cseq?.number ?? 0))]
    }

    private static func ask(_ name: String, _ number: Int, of server: TestServer, by phone: TestSocket) throws {
        let request = TestMessage.options(callID: "\(number)@test", number: number, headers: "X-Name: \(name)\r\n")
        try phone.send(request, to: try server.udp)
    }

    private static func answers(_ events: [ScriptedEngine.Event]) -> [UInt64: [IPAddress]] {
        var answers: [UInt64: [IPAddress]] = [:]
        for case .resolved(let ticket, let addresses) in events { answers[ticket] = addresses }
        return answers
    }

    @Test(
        "A trunk's name, and one that was found before, are found while a phone's many names are not",
        arguments: [true, false], [1, 2])
    func reservedThreads(isTrunk: Bool, shards: Int) async throws {
        let service = SlowService()
        var limits = TransportLimits()
        // What was found before has to be asked for anew, and is not served meanwhile.
        (limits.nameFreshness, limits.nameValidity) = (.zero, .zero)
        let table = TrunkTable(routes: [TrunkRoute(prefix: "0", hops: [NextHop(host: "GW.test")])])
        try await TestServer.run(
            shards: shards, limits: limits, lookup: service.addresses, trunks: isTrunk ? table : TrunkTable(),
            script: Self.script
        ) { server in
            defer { service.open() }
            let phone = try TestSocket.udp()
            var events = 0
            if !isTrunk {
                try Self.ask("gw.test", 1, of: server, by: phone)
                events = 2
                #expect(Self.answers(server.journal.wait(for: events))[1] == [.v4(1)])
            }
            for number in 10..<20 { try Self.ask("slow\(number).test", number, of: server, by: phone) }
            service.awaitQuestions(isTrunk ? 4 : 5)
            try Self.ask("gw.test", 30, of: server, by: phone)
            events += 10 + 2
            #expect(Self.answers(server.journal.wait(for: events))[30] == [.v4(1)])
            service.open()
            let answers = Self.answers(server.journal.wait(for: events + 10))
            for number in 10..<20 { #expect(answers[UInt64(number)] == []) }
        }
    }

    @Test("A call does not wait for a name that was found before, and the next ones hear of its new address")
    func servedMeanwhile() async throws {
        let isOpen = DispatchSemaphore(value: 0)
        let asked = Atomic(0)
        var limits = TransportLimits()
        limits.nameFreshness = .zero
        let lookup: @Sendable (String) -> [IPAddress] = { _ in
            guard asked.add(1, ordering: .relaxed).newValue > 1 else { return [.v4(1)] }
            _ = isOpen.wait(timeout: .now() + 5)
            isOpen.signal()
            return [.v4(2)]
        }
        try await TestServer.run(limits: limits, lookup: lookup, script: Self.script) { server in
            let phone = try TestSocket.udp()
            for number in 1...3 {
                try Self.ask("gw.test", number, of: server, by: phone)
                #expect(Self.answers(server.journal.wait(for: 2 * number))[UInt64(number)] == [.v4(1)])
            }
            isOpen.signal()
            var number = 3
            var answer: [IPAddress]? = [.v4(1)]
            while answer == [.v4(1)], number < 1_000 {
                number += 1
                try Self.ask("gw.test", number, of: server, by: phone)
                answer = Self.answers(server.journal.wait(for: 2 * number))[UInt64(number)]
            }
            #expect(answer == [.v4(2)])
        }
    }
}
