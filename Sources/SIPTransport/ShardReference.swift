import NIOCore
import SIPMessage
import SIPTransaction
import Synchronization

/// A shard as other threads know it: they can ask it to do something on its own loop, and nothing else.
struct ShardReference: Sendable {
    let index: Int
    let loop: any EventLoop
    private let shard: NIOLoopBound<Shard>
    private let backlog = Backlog()

    /// Messages that were handed over and wait.
    private final class Backlog: Sendable {
        let count = Atomic(0)
    }

    /// To be called on the shard's loop.
    init(_ shard: Shard) {
        index = shard.index
        loop = shard.loop
        self.shard = NIOLoopBound(shard, eventLoop: shard.loop)
    }

    /// Gives messages to the shard, behind what this thread has given it before.
    ///
    /// - Parameter limit: messages that may wait.
    /// - Returns: false if too many wait already, and these are lost.
    func takeOver(_ arrivals: HandOver, limit: Int) -> Bool {
        guard backlog.count.load(ordering: .relaxed) < limit else { return false }
        backlog.count.add(arrivals.count, ordering: .relaxed)
        execute { [backlog] shard in
            backlog.count.subtract(arrivals.count, ordering: .relaxed)
            shard.takeOver(arrivals)
        }
        return true
    }

    /// Messages that were handed over and wait.
    var waiting: Int { backlog.count.load(ordering: .relaxed) }

    /// Runs later on the shard's loop; what one thread asks for runs in the order in which it asked.
    func execute(_ work: @escaping @Sendable (Shard) -> Void) {
        loop.execute { [shard] in work(shard.value) }
    }

    /// Runs at once; to be called on the shard's loop.
    func onLoop<Result>(_ work: (Shard) throws -> Result) rethrows -> Result {
        try work(shard.value)
    }
}

extension ShardReference: NIOScheduledCallbackHandler {
    func handleScheduledCallback(eventLoop: some EventLoop) {
        shard.value.timeIsUp()
    }
}
