import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Which final response the caller gets (RFC 3261 §16.7)")
struct BestResponseTests: UsualPeers {
    @Test("the destination's response is relayed, whatever the first phone said")
    func destinationDecides() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.busy: Sample.toBob])
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 486)
        try bench.fail(phoneB, 404)
        try bench.expectFailure(404, of: call)
        bench.finish()
    }

    @Test("the final response waits for a cancelled phone, whose late answer still goes to the caller")
    func lateAnswerOfCancelledPhone() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, first) = try bench.callUnanswered(at: phoneA, forSeconds: 5)
        try bench.fail(phoneB, 486)
        bench.expectNothing(caller)
        let cancel = try bench.expect(phoneA, "CANCEL")
        bench.reply(phoneA, 200, to: cancel)
        try bench.answer(phoneA, first, of: call)
        bench.finish()
    }

    @Test("a phone that never said a word does not hold up the destination's response")
    func silentPhoneIsNotAwaited() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, first) = try bench.callUnanswered(at: phoneA, forSeconds: 5)
        try bench.expectCancel(phoneA, of: first)
        try bench.endAsBusy(call, at: phoneB)
        #expect(!bench.kinds(phoneA2).contains("CANCEL"))
        bench.finish()
    }

    @Test("of a number's phones, the one that tells more decides: 4xx before 5xx, 6xx before all")
    func lowestClass() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 500)
        bench.expectNothing(caller)
        try bench.fail(phoneA2, 404)
        try bench.expectFailure(404, of: call)
        bench.finish()
    }

    @Test("a 6xx cancels the other phones, begins nothing new, and is relayed when all have ended")
    func globalFailure() throws {
        let bench = RouterBench.alice(forwarding: [.busy: Sample.toBob, .noAnswer: Sample.toBob])
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 1000), (phoneB, 500)])
        let (call, other) = try bench.callRinging(at: phoneA2)
        try bench.fail(phoneA, 603)
        bench.expectNothing(caller)
        try bench.expectCancel(phoneA2, of: other)
        try bench.expectFailure(603, of: call)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("a 6xx from one destination of a deflected call ends the search among the others")
    func globalFailureOfADestination() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice), Sample.record(Sample.bob, [.noAnswer: Sample.toCarol], ring: 5),
                Sample.record(Sample.carol),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        bench.register(Sample.carol, phoneC)
        let call = bench.call(Sample.alice)
        try bench.divert(
            phoneA, 302,
            headers: [
                "Contact: <sip:\(Sample.bob)@lab.test>;q=0.9, <\(foreign.contact)>;q=0.9",
                "Contact: <sip:\(Sample.carol)@lab.test>;q=0.1",
            ])
        let ringing = try bench.ring(phoneB)
        try bench.fail(foreign, 600)
        let cancel = try bench.expect(phoneB, "CANCEL")
        bench.reply(phoneB, 200, to: cancel)
        bench.wait(seconds: 6)
        bench.takeAll(phoneB)
        bench.reply(phoneB, 487, to: ringing)
        try bench.expect(phoneB, "ACK")
        try bench.expectFailure(600, of: call)
        bench.expectNothing(phoneC)
        bench.finish()
    }

    @Test("a target that a 302 names twice is tried once")
    func sameTargetTwice() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 302, headers: ["Contact: <\(foreign.contact)>, <\(foreign.contact)>;q=0.5"])
        try bench.endAsBusy(call, at: foreign)
        bench.expectNothing(foreign)
        bench.finish()
    }

    @Test("a 6xx of one of a destination's phones ends the other destinations at once")
    func globalFailureOfOnePhone() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice), Sample.record(Sample.bob),
                Sample.record(Sample.carol, [.noAnswer: Sample.toTokyo], ring: 5),
            ], trunks: Sample.trunk("03", gateway))
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, [(phoneB, 1000), (phoneA2, 1000)])
        bench.register(Sample.carol, phoneC)
        bench.call(Sample.alice)
        try bench.divert(
            phoneA, 302, headers: ["Contact: <sip:\(Sample.bob)@lab.test>, <sip:\(Sample.carol)@lab.test>"])
        let carols = try bench.ring(phoneC)
        let bobs = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: bobs)
        try bench.fail(phoneA2, 603)
        let cancels = [try bench.expect(phoneB, "CANCEL"), try bench.expect(phoneC, "CANCEL")]
        for (phone, cancel) in zip([phoneB, phoneC], cancels) { bench.reply(phone, 200, to: cancel) }
        // Her ring time is up before her 487 comes.
        bench.wait(seconds: 6)
        bench.takeAll(phoneB)
        bench.takeAll(phoneC)
        for (phone, invite) in [(phoneB, bobs), (phoneC, carols)] {
            bench.reply(phone, 487, to: invite)
            try bench.expect(phone, "ACK")
        }
        bench.expectNothing(gateway)
        #expect(bench.takeAll(caller).last?.status == 603)
        #expect(try bench.decisions().contains(.failed(number: Sample.bob, status: 603)))
        bench.finish()
    }

    @Test("a 302 with several groups tries them by q, equal q at once, and relays the best of all")
    func deflectionInGroups() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        let first = Peer("first", "203.0.113.31:5060")
        let second = Peer("second", "203.0.113.32:5060")
        let third = Peer("third", "203.0.113.33:5060")
        let fourth = Peer("fourth", "203.0.113.34:5060")
        try bench.divert(
            phoneA, 302,
            headers: [
                "Contact: <\(third.contact)>;q=0.2", "Contact: <\(first.contact)>;q=0.7",
                "Contact: <\(second.contact)>;q=0.7, <\(fourth.contact)>;q=0.1",
            ])
        let one = try bench.expect(first, "INVITE")
        let two = try bench.expect(second, "INVITE")
        bench.expectNothing(third, fourth)
        try bench.fail(first, 486, one)
        bench.expectNothing(third, fourth, caller)
        try bench.fail(second, 503, two)
        bench.expectNothing(caller)
        try bench.fail(third, 500)
        try bench.fail(fourth, 503)
        try bench.expectFailure(486, of: call)
        bench.finish()
    }

    @Test("a 3xx is never handed to the caller: deflection to nowhere is 480")
    func redirectionIsNotRelayed() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 302)
        let response = try bench.expectFailure(480, of: call)
        #expect(response.first(.contact) == nil)
        bench.finish()
    }

    @Test("the 3xx of another domain, to which a call only passes, goes back as it came; after a diversion it is 480")
    func foreignRedirection() throws {
        let bench = RouterBench.alice(forwarding: [.always: .uri(foreign.contact)])
        let elsewhere = "Contact: <sip:bob@moved.example>"
        let passing = bench.call(foreign.contact, from: gateway)
        try bench.fail(foreign, 302, headers: [elsewhere])
        let moved = try bench.expectFailure(302, of: passing, gateway)
        #expect(moved.value(.contact) == "<sip:bob@moved.example>")
        let diverted = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        try bench.fail(foreign, 302, headers: [elsewhere])
        let unavailable = try bench.expectFailure(480, of: diverted)
        #expect(unavailable.first(.contact) == nil)
        bench.finish()
    }

    @Test("a 503 of a phone is told as 500")
    func serviceUnavailable() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 503)
        let response = try bench.expectFailure(500, of: call)
        #expect(response.whole.hasPrefix("SIP/2.0 500 Server Internal Error\r\n"))
        bench.finish()
    }

    @Test("when the rules can't be read, our own 503 stays one")
    func rulesUnavailable() throws {
        let bench = RouterBench.alice()
        bench.isDirectoryReadable = false
        let call = bench.call(Sample.alice, fromURI: "sip:alice@peer.example")
        let response = try bench.expectFailure(503, of: call)
        #expect(response.value(.retryAfter) == "5")
        #expect(bench.records.map(\.callee) == [Sample.alice])
        bench.finish()
    }

    @Test("the challenges of all phones go to the caller together")
    func challenges() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        let call = bench.call(Sample.alice)
        try bench.fail(
            phoneA, 407,
            headers: [
                "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"",
                "Proxy-Authenticate: Digest realm=\"b\", nonce=\"2\"",
            ])
        try bench.fail(phoneA2, 401, headers: ["WWW-Authenticate: Digest realm=\"c\", nonce=\"3\""])
        let response = try bench.expectFailure(407, of: call)
        #expect(response.count(.proxyAuthenticate) == 2)
        #expect(response.count(.wwwAuthenticate) == 1)
        #expect(response.value(.wwwAuthenticate)?.contains("realm=\"c\"") == true)
        bench.finish()
    }

    @Test("a challenge never starts a forwarding rule")
    func challengeIsNoTrigger() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: Sample.allToBob)
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 401, headers: ["WWW-Authenticate: Digest realm=\"c\", nonce=\"3\""])
        try bench.expectFailure(401, of: call)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("no phone and no rule: 480; a silent phone and no rule: 408 after timer B")
    func nobody() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice), Sample.record(Sample.bob)])
        bench.register(Sample.bob, phoneB)
        try bench.expectUnavailable(Sample.alice)
        let silent = bench.call(Sample.bob)
        bench.wait(32_000, withNothingFor: caller)
        try bench.expectFailure(408, of: silent)
        bench.finish()
    }

    @Test("a phone that rings for ever is cancelled by timer C, and the caller is told 408")
    func timerC() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callRinging(at: phoneA)
        bench.wait(seconds: 100)
        bench.reply(phoneA, 183, to: invite)
        try bench.expect(caller, "183")
        // 100 Trying does not begin timer C anew.
        bench.wait(seconds: 100)
        bench.reply(phoneA, 100, to: invite)
        bench.wait(85_000, withNothingFor: phoneA)
        try bench.expectCancel(phoneA, of: invite)
        try bench.expectFailure(408, of: call)
        bench.finish()
    }

    @Test("a response that has no Via but ours ends the branch and goes nowhere")
    func responseWithoutFurtherVia() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        let via = invite.listValues(.via)[0]
        let head =
            "Via: \(via)\r\nFrom: \(call.from)\r\nTo: \(call.to);tag=x\r\nCall-ID: \(call.callID)\r\nCSeq: 1 INVITE\r\n"
        bench.send("SIP/2.0 486 Busy Here\r\n" + head + "Content-Length: 0\r\n\r\n", from: phoneA)
        try bench.expect(phoneA, "ACK")
        try bench.expectFailure(502, of: call)
        bench.finish()
    }

    @Test("a response without the headers that every message has is dropped")
    func malformedResponse() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        let vias = invite.listValues(.via).map { "Via: \($0)\r\n" }.joined()
        bench.send("SIP/2.0 486 Busy Here\r\n" + vias + "CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n", from: phoneA)
        bench.expectNothing(caller, phoneA)
        try bench.endAsBusy(call, at: phoneA, invite)
        bench.finish()
    }

    @Test("a phone whose 180 has no Via but ours is heard all the same, and cancelled in the end")
    func provisionalWithoutFurtherVia() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        let head =
            "Via: \(invite.listValues(.via)[0])\r\nFrom: \(call.from)\r\nTo: \(call.to);tag=x\r\n"
            + "Call-ID: \(call.callID)\r\nCSeq: 1 INVITE\r\n"
        bench.send("SIP/2.0 180 Ringing\r\n" + head + "Content-Length: 0\r\n\r\n", from: phoneA)
        bench.expectNothing(caller)
        bench.wait(seconds: 185)
        try bench.expectCancel(phoneA, of: invite)
        try bench.expectFailure(408, of: call)
        bench.finish()
    }
}
