import Foundation
import Glibc
import Synchronization

/// The threads that passwords are hashed on: a few, below everything else in the eyes of the scheduler, with a line before
/// them that has an end. So a flood of sign-ins waits, is turned away, and takes nothing from the calls.
package final class HashingPool: Sendable {
    /// At the recommended cost each thread takes 128 MiB for the time of a hash.
    package static var usualThreads: Int { min(4, max(1, ProcessInfo.processInfo.activeProcessorCount / 2)) }

    private typealias Job = @Sendable () -> Void

    private struct State {
        var running = 0
        var line: [Job] = []
    }

    private enum Place {
        case thread, line, nowhere
    }

    private let threads: Int
    private let lineLimit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - threads: at most; one ends when it finds nothing to do.
    ///   - lineLimit: how many may wait; more are refused.
    package init(threads: Int = HashingPool.usualThreads, lineLimit: Int = 32) {
        self.threads = max(1, threads)
        self.lineLimit = max(0, lineLimit)
    }

    /// Those that are being worked on or wait.
    package var load: Int { state.withLock { $0.running + $0.line.count } }

    /// - Throws: ``SignInDeskRefusal/busy`` at once when the line is full; what the work throws.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job: Job = { continuation.resume(with: Result(catching: work)) }
            switch place(job) {
            case .thread: Thread.detachNewThread { self.serve(job) }
            case .line: break
            case .nowhere: continuation.resume(throwing: SignInDeskRefusal.busy)
            }
        }
    }

    private func place(_ job: @escaping Job) -> Place {
        state.withLock { state in
            if state.running < threads {
                state.running += 1
                return .thread
            }
            guard state.line.count < lineLimit else { return .nowhere }
            state.line.append(job)
            return .line
        }
    }

    private func serve(_ first: @escaping Job) {
        // Linux has a nice value for each thread; 0 is the one that calls.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        var next: Job? = first
        while let job = next {
            job()
            next = state.withLock { state in
                guard state.line.isEmpty else { return state.line.removeFirst() }
                state.running -= 1
                return nil
            }
        }
    }
}
