import Glibc
import Logging
import NIOCore
import SIPMessage
import SIPTransaction

/// One TCP connection, accepted or opened: cuts its octets into messages (RFC 3261 §18.3) for the shard on whose loop
/// it lives, and sends what any shard has for the far end. Touched on that loop only.
final class StreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case connecting, open
        /// The stream can't be told apart any more: what is answered still goes out, then it is closed.
        case broken
        case closed
    }

    /// How long the answers to a broken stream may take.
    private static let lastWords = TimeAmount.seconds(2)
    /// How long after one answer another shard's may come.
    private static let afterthought = TimeAmount.milliseconds(200)

    let id: ConnectionID
    let flow: Flow
    private let shard: Shard
    private var phase = Phase.connecting
    private var framer: StreamFramer
    private var context: ChannelHandlerContext?
    private var unsent = ByteBuffer()
    /// Whose failure it is if ``unsent`` never leaves.
    private var senders: [StreamSender] = []
    private var lastActivity: NIODeadline
    /// Since when a message is incomplete.
    private var incompleteSince: NIODeadline?
    private var isProven = false
    /// The far end has opened it.
    private let isAccepted: Bool
    private let since: NIODeadline
    /// What it brought is being worked on: its answers belong on it, even if the peer says nothing more.
    private var isReading = false
    var isTouched = false

    init(_ id: ConnectionID, _ shard: Shard, local: Endpoint, remote: Endpoint, isAccepted: Bool) {
        self.id = id
        self.isAccepted = isAccepted
        self.shard = shard
        flow = Flow(transport: .tcp, local: local, remote: remote, connection: id)
        framer = StreamFramer(messageLimit: shard.services.limits.streamMessage)
        since = shard.loop.now
        lastActivity = since
    }

    // MARK: - Out

    /// Puts a message behind the others; it leaves with the batch, or when the connection is open.
    func append(_ write: StreamWrite) {
        if phase == .open, !isReading, unsent.readableBytes == 0, hasEndedAtPeer {
            close()
            return shard.sendOnStream(write)
        }
        let isFull =
            phase == .connecting
            && unsent.readableBytes + write.outgoing.bytes.count > shard.services.limits.queuedWhileConnecting
        if isFull { shard.streams.counters.queuedWhileConnecting += 1 }
        guard phase != .closed, !isFull else {
            if let sender = write.sender { shard.fail([sender]) }
            return
        }
        unsent.writeBytes(write.outgoing.bytes)
        if let sender = write.sender { senders.append(sender) }
        shard.streams.touch(self)
    }

    func flush() {
        guard let context, phase == .open || phase == .broken, unsent.readableBytes > 0 else { return }
        lastActivity = shard.loop.now
        if phase == .broken { close(in: Self.afterthought) }
        write(context)
        if !context.channel.isWritable, queued(context) > shard.services.limits.queuedPerConnection {
            shard.streams.counters.queuedPerConnection += 1
            shard.services.logger.debug("tcp:\(flow.remote) does not read: the connection is closed")
            close()
        }
    }

    private func write(_ context: ChannelHandlerContext) {
        let buffer = unsent
        unsent = ByteBuffer()
        guard !senders.isEmpty else { return context.writeAndFlush(wrapOutboundOut(buffer), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenFailure { [senders, shard] _ in shard.fail(senders) }
        senders.removeAll()
        context.writeAndFlush(wrapOutboundOut(buffer), promise: written)
    }

    /// Whether nothing but the end of the connection is left to be read, which closes it. A message that nobody on it
    /// waits for any more can still take another connection (RFC 3261 §18.2.2).
    private var hasEndedAtPeer: Bool {
        let isAtEnd = try? context?.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { socket in
            var octet: UInt8 = 0
            return unsafe recv(socket, &octet, 1, CInt(MSG_PEEK | MSG_DONTWAIT)) == 0
        }
        return isAtEnd == true
    }

    /// Octets that the peer has not taken yet.
    private func queued(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .open else { return }
        isReading = true
        lastActivity = shard.loop.now
        framer.append(unwrapInboundIn(data).readableBytesView)
        while phase == .open, let item = framer.next() {
            incompleteSince = nil
            switch item {
            case .message(let bytes):
                prove()
                if !shard.receive(bytes, from: flow) { close() }
            case .keepalive:
                guard shard.receiveBlank(from: flow) else {
                    close()
                    break
                }
                unsent.writeStaticString("\r\n")
                shard.streams.touch(self)
            case .blankLines: if !shard.receiveBlank(from: flow) { close() }
            case .broken(let bytes, let fault): giveUp(bytes, fault)
            }
        }
        if framer.isMidMessage, incompleteSince == nil { incompleteSince = lastActivity }
        // No end of the read is told of a channel that is closed.
        if phase == .closed { endReading() }
    }

    func channelReadComplete(context: ChannelHandlerContext) { endReading() }

    private func endReading() {
        shard.endBatch()
        isReading = false
    }

    private func prove() {
        guard !isProven else { return }
        isProven = true
        shard.services.connections.prove(id)
        if isAccepted { shard.excuseConnection(from: flow.remote.address) }
    }

    private func giveUp(_ bytes: [UInt8], _ fault: StreamFramer.FramingFault) {
        phase = .broken
        shard.streams.counters.broken += 1
        shard.services.logger.debug("tcp:\(flow.remote) sent \(fault): the connection is closed")
        // What there is of a request gets its answer from the engine, by the fault that is in it.
        shard.receive(bytes, from: flow)
        shard.beginBatch()
        close(in: Self.lastWords)
    }

    private func close(in time: TimeAmount) {
        shard.loop.assumeIsolated().scheduleTask(in: time) { self.close() }
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { opened() }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened()
    }

    private func opened() {
        guard phase == .connecting else { return }
        phase = .open
        lastActivity = shard.loop.now
        flush()
    }

    /// Nothing more is taken from a peer that does not take its answers: what it asks for can't pile up here.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) { ended() }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    func close() {
        guard phase != .closed else { return }
        ended()
        context?.close(promise: nil)
    }

    /// There is no connection any more, or never was one.
    func ended() {
        guard phase != .closed else { return }
        phase = .closed
        shard.forget(self)
        unsent = ByteBuffer()
        let waiting = senders
        senders = []
        shard.fail(waiting)
    }

    /// Closes it if it was silent or incomplete for too long, or its far end is banned.
    func check(at now: NIODeadline) {
        let limits = shard.services.limits
        let isSilent = now - lastActivity > TimeAmount(limits.idleTime)
        let isStuck = incompleteSince.map { now - $0 > TimeAmount(limits.messageTime) } ?? false
        let isMute = isAccepted && !isProven && now - since > TimeAmount(limits.firstMessageTime)
        guard isSilent || isStuck || isMute || shard.isBanned(flow.remote.address) else { return }
        shard.streams.counters.expired += 1
        close()
    }
}
