import Glibc
import Synchronization

/// How long somebody who wants to write waits for who does: a few seconds, or, while a ``LargeWrite`` is told of, until
/// that can be expected to be over.
final class WritePatience: Sendable {
    /// Between two attempts.
    private static let longestPauseMilliseconds = 50

    private let path: String
    private let usual: Duration
    private let largest: Duration
    private let waits: @Sendable (String) -> Void
    /// When the present wait began, and whether it was told.
    private let wait = Mutex<(began: ContinuousClock.Instant, isTold: Bool)?>(nil)

    /// - Parameter waits: is told once in each wait what is waited for, when it takes longer than usual.
    init(path: String, usual: Duration, largest: Duration, waits: @escaping @Sendable (String) -> Void) {
        (self.path, self.usual, self.largest, self.waits) = (path, usual, largest, waits)
    }

    /// Waits a little.
    ///
    /// - Parameter tries: how often the lock was tried for in vain before in this wait.
    /// - Returns: false: it is not to be tried for again.
    func mayTryAgain(after tries: Int) -> Bool {
        let (waited, isTold) = wait.withLock { wait in
            if tries == 0 || wait == nil { wait = (.now, false) }
            return (wait.map { $0.began.duration(to: .now) } ?? .zero, wait?.isTold ?? false)
        }
        if waited >= usual {
            guard waited < largest, let notice = LargeWrite.notice(on: path) else { return false }
            if !isTold {
                wait.withLock { $0?.isTold = true }
                waits("\(path) is being written to: \(notice)")
            }
        }
        usleep(UInt32(1_000 * min(1 + 2 * tries, Self.longestPauseMilliseconds)))
        return true
    }
}
