package import Logging
import Synchronization

/// Tells the operator of something that fails again and again: when it begins, each minute while it lasts, when its cause
/// changes, and when it is over. A disk that is full must not be filled with the news of it.
package final class FaultLog: Sendable {
    private struct Fault {
        let began: ContinuousClock.Instant
        var cause: String
        var toldAt: ContinuousClock.Instant
        var count = 1
    }

    private static let interval = Duration.seconds(60)

    private let what: String
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fault = Mutex<Fault?>(nil)

    /// - Parameters:
    ///   - what: completes "… can't be …": `registrations can't be stored`.
    ///   - now: the time; tests hand in their own.
    package init(
        _ what: String, _ logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.what = what
        self.logger = logger
        self.now = now
    }

    package func failed(_ error: any Error) {
        let cause = "\(error)"
        let now = now()
        let count: Int? = fault.withLock { fault in
            guard var known = fault else {
                fault = Fault(began: now, cause: cause, toldAt: now)
                return 1
            }
            known.count += 1
            defer { fault = known }
            guard cause != known.cause || now - known.toldAt >= Self.interval else { return nil }
            (known.cause, known.toldAt) = (cause, now)
            return known.count
        }
        guard let count else { return }
        logger.error("\(what): \(cause)\(count > 1 ? " (\(count) times so far)" : "")")
    }

    package func worked() {
        let ended = fault.withLock { fault in
            defer { fault = nil }
            return fault
        }
        guard let ended else { return }
        let seconds = (now() - ended.began).components.seconds
        logger.notice("over: \(what) (for \(seconds) s, \(ended.count) times)")
    }
}
