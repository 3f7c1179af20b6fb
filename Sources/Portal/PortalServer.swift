import Hummingbird
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
    /// Where it is reached: with the port that was given, when port 0 was asked for.
    package let address: String

    /// Where the web sites are served, and how.
    package struct Listener: Sendable {
        package let host: String
        package let port: Int
        /// Shows codes and mails at `/lab/outbox`, to those on the machine itself.
        package var showsLabOutbox = false

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// - Throws: ``PortalFault/address(_:reason:)``.
    package static func start(_ services: WebServices, at listener: Listener) async throws -> PortalServer {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (bound, report) = AsyncStream.makeStream(of: Int.self)
        var logger = services.logger
        // What the library tells at its own pace is for those who look for a fault in it.
        logger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: routes(services, listener),
            configuration: ApplicationConfiguration(address: .hostname(listener.host, port: listener.port)),
            onServerRunning: { channel in
                report.yield(channel.localAddress?.port ?? listener.port)
                report.finish()
            },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: application)], gracefulShutdownSignals: [], logger: logger))
        let running = Task {
            defer { report.finish() }
            try await group.run()
        }
        for await port in bound {
            let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
            return PortalServer(
                group: group, running: running, loops: loops, workers: services.workers,
                address: "http://\(host):\(port)")
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
        try? await loops.shutdownGracefully()
        throw PortalFault.address("\(listener.host):\(listener.port)", reason: reason)
    }

    private static func routes(_ services: WebServices, _ listener: Listener) -> Router<PortalContext> {
        let router = Router(context: PortalContext.self)
        router.add(middleware: ProtectionMiddleware(services: services))
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
        ForwardingController(services: services).addRoutes(to: router)
        if listener.showsLabOutbox { LabController(services: services).addRoutes(to: router) }
        return router
    }

    /// Answers what has been asked, and then no more.
    package func stop() async {
        await group.triggerGracefulShutdown()
        _ = await running.result
        try? await workers.stop()
        try? await loops.shutdownGracefully()
    }
}
