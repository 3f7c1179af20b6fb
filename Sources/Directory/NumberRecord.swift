/// Everything routing needs to know of one of our numbers: read for each call, so kept in one piece.
package struct NumberRecord: Sendable, Equatable {
    /// Callers that one number may block.
    package static let blockListLimit = 30

    package let number: PhoneNumber
    /// Nil: the number has no password and registers only from a trusted network.
    package var credentials: DigestCredentials?
    package var forwarding: ForwardingRules
    package var anonymousCalls: AnonymousCallPolicy
    /// At most ``blockListLimit``.
    package var blockedCallers: Set<PhoneNumber>

    package init(
        number: PhoneNumber, credentials: DigestCredentials? = nil, forwarding: ForwardingRules = .init(),
        anonymousCalls: AnonymousCallPolicy = .init(), blockedCallers: Set<PhoneNumber> = []
    ) {
        self.number = number
        self.credentials = credentials
        self.forwarding = forwarding
        self.anonymousCalls = anonymousCalls
        self.blockedCallers = blockedCallers
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
