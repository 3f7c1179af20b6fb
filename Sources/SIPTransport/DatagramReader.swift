import NIOCore
import SIPMessage
import SIPTransaction

/// Takes the datagrams of one UDP socket to its shard: one batch for each read of the socket.
///
/// The socket is read as soon as there is something. Pauses between reads, so that each finds more, were measured and
/// gained nothing: under load batches grow by themselves, and the timer of a pause costs more than the reads it saves.
final class DatagramReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let shard: Shard
    private let local: Endpoint

    init(_ shard: Shard, local: Endpoint) {
        self.shard = shard
        self.local = local
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = Endpoint(envelope.remoteAddress) else { return }
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
