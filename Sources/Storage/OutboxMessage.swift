/// How a message travels.
package enum OutboxChannel: String, Sendable, CaseIterable, Codable {
    case mail, sms
}

/// Where a message in the outbox stands.
package enum OutboxState: String, Sendable, CaseIterable, Codable {
    /// It is sent when its time has come.
    case waiting
    /// A server is handing it over.
    case sending
    case sent
    /// It stays in the outbox to be read there, because its channel is delivered nowhere else.
    case kept
    /// It was refused for good, or for too long, or nobody knows whether it has arrived.
    case failed
    /// What it carries was worth nothing any more before it could be sent.
    case expired
    /// By an operator, before it was sent.
    case discarded
}

/// A mail or short message, as a use case puts it into the outbox.
package struct OutboxMessage: Sendable, Equatable {
    /// What happened, named so that it is never told twice: there is one message for an event. 1 to 200 characters.
    package let event: String
    /// Lower-case letters and hyphens: `invitation`.
    package let kind: String
    package let channel: OutboxChannel
    /// A mail address or a telephone number, without anything around it.
    package let recipient: String
    /// `ja` or `en`.
    package let language: String
    /// One line; empty for a short message.
    package let subject: String
    /// Lines end with a line feed.
    package let body: String
    /// Whether the body carries a code or a link, and is erased when it has done its work.
    package let isSecret: Bool
    /// Whether it may be sent once more when nobody knows if it has arrived. A code may not: it can be asked for again.
    package let isRepeatable: Bool
    /// Milliseconds since the Unix epoch; from then on it is not sent any more. Nil: it keeps its worth.
    package let expiresAt: Int64?
    /// Whether it only tells of what has happened anyway: when too many wait, it is dropped, and what it tells of is
    /// done all the same.
    package let isOptional: Bool

    package init(
        event: String, kind: String, channel: OutboxChannel, recipient: String, language: String, subject: String,
        body: String, isSecret: Bool, isRepeatable: Bool, expiresAt: Int64?, isOptional: Bool = false
    ) {
        self.event = event
        self.kind = kind
        self.channel = channel
        self.recipient = recipient
        self.language = language
        self.subject = subject
        self.body = body
        self.isSecret = isSecret
        self.isRepeatable = isRepeatable
        self.expiresAt = expiresAt
        self.isOptional = isOptional
    }
}

/// A message as it stands in the outbox. Times are milliseconds since the Unix epoch.
package struct OutboxEntry: Sendable, Equatable {
    /// How long a secret that is kept can be read after it has expired, by those who look why it did; milliseconds.
    package static let readableAfterExpiry: Int64 = 600_000

    package let id: Int64
    package let event: String
    package let kind: String
    package let channel: OutboxChannel
    package let recipient: String
    package let language: String
    package let subject: String
    /// Nil: it was secret, and is erased.
    package let body: String?
    package let isSecret: Bool
    package let isRepeatable: Bool
    package let createdAt: Int64
    /// When it was put into the line: when it was made, or when an operator had it tried anew.
    package let queuedAt: Int64
    package let expiresAt: Int64?
    package let state: OutboxState
    /// Since it was put into the line.
    package let attempts: Int
    /// Nil unless it waits.
    package let nextAttemptAt: Int64?
    /// Of the last attempt that went wrong.
    package let lastError: String?
    /// When it came to its present end: was sent, kept, given up. Nil while it waits or is being sent.
    package let settledAt: Int64?
    /// Whether it may have been sent although it failed: no answer came, or it waited in a backup that was restored.
    package let mayHaveArrived: Bool

    package init(
        id: Int64, event: String, kind: String, channel: OutboxChannel, recipient: String, language: String,
        subject: String, body: String?, isSecret: Bool, isRepeatable: Bool, createdAt: Int64, queuedAt: Int64,
        expiresAt: Int64?, state: OutboxState, attempts: Int, nextAttemptAt: Int64?, lastError: String?,
        settledAt: Int64?, mayHaveArrived: Bool = false
    ) {
        self.id = id
        self.event = event
        self.kind = kind
        self.channel = channel
        self.recipient = recipient
        self.language = language
        self.subject = subject
        self.body = body
        self.isSecret = isSecret
        self.isRepeatable = isRepeatable
        self.createdAt = createdAt
        self.queuedAt = queuedAt
        self.expiresAt = expiresAt
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
        self.settledAt = settledAt
        self.mayHaveArrived = mayHaveArrived
    }
}

/// What came of an attempt to send a message.
package enum OutboxSettlement: Sendable, Equatable {
    case sent
    case kept
    /// Once more at that time, milliseconds since the Unix epoch.
    case waiting(until: Int64, reason: String)
    /// Once more at once, and as if nothing had been tried: the server that was about to send it ends.
    case returned
    /// - Parameter mayHaveArrived: nobody knows whether it was sent.
    case failed(reason: String, mayHaveArrived: Bool = false)
}
