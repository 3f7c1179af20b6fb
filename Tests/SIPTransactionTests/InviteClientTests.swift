import SIPMessage
import SIPTransaction
import Testing

@Suite("INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2)")
struct InviteClientTests {
    /// Made anew for every test, as its suite is.
    private let line = Timeline()

    @Test("Over UDP an unanswered INVITE is sent again after 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s and given up at 32 s")
    func timersAAndB() throws {
        let (id, _) = try line.call("INVITE", over: .udp)
        line.finish()
        #expect(line.times("INVITE") == [0, 500, 1500, 3500, 7500, 15500, 31500])
        #expect(line.timeouts == [32000])
        guard case .clientTimedOut(id, owner: 7) = line.events[0].event else {
            Issue.record("told of another transaction")
            return
        }
    }

    @Test("Every retransmission is the same octets to the same place")
    func retransmissionsAreEqual() throws {
        try line.call("INVITE", over: .udp)
        line.run(to: 40_000)
        #expect(Set(line.sent.map(\.bytes)).count == 1)
        #expect(line.sent.allSatisfy { $0.hop == Sample.hop(.udp) })
    }

    @Test("Over TCP an unanswered INVITE is sent once and given up at 32 s")
    func reliableTransport() throws {
        try line.call("INVITE", over: .tcp)
        line.finish()
        #expect(line.times("INVITE") == [0])
        #expect(line.timeouts == [32000])
    }

    @Test("A provisional response ends retransmissions and timer B", arguments: [100, 180, 183, 199])
    func provisional(status: Int) throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        line.run(to: 1000)
        #expect(try line.hear(status, "INVITE", branch: branch).isMatched(id))
        line.run(to: 180_000)
        #expect(line.times("INVITE") == [0, 500])
        #expect(line.timeouts.isEmpty)
        #expect(line.layer.client(id)?.machine.state == .proceeding)
        #expect(try line.hear(180, "INVITE", branch: branch).isMatched(id))
        #expect(try line.hear(486, "INVITE", branch: branch).isMatched(id))
        line.run(to: 300_000)
        #expect(line.isEmpty)
    }

    @Test("A final response is acknowledged, its repetitions again but not passed on, until timer D after 32 s")
    func timerD() throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        line.run(to: 100)
        #expect(try line.hear(486, "INVITE", branch: branch).isMatched(id))
        for time in [600, 1600, 3600] as [Int64] {
            line.run(to: time)
            #expect(try line.hear(486, "INVITE", branch: branch).isAbsorbed)
        }
        #expect(line.times("ACK") == [100, 600, 1600, 3600])
        #expect(line.times("INVITE") == [0])
        line.run(to: 32099)
        #expect(line.layer.clientCount == 1)
        line.run(to: 32100)
        #expect(line.isEmpty)
        #expect(try line.hear(486, "INVITE", branch: branch).isUnmatched)
        #expect(line.times("ACK").count == 4)
        line.run(to: 70_000)
        #expect(line.events.isEmpty)
    }

    @Test("Over TCP a final response ends the transaction at once")
    func timerDReliable() throws {
        let (id, branch) = try line.call("INVITE", over: .tcp)
        #expect(try line.hear(603, "INVITE", branch: branch).isMatched(id))
        #expect(line.times("ACK") == [0])
        line.run(to: 0)
        #expect(line.isEmpty)
    }

    @Test("After a final response neither a 1xx nor a 2xx is passed on")
    func nothingAfterFinal() throws {
        let (_, branch) = try line.call("INVITE", over: .udp)
        _ = try line.hear(404, "INVITE", branch: branch)
        #expect(try line.hear(180, "INVITE", branch: branch).isAbsorbed)
        #expect(try line.hear(200, "INVITE", branch: branch).isAbsorbed)
        #expect(line.times("ACK").count == 1)
    }

    @Test("Every 2xx is passed on for 32 s and never acknowledged here", arguments: [TransportProtocol.udp, .tcp])
    func timerM(transport: TransportProtocol) throws {
        let (id, branch) = try line.call("INVITE", over: transport)
        line.run(to: 200)
        #expect(try line.hear(200, "INVITE", branch: branch).isMatched(id))
        line.run(to: 700)
        #expect(try line.hear(200, "INVITE", branch: branch).isMatched(id))
        line.run(to: 1000)
        #expect(try line.hear(200, "INVITE", branch: branch, toTag: "fork").isMatched(id))
        #expect(try line.hear(180, "INVITE", branch: branch, toTag: "third").isAbsorbed)
        #expect(try line.hear(486, "INVITE", branch: branch, toTag: "third").isAbsorbed)
        line.run(to: 32199)
        #expect(try line.hear(200, "INVITE", branch: branch).isMatched(id))
        line.run(to: 32200)
        #expect(line.isEmpty)
        #expect(try line.hear(200, "INVITE", branch: branch).isUnmatched)
        #expect(line.times("INVITE") == [0])
        #expect(line.times("ACK").isEmpty)
        #expect(line.timeouts.isEmpty)
    }

    @Test("The ACK has the INVITE's URI, top Via, From, Call-ID, CSeq number and Route, and the response's To")
    func acknowledgement() throws {
        let invite = Array(
            """
            INVITE sip:bob@192.0.2.7 SIP/2.0\r
            v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtop , SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKlow\r
            Route: <sip:one.test;lr>\r
            Route: <sip:two.test;lr>\r
            f: <sip:alice@example.test>;tag=caller\r
            t: <sip:bob@example.test>\r
            i: one@example.test\r
            CSeq: 4294967295 INVITE\r
            Require: 100rel\r
            Content-Type: text/plain\r
            Content-Length: 2\r
            \r
            hi
            """.utf8)
        let response = try #require(
            MessageParser.parse(Sample.response(486, "INVITE", branch: "z9hG4bKtop", toTag: "theirs")))
        let bytes = try #require(DerivedRequest.write(.ack, for: invite, response: response))
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                ACK sip:bob@192.0.2.7 SIP/2.0\r
                Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtop\r
                Route: <sip:one.test;lr>\r
                Route: <sip:two.test;lr>\r
                Max-Forwards: 70\r
                f: <sip:alice@example.test>;tag=caller\r
                To: <sip:bob@example.test>;tag=theirs\r
                i: one@example.test\r
                CSeq: 4294967295 ACK\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test("A transport failure before a final response tells the owner, after one it does not")
    func transportFailure() throws {
        let (first, _) = try line.call("INVITE", over: .tcp, owner: 4)
        let failed = try #require(line.failToSend(first))
        #expect(failed.owner == 4 && failed.method == .invite)
        #expect(line.failToSend(first) == nil)
        let (second, branch) = try line.call("INVITE", over: .udp)
        _ = try line.hear(500, "INVITE", branch: branch)
        #expect(line.failToSend(second) == nil)
        #expect(line.layer.clientCount == 1)
        line.run(to: 60_000)
        #expect(line.isEmpty && line.events.isEmpty)
    }
}
