package import Storage

/// When a message is tried again, and when it is given up. Times are milliseconds since the Unix epoch.
package struct RetryPolicy: Sendable, Equatable {
    /// Seconds to the second attempt; each further one waits twice as long as the one before it.
    package var initialDelay: Int
    /// Seconds that no wait is longer than.
    package var maximumDelay: Int
    /// Seconds in the line after which a message is given up.
    package var patience: Int

    package init(initialDelay: Int = 10, maximumDelay: Int = 900, patience: Int = 86_400) {
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.patience = patience
    }

    /// What becomes of a message after an attempt.
    ///
    /// - Parameter generator: for the jitter, by which messages that failed together do not come again together.
    package func settlement(
        of message: OutboxEntry, after outcome: DeliveryOutcome, at now: Int64,
        using generator: inout some RandomNumberGenerator
    ) -> OutboxSettlement {
        switch outcome {
        case .accepted: return .sent
        case .kept: return .kept
        case .stopped: return .returned
        case .refused(let reason): return .failed(reason: reason)
        case .unknown(let reason):
            guard message.isRepeatable else { return .failed(reason: Self.uncertain(reason), mayHaveArrived: true) }
            return later(message, reason: reason, atLeast: 0, isUncertain: true, at: now, using: &generator)
        case .unavailable(let reason, _):
            return later(message, reason: reason, atLeast: 0, at: now, using: &generator)
        case .postponed(let reason, let least):
            return later(message, reason: reason, atLeast: least, at: now, using: &generator)
        }
    }

    /// What becomes of a message that a server had in hand when it ended, if need be by `kill -9`.
    ///
    /// Between handing a message over and writing that down there is no moment that a crash can't fall into. So a code
    /// is never sent again: who waits for it asks for a new one. A mail is, under the Message-ID that it had.
    package func settlement(ofInterrupted message: OutboxEntry, at now: Int64) -> OutboxSettlement {
        let reason = "the server ended while it was being sent"
        return message.isRepeatable
            ? .waiting(until: now, reason: reason) : .failed(reason: Self.uncertain(reason), mayHaveArrived: true)
    }

    private func later(
        _ message: OutboxEntry, reason: String, atLeast least: Int, isUncertain: Bool = false, at now: Int64,
        using generator: inout some RandomNumberGenerator
    ) -> OutboxSettlement {
        let delay = max(delay(afterAttempt: message.attempts, using: &generator), Int64(min(least, patience)) * 1000)
        guard now + delay < message.queuedAt + Int64(patience) * 1000 else {
            return .failed(
                reason: "given up after \(message.attempts) attempts; the last time: \(reason)",
                mayHaveArrived: isUncertain)
        }
        return .waiting(until: now + delay, reason: reason)
    }

    /// Milliseconds: three quarters of the full wait, and a random part of the last quarter.
    private func delay(afterAttempt attempt: Int, using generator: inout some RandomNumberGenerator) -> Int64 {
        let doublings = min(max(0, attempt - 1), 30)
        let full = min(Int64(initialDelay) << Int64(doublings), Int64(maximumDelay)) * 1000
        return full * 3 / 4 + Int64.random(in: 0...full / 4, using: &generator)
    }

    private static func uncertain(_ reason: String) -> String {
        "\(reason); it may have arrived, and is not sent a second time"
    }
}
