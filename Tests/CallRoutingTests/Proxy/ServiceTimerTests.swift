import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("The timers of the forwarding service, before and after a call has gone on")
struct ServiceTimerTests: UsualPeers {
    @Test("each number of a chain has its own ring time, from its own first 180")
    func chain() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        bench.set(Sample.record(Sample.bob, [.noAnswer: Sample.toCarol], ring: 10))
        bench.set(Sample.record(Sample.carol))
        bench.register(Sample.carol, phoneC)
        let (call, first) = try bench.callReaching(phoneA)
        bench.wait(200)
        bench.reply(phoneA, 180, to: first)
        bench.wait(100)
        // Ringing again does not make it longer.
        bench.reply(phoneA, 180, to: first)
        bench.wait(4_900, withNothingFor: phoneB)
        try bench.expectCancel(phoneA, of: first)
        let second = try bench.expect(phoneB, "INVITE")
        bench.wait(300)
        bench.reply(phoneB, 180, to: second)
        bench.wait(10_000, withNothingFor: phoneC)
        try bench.expectCancel(phoneB, of: second)
        let third = try bench.expect(phoneC, "INVITE")
        bench.reply(phoneC, 180, to: third)
        // Nobody's time is up any more.
        bench.wait(seconds: 60)
        #expect(bench.takeAll(caller).filter { $0.kind == "181" }.count == 2)
        bench.expectNothing(phoneA, phoneB, phoneC)
        try bench.answer(phoneC, third, of: call)
        bench.finish()
    }

    @Test("the silence of a destination is its own number's business")
    func silenceAfterRetargeting() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.unreachable: Sample.toBob])
        let call = bench.call(Sample.alice)
        bench.wait(seconds: 4)
        try bench.expect(caller, "181")
        bench.takeAll(phoneA)
        // Bob has no rule for it: his phone may stay silent until timer B.
        bench.wait(32_000, withNothingFor: caller)
        try bench.expectFailure(408, of: call)
        bench.finish()
    }

    @Test("100 alone stops the time of silence, and starts no other")
    func trying() throws {
        let bench = RouterBench.alice(
            at: phoneA, forwarding: [.unreachable: Sample.toBob, .noAnswer: Sample.toBob], ring: 5)
        let (call, invite) = try bench.callReaching(phoneA)
        bench.wait(3000)
        bench.takeAll(phoneA)
        bench.reply(phoneA, 100, to: invite)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneA, phoneB, caller)
        try bench.answer(phoneA, invite, of: call)
        bench.finish()
    }

    @Test("a phone that only says 183 counts as ringing two seconds later")
    func progress() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, invite) = try bench.callReaching(phoneA)
        bench.reply(phoneA, 183, to: invite)
        try bench.expect(caller, "183")
        bench.wait(7_000, withNothingFor: phoneB)
        try bench.expectCancel(phoneA, of: invite)
        try bench.expect(caller, "181")
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("phones of lower q ring within the same time of the number")
    func oneTimeForAllPhones() throws {
        let bench = RouterBench.alice(forwarding: [.noAnswer: Sample.toBob], ring: 10)
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 300)])
        let (call, first) = try bench.callRinging(at: phoneA)
        bench.wait(seconds: 6)
        try bench.fail(phoneA, 404, first)
        let second = try bench.expect(phoneA2, "INVITE")
        bench.wait(4_000, withNothingFor: phoneB)
        try bench.expect(caller, "181")
        // It has not said a word: its CANCEL waits for its first.
        bench.takeAll(phoneA2)
        bench.reply(phoneA2, 180, to: second)
        try bench.expectCancel(phoneA2, of: second)
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("two phones: one rings until its time is up, the other is silent: no answer, not unreachable")
    func mixedPhones() throws {
        let bench = RouterBench.alice(
            at: phoneA, phoneA2, forwarding: [.unreachable: Sample.toBob, .noAnswer: Sample.toCarol], ring: 5)
        let (call, ringing) = try bench.callUnanswered(at: phoneA, forSeconds: 5)
        try bench.expectCancel(phoneA, of: ringing)
        bench.expectNothing(phoneB)
        try bench.answer(phoneC, of: call)
        bench.finish()
    }
}
