package import Directory

/// Why a call was diverted: the one table between our rules, Diversion's `reason` (RFC 5806) and the `cause` of a
/// Request-URI and of History-Info (RFC 4458 §2.2, RFC 7544 §5).
package enum DiversionReason: Sendable, Hashable, CaseIterable {
    case unconditional
    case userBusy
    case noAnswer
    case unavailable
    /// The phone sent the call on without ringing.
    case deflectionImmediate
    /// The phone rang first.
    case deflectionAlerting
    case unknown
    case timeOfDay
    case doNotDisturb
    case followMe
    case outOfService
    case away

    /// Stands for a reason that the table does not know (RFC 7544 §5).
    package static let causeWithoutMapping = 302

    package init(_ condition: ForwardingCondition) {
        switch condition {
        case .always: self = .unconditional
        case .busy: self = .userBusy
        case .noAnswer: self = .noAnswer
        case .unreachable: self = .unavailable
        }
    }

    /// Reads Diversion's `reason`, in any case; nil for an extension token. A deflection is taken as an immediate one.
    package init?(token: some StringProtocol) {
        let lowercased = token.lowercased()
        guard let reason = Self.allCases.first(where: { $0.token == lowercased }) else { return nil }
        self = reason
    }

    /// Reads a `cause` value; every value that RFC 4458 doesn't name is ``unknown``.
    package init(cause: Int) {
        switch cause {
        case 302: self = .unconditional
        case 486: self = .userBusy
        case 408: self = .noAnswer
        case 480: self = .deflectionImmediate
        case 487: self = .deflectionAlerting
        case 503: self = .unavailable
        default: self = .unknown
        }
    }

    /// A phone has sent the call on, not a rule.
    package var isDeflection: Bool { self == .deflectionImmediate || self == .deflectionAlerting }

    /// The value of Diversion's `reason`.
    package var token: String {
        switch self {
        case .unconditional: "unconditional"
        case .userBusy: "user-busy"
        case .noAnswer: "no-answer"
        case .unavailable: "unavailable"
        case .deflectionImmediate, .deflectionAlerting: "deflection"
        case .unknown: "unknown"
        case .timeOfDay: "time-of-day"
        case .doNotDisturb: "do-not-disturb"
        case .followMe: "follow-me"
        case .outOfService: "out-of-service"
        case .away: "away"
        }
    }

    /// The value of `cause`.
    package var cause: Int {
        switch self {
        case .unconditional: 302
        case .userBusy: 486
        case .noAnswer: 408
        case .unavailable: 503
        case .deflectionImmediate: 480
        case .deflectionAlerting: 487
        case .unknown, .timeOfDay, .doNotDisturb, .followMe, .outOfService, .away: 404
        }
    }

    /// The `cause` for any `reason` token, known or not.
    package static func cause(forToken token: some StringProtocol) -> Int {
        DiversionReason(token: token)?.cause ?? causeWithoutMapping
    }
}
