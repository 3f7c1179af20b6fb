import CallPlanning
import Directory
import Testing

/// What can become of a call that is offered to one phone.
enum Fate: CaseIterable {
    case nothingRegistered, busy, busyAfterRinging, ringTime, gaveUpAfterRinging, silent, timedOut, transportError
    case declined, refused, brokenAfterRinging, answered

    var contacts: Int { self == .nothingRegistered ? 0 : 1 }

    /// The condition that holds in the end, whether or not a rule is set for it.
    var condition: ForwardingCondition? {
        switch self {
        case .nothingRegistered, .silent, .timedOut, .transportError: .unreachable
        case .busy, .busyAfterRinging: .busy
        case .ringTime, .gaveUpAfterRinging: .noAnswer
        case .declined, .refused, .brokenAfterRinging, .answered: nil
        }
    }

    var status: Int? {
        switch self {
        case .nothingRegistered, .ringTime, .answered: nil
        case .busy, .busyAfterRinging: 486
        case .gaveUpAfterRinging: 480
        case .silent, .timedOut: 408
        case .transportError: 503
        case .declined: 603
        case .refused: 404
        case .brokenAfterRinging: 500
        }
    }

    var events: [CallEvent] {
        switch self {
        case .nothingRegistered: []
        case .busy: [.trying(branch: 0), .failed(branch: 0, status: 486), .exhausted]
        case .busyAfterRinging: [.ringing(branch: 0), .failed(branch: 0, status: 486), .exhausted]
        case .ringTime: [.ringing(branch: 0), .ringTimeExpired]
        case .gaveUpAfterRinging: [.ringing(branch: 0), .failed(branch: 0, status: 480), .exhausted]
        case .silent: [.noProvisionalTimeExpired(branch: 0), .exhausted]
        case .timedOut: [.failed(branch: 0, status: 408, cause: .timeout), .exhausted]
        case .transportError: [.failed(branch: 0, status: 503, cause: .transport), .exhausted]
        case .declined: [.ringing(branch: 0), .failed(branch: 0, status: 603), .exhausted]
        case .refused: [.failed(branch: 0, status: 404), .exhausted]
        case .brokenAfterRinging: [.ringing(branch: 0), .failed(branch: 0, status: 500), .exhausted]
        case .answered: [.ringing(branch: 0), .answered(branch: 0)]
        }
    }
}

@Suite("Which rule acts")
struct ForwardingTableTests {
    static let combinations: [[ForwardingCondition]] = (0..<16).map { bits in
        ForwardingCondition.allCases.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
    }

