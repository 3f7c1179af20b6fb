import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Requests other than INVITE (RFC 3261 §16, RFC 4320)")
struct NonInviteTests: UsualPeers {
    private func message(_ bench: RouterBench, _ method: String = "MESSAGE") -> RequestScript {
        var message = bench.request(method, Sample.alice)
        message.contact = nil
        return message
    }

    @Test("a silent phone: 100 after 3.5 s, and never a 408")
    func silence() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.send(message(bench), from: caller)
        bench.wait(3_499)
        #expect(bench.kinds(caller).isEmpty)
        bench.wait(1)
        #expect(bench.kinds(caller) == ["100"])
        bench.wait(seconds: 60)
        #expect(bench.kinds(caller) == ["100"])
        bench.finish()
    }

    @Test("a 408 that a phone gives goes no further either; what another says does (RFC 4320 §4.2)")
    func receivedTimeout() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.send(message(bench), from: caller)
        bench.reply(phoneA, 408, to: try bench.expect(phoneA, "MESSAGE"))
        bench.wait(seconds: 60)
        bench.expectNothing(caller)
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 1000)])
        bench.send(message(bench), from: caller)
        bench.reply(phoneA, 408, to: try bench.expect(phoneA, "MESSAGE"))
        bench.reply(phoneA2, 480, to: try bench.expect(phoneA2, "MESSAGE"))
        try bench.expect(caller, "480")
        bench.finish()
    }

    @Test("no provisional response of a phone goes on")
    func provisional() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.send(message(bench), from: caller)
        let reached = try bench.expect(phoneA, "MESSAGE")
        bench.reply(phoneA, 180, to: reached)
        #expect(bench.kinds(caller).isEmpty)
        bench.reply(phoneA, 200, to: reached)
        try bench.expect(caller, "200")
        // The same again: from the transaction, not from the phone.
        bench.reply(phoneA, 200, to: reached)
        bench.expectNothing(caller)
        bench.finish()
    }

    @Test("forked to two phones: the first 2xx goes on, and only that")
    func forked() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        bench.send(message(bench), from: caller)
        let one = try bench.expect(phoneA, "MESSAGE")
        let two = try bench.expect(phoneA2, "MESSAGE")
        bench.reply(phoneA, 480, to: one)
        bench.expectNothing(caller)
        bench.reply(phoneA2, 200, to: two)
        try bench.expect(caller, "200")
        bench.finish()
    }

    @Test("nobody registered: 480; a phone that can't be reached: 500")
    func failures() throws {
        let bench = RouterBench.alice()
        bench.send(message(bench), from: caller)
        try bench.expect(caller, "480")
        bench.register(Sample.alice, phoneA)
        bench.unreachable = ["udp:192.0.2.11:5060"]
        bench.send(message(bench, "OPTIONS"), from: caller)
        try bench.expect(caller, "500")
        bench.finish()
    }

    @Test(
        "what may begin a dialog leaves a route for it, and so does a method that nobody knows (§16.6 step 4)",
        arguments: [
            ("SUBSCRIBE", 1), ("REFER", 1), ("NOTIFY", 1), ("FROBNICATE", 1), ("MESSAGE", 0), ("PUBLISH", 0),
            ("OPTIONS", 0), ("INFO", 0),
        ])
    func recordRoute(method: String, count: Int) throws {
        let bench = RouterBench.alice(at: phoneA)
        let reached = try bench.relay(message(bench, method), to: phoneA)
        #expect(reached.listValues(.recordRoute).count == count)
        bench.finish()
    }

    @Test("a dialog that an unknown method has begun goes on through us, from both sides")
    func unknownDialog() throws {
        let bench = RouterBench.alice(at: phoneA)
        var request = message(bench, "FROBNICATE")
        request.contact = caller.contact
        bench.send(request, from: caller)
        let reached = try bench.expect(phoneA, "FROBNICATE")
        let answer = try #require(bench.reply(phoneA, 200, to: reached, contact: phoneA.contact))
        var near = Dialog(callerOf: request, caller, try bench.expect(caller, "200"))
        var far = Dialog(calledBy: reached, phoneA, answer)
        try bench.relay(near.request("FROBNICATE"), to: phoneA)
        try bench.relay(far.request("FROBNICATE"), from: phoneA, to: caller)
        bench.finish()
    }

    @Test("each phone that a SUBSCRIBE was forked to sets up its own route by NOTIFY (RFC 6665 §4.4.1)")
    func forkedSubscription() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        var subscription = message(bench, "SUBSCRIBE")
        subscription.contact = caller.contact
        bench.send(subscription, from: caller)
        let first = try bench.expect(phoneA, "SUBSCRIBE")
        bench.reply(phoneA, 200, to: first, contact: phoneA.contact)
        try bench.expect(caller, "200")
        let second = try bench.expect(phoneA2, "SUBSCRIBE")
        let answer = try #require(bench.reply(phoneA2, 200, to: second, contact: phoneA2.contact))
        // The subscriber has not heard of this one: its NOTIFY is all that it has.
        var notifier = Dialog(calledBy: second, phoneA2, answer)
        var request = notifier.request("NOTIFY")
        request.contact = phoneA2.contact
        let notify = try bench.relay(request, from: phoneA2, to: caller)
        #expect(notify.tag(.to) != nil && notify.listValues(.recordRoute).count == 1)
        let heard = try #require(
            MessageParser.parse(bench.response(caller, 200, to: notify, contact: caller.contact)))
        var subscriber = Dialog(calledBy: notify, caller, heard)
        try bench.relay(subscriber.request("SUBSCRIBE"), to: phoneA2)
        bench.finish()
    }

    @Test("a method that nobody knows goes on like any other, byte for byte")
    func unknownMethod() throws {
        let bench = RouterBench.alice(at: phoneA)
        var request = message(bench, "FROBNICATE")
        request.headers = ["x-odd :  \t spaced;a=\"b,c\"  ", "Subject: été\r\n  folded", "k: a , b"]
        request.body = "\0\u{1}binary\r\n\r\n"
        let reached = try bench.relay(request, to: phoneA)
        #expect(reached.whole.contains("x-odd :  \t spaced;a=\"b,c\"  \r\nSubject: été\r\n  folded\r\nk: a , b\r\n"))
        #expect(reached.text(reached.body) == request.body)
        bench.finish()
    }
}
