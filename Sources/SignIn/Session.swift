/// What a signed-in person's browser holds the ``SessionToken`` of, as it is kept.
///
/// A sign-in always starts a new session with a token of its own; that of a session before the sign-in is worth
/// nothing after it, so that nobody can hand a person a session and wait (OWASP: session fixation).
package struct Session: Hashable, Sendable {
    /// Why a session is over by itself; one that a person ends is not kept.
    package enum EndReason: String, Sendable, CaseIterable {
        case idle
        case expired
        /// The session that it depends on is over or gone.
        case parentEnded = "parent-ended"
    }

    /// How exactly ``lastSeen`` is kept: a write for every request would be too many.
    package static let seenGrain: Duration = .seconds(60)

    private static let idLength = 12

    /// Names the session in lists and history, for ever. It is no secret and opens nothing.
    package let id: String
    package private(set) var hash: TokenHash<SessionUse>
    package let started: Timestamp
    package private(set) var lastSeen: Timestamp
    /// ``id`` of the session that this one depends on: the proxy-setting window's is its administrator's own.
    package let parentID: String?

    /// Starts a session.
    ///
    /// - Parameter parent: the session that this one ends with; of one that is dependent itself, its parent.
    package static func start(
        dependingOn parent: Session? = nil, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> (token: SessionToken, kept: Session) {
        let token = SessionToken(using: &generator)
        let id = BaseEncoding.base64URL.text(generator.octets(idLength))
        return (token, Session(id: id, hash: token.hash, started: now, parentID: parent.map { $0.parentID ?? $0.id }))
    }

    private init(id: String, hash: TokenHash<SessionUse>, started: Timestamp, parentID: String?) {
        self.id = id
        self.hash = hash
        self.started = started
        lastSeen = started
        self.parentID = parentID
    }

    /// Whether and why it is over; nil: it is good.
    ///
    /// - Parameter parent: the session with ``parentID``, for a dependent one. Without it a dependent one is over.
    package func endReason(at now: Timestamp, lifetime: SessionLifetime, parent: Session? = nil) -> EndReason? {
        if now >= started + lifetime.absolute { return .expired }
        if now >= lastSeen + lifetime.idle { return .idle }
        guard let parentID else { return nil }
        guard let parent, parent.id == parentID, parent.endReason(at: now, lifetime: lifetime) == nil else {
            return .parentEnded
        }
        return nil
    }

    /// Notes a request in a session that is good. A request in a dependent one counts for its parent too: who works in
    /// that window is not idle.
    ///
    /// - Returns: whether there is anything to keep.
    package mutating func seen(at now: Timestamp) -> Bool {
        guard now >= lastSeen + Self.seenGrain else { return false }
        lastSeen = now
        return true
    }

    /// Gives the session another token, when a person's rights in it change (a new password, a new second factor). Its
    /// lifetime goes on, and so do the sessions that depend on it.
    package mutating func rotate(using generator: inout some RandomNumberGenerator) -> SessionToken {
        let token = SessionToken(using: &generator)
        hash = token.hash
        return token
    }
}

extension Session: StoredText {
    /// `session/1 id=… hash=… started=1763700000000 seen=1763700000000 parent=…`; `parent` only where there is one.
    package var stored: String {
        var fields = StoredFields("session")
        fields.set("id", text: id)
        fields.append("hash", hash.text)
        fields.set("started", started)
        fields.set("seen", lastSeen)
        fields.set("parent", text: parentID)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "session")
        id = try fields.text("id")
        hash = try fields.tokenHash("hash")
        started = try fields.moment("started")
        lastSeen = try fields.moment("seen")
        parentID = try fields.optionalText("parent")
        // Part of the form in older releases, none of which has kept a session that was over.
        _ = try fields.optionalText("end")
        try fields.finish()
    }
}
