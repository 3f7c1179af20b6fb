import CallPlanning
import Directory
import Testing

@Suite("Limit, circles and deflection")
struct DiversionTests {
    @Test("On the limit a busy diversion becomes 486 and every other 480, with a warning")
    func limit() {
        var busy = Sample.plan(Sample.record(forwarding: [.busy]), diversions: 5)
        #expect(
            busy.play(.offered(registeredContacts: 1), .failed(branch: 0, status: 486), .exhausted).last
                == .reject(status: 486, reason: "Busy Here", warning: "Too many diversions"))
        #expect(busy.decisions.last == .forwardingLimitReached(limit: 5, status: 486))

        let refused = CallCommand.reject(
            status: 480, reason: "Temporarily Unavailable", warning: "Too many diversions")
        var always = Sample.plan(Sample.record(forwarding: [.always]), diversions: 5)
        #expect(always.play(.offered(registeredContacts: 1)) == [refused])
        var unreachable = Sample.plan(Sample.record(forwarding: [.unreachable]), diversions: 6)
        #expect(unreachable.play(.offered(registeredContacts: 0)) == [refused])
        var noAnswer = Sample.plan(Sample.record(forwarding: [.noAnswer]), diversions: 5)
        _ = noAnswer.play(.offered(registeredContacts: 1), .ringing(branch: 0))
        #expect(noAnswer.play(.ringTimeExpired) == [.cancelBranches(.noAnswer), refused])
        var deflected = Sample.plan(Sample.record(), diversions: 5)
        _ = deflected.play(.offered(registeredContacts: 1))
        #expect(
            deflected.play(.redirected(branch: 0, targetGroups: [[Sample.outside]]))
                == [.cancelBranches(.deflected), refused])
    }

    @Test("A call with five diversions behind it still rings a phone that is not forwarded")
    func limitOnlyStopsDiversions() {
        var plan = Sample.plan(Sample.record(), diversions: 5)
        #expect(plan.play(.offered(registeredContacts: 1)) == [.ringContacts])
    }

    @Test("One diversion fewer is allowed")
    func belowLimit() {
        var plan = Sample.plan(Sample.record(forwarding: [.always]), diversions: 4)
        #expect(plan.play(.offered(registeredContacts: 1)).diversions.count == 1)
        var configured = Sample.plan(
            Sample.record(forwarding: [.always]), diversions: 4, policy: PlanningPolicy(diversionLimit: .init(4)))
        #expect(configured.play(.offered(registeredContacts: 1)).rejections == [480])
    }

    @Test("A circle of our numbers ends with 482 and names its path")
    func circle() {
        var plan = Sample.plan(
            Sample.record(Sample.third, forwarding: [.always], to: .number(Sample.callee)), diversions: 2,
            path: [Sample.callee, Sample.second])
        #expect(
            plan.play(.offered(registeredContacts: 1)) == [
                .reject(status: 482, reason: "Loop Detected", warning: nil)
            ])
        #expect(
            plan.decisions == [
                .forwardingLoop(path: ["05012345678", "05022222222", "05033333333", "05012345678"], status: 482)
            ])
    }

    @Test("A number that forwards to itself is a circle")
    func toItself() {
        var plan = Sample.plan(Sample.record(forwarding: [.busy], to: .number(Sample.callee)))
        _ = plan.play(.offered(registeredContacts: 1), .failed(branch: 0, status: 486))
        #expect(plan.play(.exhausted).rejections == [482])
        #expect(plan.decisions.last == .forwardingLoop(path: ["05012345678", "05012345678"], status: 482))
    }

    @Test("A circle closed by a URI is found when the call comes back")
    func circleByURI() {
        var plan = Sample.plan(Sample.record(), diversions: 2, path: [Sample.callee, Sample.second])
        #expect(plan.play(.offered(registeredContacts: 1)).rejections == [482])
        #expect(
            plan.decisions.last == .forwardingLoop(path: ["05012345678", "05022222222", "05012345678"], status: 482))
    }

    @Test("A circle when nobody answers stops the phones first")
    func circleAfterRinging() {
        var plan = Sample.plan(
            Sample.record(Sample.second, forwarding: [.noAnswer], to: .number(Sample.callee)), diversions: 1,
            path: [Sample.callee])
        _ = plan.play(.offered(registeredContacts: 1), .ringing(branch: 0))
        #expect(
            plan.play(.ringTimeExpired) == [
                .cancelBranches(.noAnswer), .reject(status: 482, reason: "Loop Detected", warning: nil),
            ])
    }

    @Test("A phone's 302 sends the whole call on: immediate before ringing, alerting after", arguments: [false, true])
    func deflection(rang: Bool) {
        var plan = Sample.plan(Sample.record(forwarding: [.busy, .noAnswer]))
        _ = plan.play(.offered(registeredContacts: 2))
        if rang { _ = plan.play(.ringing(branch: 0)) }
        let commands = plan.play(.redirected(branch: 0, targetGroups: [[Sample.outside]]))
        let diversion = Diversion(
            reason: rang ? .deflectionAlerting : .deflectionImmediate, from: Sample.callee,
            targetGroups: [[Sample.outside]], causingStatus: 302)
        #expect(commands == [.cancelBranches(.deflected), .tellCallerForwarding, .divert(diversion)])
        #expect(diversion.reason.cause == (rang ? 487 : 480))
        #expect(diversion.reason.token == "deflection")
        #expect(plan.decisions.last == .deflected(number: "05012345678", to: "0312345678"))
        #expect(plan.play(.failed(branch: 1, status: 486), .exhausted, .ringTimeExpired) == [])
    }

    @Test("Five contacts of a 302 keep their groups, without the empty ones")
    func severalContacts() {
        let contacts = (1...5).map { Destination.uri("sip:\($0)@elsewhere.test") }
        let groups = [[contacts[0]], [contacts[1], contacts[2]], [], [contacts[3], contacts[4]]]
        var plan = Sample.plan(Sample.record())
        let commands = plan.play(
            .offered(registeredContacts: 1), .redirected(branch: 0, targetGroups: groups))
        #expect(commands.diversions.map(\.targetGroups) == [[groups[0], groups[1], groups[3]]])
        #expect(plan.decisions.count { if case .deflected = $0 { true } else { false } } == 5)
    }

    @Test("A deflection back to a number on the path is a circle")
    func deflectionInACircle() {
        var plan = Sample.plan(Sample.record(Sample.second), diversions: 1, path: [Sample.callee])
        _ = plan.play(.offered(registeredContacts: 1))
        #expect(
            plan.play(.redirected(branch: 0, targetGroups: [[.number(Sample.callee)]])).rejections == [482])
    }

    @Test("Where deflection is not allowed, a 302 forwards nothing, and the caller never sees it")
    func deflectionOff() {
        var plan = Sample.plan(
            Sample.record(forwarding: [.unreachable]), policy: PlanningPolicy(allowsDeflection: false))
        _ = plan.play(.offered(registeredContacts: 1))
        #expect(plan.play(.redirected(branch: 0, targetGroups: [[Sample.outside]])) == [])
        #expect(plan.play(.exhausted).rejections == [480])
    }

    @Test("A 3xx that names nobody is a failure like any other")
    func emptyRedirection() {
        var plan = Sample.plan(Sample.record(forwarding: [.busy]))
        _ = plan.play(.offered(registeredContacts: 2), .redirected(branch: 0, targetGroups: []))
        #expect(plan.play(.failed(branch: 1, status: 486), .exhausted).diversions.map(\.reason) == [.userBusy])
    }
}

