import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("A caller gives up (RFC 3261 §9, §16.10)")
struct CancelTests {
    let caller = Sample.caller
    let phoneA = Sample.phoneA
    let phoneB = Sample.phoneB

    private func bench(ring: Int = 5) -> RouterBench {
        let rules: [ForwardingCondition: Destination] = [
            .noAnswer: Sample.to(Sample.bob), .unreachable: Sample.to(Sample.bob), .busy: Sample.to(Sample.bob),
        ]
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, rules, ring: ring), Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        return bench
    }

    @Test("while the phone rings: 200 to the CANCEL, 487 to the INVITE, and no rule acts")
    func whileRinging() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: invite)
        try bench.expect(caller, "180")
        var cancel = call.cancel
        cancel.headers = ["Reason: SIP;cause=200;text=\"Call completed elsewhere\"", "Reason: Q.850;cause=26"]
        bench.send(cancel, from: caller)
        let ok = try bench.expect(caller, "200")
        #expect(ok.cseqMethod == .cancel)
        let reached = try bench.expectCancel(phoneA, of: invite)
        #expect(reached.value(.reason)?.hasPrefix("SIP;cause=200") == true)
        #expect(reached.listValues(.reason).count == 2)
        try bench.expectFailure(487, of: call, caller)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneB)
        #expect(try bench.decisions().last == .cancelledByCaller)
        bench.finish()
    }

    @Test("before any response: the phone is cancelled when it first says something")
    func beforeProvisional() throws {
        let bench = bench(ring: 20)
        let call = bench.call(Sample.bob, from: caller)
        let invite = try bench.expect(phoneB, "INVITE")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        bench.expectNothing(phoneB, caller)
        bench.wait(300)
        bench.reply(phoneB, 180, to: invite)
        try bench.expectCancel(phoneB, of: invite)
        try bench.expectFailure(487, of: call, caller)
        bench.finish()
    }

    @Test("of a phone that never says anything: 487 when timer B ends, and no CANCEL is ever sent")
    func silentPhone() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        bench.wait(1000)
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        bench.wait(seconds: 32)
        #expect(!bench.takeAll(phoneA).map(\.kind).contains("CANCEL"))
        try bench.expectFailure(487, of: call, caller)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("of a phone that never ends its INVITE: 487 after 64·T1")
    func phoneThatIgnoresCancel() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: invite)
        try bench.expect(caller, "180")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        bench.reply(phoneA, 200, to: try bench.expect(phoneA, "CANCEL"))
        bench.wait(31_999)
        bench.expectNothing(caller)
        bench.wait(2)
        try bench.expectFailure(487, of: call, caller)
        bench.finish()
    }

    @Test("while a name is being looked up: 487 at once, and the addresses are used no more")
    func beforeAddress() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.always: .uri("sip:bob@far.example")])])
        bench.slowNames = ["far.example"]
        bench.names["far.example"] = ["203.0.113.99"]
        let call = bench.call(Sample.alice, from: caller)
        try bench.expect(caller, "181")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        try bench.expectFailure(487, of: call, caller)
        bench.answerLookups()
        bench.expectNothing(Sample.foreign)
        bench.finish()
    }

    @Test("after a diversion: both phones are cancelled, and the log says it once")
    func afterDiversion() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: first)
        try bench.expect(caller, "180")
        bench.wait(seconds: 5)
        try bench.expect(caller, "181")
        let second = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: second)
        try bench.expect(caller, "180")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        try bench.expectCancel(phoneB, of: second)
        bench.expectNothing(caller)
        try bench.expectCancel(phoneA, of: first)
        try bench.expectFailure(487, of: call, caller)
        #expect(try bench.decisions().filter { $0 == .cancelledByCaller }.count == 1)
        bench.finish()
    }

    @Test("the phone answers before the CANCEL reaches it: the answer goes to the caller")
    func answeredMeanwhile() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: invite)
        try bench.expect(caller, "180")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        let cancel = try bench.expect(phoneA, "CANCEL")
        bench.reply(phoneA, 481, to: cancel)
        _ = try bench.answer(phoneA, invite, of: call, caller)
        bench.finish()
    }

    @Test("whoever has given up is told 487, whatever a phone said before")
    func busyBefore() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        bench.register(Sample.alice, phoneA, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        try bench.fail(phoneA, 486, bench.expect(phoneA, "INVITE"))
        let invite = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: invite)
        try bench.expect(caller, "180")
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        try bench.expectCancel(phoneB, of: invite)
        try bench.expectFailure(487, of: call, caller)
        bench.finish()
    }

    @Test("of a call that has ended already: 200, and nothing happens; of none at all: 481")
    func tooLate() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        let call = bench.call(Sample.alice, from: caller)
        try bench.expectFailure(480, of: call, caller)
        bench.send(call.cancel, from: caller)
        try bench.expect(caller, "200")
        // Challenged calls have ended too.
        let challenged = bench.call("0312345678", from: caller, fromURI: "sip:\(Sample.alice)@lab.test")
        bench.takeAll(caller)
        bench.send(challenged.cancel, from: caller)
        try bench.expect(caller, "200")
        bench.send(bench.invite(Sample.alice, from: caller).cancel, from: caller)
        try bench.expect(caller, "481")
        bench.finish()
    }

    @Test("a malformed CANCEL is answered 400 and cancels nothing")
    func malformed() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: invite)
        try bench.expect(caller, "180")
        let text = String(decoding: call.cancel.bytes(from: caller), as: UTF8.self)
        let broken = text.split(separator: "CSeq: 1 CANCEL\r\n", maxSplits: 1).joined(separator: "CSeq: 1 INVITE\r\n")
        bench.send(broken, from: caller)
        try bench.expect(caller, "400")
        bench.expectNothing(phoneA)
        _ = try bench.answer(phoneA, invite, of: call, caller)
        bench.finish()
    }
}
