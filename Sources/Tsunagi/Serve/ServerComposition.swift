import CallRouting
import ControlPlane
import Directory
import Foundation
import Logging
import Notification
import Portal
import SIPTransaction
import SIPTransport
import Storage

/// A server put together: the data directory, the rules, the registrations, the engines and the transport.
struct ServerComposition: Sendable {
    /// Threads of the web sites that read what administrators have set, each without waiting for the others.
    private static let controlReaders = 4

    private let configuration: ServerConfiguration
    private let server: SIPServer
    private let chores: Task<Void, Never>
    private let threads: [ServiceThread]
    /// Nil: no web sites are served.
    private let portal: PortalServer?
    private let management: Management?
    /// Held for as long as the server runs.
    private let lock: DataDirectoryLock
    private let shardCount: Int
    private let registered: Int

    /// The one place where the rooms meet.
    ///
    /// - Parameter dataDirectory: nil: `TSUNAGI_DATA`, then `./data`.
    /// - Throws: errors whose texts name the thing and the remedy; nothing runs then.
    static func start(_ configuration: ServerConfiguration, dataDirectory: String?) async throws -> ServerComposition {
        let logger = makeLogger(configuration)
        for variable in ConfigurationLoader.unknownVariables() { logger.warning("\(variable)") }
        let listener = try Self.listener(configuration.http)
        let directory = try DataDirectory(path: dataDirectory)
        let lock = try DataDirectoryLock(directory)
        let control = try ControlDatabase(directory, readers: controlReaders, holding: lock)
        let realm = try control.read { try $0.setting(.realm) }
        let secret = try SecretFile.read(in: directory)
        let runtime = try RuntimeDatabase(directory)
        let locations = LocationTable()
        let stored = try runtime.loadBindings(now: Int64(Date().timeIntervalSince1970 * 1000))
        locations.load(stored)
        let removals = RemovedRegistrations(runtime, locations, logger)
        let sources = SourceLedger(SourceLimits(configuration), seed: .random(in: .min ... .max))
        let bans = BanKeeper(runtime, sources, logger)
        try bans.load()
        let nonces = NonceLedger(lifetime: .seconds(configuration.authentication.nonceLifetime))
        let nonceSecret = SecretFile.random()
        let memory = try RuleMemory(directory, besides: configuration.limits.cachedNumbers)
        let deliveries = try configuration.deliveries()
        let shardCount = configuration.shards > 0 ? configuration.shards : ProcessInfo.processInfo.activeProcessorCount

        var setup = SIPServerSetup(
            listeners: configuration.sip.listen.compactMap { RoutingConfiguration.Listener($0) },
            shardCount: shardCount, logger: logger,
            store: ServedStore(runtime: runtime, removals: removals),
            makeDirectory: {
                ServedRules(
                    try ControlReader(
                        directory, cacheCapacity: configuration.limits.cachedNumbers, memory: memory), removals)
            },
            makeEngine: { place in
                CallRouter(
                    configuration: RoutingConfiguration(
                        configuration, listeners: place.listeners, realm: realm, secret: secret,
                        nonceSecret: nonceSecret),
                    locations: locations, nonces: nonces, sources: sources, seed: .random(in: .min ... .max),
                    shard: place.shard)
            })
        setup.limits = TransportLimits(configuration)
        setup.capture = CaptureServer(configuration.hep)
        setup.overload.delay = .milliseconds(Int64(configuration.limits.delay))
        setup.sources = sources
        let server = try await SIPServer.start(setup)
        var portal: PortalServer?
        let management: Management?
        do {
            if let listener {
                portal = try await Self.startPortal(listener, configuration, directory, control, runtime, logger)
            }
            management = try await Management.start(
                configuration.metrics, server, locations, control, runtime, memory, portal, logger)
        } catch {
            await portal?.stop()
            await server.stop(within: .zero)
            throw error
        }
        if let management { lock.announce(management: management.address) }
        let housekeeping = Housekeeping(
            files: DatabaseWatch(directory, control, runtime, locations, logger), runtime: runtime, removals: removals,
            bans: bans, calls: configuration.calls, control: control,
            outbox: configuration.outbox, logger: logger)
        let senders = deliveries.map { channel, delivery in
            ServiceThread.outbox(
                OutboxSender(
                    channel, in: control, by: delivery, policy: RetryPolicy(configuration.outbox),
                    generator: SystemRandomNumberGenerator()), logger)
        }
        return ServerComposition(
            configuration: configuration, server: server, chores: Task.detached { await housekeeping.run() },
            threads: senders + [.rules(memory, logger)], portal: portal, management: management, lock: lock,
            shardCount: shardCount, registered: locations.count)
    }

    /// Nil: no web sites are wanted.
    ///
    /// - Throws: ``TextFileError`` for the files of TLS, before anything runs; see also ``PortalServer/Listener/init(_:)``.
    private static func listener(_ http: ServerConfiguration.HTTP) throws -> PortalServer.Listener? {
        let listener = try PortalServer.Listener(http)
        if let files = listener?.certificate {
            try ReadFile.require(files.chain, option: "--tls-cert")
            try ReadFile.require(files.key, option: "--tls-key")
        }
        return listener
    }

    private static func startPortal(
        _ listener: PortalServer.Listener, _ configuration: ServerConfiguration, _ directory: DataDirectory,
        _ control: ControlDatabase, _ runtime: RuntimeDatabase, _ logger: Logger
    ) async throws -> PortalServer {
        let faults = FaultLog("when sessions and tokens were used last can't be stored", logger)
        let uses = UseNotes { error in
            if let error { faults.failed(error) } else { faults.worked() }
        }
        let services = try WebServices(
            desk: SignInDesk(control, keys: try SignInDesk.keys(in: directory), uses: uses), control: control,
            runtime: runtime,
            explainer: RuleExplainer(directory: directory, runtime: runtime, configuration: configuration),
            key: try SecretFile.forWeb(in: directory), isSecure: listener.certificate != nil,
            proxies: configuration.http.proxyTrust, smsSender: configuration.sms.from, logger: logger)
        return try await PortalServer.start(services, at: listener)
    }

    private static func makeLogger(_ configuration: ServerConfiguration) -> Logger {
        var logger = Logger(label: "tsunagi") { label in
            switch configuration.logFormat {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler()
            }
        }
        logger.logLevel =
            switch configuration.logLevel {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        return logger
    }

    /// What a person who has started it wants to see: that it runs, for which domains, and where.
    var readyLine: String {
        let domains =
            configuration.domains.isEmpty ? "its own addresses" : configuration.domains.joined(separator: ", ")
        let addresses = server.listeners.map(\.text).joined(separator: ", ")
        let shards = shardCount == 1 ? "1 shard" : "\(shardCount) shards"
        let sites = portal.map { ", web sites at \($0.address)" } ?? ""
        let metrics = management.map { ", metrics at http://\($0.address)/metrics" } ?? ""
        return
            "tsunagi serves \(domains) at \(addresses) (\(shards), \(registered) phones registered)\(sites)\(metrics); "
            + "ready"
    }

    /// Ends it in order: see ``SIPServer/stop(within:)``.
    func stop() async {
        management?.beginStopping()
        for thread in threads { thread.askToEnd() }
        await portal?.stop()
        await server.stop(within: .seconds(configuration.timers.shutdown))
        for thread in threads { await thread.end() }
        chores.cancel()
        await chores.value
        await management?.stop()
        withExtendedLifetime(lock) {}
    }
}
