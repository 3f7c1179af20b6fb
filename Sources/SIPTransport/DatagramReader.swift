import NIOCore
import SIPMessage
import SIPTransaction

/// Takes the datagrams of one UDP socket to its shard: one batch for each read of the socket.
///
/// Each batch costs several system calls, whatever it holds. So while messages keep coming the socket is not read
/// more often than every ``spacing``: the kernel keeps what comes meanwhile, and one read takes it all. After a pause
/// the first message is read at once.
final class DatagramReader: ChannelDuplexHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundIn = Never

    private let spacing: TimeAmount
    /// No pause after a read that brought so many: the next may bring as many.
    private let fullBatch: Int
    private var count = 0
    private var nextRead = NIODeadline.uptimeNanoseconds(0)
    private var isWaiting = false

    private let shard: Shard
    private let local: Endpoint

    init(_ shard: Shard, local: Endpoint, limits: TransportLimits) {
        self.shard = shard
        self.local = local
        spacing = TimeAmount(limits.datagramSpacing)
        fullBatch = limits.datagramsPerRead
    }

    func read(context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        guard count > 0, count < fullBatch, now < nextRead else {
            count = 0
            nextRead = now + spacing
            return context.read()
        }
        guard !isWaiting else { return }
        isWaiting = true
        context.eventLoop.assumeIsolated().scheduleTask(deadline: nextRead) {
            self.isWaiting = false
            self.count = 0
            self.nextRead = context.eventLoop.now + self.spacing
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = Endpoint(envelope.remoteAddress) else { return }
        count += 1
        let flow = Flow(transport: .udp, local: local, remote: remote)
        shard.receive(Array(buffer: envelope.data), from: flow)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        shard.endBatch()
    }

    func channelInactive(context: ChannelHandlerContext) {
        shard.socketClosed(local)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shard.socketFailed(local, error)
    }
}
