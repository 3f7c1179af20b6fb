import Directory
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Makes registrations durable in groups: while one transaction is on its way to the disk, and a moment longer, the
/// next ones gather, from all shards, and then share a single one (group commit). A phone waits for two syncs and a
/// pause at most, however many register, and for one sync when it is alone.
final class BindingCommitter: Sendable {
    private struct Job: Sendable {
        let change: BindingChange
        let ticket: UInt64
        let shard: ShardReference
    }

    private struct State {
        var queue: [Job] = []
        /// A group is being written, or was a moment ago.
        var isBusy = false
    }

    /// Between two transactions. What a sync costs, and the pages and the threads that it wakes, it costs for one
    /// registration as for many: where they come all the time, those of so many milliseconds share it.
    private static let pause = TimeAmount.milliseconds(4)
    /// After so many refusals in a row the fault is the disk's, not the changes'.
    private static let patience = 3

    private let store: any RuntimeStore
    private let thread: NIOThreadPool
    private let faults: FaultLog
    private let state = Mutex(State())

    init(_ store: any RuntimeStore, thread: NIOThreadPool, logger: Logger) {
        self.store = store
        self.thread = thread
        faults = FaultLog("registrations can't be stored", logger)
    }

    /// Answers by ``Shard/committed(_:)``, later, on the shard's loop.
    func commit(_ change: BindingChange, ticket: UInt64, for shard: ShardReference) {
        let starts = state.withLock { state in
            state.queue.append(Job(change: change, ticket: ticket, shard: shard))
            defer { state.isBusy = true }
            return !state.isBusy
        }
        if starts { runGroup(on: shard.loop) }
    }

    /// Writes all that waits now, without a pause, and answers.
    func finish() async {
        await withCheckedContinuation { continuation in
            thread.submit { _ in
                self.writeAll()
                continuation.resume()
            }
        }
    }

    private func runGroup(on loop: any EventLoop) {
        thread.submit { _ in
            self.writeAll()
            loop.scheduleTask(in: Self.pause) { self.goOn() }
        }
    }

    private func goOn() {
        let next = state.withLock { state in
            state.isBusy = !state.queue.isEmpty
            return state.queue.first?.shard.loop
        }
        if let next { runGroup(on: next) }
    }

    private func writeAll() {
        let group = state.withLock { state in
            defer { state.queue.removeAll(keepingCapacity: true) }
            return state.queue
        }
        guard !group.isEmpty else { return }
        answer(group, write(group))
    }

    private func write(_ group: [Job]) -> [Bool] {
        do {
            try store.commit(group.map(\.change))
            faults.worked()
            return group.map { _ in true }
        } catch {
            faults.failed(error)
            // A disk that is full or busy is so for all of them, and each try can take seconds.
            return group.count > 1 && store.isAboutOneChange(error) ? writeEach(group) : group.map { _ in false }
        }
    }

    /// One change that the database refuses must not take the others with it.
    private func writeEach(_ group: [Job]) -> [Bool] {
        var refusals = 0
        return group.map { job in
            guard refusals < Self.patience else { return false }
            do {
                try store.commit([job.change])
                refusals = 0
                return true
            } catch {
                refusals += 1
                return false
            }
        }
    }

    private func answer(_ group: [Job], _ results: [Bool]) {
        var answers: [Int: (shard: ShardReference, tickets: [(ticket: UInt64, succeeded: Bool)])] = [:]
        for (job, succeeded) in zip(group, results) {
            answers[job.shard.index, default: (job.shard, [])].tickets.append((job.ticket, succeeded))
        }
        for (shard, tickets) in answers.values { shard.execute { $0.committed(tickets) } }
    }
}
