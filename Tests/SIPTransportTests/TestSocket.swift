import CallRouting
import Glibc
import NIOCore
import SIPMessage
import SIPTransaction
import Testing

@testable import SIPTransport

/// A peer on loopback: blocking calls that give up after two seconds.
final class TestSocket: Sendable {
    let descriptor: CInt
    let endpoint: Endpoint

    private init(_ socket: BoundSocket) {
        descriptor = socket.descriptor
        endpoint = socket.listener.endpoint
        var time = timeval(tv_sec: 2, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, length)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, length)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }

    deinit { close(descriptor) }

    static func udp(_ host: String = "127.0.0.1") throws -> TestSocket {
        let socket = try BoundSocket(.init(.udp, try #require(Endpoint("\(host):0"))))
        socket.setBuffers(8 << 20)
        return TestSocket(socket)
    }

    static func tcp(to remote: Endpoint) throws -> TestSocket {
        let socket = TestSocket(try BoundSocket(.init(.tcp, Endpoint(address: remote.address, port: 0))))
        let address = try remote.socketAddress()
        let result = unsafe address.withSockAddr { unsafe connect(socket.descriptor, $0, socklen_t($1)) }
        try #require(result == 0, "connect: \(errno)")
        return socket
    }

    /// A TCP socket that accepts connections.
    static func listener() throws -> TestSocket {
        let socket = TestSocket(try BoundSocket(.init(.tcp, try #require(Endpoint("127.0.0.1:0")))))
        try #require(listen(socket.descriptor, 16) == 0)
        return socket
    }

    func accepted() throws -> AcceptedSocket {
        let descriptor = accept(descriptor, nil, nil)
        try #require(descriptor >= 0, "nobody has connected")
        return AcceptedSocket(descriptor)
    }

    func send(_ text: String, to remote: Endpoint) throws { try send(Array(text.utf8), to: remote) }

    func send(_ bytes: [UInt8], to remote: Endpoint) throws {
        var sender = DatagramSender(
            descriptor: descriptor, local: endpoint, limit: 4 << 20)
        sender.append(bytes, to: remote, for: nil)
        var failures: [SlotID] = []
        try #require(sender.flush(failures: &failures) && sender.dropped == 0)
    }

    func write(_ text: String) throws { try AcceptedSocket.write(text, to: descriptor) }
    func receive() -> [UInt8]? { AcceptedSocket.receive(from: descriptor) }
    func receiveText() -> String? { receive().map { String(decoding: $0, as: UTF8.self) } }
    /// Reads a stream until it has this many octets or ends.
    func receiveText(count: Int) -> String { AcceptedSocket.text(from: descriptor, count: count) }
}

/// The other end of a connection that the server has opened.
final class AcceptedSocket: Sendable {
    private let descriptor: CInt

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        var time = timeval(tv_sec: 2, tv_usec: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func write(_ text: String) throws { try Self.write(text, to: descriptor) }
    func receiveText(count: Int) -> String { Self.text(from: descriptor, count: count) }

    static func write(_ text: String, to descriptor: CInt) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            try #require(count > 0, "write: \(errno)")
            sent += count
        }
    }

    /// Nil after two seconds of silence; empty at the end of a stream.
    static func receive(from descriptor: CInt) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? (errno == ECONNRESET ? [] : nil) : Array(buffer[..<count])
    }

    static func text(from descriptor: CInt, count: Int) -> String {
        var bytes: [UInt8] = []
        while bytes.count < count, let more = receive(from: descriptor), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}
