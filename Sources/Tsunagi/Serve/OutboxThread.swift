import Dispatch
import Foundation
import Logging
import Notification
import Storage

/// Sends the messages of one channel, on a thread of its own: a mail server that hangs stops neither calls nor short
/// messages.
final class OutboxThread: Sendable {
    /// How long a message waits at most until it is seen. A look costs two reads of an index.
    private static let interval = DispatchTimeInterval.milliseconds(250)
    /// How long the end of a message is waited for that is handed over already. After that it counts as interrupted
    /// when the next server starts.
    private static let grace = DispatchTimeInterval.seconds(2)

    private let signal = StopSignal()
    private let wake = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)

    init(_ sender: OutboxSender<SystemRandomNumberGenerator>, logger: Logger) {
        let thread = Thread { [signal, wake, hasEnded] in
            Self.run(sender, until: signal, wake, logger)
            hasEnded.signal()
        }
        thread.name = "outbox \(sender.channel.rawValue)"
        thread.start()
    }

    func askToEnd() {
        signal.raise()
        wake.signal()
    }

    /// Returns when the thread has ended, or does not end in time.
    func end() async {
        askToEnd()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [hasEnded] in
                _ = hasEnded.wait(timeout: .now() + Self.grace)
                continuation.resume()
            }
        }
    }

    private static func run(
        _ sender: OutboxSender<SystemRandomNumberGenerator>, until signal: StopSignal, _ wake: DispatchSemaphore,
        _ logger: Logger
    ) {
        var sender = sender
        var hasRecovered = false
        var lastError = ""
        while !signal.isRaised {
            do {
                if !hasRecovered { try sender.recover(at: now()) { report($0, logger) } }
                hasRecovered = true
                try sender.work(until: signal, clock: now) { report($0, logger) }
                lastError = ""
            } catch {
                // Once, not four times a second.
                if lastError != "\(error)" { logger.error("\(sender.channel.rawValue) waits in the outbox: \(error)") }
                lastError = "\(error)"
            }
            _ = wake.wait(timeout: .now() + interval)
        }
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Without the recipient, who is nobody's business that reads a log.
    private static func report(_ event: OutboxEvent, _ logger: Logger) {
        switch event {
        case .expired(let channel, let count):
            logger.warning("\(count) \(channel.rawValue) not sent: worth nothing any more (tsunagi outbox list)")
        case .settled(let message, let settlement):
            let name = "\(message.channel.rawValue) \(message.id) (\(message.kind))"
            switch settlement {
            case .sent: logger.info("\(name) is sent")
            case .kept: logger.info("\(name) stays in the outbox (tsunagi outbox show \(message.id))")
            case .returned: logger.info("\(name) is sent when a server runs again")
            case .waiting(_, let reason): logger.warning("\(name) is tried again later: \(reason)")
            case .failed(let reason): logger.error("\(name) is not sent: \(reason)")
            }
        }
    }
}
