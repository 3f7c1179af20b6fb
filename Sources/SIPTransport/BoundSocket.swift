import CallRouting
import Glibc
import NIOCore
import SIPMessage

/// A socket of ours, bound to a listening address. Sockets are opened here and not by NIO, so that the address is known
/// before anything runs, the reason of a failure is known exactly, and datagrams can be sent without NIO's queue.
struct BoundSocket: Sendable {
    let descriptor: CInt
    /// With the real port where 0 was asked for.
    let listener: RoutingConfiguration.Listener

    /// Binds exclusively.
    init(_ listener: RoutingConfiguration.Listener) throws(SIPServerError) {
        try self.init(listener, besides: nil)
    }

    /// A further socket of the same process at the same address: the kernel spreads the senders over them.
    init(besides first: BoundSocket) throws(SIPServerError) {
        // Only now may others join: a second server at this address would have failed on the exclusive bind, and
        // fails on it as long as this one lives.
        Self.set(first.descriptor, SOL_SOCKET, SO_REUSEPORT)
        try self.init(first.listener, besides: first)
    }

    private init(_ listener: RoutingConfiguration.Listener, besides first: BoundSocket?) throws(SIPServerError) {
        let isV4 = listener.endpoint.address.isV4
        let isDatagram = listener.transport == .udp
        let type = Int32((isDatagram ? SOCK_DGRAM : SOCK_STREAM).rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(isV4 ? AF_INET : AF_INET6, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SIPServerError(errno, at: listener) }
        if !isV4 { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
        // For TCP it allows an address whose former connections are still in TIME_WAIT; for UDP it would allow two
        // servers.
        if !isDatagram { Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR) }
        if first != nil { Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
        guard Self.bind(descriptor, to: listener.endpoint), let endpoint = Self.localEndpoint(descriptor) else {
            let code = errno
            close(descriptor)
            throw SIPServerError(code, at: listener)
        }
        self.descriptor = descriptor
        self.listener = RoutingConfiguration.Listener(listener.transport, endpoint)
    }

    /// Asks for kernel buffers of this size; returns what was granted for reading, in octets.
    @discardableResult
    func setBuffers(_ octets: Int) -> Int {
        let wanted = CInt(clamping: octets)
        // The forced form is for privileged processes only and passes the system-wide limit.
        if !Self.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, wanted) {
            Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, wanted)
        }
        if !Self.set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, wanted) {
            Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, wanted)
        }
        var granted: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &granted, &length) == 0 else { return 0 }
        // The kernel reports twice what it was asked for, to account for its own overhead.
        return Int(granted) / 2
    }

    func discard() { close(descriptor) }

    @discardableResult
    private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt = 1) -> Bool {
        var value = value
        return unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0
    }

    private static func bind(_ descriptor: CInt, to endpoint: Endpoint) -> Bool {
        guard let address = try? endpoint.socketAddress() else { return false }
        return unsafe address.withSockAddr { address, length in
            unsafe Glibc.bind(descriptor, address, socklen_t(length)) == 0
        }
    }

    private static func localEndpoint(_ descriptor: CInt) -> Endpoint? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe getsockname(descriptor, address, &length) == 0 else { return nil }
                return unsafe Endpoint(socketAddress: address, length: Int(length))
            }
        }
    }
}
