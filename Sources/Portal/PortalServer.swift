import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The web sites, served.
package struct PortalServer: Sendable {
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let loops: MultiThreadedEventLoopGroup
    private let workers: Workers
    private let executor: WebExecutor
    /// Looks after the certificate's files.
    private let renewal: Task<Void, Never>?
    /// Where it is reached: with the port that was given, when port 0 was asked for.
    package let address: String

    /// Where the web sites are served, and how.
    package struct Listener: Sendable {
        package let host: String
        package let port: Int
        /// Shows codes and mails at `/lab/outbox`, to those on the machine itself.
        package var showsLabOutbox = false
        /// Nil: without TLS.
        package var certificate: CertificateFiles?
        /// Connections at the same time, in all and of one address.
        package var connections = 2_000
        package var connectionsPerAddress = 300

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    private static let secondsBetweenLooks = 5

    /// - Throws: ``PortalFault``, ``CertificateFault``.
    package static func start(_ services: WebServices, at listener: Listener) async throws -> PortalServer {
        guard !listener.showsLabOutbox || LoopbackHost.isOne(listener.host) else {
            throw PortalFault.labElsewhere(listener.host)
        }
        let routes = try routes(services, listener)
        let certificate = try listener.certificate.map { try ServedCertificate($0, services.logger) }
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loops.next().execute { WebThreads.lower() }
        let (bound, report) = AsyncStream.makeStream(of: Int.self)
        var logger = services.logger
        // What the library tells at its own pace is for those who look for a fault in it.
        logger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: routes,
            server: HTTPServerBuilder { [connections = ConnectionTable(listener)] responder in
                WebChannel(
                    responder, certificate: certificate, connections: connections, proxies: services.proxies)
            },
            configuration: ApplicationConfiguration(address: .hostname(listener.host, port: listener.port)),
            onServerRunning: { channel in
                report.yield(channel.localAddress?.port ?? listener.port)
                report.finish()
            },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: application)], gracefulShutdownSignals: [], logger: logger))
        let executor = WebExecutor(threads: 2)
        let running = Task(executorPreference: executor) {
            defer { report.finish() }
            try await group.run()
        }
        for await port in bound {
            let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
            return PortalServer(
                group: group, running: running, loops: loops, workers: services.workers, executor: executor,
                renewal: certificate.map { certificate in Task { await renew(certificate) } },
                address: "\(certificate == nil ? "http" : "https")://\(host):\(port)")
        }
        // It ended before it was running.
        let reason: String
        do {
            try await running.value
            reason = "it ended at once"
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            reason = "another program listens there"
        } catch {
            reason = "\(error)"
        }
        await executor.stop()
        try? await loops.shutdownGracefully()
        throw PortalFault.address("\(listener.host):\(listener.port)", reason: reason)
    }

    private static func renew(_ certificate: ServedCertificate) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(secondsBetweenLooks))
            certificate.refresh()
        }
    }

    static func routes(_ services: WebServices, _ listener: Listener) throws -> Router<PortalContext> {
        let router = Router(context: PortalContext.self)
        router.add(middleware: ProtectionMiddleware(services: services))
        router.add(middleware: APIMiddleware(services: services))
        router.add(middleware: VisitMiddleware(services: services))
        for asset in Assets.all { router.get(RouterPath(asset.path)) { _, _ in asset.response } }
        LanguageController(services: services).addRoutes(to: router)
        for door in [Door.administrator, .user, .portal] {
            SignInController(services: services, door: door).addRoutes(to: router)
        }
        AdministratorSite(services: services).addRoutes(to: router)
        UserSite(services: services).addRoutes(to: router)
        BusinessPortal(services: services).addRoutes(to: router)
        VoiceGroupController(services: services).addRoutes(to: router)
        OutageController(services: services).addRoutes(to: router)
        ManyNumbersController(services: services).addRoutes(to: router)
        ForwardingController(services: services).addRoutes(to: router)
        HistoryController(services: services).addRoutes(to: router)
        CallsController(services: services).addRoutes(to: router)
        try APIController(services: services).addRoutes(to: router)
        if listener.showsLabOutbox { LabController(services: services).addRoutes(to: router) }
        return router
    }

    /// Answers what has been asked, and then no more.
    package func stop() async {
        renewal?.cancel()
        await group.triggerGracefulShutdown()
        _ = await running.result
        try? await workers.stop()
        await executor.stop()
        try? await loops.shutdownGracefully()
    }
}

extension ConnectionTable {
    fileprivate convenience init(_ listener: PortalServer.Listener) {
        self.init(limit: listener.connections, limitOfOne: listener.connectionsPerAddress)
    }
}
