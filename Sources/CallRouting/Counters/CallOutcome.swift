internal import CallPlanning

/// What became of a new call: by the final response that its caller was sent.
package enum CallOutcome: UInt8, Sendable, CaseIterable {
    case answered
    /// The caller gave up.
    case cancelled
    /// A rule turned it away: anonymous call rejection, or a block list.
    case rejected
    case busy
    case notAnswered
    case unreachable
    /// There is nobody of that name or number.
    case notFound
    /// 401, 407 of somebody beyond us.
    case challenged
    case declined
    /// Anything else.
    case failed

    /// What a label of a metric says.
    package var name: String {
        switch self {
        case .answered: "answered"
        case .cancelled: "cancelled"
        case .rejected: "rejected"
        case .busy: "busy"
        case .notAnswered: "not_answered"
        case .unreachable: "unreachable"
        case .notFound: "not_found"
        case .challenged: "challenged"
        case .declined: "declined"
        case .failed: "failed"
        }
    }

    /// - Parameter policy: most calls need none, and it is no small copy.
    init(_ context: ResponseContext, status: Int, policy: @autoclosure () -> PlanningPolicy) {
        switch status {
        case 200..<300: self = .answered
        case _ where context.isCancelled: self = .cancelled
        case _ where context.isTurnedAway: self = .rejected
        case 404, 410, 484, 485, 604: self = .notFound
        case 600: self = .busy
        default:
            self.init(StatusMeaning(status: status, cause: .received, hasRung: context.hasRung, policy: policy()))
        }
    }

    private init(_ meaning: StatusMeaning) {
        switch meaning {
        case .busy: self = .busy
        case .unreachable: self = .unreachable
        case .notAnswered: self = .notAnswered
        case .challenge: self = .challenged
        case .declined: self = .declined
        case .redirection, .refused: self = .failed
        }
    }
}
