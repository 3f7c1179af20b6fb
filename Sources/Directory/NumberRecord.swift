/// Everything routing needs to know of one of our numbers: read for each call, so kept in one piece that is handed on
/// without being copied (a copy that is changed becomes a piece of its own).
package struct NumberRecord: Sendable, Equatable {
    /// Callers that one number may block.
    package static let blockListLimit = 30

    private var content: Content

    package init(
        number: PhoneNumber, credentials: DigestCredentials? = nil, forwarding: ForwardingRules = .init(),
        temporaryForwarding: [ForwardingCondition: TemporaryForwarding] = [:],
        anonymousCalls: AnonymousCallPolicy = .init(), blockedCallers: Set<PhoneNumber> = []
    ) {
        content = Content(
            Facts(
                number: number, credentials: credentials, forwarding: forwarding,
                temporaryForwarding: temporaryForwarding, anonymousCalls: anonymousCalls,
                blockedCallers: blockedCallers))
    }

    package var number: PhoneNumber { content.facts.number }

    /// Nil: the number has no password and registers only from a trusted network.
    package var credentials: DigestCredentials? {
        get { content.facts.credentials }
        set { change { $0.credentials = newValue } }
    }

    package var forwarding: ForwardingRules {
        get { content.facts.forwarding }
        set { change { $0.forwarding = newValue } }
    }

    /// What lies over single rules for a time, whether or not that is over.
    package var temporaryForwarding: [ForwardingCondition: TemporaryForwarding] {
        get { content.facts.temporaryForwarding }
        set { change { $0.temporaryForwarding = newValue } }
    }

    /// Whether its rules depend on when a call comes.
    package var isTimed: Bool { content.isTimed }

    package var anonymousCalls: AnonymousCallPolicy {
        get { content.facts.anonymousCalls }
        set { change { $0.anonymousCalls = newValue } }
    }

    /// At most ``blockListLimit``.
    package var blockedCallers: Set<PhoneNumber> {
        get { content.facts.blockedCallers }
        set { change { $0.blockedCallers = newValue } }
    }

    package static func == (left: NumberRecord, right: NumberRecord) -> Bool {
        left.content === right.content || left.content.facts == right.content.facts
    }

    private mutating func change(_ change: (inout Facts) -> Void) {
        var facts = content.facts
        change(&facts)
        content = Content(facts)
    }

    private struct Facts: Sendable, Equatable {
        let number: PhoneNumber
        var credentials: DigestCredentials?
        var forwarding: ForwardingRules
        var temporaryForwarding: [ForwardingCondition: TemporaryForwarding]
        var anonymousCalls: AnonymousCallPolicy
        var blockedCallers: Set<PhoneNumber>
    }

    private final class Content: Sendable {
        let facts: Facts
        /// Asked for each call, so kept.
        let isTimed: Bool

        init(_ facts: Facts) {
            self.facts = facts
            isTimed =
                !facts.forwarding.schedules.isEmpty || !facts.temporaryForwarding.isEmpty
                || facts.anonymousCalls.schedule != nil
        }
    }
}

/// HA1 values of a number's password, `H(username:realm:password)` in lower-case hex (RFC 7616 §3.4.2). The password
/// itself is stored nowhere.
///
/// The username is what the phone is configured with: the national form of the number (`05012345678`), an extension
/// or a name.
package struct DigestCredentials: Sendable, Equatable {
    package var username: String
    /// 64 hex digits.
    package var sha256: String
    /// 32 hex digits.
    package var md5: String

    package init(username: String, sha256: String, md5: String) {
        self.username = username
        self.sha256 = sha256
        self.md5 = md5
    }
}
