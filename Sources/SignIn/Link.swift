/// A link that was mailed to a person and works once, as it is kept.
package struct Link: Hashable, Sendable {
    package enum Purpose: String, Sendable, CaseIterable {
        case invitation
        case passwordReset = "password-reset"

        /// How long a link works: seven days, or an hour.
        package var defaultLifetime: Duration {
            switch self {
            case .invitation: .seconds(7 * 24 * 3600)
            case .passwordReset: .seconds(3600)
            }
        }
    }

    package enum Outcome: Hashable, Sendable {
        case accepted
        case expired
        case used
        /// Another link, or one for another purpose.
        case unknown
    }

    package let purpose: Purpose
    package let hash: TokenHash<LinkUse>
    package let expires: Timestamp
    private var isUsed = false

    /// Makes a link.
    ///
    /// - Parameter lifetime: nil: the purpose's.
    /// - Returns: the token for the mail, which is kept nowhere, and what is kept.
    package static func issue(
        for purpose: Purpose, lifetime: Duration? = nil, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> (token: LinkToken, kept: Link) {
        let token = LinkToken(using: &generator)
        return (token, Link(purpose: purpose, hash: token.hash, expires: now + (lifetime ?? purpose.defaultLifetime)))
    }

    private init(purpose: Purpose, hash: TokenHash<LinkUse>, expires: Timestamp) {
        self.purpose = purpose
        self.hash = hash
        self.expires = expires
    }

    /// What the link would do now, without using it: mail programs look at links before people do.
    package func outcome(of token: LinkToken, for purpose: Purpose, at now: Timestamp) -> Outcome {
        guard token.hash == hash, purpose == self.purpose else { return .unknown }
        if isUsed { return .used }
        return now < expires ? .accepted : .expired
    }

    /// Uses the link. That counts only when the changed value is kept, in the transaction of what it was used for.
    package mutating func redeem(_ token: LinkToken, for purpose: Purpose, at now: Timestamp) -> Outcome {
        let outcome = outcome(of: token, for: purpose, at: now)
        if outcome == .accepted { isUsed = true }
        return outcome
    }

    /// Takes a link back: a newer one was sent, or the account is gone.
    package mutating func void() { isUsed = true }
}

extension Link: StoredText {
    /// `link/1 for=invitation hash=… expires=1763700000000 used=0`; the hash in base64url.
    package var stored: String {
        var fields = StoredFields("link")
        fields.set("for", purpose)
        fields.append("hash", hash.text)
        fields.set("expires", expires)
        fields.set("used", isUsed)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "link")
        purpose = try fields.choice("for")
        hash = try fields.tokenHash("hash")
        expires = try fields.moment("expires")
        isUsed = try fields.flag("used")
        try fields.finish()
    }
}

extension StoredFieldReader {
    mutating func tokenHash<Use>(_ name: String) throws(SignInError) -> TokenHash<Use> {
        guard let hash = TokenHash<Use>(text: try word(name)) else { throw malformed(name) }
        return hash
    }
}
