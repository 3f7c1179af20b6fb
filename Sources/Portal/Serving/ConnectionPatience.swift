import NIOCore
import NIOHTTPTypes

/// How long a connection of the web sites is waited for: somebody who opens many and says little must not keep others out.
struct ConnectionPatience: Sendable {
    /// From the beginning of a connection to the end of the first request's head, TLS included.
    var head = TimeAmount.seconds(15)
    /// From the head to the end of a request.
    var body = TimeAmount.seconds(30)
    /// From the end of a request to that of its answer, which the other side has to take.
    var answer = TimeAmount.seconds(60)
    /// For what nobody reads any more, because its request was answered before it was whole.
    var rest = TimeAmount.seconds(5)
    /// From an answer to the end of the next request's head.
    var idle = TimeAmount.seconds(60)
}

/// Closes a connection that takes longer than it may. At any time it waits for one thing.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let patience: ConnectionPatience
    private var deadline: Scheduled<Void>?
    private var unanswered = 0
    private var isReading = false

    init(_ patience: ConnectionPatience) { self.patience = patience }

    func handlerAdded(context: ChannelHandlerContext) { wait(patience.head, context) }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            (isReading, unanswered) = (true, unanswered + 1)
            wait(patience.body, context)
        case .body: break
        case .end:
            isReading = false
            wait(unanswered > 0 ? patience.answer : patience.idle, context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
            if unanswered <= 0 { wait(isReading ? patience.rest : patience.idle, context) }
        }
        context.write(data, promise: promise)
    }

    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
