import CallRouting
import NIOCore
import SIPMessage
import Synchronization

extension SIPServer {
    /// Asks every shard, on its own loop, for what it has counted.
    ///
    /// - Parameter patience: how long a shard may take to answer.
    package func measures(within patience: Duration = .seconds(1)) async -> ServerMeasures {
        // All of them at once: one that hangs does not keep the others waiting.
        let questions = shards.map { shard in Task { await shard.measures(within: patience) } }
        var answers: [ShardMeasures?] = []
        for question in questions { answers.append(await question.value) }
        let closed = zip(acceptors, listeners.filter { $0.transport == .tcp }).filter { !$0.0.isActive }
        return ServerMeasures(
            shards: answers, connections: services.connections.measures, lookups: services.resolver.measures,
            records: services.recorder.measures, capture: services.mirror?.measures,
            bans: services.sources.bansMade, closedListeners: closed.map(\.1.text))
    }
}

extension ShardReference {
    fileprivate func measures(within patience: Duration) async -> ShardMeasures? {
        await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            let asked = ContinuousClock.now
            execute { [self] shard in
                var measures = shard.measures
                measures.waiting = waiting
                measures.delay = ContinuousClock.now - asked
                answer.give(measures)
            }
            Task {
                try? await Task.sleep(for: patience)
                answer.give(nil)
            }
        }
    }
}

/// Takes the first of several answers, and leaves the others.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Mutex(continuation) }

    func give(_ value: Value?) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: value)
    }
}
