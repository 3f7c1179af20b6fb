import SIPMessage
import SIPTransaction
import Testing

@Suite("INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1)")
struct InviteServerTests {
    private static let invite = Sample.request("INVITE", branch: "z9hG4bKpeer1")
    private static let ack = Sample.request("ACK", branch: "z9hG4bKpeer1", cseq: "1 ACK", toTag: "us")
    /// Made anew for every test, as its suite is.
    private let line = Timeline()

    @Test("100 Trying is sent within 200 ms when nothing else was")
    func trying() throws {
        try line.serve("INVITE", over: .udp)
        line.run(to: 10_000)
        let times = line.times("100")
        #expect(times.count == 1 && times[0] > 0 && times[0] <= 200)
        let trying = try #require(line.last("100"))
        #expect(trying.tag(.to) == nil)
        #expect(trying.value(.via) == "SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKpeer1")
    }

    @Test("100 Trying is not sent when another response was", arguments: [180, 200, 302, 486])
    func noTrying(status: Int) throws {
        let id = try line.serve("INVITE", over: .udp)
        line.run(to: 50)
        line.respond(id, status)
        line.run(to: 10_000)
        #expect(line.times("100").isEmpty)
    }

    @Test("A repeated INVITE gets the latest provisional response again, and nothing before there is one")
    func provisionalRepeated() throws {
        let id = try line.serve("INVITE", over: .udp)
        #expect(try line.receive(Self.invite, over: .udp).isAbsorbed)
        #expect(line.sent.isEmpty)
        line.respond(id, 180)
        line.respond(id, 183)
        line.run(to: 500)
        #expect(try line.receive(Self.invite, over: .udp).isAbsorbed)
        #expect(line.sent.map(\.what) == ["180", "183", "183"])
        #expect(line.layer.serverCount == 1)
    }

    /// When a final response goes out that nobody ever acknowledges, until its transaction ends at 32 s.
    private func timesUnacknowledged(over transport: TransportProtocol) throws -> [Int64] {
        try line.serve("INVITE", over: transport, answering: 486)
        line.finish()
        #expect(line.serverEnds == [32000])
        return line.times("486")
    }

    @Test("Over UDP a final response is repeated at T1, doubling up to T2, and given up without ACK at 32 s")
    func timersGAndH() throws {
        let times = try timesUnacknowledged(over: .udp)
        #expect(times == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    }

    @Test("Over TCP a final response is sent once; without ACK the transaction ends at 32 s")
    func timerHReliable() throws {
        #expect(try timesUnacknowledged(over: .tcp) == [0])
    }

    @Test("A repeated INVITE gets the final response again")
    func finalRepeated() throws {
        try line.serve("INVITE", over: .udp, answering: 486)
        line.run(to: 200)
        #expect(try line.receive(Self.invite, over: .udp).isAbsorbed)
        #expect(line.times("486") == [0, 200])
    }

    @Test("The ACK ends repetitions; over UDP the transaction absorbs what comes late for T4")
    func timerI() throws {
        try line.serve("INVITE", over: .udp, answering: 486)
        line.run(to: 600)
        #expect(try line.receive(Self.ack, over: .udp).isAbsorbed)
        line.run(to: 2000)
        #expect(try line.receive(Self.ack, over: .udp).isAbsorbed)
        #expect(try line.receive(Self.invite, over: .udp).isAbsorbed)
        line.run(to: 5599)
        #expect(line.layer.serverCount == 1)
        line.run(to: 5600)
        #expect(line.isEmpty)
        line.run(to: 60_000)
        #expect(line.times("486") == [0, 500])
        #expect(line.serverEnds == [5600])
    }

    @Test("Over TCP the ACK ends the transaction at once")
    func timerIReliable() throws {
        try line.serve("INVITE", over: .tcp, answering: 404)
        #expect(try line.receive(Self.ack, over: .tcp).isAbsorbed)
        line.run(to: 0)
        #expect(line.isEmpty)
        #expect(line.serverEnds == [0])
    }

    @Test("After a 2xx, repeated INVITEs are absorbed in silence for 32 s and further 2xx go out")
    func timerL() throws {
        for transport in [TransportProtocol.udp, .tcp] {
            let line = Timeline()
            let id = try line.serve("INVITE", over: transport)
            #expect(line.respond(id, 180))
            #expect(line.respond(id, 200))
            line.run(to: 500)
            let again = Sample.request("INVITE", branch: "z9hG4bKpeer1", transport: transport)
            #expect(try line.receive(again, over: transport).isAbsorbed)
            #expect(line.respond(id, 200))
            #expect(!line.respond(id, 486))
            #expect(!line.respond(id, 180))
            #expect(line.times("200") == [0, 500])
            line.run(to: 31_999)
            #expect(try line.receive(again, over: transport).isAbsorbed)
            line.run(to: 32_000)
            #expect(line.isEmpty)
            #expect(line.serverEnds == [32000])
            #expect(line.times("200") == [0, 500])
            #expect(line.times("180") == [0])
        }
    }

    @Test("After a final response no other response goes out", arguments: [100, 180, 200, 486, 500])
    func nothingAfterFinal(status: Int) throws {
        let id = try line.serve("INVITE", over: .udp)
        #expect(line.respond(id, 404))
        #expect(!line.respond(id, status))
        #expect(try line.receive(Self.ack, over: .udp).isAbsorbed)
        #expect(!line.respond(id, status))
        line.finish()
    }

    @Test("The ACK to a 2xx has a branch of its own and is passed on")
    func ackToSuccess() throws {
        try line.serve("INVITE", over: .udp, answering: 200)
        let ack = Sample.request("ACK", branch: "z9hG4bKother", cseq: "1 ACK", toTag: "us")
        #expect(try line.receive(ack, over: .udp).isAck)
        #expect(line.layer.serverCount == 1)
    }

    @Test("An ACK that comes before any final response is absorbed and changes nothing")
    func earlyAck() throws {
        let id = try line.serve("INVITE", over: .udp)
        #expect(try line.receive(Self.ack, over: .udp).isAbsorbed)
        #expect(line.respond(id, 486))
        #expect(try line.receive(Self.ack, over: .udp).isAbsorbed)
        line.run(to: 100_000)
        #expect(line.times("486") == [0])
    }

    @Test("Responses go where the topmost Via says")
    func replyHop() throws {
        try line.serve("INVITE", over: .tcp, answering: 180)
        #expect(line.sent[0].hop == Sample.hop(.tcp))
        #expect(line.sent[0].hop.connection == ConnectionID(3))
    }
}
