import SIPMessage
import SIPTransaction
import Testing

@Suite("Non-INVITE server transaction (RFC 3261 §17.2.2)")
struct NonInviteServerTests {
    private static let bye = Sample.request("BYE", branch: "z9hG4bKpeer1")
    /// Made anew for every test, as its suite is.
    private let line = Timeline()

    @Test("100 is sent when the client's timer E has grown to T2, and not before (RFC 4320 §4.1)")
    func trying() throws {
        try line.serve("BYE", over: .udp)
        line.run(to: 3_499)
        #expect(line.sent.isEmpty)
        line.run(to: 30_000)
        #expect(line.sent.map(\.what) == ["100"])
        #expect(line.sent.first?.milliseconds == 3_500)
    }

    @Test("Repetitions are absorbed before there is a response, and get the last one after that")
    func repetitions() throws {
        let id = try line.serve("BYE", over: .udp)
        #expect(try line.receive(Self.bye, over: .udp).isAbsorbed)
        #expect(line.sent.isEmpty)
        line.respond(id, 100)
        #expect(try line.receive(Self.bye, over: .udp).isAbsorbed)
        line.respond(id, 200)
        #expect(try line.receive(Self.bye, over: .udp).isAbsorbed)
        #expect(line.sent.map(\.what) == ["100", "100", "200", "200"])
        #expect(!line.respond(id, 200))
        #expect(!line.respond(id, 481))
    }

    @Test("Over UDP the response is kept for 32 s and not repeated by itself")
    func timerJ() throws {
        let id = try line.serve("BYE", over: .udp)
        line.run(to: 300)
        line.respond(id, 200)
        line.run(to: 32_299)
        #expect(try line.receive(Self.bye, over: .udp).isAbsorbed)
        line.run(to: 32_300)
        #expect(line.times("200") == [300, 32_299])
        #expect(line.serverEnds == [32_300])
        #expect(line.isEmpty)
        #expect(try line.receive(Self.bye, over: .udp).isNew)
    }

    @Test("Over TCP the transaction ends with its response")
    func timerJReliable() throws {
        try line.serve("BYE", over: .tcp, answering: 200)
        line.run(to: 0)
        #expect(line.isEmpty)
        #expect(line.serverEnds == [0])
    }

    @Test("One that will never be answered is given up without a word (RFC 4320 §4.2)")
    func abandoned() throws {
        let id = try line.serve("SUBSCRIBE", over: .udp)
        line.layer.abandon(id)
        #expect(line.isEmpty)
        #expect(!line.respond(id, 200))
        line.run(to: 60_000)
        #expect(line.sent.isEmpty && line.events.isEmpty)
    }
}
