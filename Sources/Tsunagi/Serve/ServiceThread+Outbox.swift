import Foundation
import Logging
import Notification
import Storage

extension ServiceThread {
    /// Sends the messages of one channel: a mail server that hangs stops neither calls nor short messages. A message that is
    /// handed over already when the server ends counts as interrupted when the next one starts, unless it is done in time.
    ///
    /// A look costs nothing where nothing was committed, so a message waits a quarter of a second at most.
    static func outbox(_ sender: OutboxSender<SystemRandomNumberGenerator>, _ logger: Logger) -> ServiceThread {
        ServiceThread("outbox \(sender.channel.rawValue)", every: .milliseconds(250)) {
            var sender = sender
            var journal = OutboxJournal()
            let report: (OutboxEvent) -> Void = { event in
                let line = journal.line(for: event)
                logger.log(level: level(line.level), "\(line.text)")
            }
            var hasRecovered = false
            var lastError = ""
            return { signal in
                do {
                    if !hasRecovered { try sender.recover(at: now(), report: report) }
                    hasRecovered = true
                    try sender.work(until: signal, clock: now, report: report)
                    lastError = ""
                } catch {
                    // Once, not four times a second.
                    if lastError != "\(error)" {
                        logger.error("\(sender.channel.rawValue) waits in the outbox: \(error)")
                    }
                    lastError = "\(error)"
                }
            }
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
