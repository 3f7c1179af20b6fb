import CallPlanning
import Directory
import Testing

@Suite("Calls that are turned away before any rule")
struct RejectionTests {
    private static let withheld = CallerIdentity(presentation: .withheld(.withheld))

    @Test(
        "Each reason is rejected only where the owner says so",
        arguments: NonPresentationReason.allCases, NonPresentationReason.allCases)
    func reasons(of call: NonPresentationReason, rejected: NonPresentationReason) {
        var plan = Sample.plan(
            Sample.record(rejecting: [rejected]), caller: CallerIdentity(presentation: .withheld(call)))
        let commands = plan.play(.offered(registeredContacts: 1))
        if call == rejected {
            #expect(commands == [.reject(status: 433, reason: "Anonymity Disallowed", warning: nil)])
            #expect(
                plan.decisions == [
                    .callerWithoutNumber(call), .anonymousRejected(call, number: "05012345678", status: 433),
                ])
        } else {
            #expect(commands == [.ringContacts])
            #expect(plan.decisions.contains(.anonymousAccepted(call, number: "05012345678")))
        }
    }

    @Test("The status is a setting")
    func status() {
        var plan = Sample.plan(
            Sample.record(rejecting: [.withheld]), caller: Self.withheld, policy: PlanningPolicy(anonymousStatus: 403))
        #expect(
            plan.play(.offered(registeredContacts: 1)) == [.reject(status: 403, reason: "Forbidden", warning: nil)])
    }

    @Test(
        "Anonymous rejection comes before the block list and before every forward",
        arguments: ForwardingCondition.allCases)
    func anonymousFirst(condition: ForwardingCondition) {
        let hidden = CallerIdentity(number: Sample.caller, isVerified: true, presentation: .withheld(.withheld))
        var plan = Sample.plan(
            Sample.record(forwarding: [condition], rejecting: [.withheld], blocking: [Sample.caller]), caller: hidden)
        #expect(plan.play(.offered(registeredContacts: 0)).rejections == [433])
        #expect(plan.play(.ringing(branch: 0), .ringTimeExpired, .exhausted) == [])
    }

    @Test("A blocked caller is turned away before every forward", arguments: ForwardingCondition.allCases)
    func blockedBeforeForwarding(condition: ForwardingCondition) {
        var plan = Sample.plan(Sample.record(forwarding: [condition], blocking: [Sample.caller]))
        #expect(
            plan.play(.offered(registeredContacts: 0)) == [.reject(status: 603, reason: "Decline", warning: nil)])
        #expect(
            plan.decisions.last == .callerBlocked(caller: "09011112222", number: "05012345678", status: 603))
    }

    @Test("A blocked caller who withholds the number is blocked too, and not named")
    func blockedAndHidden() {
        let hidden = CallerIdentity(number: Sample.caller, isVerified: true, presentation: .withheld(.withheld))
        var plan = Sample.plan(Sample.record(blocking: [Sample.caller]), caller: hidden)
        #expect(plan.play(.offered(registeredContacts: 1)).rejections == [603])
        #expect(!plan.decisions.contains { $0.description.contains("09011112222") })
    }

    @Test("Another caller than the blocked one rings through")
    func notBlocked() {
        var plan = Sample.plan(Sample.record(blocking: [Sample.second]))
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
    }

    @Test("A caller without identity and without a mark is no anonymous call")
    func unknownCaller() {
        var plan = Sample.plan(
            Sample.record(rejecting: Set(NonPresentationReason.allCases)),
            caller: CallerIdentity(presentation: .unknown))
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
        #expect(plan.decisions.first == .callerUnknown)
    }

    @Test("A forwarded call is judged by its original caller, at each number of the chain")
    func originalCaller() throws {
        let call = OfferedCall(caller: Self.withheld, callee: Sample.record(forwarding: [.always]))
        let next = try call.forwarded(
            to: Sample.record(Sample.second, rejecting: [.withheld]), clock: MemoryDirectory())
        var plan = CallPlan(call: next, policy: PlanningPolicy())
        #expect(plan.play(.offered(registeredContacts: 1)).rejections == [433])
        #expect(next.path == [Sample.callee])
        #expect(next.diversionsSoFar == 1)
    }

    @Test("184 and 186 are told first")
    func wishes() {
        var hidden = Self.withheld
        hidden.wish = .hidden
        var plan = Sample.plan(Sample.record(), caller: hidden)
        plan.handle(.offered(registeredContacts: 1))
        #expect(plan.decisions.prefix(2) == [.callerHidden, .callerWithoutNumber(.withheld)])

        var shown = Sample.identified
        shown.wish = .shown
        var second = Sample.plan(Sample.record(), caller: shown)
        second.handle(.offered(registeredContacts: 1))
        #expect(second.decisions.prefix(2) == [.callerShown, .callerIdentified(as: "09011112222")])
    }
}

