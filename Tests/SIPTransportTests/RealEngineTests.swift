import CallRouting
import Directory
import Logging
import SIPMessage
import Testing

@testable import SIPTransport

@Suite("With the engine that serves") struct RealEngineTests {
    @Test("OPTIONS to the server is answered 200, over UDP and TCP, by one shard and by several", arguments: [1, 3])
    func options(shards: Int) async throws {
        let server = try await Self.start(shards: shards)
        do {
            for listener in server.listeners {
                for number in 1...6 { try Self.ask(listener, number) }
            }
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        await server.stop(within: .zero)
    }

    private static func ask(_ listener: RoutingConfiguration.Listener, _ number: Int) throws {
        let request = TestMessage.options(callID: "\(listener.transport)-\(number)", number: number)
            .replacing("sip:lab.test SIP/2.0", with: "sip:\(listener.endpoint) SIP/2.0")
            .replacing("127.0.0.1;branch", with: "127.0.0.1;rport;branch")
            .replacing("CSeq:", with: "Max-Forwards: 70\r\nCSeq:")
        var answer: String?
        if listener.transport == .udp {
            let phone = try TestSocket.udp()
            try phone.send(request, to: listener.endpoint)
            answer = phone.receiveText()
        } else {
            let phone = try TestSocket.tcp(to: listener.endpoint)
            try phone.write(request)
            answer = phone.receiveText(count: 200)
        }
        #expect(answer?.hasPrefix("SIP/2.0 200 ") == true, "\(answer ?? "no answer")")
        #expect(answer?.contains("CSeq: \(number) OPTIONS") == true)
    }

    private static func start(shards: Int) async throws -> SIPServer {
        let locations = LocationTable()
        let nonces = NonceLedger()
        let secret = [UInt8](repeating: 7, count: 32)
        return try await SIPServer.start(
            SIPServerSetup(
                listeners: try ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"].map {
                    try #require(RoutingConfiguration.Listener($0))
                }, shardCount: shards, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                store: MemoryStore(), makeDirectory: { CountingDirectory(Journal(), TrunkTable()) },
                makeEngine: { place in
                    CallRouter(
                        configuration: RoutingConfiguration(
                            listeners: place.listeners, secret: secret, nonceSecret: secret),
                        locations: locations, nonces: nonces, seed: UInt64(place.shard), shard: place.shard)
                }))
    }
}
