import Glibc
import NIOCore
import NIOPosix
package import SIPMessage
import Synchronization

/// A server that gathers copies of messages, such as Homer or sngrep.
package struct CaptureServer: Sendable {
    package var endpoint: Endpoint
    /// By which number it knows us.
    package var agent: UInt32

    package init(endpoint: Endpoint, agent: UInt32) {
        self.endpoint = endpoint
        self.agent = agent
    }
}

/// Sends a copy of every message to a capture server, behind the calls: a shard leaves the copies of a batch here, and a
/// thread of its own packs and sends them. When too many wait, the copies are dropped and the calls go on.
final class CaptureMirror: Sendable {
    private struct State {
        var queue: [MessageCopy] = []
        var isRunning = false
        var measures = CaptureMeasures()
    }

    private let agent: UInt32
    private let limit: Int
    private let socket: CaptureSocket
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State())

    /// - Parameter limit: copies that may wait.
    /// - Throws: ``SIPServerError``.
    init(_ server: CaptureServer, limit: Int) throws(SIPServerError) {
        agent = server.agent
        self.limit = limit
        socket = try CaptureSocket(to: server.endpoint)
        thread.start()
    }

    var measures: CaptureMeasures {
        state.withLock { state in
            var measures = state.measures
            measures.waiting = state.queue.count
            return measures
        }
    }

    func add(_ copies: [MessageCopy]) {
        let starts = state.withLock { state in
            let room = max(0, limit - state.queue.count)
            state.queue += copies.prefix(room)
            state.measures.dropped += max(0, copies.count - room)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { sendWaiting() }
    }

    private func sendWaiting() {
        thread.submit { _ in
            let copies = self.state.withLock { state in
                defer { state.queue = [] }
                return state.queue
            }
            var sent = 0
            for copy in copies {
                if let packet = HEPPacket.octets(copy, agent: self.agent), self.socket.send(packet) { sent += 1 }
            }
            let goesOn = self.state.withLock { [sent] state in
                state.measures.sent += sent
                state.measures.failed += copies.count - sent
                state.isRunning = !state.queue.isEmpty
                return state.isRunning
            }
            if goesOn { self.sendWaiting() }
        }
    }

    /// Sends what waits, and no more.
    func stop() async { try? await thread.shutdownGracefully() }
}

/// What became of the copies.
package struct CaptureMeasures: Sendable {
    package var sent = 0
    /// Too many waited.
    package var dropped = 0
    /// The network did not take them, or they were too long.
    package var failed = 0
    package var waiting = 0
}

/// A UDP socket that sends to one place. Closed with its last owner.
private final class CaptureSocket: Sendable {
    private let descriptor: CInt

    init(to remote: Endpoint) throws(SIPServerError) {
        let isV4 = remote.address.isV4
        descriptor = socket(
            isV4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, Self.connect(descriptor, to: remote) else {
            throw .capture(remote.description, reason: unsafe String(cString: strerror(errno)))
        }
    }

    deinit { close(descriptor) }

    func send(_ packet: [UInt8]) -> Bool {
        // The second time because the first may have failed by what became of a packet before.
        for _ in 0..<2 where unsafe Glibc.send(descriptor, packet, packet.count, 0) == packet.count { return true }
        return false
    }

    private static func connect(_ descriptor: CInt, to remote: Endpoint) -> Bool {
        guard let address = try? remote.socketAddress() else { return false }
        return unsafe address.withSockAddr { address, length in
            unsafe Glibc.connect(descriptor, address, socklen_t(length)) == 0
        }
    }
}
