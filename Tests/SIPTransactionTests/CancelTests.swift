import SIPMessage
import SIPTransaction
import Testing

@Suite("CANCEL (RFC 3261 §9)")
struct CancelTests {
    /// Made anew for every test, as its suite is.
    private let line = Timeline()

    @Test("Before any provisional response it waits, then goes out with the first one")
    func beforeProvisional() throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        line.run(to: 200)
        line.cancel(id)
        line.run(to: 600)
        #expect(line.times("CANCEL").isEmpty)
        #expect(line.times("INVITE") == [0, 500])
        #expect(try line.hear(100, "INVITE", branch: branch).isMatched(id))
        #expect(line.times("CANCEL") == [600])
    }

    @Test("Further provisional responses send no second one")
    func once() throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        line.cancel(id)
        for status in [100, 180, 183] { _ = try line.hear(status, "INVITE", branch: branch) }
        #expect(line.times("CANCEL") == [0])
        #expect(line.layer.clientCount == 2)
    }

    @Test("It is never sent when a final response comes first", arguments: [200, 486])
    func finalFirst(status: Int) throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        line.cancel(id)
        #expect(try line.hear(status, "INVITE", branch: branch).isMatched(id))
        line.cancel(id)
        line.finish()
        #expect(line.times("CANCEL").isEmpty)
    }

    @Test("It is not sent after a final response", arguments: [200, 486])
    func afterFinal(status: Int) throws {
        let (id, branch) = try line.callRinging(over: .udp)
        _ = try line.hear(status, "INVITE", branch: branch)
        line.cancel(id)
        line.finish()
        #expect(line.times("CANCEL").isEmpty)
    }

    @Test("Without any answer timer B ends a cancelled INVITE")
    func neverAnswered() throws {
        let (id, _) = try line.call("INVITE", over: .udp)
        line.cancel(id)
        line.finish()
        #expect(line.times("CANCEL").isEmpty)
        #expect(line.timeouts == [32000])
    }

    @Test("It is a transaction of its own: retransmitted until it is answered, and its answer is not passed on")
    func ownTransaction() throws {
        let (id, branch) = try line.callRinging(over: .udp)
        line.run(to: 1000)
        line.cancel(id)
        line.cancel(id)
        line.run(to: 3000)
        #expect(try line.hear(200, "CANCEL", branch: branch).isAbsorbed)
        #expect(try line.hear(487, "INVITE", branch: branch).isMatched(id))
        line.run(to: 4000)
        #expect(try line.hear(200, "CANCEL", branch: branch).isAbsorbed)
        line.finish()
        #expect(line.times("CANCEL") == [1000, 1500, 2500])
        #expect(line.times("ACK") == [3000])
        #expect(line.timeouts.isEmpty)
    }

    @Test("An INVITE without a final response 32 s after its CANCEL counts as over")
    func noFinalResponse() throws {
        for transport in [TransportProtocol.udp, .tcp] {
            let line = Timeline()
            let (id, branch) = try line.callRinging(over: transport)
            line.run(to: 60_000)
            line.cancel(id)
            line.run(to: 60_700)
            #expect(try line.hear(200, "CANCEL", branch: branch).isAbsorbed)
            line.run(to: 91_999)
            #expect(line.timeouts.isEmpty)
            line.run(to: 200_000)
            #expect(line.timeouts == [92_000])
            #expect(line.isEmpty)
        }
    }

    @Test("A CANCEL that nobody answers is not told, only the INVITE's end")
    func cancelUnanswered() throws {
        let (id, branch) = try line.call("INVITE", over: .udp)
        _ = try line.hear(183, "INVITE", branch: branch)
        line.cancel(id)
        line.finish()
        #expect(line.times("CANCEL") == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        #expect(line.events.count == 1)
        #expect(line.timeouts == [32000])
    }

    @Test("Over TCP it ends with its INVITE, even if its own answer comes last")
    func endsWithInvite() throws {
        let (id, branch) = try line.callRinging(over: .tcp)
        line.cancel(id)
        _ = try line.hear(487, "INVITE", branch: branch)
        line.run(to: 0)
        #expect(line.isEmpty)
        #expect(try line.hear(200, "CANCEL", branch: branch).isUnmatched)
    }

    @Test("A 200 to the INVITE that crosses the CANCEL is passed on")
    func crossing() throws {
        let (id, branch) = try line.callRinging(over: .udp)
        line.cancel(id)
        #expect(try line.hear(200, "INVITE", branch: branch).isMatched(id))
        #expect(try line.hear(200, "CANCEL", branch: branch).isAbsorbed)
        line.finish()
        #expect(line.timeouts.isEmpty)
    }

    @Test("It has the INVITE's URI, top Via, From, To, Call-ID, CSeq number and Route, a reason, and nothing else")
    func form() throws {
        let (id, branch) = try line.callRinging(over: .udp)
        line.cancel(id, reason: "SIP;cause=408;text=\"No answer\"")
        let cancel = try #require(line.sent.last)
        #expect(cancel.hop == Sample.hop(.udp))
        #expect(
            String(decoding: cancel.bytes, as: UTF8.self) == """
                CANCEL sip:bob@192.0.2.7 SIP/2.0\r
                Via: SIP/2.0/UDP 192.0.2.7:5060;branch=\(branch)\r
                Max-Forwards: 70\r
                From: <sip:alice@example.test>;tag=caller\r
                To: <sip:bob@example.test>\r
                Call-ID: one@example.test\r
                CSeq: 1 CANCEL\r
                Reason: SIP;cause=408;text="No answer"\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test("A received CANCEL has a transaction of its own and names the INVITE that it cancels")
    func received() throws {
        let invite = try line.serve("INVITE", over: .udp)
        let bytes = Sample.request("CANCEL", branch: "z9hG4bKpeer1", cseq: "1 CANCEL")
        guard case .cancel(let cancel, of: let cancelled) = try line.receive(bytes, over: .udp) else {
            Issue.record("no CANCEL")
            return
        }
        #expect(cancelled == invite)
        line.respond(cancel, 200)
        #expect(try line.receive(bytes, over: .udp).isAbsorbed)
        #expect(line.times("200") == [0, 0])
        line.respond(invite, 487)
        line.finish()
    }

    @Test("A received CANCEL finds a request of any method, and says so if it finds none")
    func strayCancel() throws {
        try line.serve("BYE", over: .udp)
        let known = Sample.request("CANCEL", branch: "z9hG4bKpeer1", cseq: "1 CANCEL")
        guard case .cancel(_, of: .some) = try line.receive(known, over: .udp) else {
            Issue.record("did not find the BYE")
            return
        }
        let bytes = Sample.request("CANCEL", branch: "z9hG4bKpeer2", cseq: "1 CANCEL")
        guard case .cancel(let id, of: nil) = try line.receive(bytes, over: .udp) else {
            Issue.record("matched something")
            return
        }
        line.respond(id, 481)
        #expect(line.times("481") == [0])
    }
}
