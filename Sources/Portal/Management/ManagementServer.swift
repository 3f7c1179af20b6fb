import Foundation
import Hummingbird
import HummingbirdCore
package import Logging

/// Metrics and health, at an address of their own: what stands there is for those who look after the server, and is on
/// none of the sites.
package struct ManagementServer: Sendable {
    private let served: ServedApplication

    /// - Parameter port: 0 for any free one.
    /// - Throws: ``ManagementFault``.
    package static func start(
        _ source: ManagementSource, host: String, port: Int, _ logger: Logger
    ) async throws -> ManagementServer {
        do {
            return ManagementServer(
                served: try await ServedApplication.start(
                    ManagementController(source: source).routes(), by: .http1(), host: host, port: port, threads: 1,
                    logger))
        } catch let fault as ServedApplication.Fault {
            throw ManagementFault(address: "\(host):\(port)", reason: fault.reason)
        }
    }

    /// Host and port, with the real one when port 0 was asked for.
    package var address: String { served.address }

    package func stop() async { await served.stop() }
}

/// Why the management address can't be served.
package struct ManagementFault: Error, CustomStringConvertible {
    let address: String
    let reason: String

    package var description: String {
        "metrics can't be served at \(address): \(reason); name another address with --metrics"
    }
}

/// Answers at the management address. Nothing can be changed there.
struct ManagementController: Sendable {
    private struct Health: Encodable {
        let status: String
        let problems: [ManagementSource.Problem]
    }

    private static let overview = """
        /metrics       Prometheus' text format
        /health/live   200 while the process answers
        /health/ready  200 while it can do its work, otherwise 503 with what is wrong

        """

    let source: ManagementSource

    func routes() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { _, _ in Self.answer(.ok, "text/plain; charset=utf-8", Self.overview) }
        router.get("/metrics") { _, _ in Self.answer(.ok, source.contentType, await source.metrics()) }
        router.get("/health/live") { _, _ in try Self.answer(.ok, Health(status: "live", problems: [])) }
        router.get("/health/ready") { _, _ in
            let problems = await source.problems()
            return try Self.answer(
                problems.isEmpty ? .ok : .serviceUnavailable,
                Health(status: problems.isEmpty ? "ready" : "not ready", problems: problems))
        }
        return router
    }

    private static func answer(_ status: HTTPResponse.Status, _ health: Health) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return answer(status, "application/json", String(decoding: try encoder.encode(health), as: UTF8.self) + "\n")
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
