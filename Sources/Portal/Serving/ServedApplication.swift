import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// What answers requests at one address, on threads of its own: from when its socket is bound until it is stopped.
struct ServedApplication: Sendable {
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let loops: MultiThreadedEventLoopGroup
    private let executor: WebExecutor
    private let host: String
    private let port: Int

    /// Why it could not be begun.
    struct Fault: Error {
        let reason: String
    }

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - threads: that the requests are worked on by.
    /// - Throws: ``Fault``.
    static func start<Context: RequestContext>(
        _ router: Router<Context>, by server: HTTPServerBuilder, host: String, port: Int, threads: Int, _ logger: Logger
    ) async throws -> ServedApplication where Context.Source == ApplicationRequestContextSource {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await probe(host, port, loops)
        } catch {
            try? await loops.shutdownGracefully()
            throw Fault(reason: reason(of: error))
        }
        loops.next().execute { WebThreads.lower() }
        let (bound, report) = AsyncStream.makeStream(of: Int.self)
        var logger = logger
        // What the library tells at its own pace is for those who look for a fault in it.
        logger.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router, server: server,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                report.yield(channel.localAddress?.port ?? port)
                report.finish()
            },
            eventLoopGroupProvider: .shared(loops), logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: application)], gracefulShutdownSignals: [], logger: logger))
        let executor = WebExecutor(threads: threads)
        let running = Task(executorPreference: executor) {
            defer { report.finish() }
            try await group.run()
        }
        for await port in bound {
            return ServedApplication(
                group: group, running: running, loops: loops, executor: executor, host: host, port: port)
        }
        // It ended before it was running.
        var reason = "it ended at once"
        do {
            try await running.value
        } catch {
            reason = Self.reason(of: error)
        }
        await executor.stop()
        try? await loops.shutdownGracefully()
        throw Fault(reason: reason)
    }

    /// Looks whether the address can be had. A group of services one of which ends while they are being started sometimes
    /// never ends itself, so that nobody would be told why.
    private static func probe(_ host: String, _ port: Int, _ loops: MultiThreadedEventLoopGroup) async throws {
        guard port != 0 else { return }
        try await ServerBootstrap(group: loops).serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: host, port: port).get().close()
    }

    private static func reason(of error: any Error) -> String {
        (error as? IOError)?.errnoCode == EADDRINUSE ? "another program listens there" : "\(error)"
    }

    /// Host and port, as they stand in a URL.
    var address: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Answers what has been asked, and then no more.
    func stop() async {
        await group.triggerGracefulShutdown()
        _ = await running.result
        await executor.stop()
        try? await loops.shutdownGracefully()
    }
}
