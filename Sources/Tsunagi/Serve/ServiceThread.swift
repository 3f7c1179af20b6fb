import Dispatch
import Foundation
import Notification

/// A thread of its own for work that may wait long for others, done again and again until it is asked to end.
final class ServiceThread: Sendable {
    /// How long the end of what is under way is waited for.
    private static let grace = DispatchTimeInterval.seconds(2)

    private let signal = StopSignal()
    private let wake = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - interval: between two rounds.
    ///   - begin: makes ready, on the thread, what is done in each round; that is to end early once the signal is raised.
    init(
        _ name: String, every interval: DispatchTimeInterval, begin: @escaping @Sendable () -> (StopSignal) -> Void
    ) {
        let thread = Thread { [signal, wake, hasEnded] in
            let round = begin()
            while !signal.isRaised {
                round(signal)
                _ = wake.wait(timeout: .now() + interval)
            }
            hasEnded.signal()
        }
        thread.name = name
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
}
