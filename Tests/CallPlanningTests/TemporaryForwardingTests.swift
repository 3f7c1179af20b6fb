import CallPlanning
import Directory
import Testing

@Suite("What lies over rules for a time")
struct TemporaryForwardingTests {
    private static let end = TimedRulesTests.evening

    private static func record(
        own: [ForwardingCondition], over conditions: [ForwardingCondition], to destination: Destination?
    ) -> NumberRecord {
        var record = Sample.record(forwarding: own)
        for condition in conditions {
            record.temporaryForwarding[condition] = TemporaryForwarding(
                destination: destination, until: Deadline(milliseconds: end, text: "2026-12-29 20:00"))
        }
        return record
    }

    private func plan(_ record: NumberRecord, at moment: Int64) throws -> CallPlan {
        let call = try OfferedCall(
            caller: Sample.identified, callee: record, isEmergencyCallback: false, diversionsSoFar: 0,
            offeredAt: moment, clock: MemoryDirectory())
        return CallPlan(call: call, policy: PlanningPolicy())
    }

    @Test(
        "every combination of rules, with every fate: until the end it is as if the rules were others, then as ever",
        arguments: ForwardingTableTests.combinations, Fate.allCases)
    func table(own: [ForwardingCondition], fate: Fate) throws {
        for condition in ForwardingCondition.allCases {
            for destination in [Sample.outside, nil] {
                let record = Self.record(own: own, over: [condition], to: destination)
                var replaced = Sample.record(forwarding: own)
                replaced.forwarding.active[condition] = destination
                var (during, after) = (try plan(record, at: Self.end - 1), try plan(record, at: Self.end))
                var (expected, plain) = (Sample.plan(replaced), Sample.plan(Sample.record(forwarding: own)))
                for event in [.offered(registeredContacts: fate.contacts)] + fate.events {
                    #expect(during.handle(event).map(\.self) == expected.handle(event).map(\.self))
                    #expect(after.handle(event).map(\.self) == plain.handle(event).map(\.self))
                }
                #expect(after.decisions == plain.decisions)
            }
        }
    }

    @Test("the call says that it was temporary forwarding, and until when")
    func tells() throws {
        var plan = try plan(Self.record(own: [.always], over: [.always], to: Sample.outside), at: Self.end - 1)
        #expect(plan.play(.offered(registeredContacts: 1)).diversions.map(\.destination) == [Sample.outside])
        #expect(
            plan.decisions.map(\.description) == [
                "the caller is 09011112222",
                "temporary forwarding until 2026-12-29 20:00 lies over the rule always of 05012345678: to 0312345678",
                "05012345678 forwards calls always: on to 0312345678",
            ])
    }

    @Test("where it is no forwarding, the call says so in the place of there being no rule")
    func tellsOff() throws {
        var plan = try plan(Self.record(own: [.unreachable], over: [.unreachable], to: nil), at: Self.end - 1)
        #expect(plan.play(.offered(registeredContacts: 0)).rejections == [480])
        #expect(
            plan.decisions.last?.description
                == "temporary forwarding until 2026-12-29 20:00 lies over the rule unreachable of 05012345678: off")
    }

    @Test("it holds whatever the schedule of the rule that it lies over says")
    func overSchedule() throws {
        for schedule in [try TimedRulesTests.night(), Schedule(hours: try DailyHours("09:00-21:00"))] {
            var record = Self.record(own: [.always], over: [.always], to: Sample.outside)
            record.forwarding.schedules[.always] = schedule
            var plan = try plan(record, at: Self.end - 1)
            #expect(plan.play(.offered(registeredContacts: 1)).diversions.map(\.destination) == [Sample.outside])
        }
    }

    @Test("an emergency callback goes through it")
    func emergency() throws {
        let call = try OfferedCall(
            caller: Sample.identified, callee: Self.record(own: [], over: [.always], to: Sample.outside),
            isEmergencyCallback: true, diversionsSoFar: 0, offeredAt: Self.end - 1, clock: MemoryDirectory())
        var plan = CallPlan(call: call, policy: PlanningPolicy())
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
    }

    @Test("an explanation tells it for its time, and not for later")
    func explains() throws {
        let record = Self.record(own: [.busy], over: [.busy], to: Sample.outside)
        let network = CallExplanation.Network(
            directory: MemoryDirectory(records: [record]), policy: PlanningPolicy(), registeredContacts: { _ in 1 })
        func explain(at moment: Int64) throws -> [String] {
            try CallExplanation(callFrom: Sample.identified, to: Sample.callee, at: moment, in: network)
                .decisions.map(\.description)
        }
        let during = try explain(at: Self.end - 1)
        #expect(during.contains { $0.hasPrefix("temporary forwarding until 2026-12-29 20:00") })
        #expect(during.last == "calls when busy would go on from 05012345678 to 0312345678")
        let after = try explain(at: Self.end)
        #expect(after.last == "calls when busy would go on from 05012345678 to sip:busy@elsewhere.test")
        #expect(after.count == during.count - 1)
    }
}
