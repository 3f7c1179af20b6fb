import CallRouting
import Glibc
import NIOCore
import SIPMessage
import SIPTransaction

/// Takes the datagrams of one UDP socket to its shard: one batch for each time that the socket has become readable.
///
/// NIO watches the socket and reads the first datagram; what has come behind it is read here, because NIO wraps each
/// datagram into several objects on its way, which takes longer than to receive it.
///
/// The socket is read as soon as there is something. Pauses between reads, so that each finds more, were measured and
/// gained nothing: under load batches grow by themselves, and the timer of a pause costs more than the reads it saves.
final class DatagramReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// After so many batches the streams, the timers and the other shards have their turn.
    private static let batchesInTurn = 8

    /// Longer than it takes to answer a handful of messages, and shorter than the turn of a program that computes.
    private static let longAbsence = TimeAmount.microseconds(500)
    private static let batchesAfterLongAbsence = 200

    private let shard: Shard
    private let local: Endpoint
    private let inbox: DatagramInbox
    private let queue: OverloadControl.Queue
    private var isOpen = true
    /// What NIO has read. It waits until all of its batch has been received: a batch is worked on by the rules as they are
    /// when it begins, and a rule that was committed before a message came has to hold for it.
    private var unread: [(message: [UInt8], flow: Flow)] = []
    /// Batches for which the processor is not given up.
    private var batchesToKeepOn = 0

    /// - Parameter queue: the socket's, among the shard's.
    init(_ shard: Shard, local: Endpoint, inbox: DatagramInbox, queue: OverloadControl.Queue) {
        self.shard = shard
        self.local = local
        self.inbox = inbox
        self.queue = queue
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = Endpoint(envelope.remoteAddress) else { return }
        unread.append((Array(buffer: envelope.data), Flow(transport: .udp, local: local, remote: remote)))
    }

    /// Whoever gets a message of this batch often answers at once. So the processor is given up for a moment, to those
    /// who wait for it: what they send is taken in the next batch, without going to sleep and being woken in between,
    /// which costs more than to work on a batch.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isOpen { _ = receiveWaiting() } else { takeUnread() }
        shard.endBatch()
        for _ in 1..<Self.batchesInTurn {
            guard giveWay(), isOpen, receiveWaiting() else { return }
            shard.endBatch()
        }
    }

    /// Gives up the processor for a moment. Where others keep it for long, calls would wait for them: then it is not
    /// given up again for a while.
    ///
    /// - Returns: false if it was not given up.
    private func giveWay() -> Bool {
        guard batchesToKeepOn == 0 else {
            batchesToKeepOn -= 1
            return false
        }
        let start = NIODeadline.now()
        sched_yield()
        if NIODeadline.now() - start > Self.longAbsence { batchesToKeepOn = Self.batchesAfterLongAbsence }
        return true
    }

    /// - Returns: whether anything had come.
    private func receiveWaiting() -> Bool {
        inbox.receive { delay, hasLost in
            shard.observe(delay, of: queue, hasLost: hasLost)
            takeUnread()
        } _: { message, remote in
            shard.receive(message, from: Flow(transport: .udp, local: local, remote: remote))
        }
    }

    private func takeUnread() {
        guard !unread.isEmpty else { return }
        for (message, flow) in unread { shard.receive(message, from: flow) }
        unread.removeAll(keepingCapacity: true)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // From now on the descriptor may be another file's.
        isOpen = false
        shard.socketClosed(local)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shard.socketFailed(local, error)
    }
}
