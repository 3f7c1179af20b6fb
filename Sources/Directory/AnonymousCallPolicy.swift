/// Why a call shows no caller's number (number display in Japan: P, C, O, S).
package enum NonPresentationReason: String, CaseIterable, Sendable, Codable {
    /// P 非通知: the caller withheld it.
    case withheld
    /// C 公衆電話: a payphone.
    case payphone
    /// O 表示圏外: the network could not hand it on.
    case unavailable
    /// S サービス競合: another service took its place.
    case interaction
}

/// Which calls without a caller's number a called number turns away. Nothing, unless its owner says so.
package struct AnonymousCallPolicy: Sendable, Equatable {
    package var rejected: Set<NonPresentationReason>
    /// When they are turned away; nil: at any time.
    package var schedule: Schedule?

    package init(rejected: Set<NonPresentationReason> = [], schedule: Schedule? = nil) {
        self.rejected = rejected
        self.schedule = schedule
    }

    /// Whether it is set so, at whatever time.
    package func rejects(_ reason: NonPresentationReason) -> Bool { rejected.contains(reason) }
}