    @Test("Every combination of conditions, with every fate of the call", arguments: combinations, Fate.allCases)
    func combination(active: [ForwardingCondition], fate: Fate) {
        var plan = Sample.plan(Sample.record(forwarding: active))
        var commands = Array(plan.handle(.offered(registeredContacts: fate.contacts)))
        for event in fate.events { commands += plan.handle(event) }

        let acting: ForwardingCondition? =
            active.contains(.always) ? .always : fate.condition.flatMap { active.contains($0) ? $0 : nil }
        if let acting {
            let byResponse = acting != .always && fate.events.last == .exhausted
            #expect(
                commands.diversions == [
                    Diversion(
                        reason: DiversionReason(acting), from: Sample.callee,
                        targetGroups: [[Sample.destination(acting)]], causingStatus: byResponse ? fate.status : nil)
                ])
            #expect(commands.rejections.isEmpty)
            #expect(!commands.contains(.relayBestResponse))
            #expect(commands.contains(.ringContacts) == (acting != .always && fate != .nothingRegistered))
            #expect(
                plan.decisions.last
                    == .forwarded(
                        condition: acting, number: "05012345678", to: Sample.destination(acting).description))
        } else {
            #expect(commands.diversions.isEmpty)
            #expect(commands.rejections == (fate == .nothingRegistered ? [480] : []))
            let relays = fate.events.last == .exhausted
            #expect(commands.contains(.relayBestResponse) == relays)
        }
    }

    @Test("An unconditional forward never rings the phone")
    func always() {
        var plan = Sample.plan(Sample.record(forwarding: [.always]))
        #expect(
            plan.play(.offered(registeredContacts: 2)) == [
                .tellCallerForwarding,
                .divert(
                    Diversion(
                        reason: .unconditional, from: Sample.callee, targetGroups: [[Sample.destination(.always)]])),
            ])
    }

    @Test("The other conditions rest while the unconditional one is on, even with nothing registered")
    func alwaysBeforeUnreachable() {
        var plan = Sample.plan(Sample.record(forwarding: [.always, .unreachable]))
        #expect(plan.play(.offered(registeredContacts: 0)).diversions.map(\.reason) == [.unconditional])
    }

    @Test("The ring time starts at the first 180, once, and only for a rule")
    func ringTimer() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer], ringSeconds: 7))
        #expect(plan.play(.offered(registeredContacts: 2)) == [.ringContacts])
        #expect(plan.play(.trying(branch: 0)) == [])
        #expect(plan.play(.ringing(branch: 0)) == [.startRingTimer(seconds: 7)])
        #expect(plan.play(.ringing(branch: 0), .ringing(branch: 1)) == [])

        var withoutRule = Sample.plan(Sample.record(forwarding: [.busy, .unreachable]))
        #expect(withoutRule.play(.offered(registeredContacts: 1)).first == .ringContacts)
        #expect(withoutRule.play(.ringing(branch: 0)) == [])
    }

    @Test("When the ring time is up, the phones are cancelled, the caller told, and the call sent on, in this order")
    func noAnswerOrder() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer]))
        _ = plan.play(.offered(registeredContacts: 1), .ringing(branch: 0))
        #expect(
            plan.play(.ringTimeExpired) == [
                .cancelBranches(.noAnswer), .tellCallerForwarding,
                .divert(
                    Diversion(
                        reason: .noAnswer, from: Sample.callee, targetGroups: [[Sample.destination(.noAnswer)]])),
            ])
        #expect(plan.decisions.contains(.notAnswered(number: "05012345678", afterSeconds: 20)))
    }

    @Test("183 alone arms the ring time two seconds later; a 180 before that arms it at once")
    func progressPassesForRinging() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer]))
        _ = plan.play(.offered(registeredContacts: 1))
        #expect(plan.play(.progressed(branch: 0)) == [.startProgressTimer(seconds: 2)])
        #expect(plan.play(.progressed(branch: 0)) == [])
        #expect(plan.play(.progressTimeExpired) == [.startRingTimer(seconds: 20)])
        #expect(plan.play(.ringing(branch: 0)) == [])
        #expect(plan.play(.ringTimeExpired).diversions.map(\.reason) == [.noAnswer])

        var rung = Sample.plan(Sample.record(forwarding: [.noAnswer]))
        _ = rung.play(.offered(registeredContacts: 1), .progressed(branch: 0))
        #expect(rung.play(.ringing(branch: 0)) == [.startRingTimer(seconds: 20)])
        #expect(rung.play(.progressTimeExpired) == [])
    }

    @Test("A phone that passed for ringing and gives up was not answered")
    func progressThenGivesUp() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer, .unreachable]))
        _ = plan.play(.offered(registeredContacts: 1), .progressed(branch: 0), .progressTimeExpired)
        let commands = plan.play(.failed(branch: 0, status: 480), .exhausted)
        #expect(commands.diversions.map(\.reason) == [.noAnswer])
    }

    @Test("Progress of a phone that has failed since arms nothing, and the next phone's progress is timed anew")
    func progressOfFailedPhone() {
        var plan = Sample.plan(Sample.record(forwarding: [.noAnswer]))
        _ = plan.play(.offered(registeredContacts: 2), .progressed(branch: 0), .failed(branch: 0, status: 486))
        #expect(plan.play(.progressTimeExpired) == [])
        #expect(plan.play(.progressed(branch: 1)) == [.startProgressTimer(seconds: 2)])
        #expect(plan.play(.progressTimeExpired) == [.startRingTimer(seconds: 20)])
    }

    @Test("A silent phone is given up after four seconds, if a rule waits for that, and never after a response")
    func silentPhone() {
        var plan = Sample.plan(Sample.record(forwarding: [.unreachable]))
        #expect(plan.play(.offered(registeredContacts: 2)) == [.ringContacts, .startNoProvisionalTimer(seconds: 4)])
        _ = plan.play(.trying(branch: 0))
        #expect(plan.play(.noProvisionalTimeExpired(branch: 0)) == [])
        #expect(plan.play(.noProvisionalTimeExpired(branch: 1)) == [.abandonBranch(1)])
        #expect(plan.play(.noProvisionalTimeExpired(branch: 1)) == [])

        var withoutRule = Sample.plan(Sample.record(forwarding: [.busy, .noAnswer]))
        #expect(withoutRule.play(.offered(registeredContacts: 1)) == [.ringContacts])
    }

    @Test("Nothing registered and no rule: 480")
    func nothingRegistered() {
        var plan = Sample.plan(Sample.record())
        #expect(
            plan.play(.offered(registeredContacts: 0)) == [
                .reject(status: 480, reason: "Temporarily Unavailable", warning: nil)
            ])
        #expect(
            plan.decisions == [
                .callerIdentified(as: "09011112222"), .notRegistered(number: "05012345678"),
                .noRule(condition: .unreachable, number: "05012345678"),
            ])
    }

    @Test("The caller isn't told where the setting says so")
    func quietForwarding() {
        var plan = Sample.plan(Sample.record(forwarding: [.always]), policy: PlanningPolicy(tellsCaller: false))
        #expect(!plan.play(.offered(registeredContacts: 1)).contains(.tellCallerForwarding))
    }
}
