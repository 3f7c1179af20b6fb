import CallRouting
import Logging
import Metering
import Portal
import SIPTransport
import Storage

/// The management address of a running server, and what is told there.
struct Management: Sendable {
    private let server: ManagementServer
    private let readiness: ReadinessCheck

    /// - Returns: nil if none is wanted.
    /// - Throws: ``ManagementFault``.
    static func start(
        _ metrics: ServerConfiguration.Metrics, _ server: SIPServer, _ locations: LocationTable,
        _ control: ControlDatabase, _ runtime: RuntimeDatabase, _ memory: RuleMemory, _ portal: PortalServer?,
        _ logger: Logger
    ) async throws -> Management? {
        guard let listener = metrics.listen.flatMap({ IPText.hostAndPort($0) }) else { return nil }
        let threads = WaitingThreads()
        let meter = ServerMeter(
            server: server, locations: locations, control: control, runtime: runtime, memory: memory,
            outbox: OutboxCounts(control), portal: portal, threads: threads, logger: logger)
        let readiness = ReadinessCheck(server, control, runtime, threads)
        let source = ManagementSource(
            contentType: MetricsText.contentType, metrics: { await meter.metrics() },
            problems: { await readiness.problems() })
        return Management(
            server: try await ManagementServer.start(source, host: listener.host, port: listener.port, logger),
            readiness: readiness)
    }

    /// Host and port.
    var address: String { server.address }

    func beginStopping() { readiness.beginStopping() }
    func stop() async { await server.stop() }
}
