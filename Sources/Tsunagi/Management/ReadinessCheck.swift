import Portal
import SIPTransport
import Storage
import Synchronization

/// Finds out whether a server can do its work: read and write its databases, turn its shards, hear at its sockets.
final class ReadinessCheck: Sendable {
    typealias Problem = ManagementSource.Problem

    private let server: SIPServer
    private let control: ControlDatabase
    private let runtime: RuntimeDatabase
    private let threads: WaitingThreads
    private let isStopping = Mutex(false)

    init(_ server: SIPServer, _ control: ControlDatabase, _ runtime: RuntimeDatabase, _ threads: WaitingThreads) {
        self.server = server
        self.control = control
        self.runtime = runtime
        self.threads = threads
    }

    /// From now on it is not ready, so that no new calls are sent here.
    func beginStopping() { isStopping.withLock { $0 = true } }

    /// Nothing: it is ready.
    func problems() async -> [Problem] {
        guard !isStopping.withLock({ $0 }) else { return [Problem("server", "it is stopping: send calls elsewhere")] }
        let measures = await server.measures()
        let (control, runtime) = (control, runtime)
        return Self.problems(of: measures) + (await problems("control.db") { try control.probe() })
            + (await problems("runtime.db") { try runtime.probe() })
    }

    private func problems(_ part: String, _ probe: @escaping @Sendable () throws -> Void) async -> [Problem] {
        do {
            try await threads.run(probe)
            return []
        } catch {
            return [Problem(part, "\(error)")]
        }
    }

    static func problems(of measures: ServerMeasures) -> [Problem] {
        var problems: [Problem] = []
        for (index, shard) in measures.shards.enumerated() {
            guard let shard else {
                problems.append(
                    Problem(
                        "shard \(index)",
                        "its event loop has not answered within a second: look for a load that never ends with "
                            + "\"tsunagi top\", or restart the server"))
                continue
            }
            for socket in shard.sockets where !socket.isOpen {
                problems.append(Problem("udp:\(socket.local)", closed))
            }
        }
        return problems + measures.closedListeners.map { Problem($0, closed) }
    }

    private static let closed = "the socket is closed, and nothing is heard there: restart the server"
}
