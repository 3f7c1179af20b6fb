package import CallRouting
import Glibc

/// What there is to be told of a server at one moment.
package struct ServerMeasures: Sendable {
    /// In the order of their indices. Nil: that shard has not answered in time.
    package var shards: [ShardMeasures?]
    package var connections: ConnectionMeasures
    /// Questions for the addresses of names, and those that were not asked because too many waited.
    package var lookups: LineMeasures
    /// Call records on their way to the disk, and those that were lost.
    package var records: LineMeasures
    /// Copies of messages; nil: nobody wants them.
    package var capture: CaptureMeasures?
    /// How often a source was banned for what it did.
    package var bans: Int
    /// Where TCP connections are not accepted any more, `tcp:127.0.0.1:5060`.
    package var closedListeners: [String]

    /// What the engines of all shards that have answered have in sum.
    package var engines: EngineMeasures {
        shards.reduce(into: EngineMeasures()) { sum, shard in
            if let shard { sum.add(shard.engine) }
        }
    }
}

/// A queue with an end.
package struct LineMeasures: Sendable {
    package var waiting: Int
    package var dropped: Int
}

/// TCP connections, at this moment and since the server began.
package struct ConnectionMeasures: Sendable {
    package var open: Int
    /// That peers have opened when there was no room.
    package var refused: Int
    /// That we would have opened.
    package var unopened: Int
}

/// What there is to be told of one event loop; counts are since the server began.
package struct ShardMeasures: Sendable {
    package var engine: EngineMeasures
    package var batches: Int
    /// Processor time of its thread, seconds.
    package var processorSeconds: Double
    /// Messages that other shards have handed over, and that wait.
    package var waiting: Int
    /// Messages that it could not hand over, because their owner did not follow.
    package var lost: Int
    package var streams: StreamCounters
    package var sources: SourceGuard.Counters
    /// How often it had more to do than it can.
    package var overloads: Int
    /// UDP sockets.
    package var sockets: [SocketMeasures]
    /// How long it took until it had time for this question.
    package var delay: Duration = .zero
}

/// What became of streams.
package struct StreamCounters: Sendable {
    /// Connections closed because the peer did not take what was for it.
    package var queuedPerConnection = 0
    /// Messages that found too many others waiting for the same connection to open.
    package var queuedWhileConnecting = 0
    /// Connections closed because what came could not be cut into messages, or was too long for one.
    package var broken = 0
    /// Connections closed because they were silent, or a message incomplete, for too long.
    package var expired = 0
}

/// What there is to be told of one UDP socket, ours and the kernel's.
package struct SocketMeasures: Sendable {
    /// Address and port.
    package var local: String
    package var isOpen: Bool
    /// Datagrams that the kernel did not take.
    package var unsent: Int
    /// Octets that have come and were not read, as the kernel counts them.
    package var unread = 0
    /// Datagrams that the kernel dropped, most often because nobody read in time.
    package var dropped = 0

    init(local: String, isOpen: Bool, unsent: Int) {
        self.local = local
        self.isOpen = isOpen
        self.unsent = unsent
    }

    /// Reads the socket's memory as the kernel sees it (SO_MEMINFO of socket(7)): so nothing has to be counted while
    /// messages come.
    mutating func askKernel(_ descriptor: CInt) {
        var memory = [UInt32](repeating: 0, count: 9)
        var length = socklen_t(memory.count * MemoryLayout<UInt32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, &memory, &length) == 0 else { return }
        unread = Int(memory[0])
        if Int(length) == memory.count * MemoryLayout<UInt32>.size { dropped = Int(memory[8]) }
    }
}

extension Shard {
    /// To be called on the loop, whose processor time it tells.
    var measures: ShardMeasures {
        ShardMeasures(
            engine: engine.measures, batches: batches, processorSeconds: Self.processorSecondsOfThisThread, waiting: 0,
            lost: lost, streams: streams.counters, sources: sources.counters, overloads: overload.episodes,
            sockets: senders.map(\.measures))
    }

    private static var processorSecondsOfThisThread: Double {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
