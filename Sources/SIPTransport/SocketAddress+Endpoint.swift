import Glibc
import NIOCore
import SIPMessage

extension Endpoint {
    /// Nil for an address that is neither IPv4 nor IPv6.
    init?(_ address: SocketAddress) {
        guard let endpoint = unsafe address.withSockAddr({ unsafe Endpoint(socketAddress: $0, length: $1) }) else {
            return nil
        }
        self = endpoint
    }

    /// Reads a `sockaddr_in` or `sockaddr_in6`.
    ///
    /// - Parameter length: of the structure, in octets.
    init?(socketAddress: UnsafeRawPointer, length: Int) {
        guard length >= 16 else { return nil }
        let port = UInt16(bigEndian: unsafe socketAddress.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        switch Int32(unsafe socketAddress.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            let address = unsafe socketAddress.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            self.init(address: .v4(UInt32(bigEndian: address)), port: port)
        case AF_INET6 where length >= 24:
            let high = unsafe socketAddress.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let low = unsafe socketAddress.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            self.init(address: .v6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)), port: port)
        default: return nil
        }
    }

    func socketAddress() throws -> SocketAddress {
        var packed = ByteBuffer()
        switch address {
        case .v4(let value): packed.writeInteger(value)
        case .v6(let high, let low): packed.writeMultipleIntegers(high, low)
        }
        return try SocketAddress(packedIPAddress: packed, port: Int(port))
    }
}
