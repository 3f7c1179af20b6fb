import SIPMessage
import SIPTransaction
import Testing

@Suite("Matching of requests and responses (RFC 3261 §17.1.3, §17.2.3)")
struct MatchingTests {
    @Test("The same branch from another host or with another method is another transaction")
    func modernKey() throws {
        let line = Timeline()
        _ = try line.serve("OPTIONS", over: .udp)
        #expect(try line.receive(Sample.request("OPTIONS", branch: "z9hG4bKpeer1"), over: .udp).isAbsorbed)
        #expect(try line.receive(Sample.request("OPTIONS", branch: "z9hG4bKpeer2"), over: .udp).isNew)
        #expect(try line.receive(Sample.request("INFO", branch: "z9hG4bKpeer1"), over: .udp).isNew)
        #expect(try line.receive(Sample.request("PING", branch: "z9hG4bKpeer1"), over: .udp).isNew)
        #expect(try line.receive(Sample.request("PONG", branch: "z9hG4bKpeer1"), over: .udp).isNew)
        #expect(
            try line.receive(Sample.request("OPTIONS", branch: "z9hG4bKpeer1", host: "192.0.2.8"), over: .udp).isNew)
        #expect(line.layer.serverCount == 6)
    }

    @Test("With a branch of RFC 3261 the request's URI, From and CSeq do not count")
    func branchAlone() throws {
        let line = Timeline()
        _ = try line.serve("OPTIONS", over: .udp)
        let changed = Sample.request(
            "OPTIONS", branch: "z9hG4bKpeer1", cseq: "9 OPTIONS", uri: "sip:other@example.test", fromTag: "x")
        #expect(try line.receive(changed, over: .udp).isAbsorbed)
    }

    @Test("A branch that is used for two calls, or over two transports, makes no retransmission")
    func branchUsedTwice() throws {
        let line = Timeline()
        _ = try line.serve("OPTIONS", over: .udp)
        let again = Sample.request("OPTIONS", branch: "z9hG4bKpeer1", callID: "two@example.test")
        #expect(try line.receive(again, over: .udp).isNew)
        #expect(try line.receive(again, over: .udp).isAbsorbed)
        #expect(try line.receive(again, over: .tcp).isNew)
        #expect(try line.receive(again, over: .tcp).isAbsorbed)
    }

    @Test(
        "Without the magic cookie URI, From tag, Call-ID, CSeq and top Via make the transaction",
        arguments: [nil, "1", "z9hG4bK", "abc"] as [String?])
    func oldKey(branch: String?) throws {
        let line = Timeline()
        let invite = Sample.request("INVITE", branch: branch)
        guard case .new(let id) = try line.receive(invite, over: .udp) else {
            Issue.record("not new")
            return
        }
        #expect(try line.receive(invite, over: .udp).isAbsorbed)
        for other in [
            Sample.request("INVITE", branch: branch, uri: "sip:carol@192.0.2.7"),
            Sample.request("INVITE", branch: branch, fromTag: "other"),
            Sample.request("INVITE", branch: branch, cseq: "2 INVITE"),
            Sample.request("INVITE", branch: branch, host: "192.0.2.8"),
        ] {
            #expect(try line.receive(other, over: .udp).isNew)
        }
        let cancel = Sample.request("CANCEL", branch: branch, cseq: "1 CANCEL")
        guard case .cancel(_, of: id) = try line.receive(cancel, over: .udp) else {
            Issue.record("the CANCEL found no INVITE")
            return
        }
        line.respond(id, 487)
        let ack = Sample.request("ACK", branch: branch, cseq: "1 ACK", toTag: "us")
        #expect(try line.receive(ack, over: .udp).isAbsorbed)
        line.run(to: 10_000)
        #expect(line.times("487") == [0])
    }

    @Test("The ACK of an old client to a 2xx is passed on, although it matches the INVITE")
    func oldAckToSuccess() throws {
        let line = Timeline()
        guard case .new(let id) = try line.receive(Sample.request("INVITE", branch: nil), over: .udp) else {
            Issue.record("not new")
            return
        }
        line.respond(id, 200)
        let ack = Sample.request("ACK", branch: nil, cseq: "1 ACK", toTag: "us")
        #expect(try line.receive(ack, over: .udp).isAck)
    }

    @Test("An ACK without any transaction is passed on and makes none")
    func strayAck() throws {
        let line = Timeline()
        #expect(try line.receive(Sample.request("ACK", branch: "z9hG4bKx", cseq: "1 ACK"), over: .udp).isAck)
        #expect(line.isEmpty)
    }

    @Test("Responses with a foreign, forged or outlived branch match nothing")
    func foreignBranches() throws {
        let line = Timeline()
        let (id, branch) = try line.call("OPTIONS", over: .udp)
        var forged: [UInt8] = []
        BranchParameter(transaction: id, signature: 0x5eee).append(to: &forged)
        var elsewhere: [UInt8] = []
        line.layer.branch(of: SlotID(index: 9999, generation: 1), loopHash: 0).append(to: &elsewhere)
        var outlived: [UInt8] = []
        line.layer.branch(of: SlotID(index: id.index, generation: id.generation &+ 1), loopHash: 0)
            .append(to: &outlived)
        for bytes in [Array("z9hG4bKsomebody".utf8), forged, elsewhere, outlived] {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(try line.hear(200, "OPTIONS", branch: text).isUnmatched)
        }
        #expect(try line.hear(200, "OPTIONS", branch: branch).isMatched(id))
        line.run(to: 5000)
        #expect(line.isEmpty)
        let (next, _) = try line.call("OPTIONS", over: .udp)
        #expect(next.index == id.index)
        #expect(try line.hear(200, "OPTIONS", branch: branch).isUnmatched)
    }

    @Test("Whoever knows one branch can't make another: the place of a transaction is not enough to answer in it")
    func otherCall() throws {
        let line = Timeline()
        let (mine, branch) = try line.call("INVITE", over: .udp)
        let (other, otherBranch) = try line.call("INVITE", over: .udp)
        let known = Array(branch.utf8)
        let parameter = try #require(BranchParameter(known, known.indices))
        var guess: [UInt8] = []
        BranchParameter(transaction: other, signature: parameter.signature).append(to: &guess)
        #expect(try line.hear(603, "INVITE", branch: String(decoding: guess, as: UTF8.self)).isUnmatched)
        #expect(try line.hear(603, "INVITE", branch: otherBranch).isMatched(other))
        #expect(try line.hear(180, "INVITE", branch: branch).isMatched(mine))
    }

    @Test("A response whose CSeq names another method matches nothing", arguments: ["INVITE", "CANCEL", "ACK", "X"])
    func wrongMethod(method: String) throws {
        let line = Timeline()
        let (_, branch) = try line.call("BYE", over: .udp)
        #expect(try line.hear(200, method, branch: branch).isUnmatched)
        #expect(line.layer.clientCount == 1)
    }

    @Test("A response without a branch matches nothing")
    func noBranch() throws {
        let line = Timeline()
        _ = try line.call("BYE", over: .udp)
        let text = """
            SIP/2.0 200 OK\r
            Via: SIP/2.0/UDP 192.0.2.1:5060\r
            From: <sip:a@example.test>;tag=1\r
            To: <sip:b@example.test>;tag=2\r
            Call-ID: x\r
            CSeq: 1 BYE\r
            \r

            """
        let response = try #require(MessageParser.parse(Array(text.utf8)))
        var outgoing: [Outgoing] = []
        let arrival = line.layer.receive(response: response, at: line.now, into: &outgoing)
        #expect(arrival.isUnmatched)
    }

    @Test("A full table takes no new transaction, but repetitions, ACKs and CANCELs of what it holds")
    func limit() throws {
        let line = Timeline(limit: 2)
        let invite = try line.serve("INVITE", over: .udp)
        let (client, branch) = try line.call("INVITE", over: .udp)
        #expect(try line.receive(Sample.request("BYE", branch: "z9hG4bKb"), over: .udp).isFull)
        #expect(try line.receive(Sample.request("CANCEL", branch: "z9hG4bKb"), over: .udp).isFull)
        #expect(line.reserve(.bye) == nil)
        #expect(try line.receive(Sample.request("INVITE", branch: "z9hG4bKpeer1"), over: .udp).isAbsorbed)
        #expect(try line.receive(Sample.request("ACK", branch: "z9hG4bKb"), over: .udp).isAck)
        guard
            case .cancel(_, of: invite) = try line.receive(Sample.request("CANCEL", branch: "z9hG4bKpeer1"), over: .udp)
        else {
            Issue.record("the CANCEL was not taken")
            return
        }
        _ = try line.hear(180, "INVITE", branch: branch)
        line.cancel(client)
        #expect(line.times("CANCEL") == [0])
        _ = try line.hear(487, "INVITE", branch: branch)
        line.respond(invite, 487)
        #expect(line.layer.serverCount == 2)
    }

    @Test("A long message takes as many further places as it has 4 KiB, while it is kept")
    func longMessages() throws {
        let line = Timeline(limit: 10)
        let header = "Subject: \(String(repeating: "x", count: 30_000))\r\n"
        let long = Sample.request("INVITE", branch: "z9hG4bKlong", headers: header)
        guard case .new(let invite) = try line.receive(long, over: .udp) else {
            Issue.record("the INVITE was not taken")
            return
        }
        #expect(line.layer.placesTaken == 8 && line.layer.serverCount == 1)
        _ = try line.serve("OPTIONS", over: .udp)
        _ = try line.serve("INFO", over: .udp)
        #expect(try line.receive(Sample.request("BYE", branch: "z9hG4bKb"), over: .udp).isFull)
        line.respond(invite, 180)
        #expect(line.layer.placesTaken == 3)
        #expect(!(try line.receive(Sample.request("BYE", branch: "z9hG4bKb"), over: .udp).isFull))
    }

    @Test("After many calls have ended in every way, nothing is left")
    func nothingLeft() throws {
        let line = Timeline(limit: 100_000)
        var time: Int64 = 0
        for number in 0..<600 {
            let transport: TransportProtocol = number % 2 == 0 ? .udp : .tcp
            let server = try line.serve(
                number % 3 == 0 ? "BYE" : "INVITE", over: transport, branch: "z9hG4bKcall\(number)")
            let method = number % 3 == 0 ? "BYE" : "INVITE"
            let (client, branch) = try line.call(method, over: transport)
            time += 10
            line.run(to: time)
            switch number % 7 {
            case 0: break
            case 1: _ = try line.hear(180, method, branch: branch)
            case 2, 3: _ = try line.hear(200, method, branch: branch)
            default: _ = try line.hear(486, method, branch: branch)
            }
            if number % 7 == 1 { line.cancel(client) }
            line.respond(server, number % 2 == 0 ? 200 : 404)
        }
        line.run(to: time + 200_000)
        // What rings is ended by whoever set timer C; here nobody did, unless it was cancelled.
        #expect(line.isEmpty)
        #expect(line.layer.nextDeadline == nil)
    }

    @Test("However many transactions there are, each request finds its own, and none finds one that has ended")
    func many() throws {
        let line = Timeline(limit: 10_000)
        let numbers = 0..<3000
        let ids = try numbers.map { try line.serve("OPTIONS", over: .tcp, branch: "z9hG4bK\($0)") }
        #expect(Set(ids).count == numbers.count)
        for number in numbers where number % 3 == 0 { line.respond(ids[number], 200) }
        line.run(to: 1)
        #expect(line.layer.serverCount == 2000)
        for number in numbers {
            let again = Sample.request("OPTIONS", branch: "z9hG4bK\(number)", transport: .tcp)
            let arrival = try line.receive(again, over: .tcp)
            #expect(number % 3 == 0 ? arrival.isNew : arrival.isAbsorbed)
        }
        #expect(line.layer.serverCount == 3000)
    }
}
