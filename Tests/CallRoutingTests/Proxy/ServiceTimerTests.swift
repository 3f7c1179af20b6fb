import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("The timers of the forwarding service, before and after a call has gone on")
struct ServiceTimerTests {
    let caller = Sample.caller
    let phoneA = Sample.phoneA
    let phoneA2 = Sample.phoneA2
    let phoneB = Sample.phoneB
    let phoneC = Sample.phoneC

    @Test("each number of a chain has its own ring time, from its own first 180")
    func chain() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 5),
                Sample.record(Sample.bob, [.noAnswer: Sample.to(Sample.carol)], ring: 10), Sample.record(Sample.carol),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        bench.register(Sample.carol, phoneC)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.wait(200)
        bench.reply(phoneA, 180, to: first)
        bench.wait(100)
        // Ringing again does not make it longer.
        bench.reply(phoneA, 180, to: first)
        bench.wait(4_899)
        bench.expectNothing(phoneB)
        bench.wait(1)
        try bench.expectCancel(phoneA, of: first)
        let second = try bench.expect(phoneB, "INVITE")
        bench.wait(300)
        bench.reply(phoneB, 180, to: second)
        bench.wait(9_999)
        bench.expectNothing(phoneC)
        bench.wait(1)
        try bench.expectCancel(phoneB, of: second)
        let third = try bench.expect(phoneC, "INVITE")
        bench.reply(phoneC, 180, to: third)
        // Nobody's time is up any more.
        bench.wait(seconds: 60)
        #expect(bench.takeAll(caller).filter { $0.kind == "181" }.count == 2)
        bench.expectNothing(phoneA, phoneB, phoneC)
        _ = try bench.answer(phoneC, third, of: call, caller)
        bench.finish()
    }

    @Test("the silence of a destination is its own number's business")
    func silenceAfterRetargeting() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.unreachable: Sample.to(Sample.bob)]), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        bench.wait(seconds: 4)
        try bench.expect(caller, "181")
        bench.takeAll(phoneA)
        // Bob has no rule for it: his phone may stay silent until timer B.
        bench.wait(31_999)
        bench.expectNothing(caller)
        bench.wait(1)
        try bench.expectFailure(408, of: call, caller)
        bench.finish()
    }

    @Test("100 alone stops the time of silence, and starts no other")
    func trying() throws {
        let rules: [ForwardingCondition: Destination] = [
            .unreachable: Sample.to(Sample.bob), .noAnswer: Sample.to(Sample.bob),
        ]
        let bench = RouterBench(numbers: [Sample.record(Sample.alice, rules, ring: 5), Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.wait(3000)
        bench.takeAll(phoneA)
        bench.reply(phoneA, 100, to: invite)
        bench.wait(seconds: 60)
        bench.expectNothing(phoneA, phoneB, caller)
        _ = try bench.answer(phoneA, invite, of: call, caller)
        bench.finish()
    }

    @Test("a phone that only says 183 counts as ringing two seconds later")
    func progress() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 5), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 183, to: invite)
        try bench.expect(caller, "183")
        bench.wait(6_999)
        bench.expectNothing(phoneB)
        bench.wait(1)
        try bench.expectCancel(phoneA, of: invite)
        try bench.expect(caller, "181")
        _ = try bench.answer(phoneB, bench.expect(phoneB, "INVITE"), of: call, caller)
        bench.finish()
    }

    @Test("phones of lower q ring within the same time of the number")
    func oneTimeForAllPhones() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 10), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, [(phoneA, 1000), (phoneA2, 300)])
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: first)
        try bench.expect(caller, "180")
        bench.wait(seconds: 6)
        try bench.fail(phoneA, 404, first)
        let second = try bench.expect(phoneA2, "INVITE")
        bench.wait(3_999)
        bench.expectNothing(phoneB)
        bench.wait(1)
        try bench.expect(caller, "181")
        // It has not said a word: its CANCEL waits for its first.
        bench.takeAll(phoneA2)
        bench.reply(phoneA2, 180, to: second)
        try bench.expectCancel(phoneA2, of: second)
        _ = try bench.answer(phoneB, bench.expect(phoneB, "INVITE"), of: call, caller)
        bench.finish()
    }

    @Test("two phones: one rings until its time is up, the other is silent: no answer, not unreachable")
    func mixedPhones() throws {
        let rules: [ForwardingCondition: Destination] = [
            .unreachable: Sample.to(Sample.bob), .noAnswer: Sample.to(Sample.carol),
        ]
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, rules, ring: 5), Sample.record(Sample.bob), Sample.record(Sample.carol),
            ])
        bench.register(Sample.alice, phoneA, phoneA2)
        bench.register(Sample.bob, phoneB)
        bench.register(Sample.carol, phoneC)
        let call = bench.call(Sample.alice, from: caller)
        let ringing = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: ringing)
        try bench.expect(caller, "180")
        bench.wait(seconds: 5)
        try bench.expect(caller, "181")
        try bench.expectCancel(phoneA, of: ringing)
        bench.expectNothing(phoneB)
        _ = try bench.answer(phoneC, bench.expect(phoneC, "INVITE"), of: call, caller)
        bench.finish()
    }
}
