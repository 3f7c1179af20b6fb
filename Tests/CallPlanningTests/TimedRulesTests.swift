import CallPlanning
import Directory
import Testing

@Suite("Rules that have a schedule")
struct TimedRulesTests {
    /// 2026-12-29 20:00 in Japan, a Tuesday.
    static let evening: Int64 = 1_798_542_000_000
    static let morning = evening - 10 * 3_600_000

    static func night() throws -> Schedule { Schedule(hours: try DailyHours("18:00-09:00")) }

    private func plan(
        _ conditions: [ForwardingCondition], timed: Set<ForwardingCondition>, at: Int64
    ) throws -> CallPlan {
        var record = Sample.record(forwarding: conditions)
        for condition in timed { record.forwarding.schedules[condition] = try Self.night() }
        let call = try OfferedCall(
            caller: Sample.identified, callee: record, isEmergencyCallback: false, diversionsSoFar: 0, offeredAt: at,
            clock: MemoryDirectory())
        return CallPlan(call: call, policy: PlanningPolicy())
    }

    @Test(
        "every combination of conditions, with every fate: outside its hours a rule is as if it were off",
        arguments: ForwardingTableTests.combinations, Fate.allCases)
    func table(active: [ForwardingCondition], fate: Fate) throws {
        for timed in active {
            var outside = try plan(active, timed: [timed], at: Self.morning)
            var without = Sample.plan(Sample.record(forwarding: active.filter { $0 != timed }))
            var within = try plan(active, timed: [timed], at: Self.evening)
            var always = Sample.plan(Sample.record(forwarding: active))
            for event in [.offered(registeredContacts: fate.contacts)] + fate.events {
                #expect(outside.handle(event).map(\.self) == without.handle(event).map(\.self))
                #expect(within.handle(event).map(\.self) == always.handle(event).map(\.self))
            }
        }
    }

