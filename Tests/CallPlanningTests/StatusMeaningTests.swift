import CallPlanning
import Directory
import Testing

@Suite("What a status means")
struct StatusMeaningTests {
    /// The meaning of every status but those of classes 3 and 6 and of a refusal, written out a second time.
    private static let beforeRinging: [Int: StatusMeaning] = [
        401: .challenge, 407: .challenge, 408: .unreachable, 430: .unreachable, 480: .unreachable, 486: .busy,
        500: .unreachable, 502: .unreachable, 503: .unreachable, 504: .unreachable,
    ]
    private static let afterRinging: [Int: StatusMeaning] = [
        401: .challenge, 407: .challenge, 408: .notAnswered, 480: .notAnswered, 486: .busy,
    ]

    private static func expected(_ status: Int, hasRung: Bool) -> StatusMeaning {
        switch status {
        case 300...399: .redirection
        case 600...699: .declined
        default: (hasRung ? afterRinging : beforeRinging)[status] ?? .refused
        }
    }

    @Test("Every final status, before and after ringing", arguments: 300...699, [false, true])
    func meaning(status: Int, hasRung: Bool) {
        let meaning = StatusMeaning(status: status, cause: .received, hasRung: hasRung, policy: PlanningPolicy())
        #expect(meaning == Self.expected(status, hasRung: hasRung))
    }

    @Test(
        "Every final status of a lone phone with all rules set acts by its meaning", arguments: 300...699,
        [false, true])
    func action(status: Int, hasRung: Bool) {
        var plan = Sample.plan(Sample.record(forwarding: [.busy, .noAnswer, .unreachable]))
        _ = plan.play(.offered(registeredContacts: 1))
        if hasRung { _ = plan.play(.ringing(branch: 0)) }
        let commands = plan.play(.failed(branch: 0, status: status), .exhausted)
        let reason: DiversionReason? =
            switch Self.expected(status, hasRung: hasRung) {
            case .busy: .userBusy
            case .unreachable: .unavailable
            case .notAnswered: .noAnswer
            case .redirection, .challenge, .declined, .refused: nil
            }
        #expect(commands.diversions.map(\.reason) == (reason.map { [$0] } ?? []))
        #expect(commands.diversions.allSatisfy { $0.causingStatus == status })
        if reason == nil {
            let isRedirection = (300...399).contains(status)
            #expect(commands.contains(.relayBestResponse) == !isRedirection)
            #expect(commands.rejections == (isRedirection ? [480] : []))
        }
    }

    @Test(
        "A failure that no phone has spoken is unreachable before ringing, whatever the settings list",
        arguments: [FailureCause.timeout, .transport, .dns])
    func localFailures(cause: FailureCause) {
        let policy = PlanningPolicy(unreachableStatuses: [])
        #expect(StatusMeaning(status: 408, cause: cause, hasRung: false, policy: policy) == .unreachable)
    }

    @Test("Timer C after ringing is no answer; a lost transport after ringing is no reason to forward")
    func localFailuresAfterRinging() {
        let policy = PlanningPolicy()
        #expect(StatusMeaning(status: 408, cause: .timeout, hasRung: true, policy: policy) == .notAnswered)
        #expect(StatusMeaning(status: 503, cause: .transport, hasRung: true, policy: policy) == .refused)
    }

    @Test("600 means busy only where the operator says so")
    func busyEverywhere() {
        let policy = PlanningPolicy(busyStatuses: [486, 600])
        #expect(StatusMeaning(status: 600, cause: .received, hasRung: true, policy: policy) == .busy)
        #expect(StatusMeaning(status: 603, cause: .received, hasRung: true, policy: policy) == .declined)
    }

    @Test("Which statuses mean unreachable is a setting, a challenge never does")
    func configuredStatuses() {
        let policy = PlanningPolicy(unreachableStatuses: [404, 407])
        #expect(StatusMeaning(status: 404, cause: .received, hasRung: false, policy: policy) == .unreachable)
        #expect(StatusMeaning(status: 407, cause: .received, hasRung: false, policy: policy) == .challenge)
        #expect(StatusMeaning(status: 480, cause: .received, hasRung: false, policy: policy) == .refused)
    }
}
