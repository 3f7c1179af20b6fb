import CallRouting
import SIPMessage
import SIPTransaction
import Synchronization
import Testing

@testable import SIPTransport

@Suite("Streams") struct StreamTests {
    private static let transaction = SlotID(index: 5, generation: 1)

    @Test("Messages are told apart, however they are cut", arguments: ["127.0.0.1", "[::1]"])
    func framing(host: String) async throws {
        try await TestServer.run(["tcp:\(host):0"]) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write(TestMessage.options(number: 1, body: "abc") + TestMessage.options(number: 2))
            let third = TestMessage.options(number: 3, body: "def")
            try phone.write(String(third.prefix(20)))
            #expect(phone.receiveText(count: 2 * TestMessage.replyLength).contains("CSeq: 2 OPTIONS"))
            try phone.write(String(third.dropFirst(20)))
            #expect(phone.receiveText(count: TestMessage.replyLength).contains("CSeq: 3 OPTIONS"))
        }
    }

    @Test("A keepalive is answered with one CRLF")
    func keepalive() async throws {
        try await TestServer.run { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write("\r\n\r\n")
            #expect(phone.receiveText(count: 2) == "\r\n")
            #expect(server.journal.events.isEmpty)
        }
    }

    @Test("Who sends line ends without end is banned, and the connection closed", arguments: ["\r\n\r\n", "\n", "\r"])
    func blankFlood(octets: String) async throws {
        var sources = SourceLimits()
        (sources.messagesPerSecond, sources.burst) = (1, 20)
        try await TestServer.run(sources: sources) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            let neighbour = try TestSocket.tcp(to: try server.tcp)
            try phone.write(String(repeating: octets, count: 1_000))
            _ = phone.receiveText(count: .max)
            #expect(phone.receive() == [])
            #expect(await server.server.measures().bans == 1)
            // It has the same address.
            try neighbour.write(TestMessage.options())
            #expect(neighbour.receive() == [])
            #expect(server.journal.events.isEmpty)
        }
    }

    @Test("What came before line ends without end is carried out, although the connection is closed for them")
    func beforeFlood() async throws {
        var sources = SourceLimits()
        (sources.messagesPerSecond, sources.burst) = (1, 20)
        let gateway = try TestSocket.listener()
        try await TestServer.run(sources: sources) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            let order = TestMessage.options(headers: "X-Send: \(gateway.endpoint) to the gateway\r\n")
            try phone.write(order + String(repeating: "\r\n\r\n", count: 100))
            #expect(try gateway.accepted().receiveText(count: 14) == "to the gateway")
            #expect(server.server.services.sources.bansMade == 1)
        }
    }

    @Test("Keepalives are answered while their source has sent too much, since calls on the connection go on")
    func keepalivesOfLimited() async throws {
        var sources = SourceLimits()
        (sources.messagesPerSecond, sources.burst) = (1, 10)
        try await TestServer.run(sources: sources) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write(TestMessage.options())
            #expect(phone.receiveText(count: TestMessage.replyLength).hasPrefix("SIP/2.0 200"))
            try phone.write(String(repeating: "\r\n\r\n", count: 15))
            #expect(phone.receiveText(count: 30) == String(repeating: "\r\n", count: 15))
            let limited = await server.server.measures().shards.compactMap { $0?.sources.limited }.reduce(0, +)
            #expect(limited > 0)
            #expect(server.server.services.sources.bansMade == 0)
        }
    }

    @Test("A stream that can't be told apart is answered, and then closed; what came before on it is answered too")
    func broken() async throws {
        try await TestServer.run(shards: 4) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            var requests = (1...8).map { TestMessage.options(callID: "call \($0)", number: $0) }
            requests.append(
                TestMessage.options(number: 9).replacing("Content-Length: 0", with: "Content-Length: many"))
            try phone.write(requests.joined())
            let answers = phone.receiveText(count: 9 * TestMessage.replyLength)
            for number in 1...9 { #expect(answers.contains("CSeq: \(number) OPTIONS")) }
            #expect(phone.receive() == [])
        }
    }

    @Test("A request to a peer goes on the connection that the peer has opened")
    func reuseOfAccepted() async throws {
        try await TestServer.run { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write(TestMessage.options())
            #expect(phone.receiveText(count: TestMessage.replyLength) != "")
            try await Self.send("to the phone", to: phone.endpoint, via: server)
            #expect(phone.receiveText(count: 12) == "to the phone")
        }
    }

    @Test("A connection that the server has opened carries what follows, and messages come in on it")
    func reuseOfOpened() async throws {
        try await TestServer.run(shards: 2) { server in
            let gateway = try TestSocket.listener()
            for number in 1...20 {
                try await Self.send("message \(number + 10)", to: gateway.endpoint, via: server, callID: "c\(number)")
            }
            let connection = try gateway.accepted()
            let text = connection.receiveText(count: 20 * 10)
            for number in 1...20 { #expect(text.contains("message \(number + 10)")) }
            try connection.write(TestMessage.options(callID: "from the gateway"))
            #expect(connection.receiveText(count: TestMessage.replyLength).hasPrefix("SIP/2.0 200"))
        }
    }

    @Test("When the connection that a response belongs to is gone, a new one is opened to the Via")
    func reconnect() async throws {
        let gateway = try TestSocket.listener()
        let script: ScriptedEngine.Script = { message, flow in
            let hop = Hop(
                transport: .tcp, remote: gateway.endpoint, local: flow.local, connection: ConnectionID(99_999))
            return [.send(Outgoing(bytes: TestMessage.reply(message), hop: hop))]
        }
        try await TestServer.run(script: script) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write(TestMessage.options())
            #expect(try gateway.accepted().receiveText(count: TestMessage.replyLength).hasPrefix("SIP/2.0 200"))
        }
    }

    @Test("To one address no more connections are opened than it may open, whatever their ports")
    func openedPerAddress() async throws {
        var limits = TransportLimits()
        limits.connectionsPerAddress = 2
        try await TestServer.run(limits: limits) { server in
            let phones = try (0..<3).map { _ in try TestSocket.listener() }
            for (number, phone) in phones.enumerated() {
                try await Self.send("to the phone", to: phone.endpoint, via: server, callID: "c\(number)")
            }
            for phone in phones.prefix(2) { #expect(try phone.accepted().receiveText(count: 12) == "to the phone") }
            let failed = server.journal.wait(for: 4).contains {
                if case .sendFailed(Self.transaction, _) = $0 { true } else { false }
            }
            #expect(failed)
        }
    }

    @Test("A connection that is refused is the transaction's failure")
    func refused() async throws {
        let gone = try TestSocket.listener().endpoint
        try await TestServer.run { server in
            try await Self.send("nobody hears", to: gone, via: server)
            let failed = server.journal.wait(for: 2).contains {
                if case .sendFailed(Self.transaction, _) = $0 { true } else { false }
            }
            #expect(failed)
        }
    }

    @Test("A peer for whom too much waits loses its connection")
    func backPressure() async throws {
        var limits = TransportLimits()
        limits.queuedPerConnection = 100_000
        let size = 1_000_000
        let phone = Mutex<Endpoint?>(nil)
        let script: ScriptedEngine.Script = { message, flow in
            guard flow.transport == .udp, let remote = phone.withLock({ $0 }) else { return [] }
            let hop = Hop(transport: .tcp, remote: remote, local: flow.local)
            return [.send(Outgoing(bytes: [UInt8](repeating: 0x20, count: size), hop: hop))]
                + TestMessage.answer(message, flow)
        }
        try await TestServer.run(limits: limits, script: script) { server in
            let silent = try TestSocket.tcp(to: try server.tcp)
            try silent.write(TestMessage.options())
            _ = server.journal.wait(for: 1)
            phone.withLock { $0 = silent.endpoint }
            let control = try TestSocket.udp()
            let orders = 50
            for number in 1...orders {
                try control.send(TestMessage.options(number: number), to: try server.udp)
                #expect(control.receive() != nil)
            }
            #expect(silent.receiveText(count: orders * size).utf8.count < orders * size)
        }
    }

    @Test("A peer that reads late gets everything, and is not read from meanwhile")
    func lateReader() async throws {
        var limits = TransportLimits()
        limits.queuedPerConnection = 1 << 20
        let script: ScriptedEngine.Script = { _, flow in
            [.send(Outgoing(bytes: [UInt8](repeating: 0x20, count: 2000), hop: TestMessage.back(flow)))]
        }
        try await TestServer.run(limits: limits, script: script) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            let count = 10_000
            async let written: Void = Task.detached {
                try phone.write(String(repeating: TestMessage.options(), count: count))
            }.value
            #expect(phone.receiveText(count: count * 2000).utf8.count == count * 2000)
            try await written
        }
    }

    @Test(
        "When there are too many, one that has said nothing makes room, and one that has spoken stays",
        arguments: [true, false])
    func share(ofAddress: Bool) async throws {
        var limits = TransportLimits()
        if ofAddress { limits.connectionsPerAddress = 2 } else { limits.connections = 2 }
        try await TestServer.run(limits: limits) { server in
            func isAnswered(_ phone: TestSocket) -> Bool {
                try? phone.write(TestMessage.options())
                return phone.receiveText(count: TestMessage.replyLength).hasPrefix("SIP/2.0 200")
            }
            let first = try TestSocket.tcp(to: try server.tcp)
            #expect(isAnswered(first))
            let silent = try TestSocket.tcp(to: try server.tcp)
            let third = try TestSocket.tcp(to: try server.tcp)
            #expect(silent.receive() == [])
            #expect(isAnswered(third))
            let fourth = try TestSocket.tcp(to: try server.tcp)
            #expect(!isAnswered(fourth))
            #expect(isAnswered(first))
        }
    }

    enum Patience { case message, idle, firstMessage }

    @Test(
        "A message that does not end, a connection that is silent, and one that never brings a message are given up",
        arguments: [Patience.message, .idle, .firstMessage])
    func silence(patience: Patience) async throws {
        var limits = TransportLimits()
        (limits.messageTime, limits.idleTime, limits.firstMessageTime) = (.seconds(600), .seconds(600), .seconds(600))
        switch patience {
        case .message: limits.messageTime = .milliseconds(50)
        case .idle: limits.idleTime = .milliseconds(50)
        case .firstMessage: limits.firstMessageTime = .milliseconds(50)
        }
        limits.sweepInterval = .milliseconds(20)
        try await TestServer.run(limits: limits) { server in
            let phone = try TestSocket.tcp(to: try server.tcp)
            try phone.write(patience == .message ? "OPTIONS sip:lab.test" : "\r\n")
            #expect(phone.receive() == [])
        }
    }

    /// Lets an engine send this text to a peer over TCP.
    private static func send(
        _ text: String, to remote: Endpoint, via server: TestServer, callID: String = "1@test"
    ) async throws {
        let control = try TestSocket.udp()
        let order = TestMessage.options(callID: callID, headers: "X-Send: \(remote) \(text)\r\n")
        try control.send(order, to: try server.udp)
        #expect(control.receive() != nil)
    }
}
