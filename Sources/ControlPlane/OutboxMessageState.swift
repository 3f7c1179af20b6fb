package import Foundation
package import Storage

/// A message in the outbox, for showing.
package struct OutboxMessageState: Codable, Sendable, Equatable {
    package let id: Int64
    package let event: String
    package let kind: String
    package let channel: OutboxChannel
    package let recipient: String
    package let language: String
    package let subject: String?
    package let state: OutboxState
    package let attempts: Int
    package let createdAt: Date
    /// From then on it is not sent any more.
    package let expiresAt: Date?
    package let nextAttemptAt: Date?
    /// When it was sent, or came to another end.
    package let settledAt: Date?
    package let lastError: String?
    /// Whether it may have been sent although it failed.
    package let mayHaveArrived: Bool

    init(_ entry: OutboxEntry) {
        id = entry.id
        event = entry.event
        kind = entry.kind
        channel = entry.channel
        recipient = entry.recipient
        language = entry.language
        subject = entry.subject.isEmpty ? nil : entry.subject
        state = entry.state
        attempts = entry.attempts
        createdAt = Date(milliseconds: entry.createdAt)
        expiresAt = entry.expiresAt.map(Date.init(milliseconds:))
        nextAttemptAt = entry.nextAttemptAt.map(Date.init(milliseconds:))
        settledAt = entry.settledAt.map(Date.init(milliseconds:))
        lastError = entry.lastError
        mayHaveArrived = entry.mayHaveArrived
    }
}

/// A message with its text.
package struct OutboxLetter: Codable, Sendable, Equatable {
    package let message: OutboxMessageState
    /// Nil: it was secret, and was erased when it had done its work.
    package let body: String?

    init(_ entry: OutboxEntry) {
        message = OutboxMessageState(entry)
        body = entry.body
    }
}

/// What history keeps of a message: history is for ever, and does not need to know to whom it went.
struct OutboxChange: Codable {
    let event: String
    let channel: OutboxChannel
    let state: OutboxState

    init(_ entry: OutboxEntry) {
        event = entry.event
        channel = entry.channel
        state = entry.state
    }
}

/// Why something can't be done with a message.
package enum OutboxRefusal: Error, Equatable, CustomStringConvertible {
    case noSuchMessage(Int64)
    /// It has been sent, is being sent, or was given up.
    case notWaiting(Int64, OutboxState)
    case notAddress(String)

    package var description: String {
        switch self {
        case .noSuchMessage(let id): "the outbox has no message \(id): see \"tsunagi outbox list\""
        case .notWaiting(let id, .sending):
            "message \(id) is being sent just now: see \"tsunagi outbox show \(id)\" in a moment"
        case .notWaiting(let id, let state):
            "message \(id) is \(state.rawValue), and stays so: what it tells has to be told anew by what caused it"
        case .notAddress(let reason): reason
        }
    }
}
