import Storage

/// What the log is told of messages: without the recipient, who is nobody's business that reads a log, and what keeps
/// all messages from going out once, not for each of them.
package struct OutboxJournal: Sendable {
    package enum Level: Sendable, Equatable {
        case debug, info, warning, error
    }

    package struct Line: Sendable, Equatable {
        package let level: Level
        package let text: String

        init(_ level: Level, _ text: String) {
            self.level = level
            self.text = text
        }
    }

    /// What keeps messages from going out as far as the log knows; nil: nothing.
    private var cause: Int?

    package init() {}

    package mutating func line(for event: OutboxEvent) -> Line {
        switch event {
        case .expired(let channel, let count):
            return Line(
                .warning, "\(count) \(channel.rawValue) not sent: worth nothing any more (tsunagi outbox list)")
        case .dropped(let channel, let count):
            return Line(
                .error, "\(count) \(channel.rawValue) not written: too many wait to be sent (tsunagi outbox list)")
        case .interrupted(let message, let settlement): return Self.line(for: message, settlement)
        case .settled(let message, .unavailable(let reason, let cause), let settlement):
            let isNew = cause != self.cause
            self.cause = cause
            let line = Self.line(for: message, settlement)
            guard case .waiting = settlement else { return line }
            guard isNew else { return Line(.debug, line.text) }
            return Line(.error, "\(message.channel.rawValue) can't be sent: \(LogMask(message).text(reason))")
        case .settled(let message, let outcome, let settlement):
            if outcome != .stopped { cause = nil }
            return Self.line(for: message, settlement)
        }
    }

    private static func line(for message: OutboxEntry, _ settlement: OutboxSettlement) -> Line {
        let name = "\(message.channel.rawValue) \(message.id) (\(message.kind))"
        let mask = LogMask(message)
        switch settlement {
        case .sent: return Line(.info, "\(name) is sent")
        case .kept: return Line(.info, "\(name) stays in the outbox (tsunagi outbox show \(message.id))")
        case .returned: return Line(.info, "\(name) is sent when a server runs again")
        case .waiting(_, let reason): return Line(.warning, "\(name) is tried again later: \(mask.text(reason))")
        case .failed(let reason, _): return Line(.error, "\(name) is not sent: \(mask.text(reason))")
        }
    }
}
