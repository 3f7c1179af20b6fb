import CallRouting
import Dispatch
import SIPMessage
import Testing

@testable import SIPTransport

@Suite("What a server tells of itself") struct MeasureTests {
    @Test("every shard answers, with its batches, its processor time and its sockets")
    func shards() async throws {
        try await TestServer.run(shards: 2) { server in
            let phone = try TestSocket.udp()
            for number in 1...20 { try phone.send(TestMessage.options(callID: "\(number)@test"), to: try server.udp) }
            for _ in 1...20 { #expect(phone.receive() != nil) }
            let measures = await server.server.measures()
            let shards = measures.shards.compactMap { $0 }
            #expect(shards.count == 2 && measures.closedListeners.isEmpty)
            #expect(shards.allSatisfy { $0.sockets.map(\.local) == ["\((try? server.udp).map { "\($0)" } ?? "")"] })
            #expect(shards.allSatisfy { $0.sockets.allSatisfy { $0.isOpen && $0.unsent == 0 } })
            #expect(shards.reduce(0) { $0 + $1.batches } > 0)
            #expect(shards.allSatisfy { $0.processorSeconds > 0 && $0.delay >= .zero })
        }
    }

    @Test("a shard that does not turn is missing among the answers, and keeps nobody waiting")
    func stuckShard() async throws {
        let gate = Gate()
        let script: ScriptedEngine.Script = { message, flow in
            gate.wait()
            return TestMessage.answer(message, flow)
        }
        try await TestServer.run(["udp:127.0.0.1:0"], script: script) { server in
            let phone = try TestSocket.udp()
            try phone.send(TestMessage.options(), to: try server.udp)
            gate.awaitWaiting()
            let stuck = await server.server.measures(within: .milliseconds(20))
            #expect(stuck.shards.count == 1 && stuck.shards[0] == nil)
            gate.open()
            #expect(phone.receive() != nil)
            #expect(await server.server.measures().shards[0] != nil)
        }
    }
}

/// Holds a loop up until it is opened. Its patience is that of a machine on which hundreds of tests run at once.
private final class Gate: Sendable {
    private static let patience = DispatchTimeInterval.seconds(600)

    private let gate = DispatchSemaphore(value: 0)
    private let arrived = DispatchSemaphore(value: 0)

    func wait() {
        arrived.signal()
        _ = gate.wait(timeout: .now() + Self.patience)
    }

    func awaitWaiting() { _ = arrived.wait(timeout: .now() + Self.patience) }
    func open() { gate.signal() }
}
