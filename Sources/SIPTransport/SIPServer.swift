package import CallRouting
import Logging
import NIOCore
import NIOPosix
import SIPTransaction
import Synchronization

/// A running server: its loops, its sockets and the threads that wait for the disk and for names.
package final class SIPServer: Sendable {
    /// Where it listens, with the real ports.
    package let listeners: [RoutingConfiguration.Listener]
    private let group: MultiThreadedEventLoopGroup
    let shards: [ShardReference]
    let acceptors: [any Channel]
    private let readers: [any Channel]
    private let threads: Threads
    let services: ShardServices
    private let isStopping = Mutex(false)

    /// Threads that may block.
    private struct Threads: Sendable {
        /// One: what is written to the disk is written in order.
        let storage = NIOThreadPool(numberOfThreads: 1)
        /// For names of trunks, and names that have had an address.
        let knownNames = NIOThreadPool(numberOfThreads: 2)
        let otherNames = NIOThreadPool(numberOfThreads: 4)

        func start() {
            for pool in [storage, knownNames, otherNames] { pool.start() }
        }

        func stop() async {
            for pool in [storage, knownNames, otherNames] { try? await pool.shutdownGracefully() }
        }
    }

    private init(
        _ sockets: ListeningSockets, _ group: MultiThreadedEventLoopGroup, _ shards: [ShardReference],
        acceptors: [any Channel], readers: [any Channel], _ threads: Threads, _ services: ShardServices
    ) {
        listeners = sockets.listeners
        self.group = group
        self.shards = shards
        self.acceptors = acceptors
        self.readers = readers
        self.threads = threads
        self.services = services
    }

    /// Opens all sockets, makes the shards, and then begins to read.
    ///
    /// - Throws: ``SIPServerError``, or what the makers in the setup have thrown; nothing runs then.
    package static func start(_ setup: SIPServerSetup) async throws -> SIPServer {
        let mirror = try setup.capture.map { (server) throws(SIPServerError) in
            try CaptureMirror(server, limit: setup.limits.queuedCopies)
        }
        let sockets = try ListeningSockets(setup.listeners, shardCount: setup.shardCount)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: setup.shardCount)
        let threads = Threads()
        threads.start()
        let services = services(setup, threads, mirror)
        let shards: [ShardReference]
        do {
            shards = try await makeShards(setup, sockets, group, services)
        } catch {
            sockets.discard()
            await threads.stop()
            try? await group.shutdownGracefully()
            throw error
        }
        // From here on the channels own the sockets.
        let readers = try await openReaders(sockets, shards, setup)
        let acceptors = try await openAcceptors(sockets, shards, group, setup)
        return SIPServer(sockets, group, shards, acceptors: acceptors, readers: readers, threads, services)
    }

    private static func services(
        _ setup: SIPServerSetup, _ threads: Threads, _ mirror: CaptureMirror?
    ) -> ShardServices {
        ShardServices(
            limits: setup.limits, overload: setup.overload, sources: setup.sources, logger: setup.logger,
            connections: ConnectionTable(setup.limits),
            resolver: AddressResolver(
                setup.limits, reserved: threads.knownNames, common: threads.otherNames,
                lookup: setup.lookup ?? AddressResolver.systemLookup),
            committer: BindingCommitter(setup.store, thread: threads.storage, logger: setup.logger),
            recorder: CallRecorder(
                setup.store, thread: threads.storage, limit: setup.limits.queuedRecords, logger: setup.logger),
            mirror: mirror)
    }

    private static func makeShards(
        _ setup: SIPServerSetup, _ sockets: ListeningSockets, _ group: MultiThreadedEventLoopGroup,
        _ services: ShardServices
    ) async throws -> [ShardReference] {
        let clock = ShardClock(startingAt: group.next().now)
        var shards: [ShardReference] = []
        for (index, loop) in group.makeIterator().enumerated() {
            let shard = try await loop.submit {
                let place = SIPServerSetup.Place(
                    shard: index, shardCount: setup.shardCount, listeners: sockets.listeners,
                    startedAt: clock.instant(loop.now))
                let shard = Shard(
                    index: index, of: setup.shardCount, loop: loop, clock: clock, services: services,
                    directory: try setup.makeDirectory(), engine: try setup.makeEngine(place))
                return ShardReference(shard)
            }.get()
            shards.append(shard)
        }
        let all = shards
        for shard in all { try await shard.loop.submit { shard.onLoop { $0.join(all) } }.get() }
        return all
    }

    private static func openReaders(
        _ sockets: ListeningSockets, _ shards: [ShardReference], _ setup: SIPServerSetup
    ) async throws -> [any Channel] {
        var readers: [any Channel] = []
        for (shard, socket) in sockets.datagram.flatMap({ zip(shards, $0) }) {
            let granted = socket.setBuffers(setup.limits.socketBuffer)
            if granted < setup.limits.socketBuffer / 2, shard.index == 0 {
                setup.logger.notice(
                    """
                    the kernel gives \(socket.listener.text) a buffer of \(granted / 1024) KiB only, and bursts may be \
                    lost: set net.core.rmem_max to \(setup.limits.socketBuffer) with sysctl
                    """)
            }
            let limits = setup.limits
            readers.append(
                try await DatagramBootstrap(group: shard.loop)
                    .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
                    // The rest is read by the reader itself; what it leaves wakes the loop again at once.
                    .channelOption(.maxMessagesPerRead, value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try shard.onLoop { shard in
                                let local = socket.listener.endpoint
                                let queue = OverloadControl.Queue.datagrams(shard.senders.count)
                                shard.add(
                                    DatagramSender(
                                        descriptor: socket.descriptor, local: local, limit: limits.queuedDatagrams,
                                        ring: DatagramRing()))
                                let reader = DatagramReader(
                                    shard, local: local,
                                    inbox: DatagramInbox(
                                        descriptor: socket.descriptor, limit: limits.datagramsPerRead),
                                    queue: queue)
                                try channel.pipeline.syncOperations.addHandler(reader)
                            }
                        }
                    }
                    .withBoundSocket(socket.descriptor).get())
        }
        return readers
    }

    private static func openAcceptors(
        _ sockets: ListeningSockets, _ shards: [ShardReference], _ group: MultiThreadedEventLoopGroup,
        _ setup: SIPServerSetup
    ) async throws -> [any Channel] {
        var acceptors: [any Channel] = []
        for socket in sockets.stream {
            let local = socket.listener.endpoint
            let bootstrap = StreamOptions.apply(to: ServerBootstrap(group: group))
                .serverChannelOption(.backlog, value: 1024)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let shard = shards.first(where: { $0.loop === channel.eventLoop }) else {
                            throw ConnectionRefusal.gone
                        }
                        try shard.onLoop { try $0.accept(channel, at: local) }
                    }
                }
            acceptors.append(try await bootstrap.withBoundSocket(socket.descriptor).get())
        }
        return acceptors
    }

    /// Ends the server: nothing new is accepted, calls that are being set up get some time, what was accepted reaches
    /// the disk, and everything is closed.
    ///
    /// - Parameter grace: how long calls that are being set up may take; without any it is over at once.
    package func stop(within grace: Duration = .seconds(5)) async {
        let isFirst = isStopping.withLock { isStopping in
            defer { isStopping = true }
            return !isStopping
        }
        guard isFirst else { return }
        for acceptor in acceptors { try? await acceptor.close() }
        let drains = shards.map { shard in
            shard.loop.flatSubmit { shard.onLoop { $0.drain(within: TimeAmount(grace)) } }
        }
        for drain in drains { try? await drain.get() }
        await settle()
        for shard in shards { try? await shard.loop.submit { shard.onLoop { $0.stop() } }.get() }
        for reader in readers { try? await reader.close() }
        // What the shards have read since they settled. Nobody hears of it any more, but it is there when they start again.
        await services.committer.finish()
        await services.recorder.finish()
        await services.mirror?.stop()
        await threads.stop()
        try? await group.shutdownGracefully()
    }

    /// Waits until registrations that are on their way to the disk are there, and their answers on their way out.
    private func settle() async {
        await services.committer.finish()
        for shard in shards { try? await shard.loop.submit {}.get() }
    }
}
