import Dispatch
import Foundation
import Logging
import Notification
import Storage

/// Sends the messages of one channel, on a thread of its own: a mail server that hangs stops neither calls nor short
/// messages.
final class OutboxThread: Sendable {
    /// How long a message waits at most until it is seen. A look costs nothing where nothing was committed.
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
        var journal = OutboxJournal()
        let report: (OutboxEvent) -> Void = { event in
            let line = journal.line(for: event)
            logger.log(level: level(line.level), "\(line.text)")
        }
        var hasRecovered = false
        var lastError = ""
        while !signal.isRaised {
            do {
                if !hasRecovered { try sender.recover(at: now(), report: report) }
                hasRecovered = true
                try sender.work(until: signal, clock: now, report: report)
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

    private static func level(_ level: OutboxJournal.Level) -> Logger.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