    @Test("a rule that applies tells why before it acts")
    func tellsWhy() throws {
        var plan = try plan([.always], timed: [.always], at: Self.evening)
        #expect(plan.play(.offered(registeredContacts: 1)).diversions.count == 1)
        #expect(
            plan.decisions.map(\.description) == [
                "the caller is 09011112222",
                "the rule always of 05012345678 applies daily 18:00-09:00: 2026-12-29 is a Tuesday, not a holiday; "
                    + "20:00 lies within 18:00-09:00",
                "05012345678 forwards calls always: on to sip:always@elsewhere.test",
            ])
    }

    @Test("a rule that would have acted tells why it does not, in the place of there being none")
    func tellsWhyNot() throws {
        var plan = try plan([.unreachable, .busy], timed: [.unreachable, .busy], at: Self.morning)
        #expect(plan.play(.offered(registeredContacts: 0)).rejections == [480])
        #expect(plan.decisions.count == 3)
        #expect(
            plan.decisions.last?.description.hasSuffix("10:00 lies outside 18:00-09:00; it does not apply now") == true)
    }

    @Test("a number without schedules is never asked the time")
    func untimed() throws {
        final class NoClock: CallDirectory {
            func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? { nil }
            func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? { nil }
            func trunks() throws(DirectoryUnavailable) -> TrunkTable { TrunkTable() }
            func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> { [] }
            func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
                throw DirectoryUnavailable(reason: "asked")
            }
        }
        let call = try OfferedCall(
            caller: Sample.identified, callee: Sample.record(forwarding: [.always]), isEmergencyCallback: false,
            diversionsSoFar: 0, offeredAt: Self.evening, clock: NoClock())
        #expect(try call.forwarded(to: Sample.record(Sample.second), clock: NoClock()).moment == nil)
        var timed = Sample.record(Sample.second, forwarding: [.busy])
        timed.forwarding.schedules[.busy] = try Self.night()
        #expect(throws: DirectoryUnavailable.self) { try call.forwarded(to: timed, clock: NoClock()) }
    }

    @Test("the next number's rules are judged by when the call came")
    func chain() throws {
        var second = Sample.record(Sample.second, forwarding: [.always])
        second.forwarding.schedules[.always] = try Self.night()
        let call = try OfferedCall(
            caller: Sample.identified, callee: Sample.record(forwarding: [.noAnswer]), isEmergencyCallback: false,
            diversionsSoFar: 0, offeredAt: Self.evening, clock: MemoryDirectory())
        var plan = CallPlan(call: try call.forwarded(to: second, clock: MemoryDirectory()), policy: PlanningPolicy())
        #expect(plan.play(.offered(registeredContacts: 1)).diversions.count == 1)
    }

    @Test("an emergency callback asks no rule, whatever the time")
    func emergency() throws {
        var record = Sample.record(forwarding: [.always])
        record.forwarding.schedules[.always] = try Self.night()
        let call = try OfferedCall(
            caller: Sample.identified, callee: record, isEmergencyCallback: true, diversionsSoFar: 0,
            offeredAt: Self.evening, clock: MemoryDirectory())
        var plan = CallPlan(call: call, policy: PlanningPolicy())
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
    }

    @Test("an explanation tells the schedules that matter at that time")
    func explains() throws {
        var record = Sample.record(forwarding: [.always, .busy])
        for condition in [ForwardingCondition.always, .busy] {
            record.forwarding.schedules[condition] = try Self.night()
        }
        let network = CallExplanation.Network(
            directory: MemoryDirectory(records: [record]), policy: PlanningPolicy(), registeredContacts: { _ in 1 })
        func explain(at moment: Int64) throws -> [String] {
            try CallExplanation(callFrom: Sample.identified, to: Sample.callee, at: moment, in: network)
                .decisions.map { String($0.description.prefix(24)) }
        }
        #expect(
            try explain(at: Self.evening) == [
                "the caller is 0901111222", "the rule always of 05012", "05012345678 forwards cal",
                "the call goes to sip:alw",
            ])
        #expect(
            try explain(at: Self.morning) == [
                "the caller is 0901111222", "the rule always of 05012", "05012345678 rings at 1 p",
                "the rule busy of 0501234",
            ])
    }

    @Test("anonymous calls are turned away by when they came, and both outcomes tell why")
    func anonymous() throws {
        let withheld = CallerIdentity(presentation: .withheld(.withheld))
        func decisions(at moment: Int64, _ commands: (([CallCommand]) -> Void)? = nil) throws -> [String] {
            var record = Sample.record(rejecting: [.withheld])
            record.anonymousCalls.schedule = try Self.night()
            let call = try OfferedCall(
                caller: withheld, callee: record, isEmergencyCallback: false, diversionsSoFar: 0, offeredAt: moment,
                clock: MemoryDirectory())
            var plan = CallPlan(call: call, policy: PlanningPolicy())
            commands?(plan.play(.offered(registeredContacts: 1)))
            return plan.decisions.map(\.description)
        }
        let evening = try decisions(at: Self.evening) { #expect($0.rejections == [433]) }
        #expect(
            evening == [
                "the call shows no caller's number (withheld)",
                "05012345678 turns away calls without a number daily 18:00-09:00: 2026-12-29 is a Tuesday, not a "
                    + "holiday; 20:00 lies within 18:00-09:00",
                "05012345678 turns away calls without a number (withheld): answered 433",
            ])
        let morning = try decisions(at: Self.morning) { #expect($0 == [.ringContacts]) }
        #expect(
            morning == [
                "the call shows no caller's number (withheld)",
                "05012345678 turns away calls without a number daily 18:00-09:00: 2026-12-29 is a Tuesday, not a "
                    + "holiday; 10:00 lies outside 18:00-09:00; it does not now",
                "05012345678 accepts calls without a number for this reason (withheld)",
                "05012345678 rings at 1 phone",
            ])
    }

    @Test("a schedule of anonymous call rejection is not told to calls that it does not concern")
    func anonymousElsewhere() throws {
        var record = Sample.record(rejecting: [.withheld])
        record.anonymousCalls.schedule = try Self.night()
        for caller in [Sample.identified, CallerIdentity(presentation: .withheld(.payphone))] {
            let call = try OfferedCall(
                caller: caller, callee: record, isEmergencyCallback: false, diversionsSoFar: 0,
                offeredAt: Self.evening, clock: MemoryDirectory())
            var plan = CallPlan(call: call, policy: PlanningPolicy())
            #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
            #expect(!plan.decisions.contains { $0.description.contains("18:00") })
        }
    }
}
