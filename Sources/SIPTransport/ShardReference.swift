import NIOCore
import SIPMessage
import SIPTransaction

/// A shard as other threads know it: they can ask it to do something on its own loop, and nothing else.
struct ShardReference: Sendable {
    let index: Int
    let loop: any EventLoop
    private let shard: NIOLoopBound<Shard>

    /// To be called on the shard's loop.
    init(_ shard: Shard) {
        index = shard.index
        loop = shard.loop
        self.shard = NIOLoopBound(shard, eventLoop: shard.loop)
    }

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

/// A message on its way to the shard that owns it.
struct Arrival: Sendable {
    let message: SIPMessage
    let flow: Flow
}
