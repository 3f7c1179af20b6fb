import Hummingbird
import HummingbirdCore

/// The web sites, served.
package struct PortalServer: Sendable {
    private let served: ServedApplication
    private let workers: Workers
    private let connections: ConnectionTable
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

        /// Why nothing can be served so, whatever the machine is like; nil: it can be tried.
        package var fault: PortalFault? {
            showsLabOutbox && !LoopbackHost.isOne(host) ? .labElsewhere(host) : nil
        }
    }

    private static let secondsBetweenLooks = 5

    /// - Throws: ``PortalFault``, ``CertificateFault``.
    package static func start(_ services: WebServices, at listener: Listener) async throws -> PortalServer {
        if let fault = listener.fault { throw fault }
        let routes = try routes(services, listener)
        let certificate = try listener.certificate.map { try ServedCertificate($0, services.logger) }
        let connections = ConnectionTable(listener)
        let server = HTTPServerBuilder { responder in
            WebChannel(responder, certificate: certificate, connections: connections, proxies: services.proxies)
        }
        do {
            let served = try await ServedApplication.start(
                routes, by: server, host: listener.host, port: listener.port, threads: 2, services.logger)
            return PortalServer(
                served: served, workers: services.workers, connections: connections,
                renewal: certificate.map { certificate in Task { await renew(certificate) } },
                address: "\(certificate == nil ? "http" : "https")://\(served.address)")
        } catch let fault as ServedApplication.Fault {
            throw PortalFault.address("\(listener.host):\(listener.port)", reason: fault.reason)
        }
    }

    private static func renew(_ certificate: ServedCertificate) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(secondsBetweenLooks))
            certificate.refresh()
        }
    }

    static func routes(_ services: WebServices, _ listener: Listener) throws -> Router<PortalContext> {
        let router = Router(context: PortalContext.self, options: .autoGenerateHeadEndpoints)
        let paths = RoutedPaths()
        router.add(middleware: ProtectionMiddleware(services: services, paths: paths))
        router.add(middleware: APIMiddleware(services: services))
        router.add(middleware: VisitMiddleware(services: services))
        for asset in Assets.all { router.get(RouterPath(asset.path)) { _, _ in asset.response } }
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
        LanguageController(services: services, paths: paths).addRoutes(to: router)
        paths.learn(router)
        return router
    }

    /// Answers what has been asked, and then no more.
    package func stop() async {
        renewal?.cancel()
        await served.stop()
        try? await workers.stop()
    }

    /// Connections that are open, and those that were refused because there were too many.
    package var connectionCounts: (open: Int, refused: Int) { (connections.count, connections.refused) }
}

extension ConnectionTable {
    fileprivate convenience init(_ listener: PortalServer.Listener) {
        self.init(limit: listener.connections, limitOfOne: listener.connectionsPerAddress)
    }
}
