import SIPMessage
import SIPTransaction
import Testing

@Suite("Non-INVITE client transaction (RFC 3261 §17.1.2)")
struct NonInviteClientTests {
    /// Made anew for every test, as its suite is.
    private let line = Timeline()

    @Test("Over UDP the request is sent again at T1, doubling up to T2, and given up at 32 s")
    func timersEAndF() throws {
        try line.call("BYE", over: .udp)
        line.finish()
        #expect(
            line.times("BYE") == [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        #expect(line.timeouts == [32000])
    }

    @Test("Over TCP it is sent once and given up at 32 s")
    func reliableTransport() throws {
        try line.call("OPTIONS", over: .tcp)
        line.finish()
        #expect(line.times("OPTIONS") == [0])
        #expect(line.timeouts == [32000])
    }

    @Test("After a provisional response it is sent every T2, and timer F still ends it")
    func proceeding() throws {
        let (id, branch) = try line.call("MESSAGE", over: .udp)
        line.run(to: 600)
        #expect(try line.hear(100, "MESSAGE", branch: branch).isMatched(id))
        line.run(to: 100_000)
        #expect(line.times("MESSAGE") == [0, 500, 1500, 5500, 9500, 13500, 17500, 21500, 25500, 29500])
        #expect(line.timeouts == [32000])
    }

    @Test("A final response ends it; repetitions are absorbed for T4 over UDP", arguments: [200, 302, 481, 503, 603])
    func timerK(status: Int) throws {
        let (id, branch) = try line.call("INFO", over: .udp)
        line.run(to: 700)
        #expect(try line.hear(status, "INFO", branch: branch).isMatched(id))
        line.run(to: 5699)
        #expect(try line.hear(status, "INFO", branch: branch).isAbsorbed)
        line.run(to: 5700)
        #expect(line.isEmpty)
        #expect(try line.hear(status, "INFO", branch: branch).isUnmatched)
        line.run(to: 60_000)
        #expect(line.times("INFO") == [0, 500])
        #expect(line.times("ACK").isEmpty)
        #expect(line.events.isEmpty)
    }

    @Test("Over TCP a final response ends it at once")
    func timerKReliable() throws {
        let (id, branch) = try line.call("REFER", over: .tcp)
        #expect(try line.hear(202, "REFER", branch: branch).isMatched(id))
        line.run(to: 0)
        #expect(line.isEmpty)
    }

    @Test("A method that nobody knows has a transaction like any other")
    func unknownMethod() throws {
        let (id, branch) = try line.call("FROBNICATE", over: .udp)
        #expect(try line.hear(501, "FROBNICATE", branch: branch).isMatched(id))
        line.run(to: 5000)
        #expect(line.isEmpty)
    }
}
