import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import SignIn

/// A connection of the web sites: counted, with TLS if there is a certificate, and with an end to all waiting.
struct WebChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private static let headLimit = 32 * 1024
    private static let headerCountLimit = 100

    private let http: HTTP1Channel
    private let certificate: ServedCertificate?
    private let connections: ConnectionTable
    private let proxies: ProxyTrust

    init(
        _ responder: @escaping HTTPChannelHandler.Responder, certificate: ServedCertificate?,
        connections: ConnectionTable, proxies: ProxyTrust, patience: ConnectionPatience = ConnectionPatience()
    ) {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Self.headLimit, maxHeaderListSize: Self.headLimit,
            maxHeaderFieldCount: Self.headerCountLimit)
        http = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [RequestDeadline(patience)], httpDecoderConfiguration: decoder))
        self.certificate = certificate
        self.connections = connections
        self.proxies = proxies
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let address = channel.remoteAddress?.ipAddress ?? ""
        let (origin, connections) = (NetworkOrigin(address: address), connections)
        let isAdmitted = connections.admit(origin, isProxy: proxies.isProxy(address))
        if isAdmitted { channel.closeFuture.whenComplete { _ in connections.forget(origin) } }
        return channel.eventLoop.makeCompletedFuture {
            if let certificate {
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context))
            }
        }
        .flatMap { http.setup(channel: channel, logger: logger) }
        .map { value in
            if !isAdmitted { channel.close(promise: nil) }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
