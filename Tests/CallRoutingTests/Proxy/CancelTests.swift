import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("A caller gives up (RFC 3261 §9, §16.10)")
struct CancelTests: UsualPeers {
    private func bench(ring: Int = 5) -> RouterBench {
        RouterBench.alice(at: phoneA, forwarding: Sample.allToBob, ring: ring)
    }

    @Test("while the phone rings: 200 to the CANCEL, 487 to the INVITE, and no rule acts")
    func whileRinging() throws {
        let bench = bench()
        let (call, invite) = try bench.callRinging(at: phoneA)
        var cancel = call.cancel
        cancel.headers = ["Reason: SIP;cause=200;text=\"Call completed elsewhere\"", "Reason: Q.850;cause=26"]
        bench.send(cancel, from: caller)
        let ok = try bench.expect(caller, "200")
        #expect(ok.cseqMethod == .cancel)
        let reached = try bench.expectCancel(phoneA, of: invite)
        #expect(reached.value(.reason)?.hasPrefix("SIP;cause=200") == true)
        #expect(reached.listValues(.reason).count == 2)
        try bench.expectFailure(487, of: call)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneB)
        #expect(try bench.decisions().last == .cancelledByCaller)
        bench.finish()
    }

    @Test("a CANCEL of what is no INVITE is understood, and changes nothing")
    func otherMethod() throws {
        let bench = bench()
        var message = bench.request("MESSAGE", Sample.alice)
        message.contact = nil
        bench.send(message, from: caller)
        let reached = try bench.expect(phoneA, "MESSAGE")
        bench.send(message.cancel, from: caller)
        #expect(try bench.expect(caller, "200").cseqMethod == .cancel)
        bench.expectNothing(phoneA)
        bench.reply(phoneA, 202, to: reached)
        try bench.expect(caller, "202")
        bench.finish()
    }

    @Test("before any response: the phone is cancelled when it first says something")
    func beforeProvisional() throws {
        let bench = bench(ring: 20)
        let (call, invite) = try bench.callReaching(phoneB, number: Sample.bob)
        try bench.giveUp(call)
        bench.expectNothing(phoneB, caller)
        bench.wait(300)
        bench.reply(phoneB, 180, to: invite)
        try bench.expectCancel(phoneB, of: invite)
        try bench.expectFailure(487, of: call)
        bench.finish()
    }

    @Test("of a phone that never says anything: 487 when timer B ends, and no CANCEL is ever sent")
    func silentPhone() throws {
        let bench = bench()
        let call = bench.call(Sample.alice)
        bench.wait(1000)
        try bench.giveUp(call)
        bench.wait(seconds: 32)
        #expect(!bench.takeAll(phoneA).map(\.kind).contains("CANCEL"))
        try bench.expectFailure(487, of: call)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("of a phone that never ends its INVITE: 487 after 64·T1")
    func phoneThatIgnoresCancel() throws {
        let bench = bench()
        let (call, _) = try bench.callRinging(at: phoneA)
        try bench.giveUp(call)
        bench.reply(phoneA, 200, to: try bench.expect(phoneA, "CANCEL"))
        bench.wait(31_999)
        bench.expectNothing(caller)
        bench.wait(2)
        try bench.expectFailure(487, of: call)
        bench.finish()
    }

    @Test("while a name is being looked up: 487 at once, and the addresses are used no more")
    func beforeAddress() throws {
        let bench = RouterBench.alice(forwarding: [.always: .uri("sip:bob@far.example")])
        bench.slowNames = ["far.example"]
        bench.names["far.example"] = ["203.0.113.99"]
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        try bench.giveUp(call)
        try bench.expectFailure(487, of: call)
        bench.answerLookups()
        bench.expectNothing(foreign)
        bench.finish()
    }

    @Test("after a diversion: both phones are cancelled, and the log says it once")
    func afterDiversion() throws {
        let bench = bench()
        let (call, first) = try bench.callUnanswered(at: phoneA, forSeconds: 5)
        let second = try bench.ring(phoneB)
        try bench.giveUp(call)
        try bench.expectCancel(phoneB, of: second)
        bench.expectNothing(caller)
        try bench.expectCancel(phoneA, of: first)
        try bench.expectFailure(487, of: call)
        #expect(try bench.decisions().filter { $0 == .cancelledByCaller }.count == 1)
        bench.finish()
    }

    @Test("the phone answers before the CANCEL reaches it: the answer goes to the caller")
    func answeredMeanwhile() throws {
        let bench = bench()
        let (call, invite) = try bench.callRinging(at: phoneA)
        try bench.giveUp(call)
        let cancel = try bench.expect(phoneA, "CANCEL")
        bench.reply(phoneA, 481, to: cancel)
        try bench.answer(phoneA, invite, of: call)
        bench.finish()
    }

    @Test("whoever has given up is told 487, whatever a phone said before")
    func busyBefore() throws {
        let bench = RouterBench.alice(at: phoneA, phoneB)
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 486)
        let invite = try bench.ring(phoneB)
        try bench.giveUp(call)
        try bench.expectCancel(phoneB, of: invite)
        try bench.expectFailure(487, of: call)
        bench.finish()
    }

    @Test("of a call that has ended already: 200, and nothing happens; of none at all: 481")
    func tooLate() throws {
        let bench = RouterBench.alice()
        let call = bench.call(Sample.alice)
        try bench.expectFailure(480, of: call)
        try bench.giveUp(call)
        // Challenged calls have ended too.
        let challenged = bench.call("0312345678", fromURI: "sip:\(Sample.alice)@lab.test")
        bench.takeAll(caller)
        try bench.giveUp(challenged)
        bench.send(bench.invite(Sample.alice).cancel, from: caller)
        try bench.expect(caller, "481")
        bench.finish()
    }

    @Test("a malformed CANCEL is answered 400 and cancels nothing")
    func malformed() throws {
        let bench = bench()
        let (call, invite) = try bench.callRinging(at: phoneA)
        let text = String(decoding: call.cancel.bytes(from: caller), as: UTF8.self)
        let broken = text.split(separator: "CSeq: 1 CANCEL\r\n", maxSplits: 1).joined(separator: "CSeq: 1 INVITE\r\n")
        bench.send(broken, from: caller)
        try bench.expect(caller, "400")
        bench.expectNothing(phoneA)
        try bench.answer(phoneA, invite, of: call)
        bench.finish()
    }
}
