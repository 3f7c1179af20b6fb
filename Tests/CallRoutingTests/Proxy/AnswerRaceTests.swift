import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Answers race with everything else (RFC 3261 §16.7 step 5, RFC 6026)")
struct AnswerRaceTests {
    let caller = Sample.caller
    let phoneA = Sample.phoneA
    let phoneA2 = Sample.phoneA2
    let phoneB = Sample.phoneB

    @Test("both phones answer: the caller gets both answers, with the tag of each")
    func twoAnswers() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        bench.register(Sample.alice, phoneA, phoneA2)
        let call = bench.call(Sample.alice, from: caller)
        let one = try bench.expect(phoneA, "INVITE")
        let two = try bench.expect(phoneA2, "INVITE")
        bench.reply(phoneA, 180, to: one)
        bench.reply(phoneA2, 180, to: two)
        bench.takeAll(caller)
        _ = try bench.answer(phoneA, one, of: call, caller)
        let cancel = try bench.expect(phoneA2, "CANCEL")
        #expect(cancel.value(.reason) == "SIP;cause=200;text=\"Call completed elsewhere\"")
        _ = try bench.answer(phoneA2, two, of: call, caller)
        bench.reply(phoneA2, 481, to: cancel)
        // A phone that hears no ACK says it again; so does the caller hear it again.
        bench.reply(phoneA2, 200, to: two)
        try bench.expect(caller, "200")
        #expect(bench.records.count == 1)
        bench.finish()
    }

    @Test("the phone answers as the call is being diverted: its answer ends the diverted branch")
    func answerAfterDiversion() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 5), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: first)
        bench.wait(seconds: 5)
        bench.takeAll(caller)
        let second = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: second)
        try bench.expect(caller, "180")
        bench.takeAll(phoneA)
        _ = try bench.answer(phoneA, first, of: call, caller)
        let cancel = try bench.expectCancel(phoneB, of: second)
        #expect(cancel.value(.reason) == "SIP;cause=200;text=\"Call completed elsewhere\"")
        #expect(try bench.decisions().last == .answered(by: Sample.alice))
        bench.finish()
    }

    @Test("the phone answers at the instant its time is up: no diversion")
    func answerAtTimeout() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 5), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: first)
        try bench.expect(caller, "180")
        bench.wait(4_999)
        _ = try bench.answer(phoneA, first, of: call, caller)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneB, phoneA, caller)
        bench.finish()
    }

    @Test("a silent phone that was given up answers all the same: the caller gets the answer")
    func answerOfAbandonedPhone() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.unreachable: Sample.to(Sample.bob)]), Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.wait(seconds: 4)
        bench.takeAll(phoneA)
        bench.takeAll(caller)
        let second = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: second)
        try bench.expect(caller, "180")
        _ = try bench.answer(phoneA, first, of: call, caller)
        try bench.expectCancel(phoneB, of: second)
        bench.finish()
    }

    @Test("a retransmitted INVITE after the answer reaches nobody")
    func retransmissionInAccepted() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        bench.register(Sample.alice, phoneA)
        let call = bench.call(Sample.alice, from: caller)
        _ = try bench.answer(phoneA, bench.expect(phoneA, "INVITE"), of: call, caller)
        bench.send(call, from: caller)
        bench.expectNothing(phoneA, caller)
        bench.finish()
    }

    @Test("phones of lower q are not rung after an answer, however often it is repeated")
    func answerWithWaitingGroup() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 500)])
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        _ = try bench.answer(phoneA, invite, of: call, caller)
        for _ in 0..<3 {
            bench.reply(phoneA, 200, to: invite)
            try bench.expect(caller, "200")
        }
        bench.expectNothing(phoneA2)
        bench.finish()
    }

    @Test("a stray response is forwarded to nobody")
    func strayResponse() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        let text =
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP \(RouterBench.address);branch=z9hG4bK0000000000000001000000000000000000000000\r\n"
            + "Via: SIP/2.0/UDP \(caller.endpoint);branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
            + "Call-ID: stray\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
        bench.send(text, from: phoneA)
        bench.expectNothing(caller, phoneA)
        bench.finish()
    }
}
