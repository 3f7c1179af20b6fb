/// What a final response other than 2xx says about the phone that gave it: the one table from status to meaning.
package enum StatusMeaning: Sendable, Equatable, CaseIterable {
    case busy
    case unreachable
    /// It rang, and gave up by itself.
    case notAnswered
    /// 3xx: it names other addresses.
    case redirection
    /// 401, 407: it asks the caller to authenticate. Goes up to the caller (RFC 3261 §16.7 step 7).
    case challenge
    /// 6xx: nobody there wants the call, on any phone.
    case declined
    /// The phone was reached and refuses, or what it says is about the request: no forwarding rule is meant for this.
    case refused

    /// - Parameters:
    ///   - status: 300 to 699; any other value is ``refused``.
    ///   - hasRung: Whether this phone has sent a 180 or passed for ringing.
    package init(status: Int, cause: FailureCause, hasRung: Bool, policy: PlanningPolicy) {
        switch (cause, hasRung) {
        case (.received, _): self.init(response: status, hasRung: hasRung, policy: policy)
        case (.timeout, true): self = .notAnswered
        case (.timeout, false), (.transport, false), (.dns, false): self = .unreachable
        case (.transport, true), (.dns, true): self = .refused
        }
    }

    private init(response status: Int, hasRung: Bool, policy: PlanningPolicy) {
        switch status {
        case 300...399: self = .redirection
        case 401, 407: self = .challenge
        case _ where policy.busyStatuses.contains(status): self = .busy
        case 600...699: self = .declined
        case 408 where hasRung, 480 where hasRung: self = .notAnswered
        case _ where !hasRung && policy.unreachableStatuses.contains(status): self = .unreachable
        default: self = .refused
        }
    }
}
