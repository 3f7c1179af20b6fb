import CallRouting
import SIPMessage

/// All sockets that a server listens at, open before anything runs, so that a port that is taken stops the start and
/// nothing else.
struct ListeningSockets: Sendable {
    /// For each UDP listener one socket for each shard.
    private(set) var datagram: [[BoundSocket]] = []
    private(set) var stream: [BoundSocket] = []
    /// In the order in which they were asked for, with their real ports.
    private(set) var listeners: [RoutingConfiguration.Listener] = []

    init(_ wanted: [RoutingConfiguration.Listener], shardCount: Int) throws(SIPServerError) {
        guard !wanted.isEmpty else { throw .noListener }
        do throws(SIPServerError) {
            for listener in wanted { try open(listener, shardCount) }
        } catch {
            discard()
            throw error
        }
    }

    private mutating func open(_ listener: RoutingConfiguration.Listener, _ shardCount: Int) throws(SIPServerError) {
        // The same one twice is one; port 0 is another port each time.
        guard listener.endpoint.port == 0 || !listeners.contains(listener) else { return }
        let first = try BoundSocket(listener)
        listeners.append(first.listener)
        guard listener.transport == .udp else { return stream.append(first) }
        datagram.append([first])
        for _ in 1..<max(1, shardCount) {
            datagram[datagram.count - 1].append(try BoundSocket(besides: first))
        }
    }

    func discard() {
        for socket in datagram.joined() { socket.discard() }
        for socket in stream { socket.discard() }
    }
}