@Suite("Calls to and from emergency services")
struct EmergencyCallTests {
    private static let strict = Sample.record(
        forwarding: ForwardingCondition.allCases, rejecting: Set(NonPresentationReason.allCases),
        blocking: [PhoneNumber(trustedCanonical: "110"), Sample.caller])
    private static let police = PhoneNumber(trustedCanonical: "110")

    @Test("A callback is neither rejected nor forwarded, nor is any timer started")
    func callback() {
        let caller = CallerIdentity(number: Sample.caller, isVerified: true, presentation: .withheld(.withheld))
        var plan = Sample.plan(Self.strict, caller: caller, callback: true)
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
        #expect(
            plan.play(
                .progressed(branch: 0), .progressTimeExpired, .ringing(branch: 0), .ringTimeExpired,
                .noProvisionalTimeExpired(branch: 0), .failed(branch: 0, status: 486)) == [])
        #expect(plan.play(.exhausted) == [.relayBestResponse])
        #expect(plan.decisions.contains(.emergencyCallback))
    }

    @Test("A call from an emergency number counts as one when the number was proved, and only then")
    func fromEmergencyNumber() {
        var proved = Sample.plan(Self.strict, caller: CallerIdentity(number: Self.police, isVerified: true))
        #expect(proved.play(.offered(registeredContacts: 1)) == [.ringContacts])
        var claimed = Sample.plan(Self.strict, caller: CallerIdentity(number: Self.police, isVerified: false))
        #expect(claimed.play(.offered(registeredContacts: 1)).rejections == [603])
    }

    @Test("A call to an emergency number that is served here is left alone", arguments: EmergencyNumbers.japan)
    func toEmergencyNumber(number: String) {
        var plan = Sample.plan(
            Sample.record(PhoneNumber(trustedCanonical: number), forwarding: [.always], blocking: [Sample.caller]))
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
        #expect(plan.decisions.contains(.emergency(number: number)))
    }

    @Test("No phone is registered: 480, without a forward")
    func nothingRegistered() {
        var plan = Sample.plan(Self.strict, callback: true)
        #expect(plan.play(.offered(registeredContacts: 0)).rejections == [480])
    }

    @Test("A phone's own deflection of such a call isn't followed")
    func deflection() {
        var plan = Sample.plan(Self.strict, callback: true)
        _ = plan.play(.offered(registeredContacts: 1))
        #expect(plan.play(.redirected(branch: 0, targetGroups: [[Sample.outside]])) == [])
        #expect(plan.play(.exhausted).rejections == [480])
    }

    @Test("Which numbers these are is a setting")
    func configured() throws {
        let numbers = EmergencyNumbers(["112"])
        #expect(numbers.contains(try PhoneNumber("112")))
        #expect(!numbers.contains(try PhoneNumber("110")))
        #expect(EmergencyNumbers().contains(try PhoneNumber(String(DialledPrefix("184110").number))))
    }
}
