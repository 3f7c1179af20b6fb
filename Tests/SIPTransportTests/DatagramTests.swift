import CallRouting
import SIPMessage
import SIPTransaction
import Testing

@testable import SIPTransport

@Suite("Datagrams") struct DatagramTests {
    @Test("A request is answered from the address that it was sent to", arguments: ["127.0.0.1", "[::1]"])
    func answer(host: String) async throws {
        try await TestServer.run(["udp:\(host):0"]) { server in
            let phone = try TestSocket.udp(host)
            try phone.send(TestMessage.options(), to: try server.udp)
            #expect(phone.receiveText()?.hasPrefix("SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS") == true)
            guard case .received(_, let flow, _)? = server.journal.events.first else {
                Issue.record("nothing received")
                return
            }
            #expect(flow == Flow(transport: .udp, local: try server.udp, remote: phone.endpoint))
        }
    }

    @Test("The largest datagram arrives whole, among many others, and leaves whole")
    func largest() async throws {
        let padding = String(repeating: "x", count: 65_507 - TestMessage.options(body: "").utf8.count - 4)
        let largest = TestMessage.options(body: padding)
        #expect(largest.utf8.count == 65_507)
        let echo: ScriptedEngine.Script = { message, flow in
            [.send(Outgoing(bytes: message.bytes, hop: TestMessage.back(flow)))]
        }
        try await TestServer.run(["udp:127.0.0.1:0"], script: echo) { server in
            let phone = try TestSocket.udp()
            for number in 1...3 { try phone.send(TestMessage.options(number: number), to: try server.udp) }
            try phone.send(largest, to: try server.udp)
            for _ in 1...3 { #expect(phone.receive() != nil) }
            #expect(phone.receiveText() == largest)
        }
    }

    @Test("Keepalives and noise are no messages, and nothing answers them")
    func noise() async throws {
        try await TestServer.run { server in
            let phone = try TestSocket.udp()
            for noise in ["\r\n\r\n", "\r\n", "", "\0\0\0\0", "GET / HTTP/1.1\r\n\r\n"] {
                try phone.send(noise, to: try server.udp)
            }
            try phone.send(TestMessage.options(), to: try server.udp)
            #expect(phone.receiveText()?.hasPrefix("SIP/2.0 200") == true)
            #expect(server.journal.events.count == 1)
        }
    }

    @Test(
        "A datagram that can't be sent is its transaction's failure, and the socket goes on",
        arguments: [(70_000, "127.0.0.1:9"), (100, "127.0.0.1:0"), (100, "255.255.255.255:5060"), (100, "[::1]:5060")])
    func failure(size: Int, remote: String) async throws {
        let remote = try #require(Endpoint(remote))
        let script: ScriptedEngine.Script = { message, flow in
            let hop = Hop(transport: .udp, remote: remote, local: flow.local)
            let bytes = [UInt8](repeating: 0x20, count: size)
            let failing = Outgoing(bytes: bytes, hop: hop, transaction: SlotID(index: 7, generation: 3))
            return TestMessage.answer(message, flow) + [.send(failing)] + TestMessage.answer(message, flow)
        }
        try await TestServer.run(["udp:127.0.0.1:0"], script: script) { server in
            let phone = try TestSocket.udp()
            for number in 1...2 {
                try phone.send(TestMessage.options(number: number), to: try server.udp)
                #expect(phone.receive() != nil)
                #expect(phone.receive() != nil)
            }
            let failed = server.journal.wait(for: 4).compactMap { event -> SlotID? in
                if case .sendFailed(let id, _) = event { id } else { nil }
            }
            #expect(failed == Array(repeating: SlotID(index: 7, generation: 3), count: 2))
        }
    }

    @Test(
        "Each datagram of a batch is sent or fails for itself, with one system call or through the kernel's queue",
        arguments: [true, false])
    func batch(throughRing: Bool) throws {
        let (sender, receiver) = (try TestSocket.udp(), try TestSocket.udp())
        let ring = throughRing ? DatagramRing() : nil
        var batch = DatagramSender(descriptor: sender.descriptor, local: sender.endpoint, limit: 1 << 20, ring: ring)
        let nowhere = try #require(Endpoint("127.0.0.1:0"))
        for number in UInt32(0)..<200 {
            let remote = number % 50 == 7 ? nowhere : receiver.endpoint
            batch.append(Array("\(number)".utf8), to: remote, for: SlotID(index: number, generation: 1))
        }
        var failures: [SlotID] = []
        let hasSentAll = batch.flush(failures: &failures)
        #expect(hasSentAll && batch.isEmpty && batch.dropped == 0)
        #expect(failures.map(\.index) == [7, 57, 107, 157])
        for number in 0..<200 where number % 50 != 7 { #expect(receiver.receiveText() == "\(number)") }
    }

    @Test("Messages of one call do not overtake each other, whichever shards they pass through", arguments: [1, 3])
    func order(shards: Int) async throws {
        let calls = 40
        let rounds = 50
        let silent: ScriptedEngine.Script = { _, _ in [] }
        try await TestServer.run(["udp:127.0.0.1:0"], shards: shards, script: silent) { server in
            let phone = try TestSocket.udp()
            for round in 1...rounds {
                for call in 0..<calls {
                    try phone.send(TestMessage.options(callID: "call-\(call)", number: round), to: try server.udp)
                }
            }
            var rounds: [String: [UInt32]] = [:]
            var owners: [String: Set<Int>] = [:]
            for case .received(let message, _, let shard) in server.journal.wait(for: calls * 50) {
                let call = message.value(.callID) ?? ""
                rounds[call, default: []].append(message.cseq?.number ?? 0)
                owners[call, default: []].insert(shard)
            }
            #expect(rounds.count == calls)
            #expect(rounds.values.allSatisfy { $0 == Array(1...50) })
            #expect(owners.values.allSatisfy { $0.count == 1 })
            #expect(Set(owners.values.joined()).count == shards)
        }
    }

    @Test("The rules are looked at once for each batch, and a timer of the engine is a batch")
    func timer() async throws {
        try await TestServer.run { server in
            let phone = try TestSocket.udp()
            let before = server.journal.refreshes
            try phone.send(TestMessage.options(headers: "X-Wait: 30\r\n"), to: try server.udp)
            let events = server.journal.wait(for: 2)
            guard case .advanced? = events.last else {
                Issue.record("the timer did not fire")
                return
            }
            #expect(server.journal.refreshes == before + 2)
        }
    }
}
