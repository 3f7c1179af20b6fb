import CallRouting
import Logging
import NIOCore
import NIOPosix
import SIPMessage
import SIPTransaction

extension Shard {
    /// Sends on the connection that the hop names, on one to the same far end, or on a new one (RFC 3261 §18.1.1,
    /// §18.2.2).
    func sendOnStream(_ write: StreamWrite) {
        let hop = write.outgoing.hop
        let found = services.connections.connection(for: hop) { id in
            make(id, local: hop.local, remote: hop.remote, isAccepted: false)
        }
        guard let found else {
            if let sender = write.sender { fail([sender]) }
            return
        }
        guard found.reference.shard == index else { return pass(write, to: found.reference.shard) }
        found.reference.onLoop { connection in
            connection.append(write)
            guard found.isNew else { return }
            insert(connection)
            connect(connection, found.reference)
        }
    }

    private func make(
        _ id: ConnectionID, local: Endpoint, remote: Endpoint, isAccepted: Bool
    ) -> ConnectionReference {
        ConnectionReference(
            StreamConnection(id, self, local: local, remote: remote, isAccepted: isAccepted), on: self)
    }

    private func connect(_ connection: StreamConnection, _ reference: ConnectionReference) {
        var bootstrap = StreamOptions.apply(to: ClientBootstrap(group: loop))
            .connectTimeout(TimeAmount(services.limits.connectTime))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try reference.onLoop { try channel.pipeline.syncOperations.addHandler($0) }
                }
            }
        let local = connection.flow.local.address
        do {
            // Peers that trust our address must see it; the port is any.
            if !local.isWildcard {
                bootstrap = bootstrap.bind(to: try Endpoint(address: local, port: 0).socketAddress())
            }
            bootstrap.connect(to: try connection.flow.remote.socketAddress()).whenFailure { _ in
                reference.onLoop { $0.ended() }
            }
        } catch {
            connection.ended()
        }
    }

    /// Takes a connection that a peer has opened.
    ///
    /// - Throws: ``ConnectionRefusal``; the channel is closed then.
    func accept(_ channel: any Channel, at local: Endpoint) throws {
        guard let remote = channel.remoteAddress.flatMap(Endpoint.init) else { throw ConnectionRefusal.gone }
        switch judgeConnection(from: remote.address) {
        case .admitted: break
        case .limited: throw ConnectionRefusal.tooFast
        case .banned: throw ConnectionRefusal.banned
        }
        let admission = services.connections.admit(from: remote) { id in
            make(id, local: local, remote: remote, isAccepted: true)
        }
        switch admission {
        case .refused(let count):
            // The first, and then only some: whoever opens too many would fill the log as well.
            if count % 1000 == 1 {
                services.logger.warning("too many TCP connections: one from \(remote) is refused")
            }
            // A whole office may come back before its old connections are given up.
            excuseConnection(from: remote.address)
            throw ConnectionRefusal.tooMany
        case .admitted(let connection, let evicted):
            if let evicted, peers.indices.contains(evicted.shard) {
                peers[evicted.shard].execute { _ in evicted.onLoop { $0.close() } }
            }
            try enter(connection, channel)
        }
    }

    private func enter(_ connection: ConnectionReference, _ channel: any Channel) throws {
        try connection.onLoop { connection in
            insert(connection)
            do {
                try channel.pipeline.syncOperations.addHandler(connection)
            } catch {
                connection.ended()
                throw error
            }
        }
    }

    private func insert(_ connection: StreamConnection) {
        streams.insert(connection)
        if streams.connections.count == 1 { sweepLater() }
    }

    private func sweepLater() {
        loop.assumeIsolated().scheduleTask(in: TimeAmount(services.limits.sweepInterval)) { [weak self] in self?.sweep()
        }
    }

    private func sweep() {
        let now = loop.now
        for connection in Array(streams.connections.values) { connection.check(at: now) }
        if !streams.connections.isEmpty { sweepLater() }
    }

    func forget(_ connection: StreamConnection) {
        streams.remove(connection)
        services.connections.remove(connection.id)
    }

    /// Lets the shards know whose messages could not be sent.
    func fail(_ senders: [StreamSender]) {
        for sender in senders {
            if sender.shard == index {
                fail(sender.transaction)
            } else if peers.indices.contains(sender.shard) {
                peers[sender.shard].execute { $0.fail(sender.transaction) }
            }
        }
    }
}

/// Why a connection that a peer has opened is closed again.
enum ConnectionRefusal: Error {
    case tooMany
    case tooFast
    case banned
    case gone
}

/// Options of all TCP connections.
enum StreamOptions {
    static func apply(to bootstrap: ClientBootstrap) -> ClientBootstrap {
        bootstrap
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.writeBufferWaterMark, value: waterMark)
            .channelOption(.maxMessagesPerRead, value: readsInTurn)
    }

    static func apply(to bootstrap: ServerBootstrap) -> ServerBootstrap {
        bootstrap
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: waterMark)
            .childChannelOption(.maxMessagesPerRead, value: readsInTurn)
    }

    /// Each connection has one read, of 64 KiB at most, before the others have theirs.
    private static let readsInTurn: UInt = 1
    /// Octets that wait for a peer when reading from it stops, and when it goes on.
    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 32_768, high: 65_536)
}
