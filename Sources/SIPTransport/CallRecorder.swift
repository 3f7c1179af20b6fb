import Directory
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Writes call records in batches, behind the calls: a slow disk delays the log and never a call.
final class CallRecorder: Sendable {
    private enum Phase {
        /// Nothing waits.
        case idle
        /// Records wait for others, until the delay is over or a transaction is full.
        case gathering
        /// A write has failed: it is tried again after the delay, however many wait.
        case resting
        /// A write is under way, or about to be.
        case writing
    }

    /// What a record that was added asks for.
    private enum Step {
        case nothing
        /// To write after the delay.
        case wait
        /// To write at once.
        case write
        case tellLoss(Int)
    }

    private struct State {
        /// Oldest first; each is written in one transaction. The last one is being filled.
        var batches: [CallBatch] = []
        /// Empty, with the memory of one that was written: new memory would have to be cleared by the kernel each time.
        var spare = CallBatch()
        /// Records that are not on the disk yet, those that are being written included.
        var waiting = 0
        var phase = Phase.idle
        var failures = 0
        var dropped = 0
        /// At how many lost records to tell of it again.
        var nextLossReport = 1
        var loop: (any EventLoop)?

        /// Takes a record that a call has left.
        mutating func take(
            _ record: CallRecord, limit: Int, _ store: any RuntimeStore, _ loop: any EventLoop
        ) -> Step {
            guard waiting < limit else {
                dropped += 1
                guard dropped >= nextLossReport else { return .nothing }
                nextLossReport = 10 * dropped
                return .tellLoss(dropped)
            }
            append(record, for: store)
            switch phase {
            case .idle:
                self.loop = loop
                phase = .gathering
                return .wait
            case .gathering where waiting >= CallRecorder.batch:
                phase = .writing
                return .write
            case .gathering, .resting, .writing: return .nothing
            }
        }

        private mutating func append(_ record: CallRecord, for store: any RuntimeStore) {
            if (batches.last?.count ?? CallRecorder.batch) >= CallRecorder.batch {
                batches.append(spare)
                spare = CallBatch()
            }
            store.encode(record, into: &batches[batches.count - 1])
            waiting += 1
        }
    }

    /// How long a record may wait for others. A server that is killed loses the log of calls this young; one that is
    /// stopped loses none. Waiting is worth it: calls of one time lie side by side in the file, so the more of them a
    /// transaction holds, the fewer pages it writes for each.
    private static let delay = TimeAmount.seconds(1)
    private static let retryDelay = TimeAmount.seconds(1)
    /// Records of one transaction: some milliseconds, for which a registration may have to wait.
    private static let batch = 2_000
    /// A batch that fails so often is given up.
    private static let attempts = 5

    private let store: any RuntimeStore
    private let thread: NIOThreadPool
    private let limit: Int
    private let logger: Logger
    private let faults: FaultLog
    private let state = Mutex(State())

    init(_ store: any RuntimeStore, thread: NIOThreadPool, limit: Int, logger: Logger) {
        self.store = store
        self.thread = thread
        self.limit = limit
        self.logger = logger
        faults = FaultLog("the call log can't be written", logger)
    }

    /// What is dropped, the disk could not follow.
    var measures: LineMeasures { state.withLock { LineMeasures(waiting: $0.waiting, dropped: $0.dropped) } }

    /// - Parameter loop: the caller's, which keeps the time.
    func add(_ record: CallRecord, from loop: any EventLoop) {
        switch state.withLock({ $0.take(record, limit: limit, store, loop) }) {
        case .nothing: break
        case .wait: submit(after: Self.delay)
        case .write: submit()
        case .tellLoss(let dropped):
            logger.error("the disk can't follow the call log: \(dropped) calls are missing from it so far")
        }
    }

    /// Writes all there is, now; a write that fails is tried again, as often as ever. Call it when nothing is added any
    /// more.
    func finish() async {
        await withCheckedContinuation { continuation in
            thread.submit { _ in
                var failures = 0
                while failures < Self.attempts {
                    let rest = self.writeBatch()
                    if rest == .none { break }
                    if rest == .failed { failures += 1 }
                }
                continuation.resume()
            }
        }
        let (left, dropped) = state.withLock { ($0.waiting, $0.dropped) }
        if left + dropped > 0 { logger.warning("\(left + dropped) call records could not be written") }
    }

    private func submit() {
        thread.submit { _ in
            switch self.writeBatch() {
            // Submitted anew and not written at once: registrations must not wait for a long log.
            case .full: self.submit()
            case .some: self.submit(after: Self.delay)
            case .failed: self.submit(after: Self.retryDelay)
            case .none: break
            }
        }
    }

    private func submit(after delay: TimeAmount) {
        state.withLock { $0.loop }?.scheduleTask(in: delay) {
            // It may have been full, and written, before.
            let isDue = self.state.withLock { state in
                guard state.phase == .gathering || state.phase == .resting else { return false }
                state.phase = .writing
                return true
            }
            if isDue { self.submit() }
        }
    }

    /// What is left after a write.
    private enum Rest { case none, some, full, failed }

    private func writeBatch() -> Rest {
        var calls = state.withLock { $0.batches.isEmpty ? CallBatch() : $0.batches.removeFirst() }
        do {
            if !calls.isEmpty {
                try store.append(calls)
                faults.worked()
            }
        } catch {
            return failed(calls, error)
        }
        let written = calls.count
        calls.removeAll()
        return state.withLock { [calls] state in
            if written > 0 { state.spare = calls }
            state.waiting -= written
            state.failures = 0
            if state.waiting == 0 {
                state.phase = .idle
                return .none
            }
            state.phase = state.waiting >= Self.batch ? .writing : .gathering
            return state.phase == .writing ? .full : .some
        }
    }

    private func failed(_ calls: CallBatch, _ error: any Error) -> Rest {
        faults.failed(error)
        state.withLock { state in
            state.phase = .resting
            state.failures += 1
            if state.failures >= Self.attempts {
                state.waiting -= calls.count
                state.dropped += calls.count
                state.failures = 0
            } else {
                state.batches.insert(calls, at: 0)
            }
        }
        return .failed
    }
}
