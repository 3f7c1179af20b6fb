import CallRouting
import Directory
import Logging
import SIPMessage
import SIPTransaction
import Testing

@testable import SIPTransport

/// A server on free loopback ports, with scripted engines.
struct TestServer: Sendable {
    let server: SIPServer
    let journal: Journal
    let store: MemoryStore

    var udp: Endpoint { get throws { try #require(server.listeners.first { $0.transport == .udp }).endpoint } }
    var tcp: Endpoint { get throws { try #require(server.listeners.first { $0.transport == .tcp }).endpoint } }

    /// Runs a test with a server, and stops the server however the test ends.
    static func run(
        _ listeners: [String] = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"], shards: Int = 1,
        limits: TransportLimits = .init(), sources: SourceLimits = .none, store: MemoryStore = .init(),
        capture: CaptureServer? = nil, lookup: (@Sendable (String) -> [IPAddress])? = nil,
        trunks: TrunkTable = TrunkTable(),
        script: @escaping ScriptedEngine.Script = { TestMessage.answer($0, $1) },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let journal = Journal()
        var setup = SIPServerSetup(
            listeners: try listeners.map { try #require(RoutingConfiguration.Listener($0)) }, shardCount: shards,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, store: store,
            makeDirectory: { CountingDirectory(journal, trunks) },
            makeEngine: { ScriptedEngine(place: $0, journal: journal, script: script) })
        setup.limits = limits
        setup.sources = SourceLedger(sources, seed: 1)
        setup.capture = capture
        setup.lookup = lookup
        let server = try await SIPServer.start(setup)
        do {
            try await body(TestServer(server: server, journal: journal, store: store))
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        await server.stop(within: .zero)
    }
}

/// Requests as tests send them, and the answers of the scripted engine.
enum TestMessage {
    static func options(
        callID: String = "1@test", number: Int = 1, headers: String = "", body: String = ""
    ) -> String {
        """
        OPTIONS sip:lab.test SIP/2.0\r
        Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK\(callID)\(number)\r
        From: <sip:alice@lab.test>;tag=1\r
        To: <sip:lab.test>\r
        Call-ID: \(callID)\r
        CSeq: \(number) OPTIONS\r
        \(headers)Content-Length: \(body.utf8.count)\r
        \r
        \(body)
        """
    }

    /// `SIP/2.0 200 OK` with the request's CSeq, back to where the request came from; before it, over TCP, what a
    /// header `X-Send: ADDRESS:PORT TEXT` asks for.
    static func answer(_ message: SIPMessage, _ flow: Flow) -> [Effect] {
        let answer = Effect.send(Outgoing(bytes: reply(message), hop: back(flow)))
        guard let order = message.field(named: "X-Send").map({ message.text($0.value) }),
            let blank = order.firstIndex(of: " "), let remote = Endpoint(order[..<blank])
        else { return [answer] }
        let hop = Hop(transport: .tcp, remote: remote, local: flow.local)
        let text = Array(order[order.index(after: blank)...].utf8)
        return [.send(Outgoing(bytes: text, hop: hop, transaction: SlotID(index: 5, generation: 1))), answer]
    }

    static func reply(_ message: SIPMessage) -> [UInt8] {
        Array("SIP/2.0 200 OK\r\nCSeq: \(message.value(.cseq) ?? "")\r\nContent-Length: 0\r\n\r\n".utf8)
    }

    static let replyLength = "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".utf8.count

    static func back(_ flow: Flow) -> Hop {
        Hop(transport: flow.transport, remote: flow.remote, local: flow.local, connection: flow.connection)
    }
}
