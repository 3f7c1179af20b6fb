import CallPlanning
import Directory
import Metering
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("What an engine counts")
struct CounterTests: UsualPeers {
    private func counters(_ bench: RouterBench) -> RoutingCounters { bench.router.measures.routing }

    @Test("an answered call: begun, in progress, answered, with the time to its 180 and its 200")
    func answered() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        #expect(counters(bench).callsInProgress == 1)
        #expect(bench.router.measures.placesTaken == 2)
        bench.wait(400)
        try bench.expect(caller, "100")
        try bench.ring(phoneA, invite)
        bench.reply(phoneA, 180, to: invite)
        bench.wait(5_000)
        bench.takeAll(caller)
        try bench.answer(phoneA, invite, of: call)
        let counters = counters(bench)
        #expect(counters.callsBegun == 1 && counters.callsInProgress == 0)
        #expect(counters.outcomes[.answered] == 1 && counters.outcomes.sum == 1 && counters.rules.sum == 0)
        #expect(counters.ringing.count == 1 && abs(counters.ringing.sum - 0.4) < 1e-9)
        #expect(counters.answered.count == 1 && abs(counters.answered.sum - 5.4) < 1e-9)
        #expect(counters.failed.count == 0)
        let trying = bench.router.measures.transactions.trying
        #expect(trying.count == 1 && abs(trying.sum - 0.12) < 1e-9)
        bench.finish()
        #expect(bench.router.measures.serverTransactions == 0 && bench.router.measures.clientTransactions == 0)
        #expect(bench.router.measures.placesTaken == 0)
    }

    @Test("messages are counted by method and class, in both directions")
    func messages() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        try bench.ring(phoneA, invite)
        var (dialog, _) = try bench.answer(phoneA, invite, of: call)
        try bench.relay(dialog.request("BYE"), to: phoneA)
        let counters = counters(bench)
        for method in [Method.invite, .ack, .bye] {
            #expect(counters.requestsReceived[method] == 1 && counters.requestsSent[method] == 1)
        }
        #expect(counters.responsesReceived[.provisional] == 1 && counters.responsesReceived[.success] == 2)
        #expect(counters.responsesSent[.provisional] == 1 && counters.responsesSent[.success] == 2)
        bench.finish()
    }

    @Test("a call that is forwarded twice has both reasons and one outcome")
    func forwarded() throws {
        let bench = RouterBench(numbers: [
            Sample.record(Sample.alice, [.always: Sample.toBob]), Sample.record(Sample.bob, [.busy: Sample.toCarol]),
            Sample.record(Sample.carol),
        ])
        bench.register(Sample.bob, phoneB)
        bench.register(Sample.carol, phoneC)
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        try bench.divert(phoneB, 486)
        try bench.answer(phoneC, of: call)
        #expect(counters(bench).rules[.forwardedAlways] == 1 && counters(bench).rules[.forwardedBusy] == 1)
        #expect(counters(bench).rules.sum == 2 && counters(bench).outcomes[.answered] == 1)
        bench.finish()
    }

    @Test("no answer and an unreachable phone are told apart as reasons of a forward")
    func conditions() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: Sample.allToBob, ring: 5)
        let (call, first) = try bench.callUnanswered(at: phoneA, forSeconds: 5)
        try bench.expectCancel(phoneA, of: first)
        try bench.answer(phoneB, of: call)
        let second = bench.call(Sample.alice)
        try bench.divert(phoneA, 503)
        try bench.endAsBusy(second, at: phoneB)
        let counters = counters(bench)
        #expect(counters.rules[.forwardedNoAnswer] == 1 && counters.rules[.forwardedUnreachable] == 1)
        #expect(counters.outcomes[.answered] == 1 && counters.outcomes[.busy] == 1)
        bench.finish()
    }

    @Test("a rejected caller is counted by the rule, and as a rejected call")
    func rejected() throws {
        var record = Sample.record(Sample.alice)
        record.anonymousCalls = AnonymousCallPolicy(rejected: [.withheld])
        record.blockedCallers = [try PhoneNumber("0901111222")]
        let bench = RouterBench(numbers: [record])
        try bench.expectFailure(603, of: bench.call(Sample.alice))
        let anonymous = bench.call(Sample.alice, fromURI: Sample.anonymous, headers: ["Privacy: id"])
        try bench.expectFailure(433, of: anonymous)
        let counters = counters(bench)
        #expect(counters.rules[.rejectedBlocked] == 1 && counters.rules[.rejectedAnonymous] == 1)
        #expect(counters.outcomes[.rejected] == 2 && counters.outcomes.sum == 2)
        bench.finish()
    }

    @Test("a caller who gives up, a number that nobody has, and a phone that is off are outcomes of their own")
    func failures() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callRinging(at: phoneA)
        try bench.giveUp(call)
        try bench.expectCancel(phoneA, of: invite)
        try bench.expectFailure(487, of: call)
        try bench.expectFailure(404, of: bench.call("05099999999"))
        let unreachable = bench.call(Sample.alice)
        try bench.fail(phoneA, 503)
        bench.takeAll(caller)
        bench.send(unreachable.cancel, from: caller)
        let outcomes = counters(bench).outcomes
        #expect(outcomes[.cancelled] == 1 && outcomes[.notFound] == 1 && outcomes[.unreachable] == 1)
        #expect(outcomes.sum == 3 && counters(bench).callsInProgress == 0)
    }

    @Test("each limit of the engine that is hit has its counter")
    func limits() throws {
        let bench = RouterBench.alice(at: phoneA) { $0.transactionLimit = 1 }
        bench.call(Sample.alice)
        bench.call(Sample.alice)
        // The branch of the first, and the second call itself.
        #expect(counters(bench).limits[.transactions] == 2)
        let narrow = RouterBench.alice(at: phoneA)
        narrow.call(Sample.alice, headers: ["Max-Breadth: 0"])
        #expect(counters(narrow).limits[.breadth] == 1)
    }

    @Test("a request that comes again, and one that has to be sent again, are no new ones")
    func repetitions() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice)
        bench.send(call, from: caller)
        bench.wait(500)
        let measures = bench.router.measures
        #expect(measures.transactions.repeated == 1 && measures.transactions.retransmitted == 1)
        #expect(measures.routing.callsBegun == 1 && measures.routing.requestsReceived[.invite] == 2)
    }

    @Test("a tally has room for every kind")
    func room() {
        #expect(Method.allCases.count <= 16 && CallOutcome.allCases.count <= 16 && RuleAtWork.allCases.count <= 16)
        var tally = Tally<Method>()
        for method in Method.allCases { tally.add(method) }
        #expect(tally.map { $1 } == Method.allCases.map { _ in 1 } && tally.sum == Method.allCases.count)
    }
}
