import CallPlanning
import Directory
import Testing

@Suite("Races: the same events in the other order")
struct RaceTests {
    private static let all: [ForwardingCondition] = [.busy, .noAnswer, .unreachable]

    private func ringing(_ conditions: [ForwardingCondition] = all, phones: Int = 1) -> CallPlan {
        var plan = Sample.plan(Sample.record(forwarding: conditions))
        plan.handle(.offered(registeredContacts: phones))
        plan.handle(.ringing(branch: 0))
        return plan
    }

    @Test("The answer comes before the ring time is up: nothing is sent on")
    func answerBeforeTimer() {
        var plan = ringing()
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.ringTimeExpired, .progressTimeExpired, .noProvisionalTimeExpired(branch: 1)) == [])
        #expect(plan.decisions.last == .answered(by: "05012345678"))
    }

    @Test("The answer comes after the ring time was up: the forwarded branch is cancelled, and nothing else begins")
    func answerAfterTimer() {
        var plan = ringing()
        #expect(plan.play(.ringTimeExpired).diversions.count == 1)
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.answered(branch: 0), .exhausted, .ringTimeExpired) == [])
    }

    @Test("The caller hangs up before the ring time is up: nothing is sent on")
    func cancelBeforeTimer() {
        var plan = ringing()
        #expect(plan.play(.callerCancelled) == [.cancelBranches(.callerCancelled)])
        #expect(plan.play(.ringTimeExpired) == [])
        #expect(plan.play(.failed(branch: 0, status: 487), .exhausted) == [.relayBestResponse])
        #expect(plan.play(.exhausted) == [])
        #expect(plan.decisions.last == .cancelledByCaller)
    }

    @Test("The caller hangs up after the ring time was up: the forwarded branch is cancelled")
    func cancelAfterTimer() {
        var plan = ringing()
        _ = plan.play(.ringTimeExpired)
        #expect(plan.play(.callerCancelled) == [.cancelBranches(.callerCancelled)])
    }

    @Test("The caller hangs up before any provisional response")
    func cancelBeforeProvisional() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        plan.handle(.offered(registeredContacts: 1))
        #expect(plan.play(.callerCancelled) == [.cancelBranches(.callerCancelled)])
        #expect(plan.play(.noProvisionalTimeExpired(branch: 0), .ringing(branch: 0), .ringTimeExpired) == [])
        #expect(
            plan.play(.failed(branch: 0, status: 486), .redirected(branch: 1, targetGroups: [[Sample.outside]])) == [])
    }

    @Test("The caller hangs up before the call was offered: it never rings")
    func cancelBeforeOffer() {
        var plan = Sample.plan(Sample.record(forwarding: [.always]))
        #expect(plan.play(.callerCancelled, .offered(registeredContacts: 1)) == [])
    }

    @Test("The caller hangs up and the phone answers at the same moment: no command either way")
    func cancelThenAnswer() {
        var cancelled = ringing()
        _ = cancelled.play(.callerCancelled)
        #expect(cancelled.play(.answered(branch: 0)) == [])
        var answered = ringing()
        _ = answered.play(.answered(branch: 0))
        #expect(answered.play(.callerCancelled) == [])
    }

    @Test("Two phones answer: the second changes nothing")
    func twoAnswers() {
        var plan = ringing(phones: 2)
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.answered(branch: 1)) == [])
        #expect(plan.decisions.count { $0 == .answered(by: "05012345678") } == 1)
    }

    @Test("486 on one phone while another rings, then the answer")
    func busyThenAnswer() {
        var plan = ringing(phones: 2)
        #expect(plan.play(.failed(branch: 1, status: 486)) == [])
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.exhausted) == [])
    }

    @Test("A 6xx on one phone and an answer on another: the answer stands")
    func declineThenAnswer() {
        var plan = ringing(phones: 2)
        #expect(plan.play(.failed(branch: 1, status: 600)) == [.cancelBranches(.declinedElsewhere), .endSearch])
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.exhausted) == [])
    }

    @Test("487 of the phones that the ring time cancelled forwards nothing a second time")
    func lateFailures() {
        var plan = ringing(phones: 3)
        _ = plan.play(.ringTimeExpired)
        #expect(
            plan.play(
                .failed(branch: 0, status: 487), .failed(branch: 1, status: 486),
                .failed(branch: 2, status: 408, cause: .timeout), .exhausted, .ringing(branch: 1), .ringTimeExpired)
                == [])
    }

    @Test("Busy on the last phone and the ring time at the same moment: one diversion, by whichever came first")
    func exhaustedAgainstTimer() {
        var busyFirst = ringing()
        #expect(
            busyFirst.play(.failed(branch: 0, status: 486), .exhausted, .ringTimeExpired).diversions.map(\.reason)
                == [.userBusy])
        var timerFirst = ringing()
        #expect(
            timerFirst.play(.ringTimeExpired, .failed(branch: 0, status: 486), .exhausted).diversions.map(\.reason)
                == [.noAnswer])
    }

    @Test("The first provisional response and the end of the wait for it at the same moment")
    func provisionalAgainstTimer() {
        var heard = Sample.plan(Sample.record(forwarding: Self.all))
        _ = heard.play(.offered(registeredContacts: 1))
        #expect(heard.play(.trying(branch: 0), .noProvisionalTimeExpired(branch: 0)) == [])
        var late = Sample.plan(Sample.record(forwarding: Self.all))
        _ = late.play(.offered(registeredContacts: 1))
        #expect(late.play(.noProvisionalTimeExpired(branch: 0), .trying(branch: 0)) == [.abandonBranch(0)])
        #expect(late.play(.exhausted).diversions.map(\.reason) == [.unavailable])
    }

    @Test("A phone that was given up as silent answers before the call was sent on: the answer stands")
    func abandonedPhoneAnswers() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        _ = plan.play(.offered(registeredContacts: 2), .noProvisionalTimeExpired(branch: 0))
        #expect(plan.play(.answered(branch: 0)) == [.cancelBranches(.answeredElsewhere)])
        #expect(plan.play(.failed(branch: 1, status: 486), .exhausted) == [])
    }

    @Test("A 302 and the ring time at the same moment: one diversion")
    func deflectionAgainstTimer() {
        var deflectedFirst = ringing()
        let redirected = CallEvent.redirected(branch: 0, targetGroups: [[Sample.outside]])
        #expect(deflectedFirst.play(redirected, .ringTimeExpired).diversions.map(\.reason) == [.deflectionAlerting])
        var timerFirst = ringing()
        #expect(timerFirst.play(.ringTimeExpired, redirected).diversions.map(\.reason) == [.noAnswer])
    }

    @Test("A timer that was never started means nothing")
    func strayTimers() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer]))
        #expect(plan.play(.ringTimeExpired, .progressTimeExpired, .exhausted) == [])
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
        #expect(plan.play(.ringTimeExpired, .progressTimeExpired) == [])
    }

    @Test("An offer repeated is an offer ignored")
    func offeredTwice() {
        var plan = ringing()
        #expect(plan.play(.offered(registeredContacts: 0)) == [])
    }

    @Test("After a rejection nothing happens any more")
    func afterRejection() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all, blocking: [Sample.caller]))
        _ = plan.play(.offered(registeredContacts: 1))
        #expect(
            plan.play(
                .ringing(branch: 0), .answered(branch: 0), .failed(branch: 0, status: 486), .exhausted,
                .callerCancelled) == [])
    }
}
