import CallPlanning
import Directory
import Testing

@Suite("Several phones of one number")
struct SeveralPhonesTests {
    private static let all: [ForwardingCondition] = [.busy, .noAnswer, .unreachable]

    private func outcome(
        _ failures: (branch: Int, status: Int, rang: Bool)..., policy: PlanningPolicy = .init()
    ) -> [CallCommand] {
        var plan = Sample.plan(Sample.record(forwarding: Self.all), policy: policy)
        _ = plan.handle(.offered(registeredContacts: failures.count))
        for failure in failures where failure.rang { _ = plan.handle(.ringing(branch: failure.branch)) }
        for failure in failures {
            let commands = plan.handle(.failed(branch: failure.branch, status: failure.status))
            #expect(commands.isEmpty, "one phone's failure decides nothing")
        }
        return Array(plan.handle(.exhausted))
    }

    @Test("One rang until its time was up: no answer, whatever the others said and in whichever order")
    func noAnswerFirst() {
        #expect(
            outcome((0, 486, false), (1, 408, true), (2, 503, false)).diversions.map(\.reason) == [.noAnswer])
        #expect(
            outcome((0, 480, true), (1, 486, false), (2, 404, false)).diversions.map(\.reason) == [.noAnswer])
    }

    @Test("None rang out and one was busy: busy")
    func busySecond() {
        #expect(outcome((0, 503, false), (1, 486, true)).diversions.map(\.reason) == [.userBusy])
        #expect(outcome((0, 486, false), (1, 403, false)).diversions.map(\.reason) == [.userBusy])
    }

    @Test("All unreachable: unreachable")
    func unreachableThird() {
        #expect(outcome((0, 503, false), (1, 480, false), (70, 430, false)).diversions.map(\.reason) == [.unavailable])
    }

    @Test(
        "One was reached and refused: not unreachable, and the best response goes back",
        arguments: [401, 403, 404, 407, 410, 488])
    func reachedOnce(status: Int) {
        #expect(outcome((0, 503, false), (1, status, false)) == [.relayBestResponse])
    }

    @Test("A phone that broke down after ringing counts as reached")
    func brokenAfterRinging() {
        #expect(outcome((0, 500, true), (1, 503, false)) == [.relayBestResponse])
    }

    @Test("One is busy while another rings: the other goes on ringing until the ring time is up")
    func busyWhileAnotherRings() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        _ = plan.play(.offered(registeredContacts: 2))
        #expect(plan.play(.ringing(branch: 1)) == [.startRingTimer(seconds: 20)])
        #expect(plan.play(.failed(branch: 0, status: 486)) == [])
        #expect(plan.play(.ringTimeExpired).diversions.map(\.reason) == [.noAnswer])
    }

    @Test("Each phone has its own phase: 480 from one that did not ring is unreachable while another rang and is busy")
    func phaseOfEachPhone() {
        #expect(outcome((0, 480, false), (1, 486, true)).diversions.map(\.reason) == [.userBusy])
    }

    @Test("A 6xx cancels the others, begins nothing new, and is relayed")
    func declinedOnOne() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        _ = plan.play(.offered(registeredContacts: 3), .ringing(branch: 0), .ringing(branch: 1))
        #expect(plan.play(.failed(branch: 1, status: 603)) == [.cancelBranches(.declinedElsewhere), .endSearch])
        #expect(plan.play(.ringTimeExpired) == [])
        #expect(plan.play(.redirected(branch: 0, targetGroups: [[Sample.outside]])) == [])
        #expect(plan.play(.failed(branch: 0, status: 487), .failed(branch: 2, status: 487)) == [])
        #expect(plan.play(.exhausted) == [.relayBestResponse])
        #expect(plan.decisions.last == .failed(number: "05012345678", status: 603))
    }

    @Test("A 600 that means busy by policy still cancels the others, and then forwards when busy")
    func busyEverywhere() {
        var plan = Sample.plan(
            Sample.record(forwarding: Self.all), policy: PlanningPolicy(busyStatuses: [486, 600]))
        _ = plan.play(.offered(registeredContacts: 2), .ringing(branch: 0))
        #expect(plan.play(.failed(branch: 1, status: 600)) == [.cancelBranches(.declinedElsewhere)])
        #expect(plan.play(.failed(branch: 0, status: 487)) == [])
        #expect(plan.play(.exhausted).diversions.map(\.reason) == [.userBusy])
    }

    @Test("A silent phone among others is given up, and counts as unreachable in the end")
    func silentAmongOthers() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        _ = plan.play(.offered(registeredContacts: 2), .trying(branch: 0), .failed(branch: 0, status: 480))
        #expect(plan.play(.noProvisionalTimeExpired(branch: 1)) == [.abandonBranch(1)])
        #expect(plan.play(.ringing(branch: 1)) == [], "a late 180 of a phone that was given up")
        #expect(plan.play(.failed(branch: 1, status: 487)) == [])
        #expect(plan.play(.exhausted).diversions.map(\.reason) == [.unavailable])
    }

    @Test("No contact could be rung at all: unreachable")
    func noneRung() {
        var plan = Sample.plan(Sample.record(forwarding: Self.all))
        #expect(plan.play(.offered(registeredContacts: 2), .exhausted).diversions.map(\.reason) == [.unavailable])
    }

    @Test("The condition that holds has no rule: no other rule acts in its place")
    func noSubstitute() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer, .unreachable]))
        _ = plan.play(.offered(registeredContacts: 2), .failed(branch: 0, status: 503))
        #expect(plan.play(.failed(branch: 1, status: 486), .exhausted) == [.relayBestResponse])
        #expect(plan.decisions.last == .noRule(condition: .busy, number: "05012345678"))
    }
}
