import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Answers race with everything else (RFC 3261 §16.7 step 5, RFC 6026)")
struct AnswerRaceTests: UsualPeers {
    @Test("both phones answer: the caller gets both answers, with the tag of each")
    func twoAnswers() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        let (call, one) = try bench.callReaching(phoneA)
        let two = try bench.expect(phoneA2, "INVITE")
        bench.reply(phoneA, 180, to: one)
        bench.reply(phoneA2, 180, to: two)
        bench.takeAll(caller)
        try bench.answer(phoneA, one, of: call)
        let cancel = try bench.expect(phoneA2, "CANCEL")
        #expect(cancel.value(.reason) == "SIP;cause=200;text=\"Call completed elsewhere\"")
        try bench.answer(phoneA2, two, of: call)
        bench.reply(phoneA2, 481, to: cancel)
        // A phone that hears no ACK says it again; so does the caller hear it again.
        bench.reply(phoneA2, 200, to: two)
        try bench.expect(caller, "200")
        #expect(bench.records.count == 1)
        bench.finish()
    }

    @Test("the phone answers as the call is being diverted: its answer ends the diverted branch")
    func answerAfterDiversion() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, first) = try bench.callReaching(phoneA)
        bench.reply(phoneA, 180, to: first)
        bench.wait(seconds: 5)
        bench.takeAll(caller)
        let second = try bench.ring(phoneB)
        bench.takeAll(phoneA)
        try bench.answer(phoneA, first, of: call)
        let cancel = try bench.expectCancel(phoneB, of: second)
        #expect(cancel.value(.reason) == "SIP;cause=200;text=\"Call completed elsewhere\"")
        #expect(try bench.decisions().last == .answered(by: Sample.alice))
        bench.finish()
    }

    @Test("the phone answers at the instant its time is up: no diversion")
    func answerAtTimeout() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, first) = try bench.callRinging(at: phoneA)
        bench.wait(4_999)
        try bench.answer(phoneA, first, of: call)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneB, phoneA, caller)
        bench.finish()
    }

    @Test("a silent phone that was given up answers all the same: the caller gets the answer")
    func answerOfAbandonedPhone() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.unreachable: Sample.toBob])
        let (call, first) = try bench.callReaching(phoneA)
        bench.wait(seconds: 4)
        bench.takeAll(phoneA)
        bench.takeAll(caller)
        let second = try bench.ring(phoneB)
        try bench.answer(phoneA, first, of: call)
        try bench.expectCancel(phoneB, of: second)
        bench.finish()
    }

    @Test("a retransmitted INVITE after the answer reaches nobody")
    func retransmissionInAccepted() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        try bench.answer(phoneA, of: call)
        bench.send(call, from: caller)
        bench.expectNothing(phoneA, caller)
        bench.finish()
    }

    @Test("phones of lower q are not rung after an answer, however often it is repeated")
    func answerWithWaitingGroup() throws {
        let bench = RouterBench.alice()
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 500)])
        let (call, invite) = try bench.callReaching(phoneA)
        try bench.answer(phoneA, invite, of: call)
        for _ in 0..<3 {
            bench.reply(phoneA, 200, to: invite)
            try bench.expect(caller, "200")
        }
        bench.expectNothing(phoneA2)
        bench.finish()
    }

    @Test("a stray response is forwarded to nobody")
    func strayResponse() throws {
        let bench = RouterBench.alice()
        let text =
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP \(RouterBench.address);branch=z9hG4bK0000000000000001000000000000000000000000\r\n"
            + "Via: SIP/2.0/UDP \(caller.endpoint);branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            + "Call-ID: stray\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
        bench.send(text, from: phoneA)
        bench.expectNothing(caller, phoneA)
        bench.finish()
    }
}