@Suite("Reasons and causes of a diversion")
struct DiversionReasonTests {
    private static let table: [(DiversionReason, String, Int)] = [
        (.unconditional, "unconditional", 302), (.userBusy, "user-busy", 486), (.noAnswer, "no-answer", 408),
        (.unavailable, "unavailable", 503), (.deflectionImmediate, "deflection", 480),
        (.deflectionAlerting, "deflection", 487), (.unknown, "unknown", 404), (.timeOfDay, "time-of-day", 404),
        (.doNotDisturb, "do-not-disturb", 404), (.followMe, "follow-me", 404),
        (.outOfService, "out-of-service", 404), (.away, "away", 404),
    ]

    @Test("Each reason has its token and its cause", arguments: table)
    func mapping(reason: DiversionReason, token: String, cause: Int) {
        #expect(reason.token == token)
        #expect(reason.cause == cause)
    }

    @Test("Every reason is in the table")
    func complete() {
        #expect(Set(Self.table.map(\.0)) == Set(DiversionReason.allCases))
    }

    @Test("A token is read back in any case; a deflection as an immediate one", arguments: table)
    func reading(reason: DiversionReason, token: String, cause: Int) {
        let read = DiversionReason(token: token.uppercased())
        #expect(read == (reason == .deflectionAlerting ? .deflectionImmediate : reason))
        #expect(DiversionReason.cause(forToken: token) == (reason == .deflectionAlerting ? 480 : cause))
    }

    @Test("A token without mapping has the cause 302")
    func extensionToken() {
        #expect(DiversionReason(token: "full-moon") == nil)
        #expect(DiversionReason.cause(forToken: "full-moon") == 302)
    }

    @Test(
        "A cause is read back to its reason, an unknown one to unknown",
        arguments: [
            (302, "unconditional"), (486, "user-busy"), (408, "no-answer"), (503, "unavailable"), (480, "deflection"),
            (487, "deflection"), (404, "unknown"), (999, "unknown"),
        ])
    func causes(cause: Int, token: String) {
        #expect(DiversionReason(cause: cause).token == token)
    }
}
