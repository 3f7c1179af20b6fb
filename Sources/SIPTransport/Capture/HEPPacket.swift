import SIPMessage
import SIPTransaction

/// Copies of messages as HEPv3 wants them, the Homer Encapsulation Protocol: chunks of vendor, type, length and value
/// behind "HEP3" and the length of all, big-endian.
enum HEPPacket {
    private enum Chunk: UInt16 {
        case family = 1
        case transport, sourceV4, destinationV4, sourceV6, destinationV6, sourcePort, destinationPort, seconds
        case microseconds, kind, agent
        case payload = 15
    }

    /// Octets that a datagram can carry over IPv4.
    private static let longest = 65_507
    private static let sip: UInt8 = 1

    /// Nil: the message is too long to be sent in one datagram.
    static func octets(_ copy: MessageCopy, agent: UInt32) -> [UInt8]? {
        var packet: [UInt8] = []
        packet.reserveCapacity(copy.bytes.count + 128)
        packet += Array("HEP3".utf8) + [0, 0]
        // AF_INET and AF_INET6 of Linux, and the protocol's number.
        append(.family, UInt8(copy.source.address.isV4 ? 2 : 10), to: &packet)
        append(.transport, UInt8(copy.transport.isReliable ? 6 : 17), to: &packet)
        append(.sourceV4, .sourceV6, copy.source.address, to: &packet)
        append(.destinationV4, .destinationV6, copy.destination.address, to: &packet)
        append(.sourcePort, copy.source.port, to: &packet)
        append(.destinationPort, copy.destination.port, to: &packet)
        append(.seconds, UInt32(truncatingIfNeeded: copy.at.seconds), to: &packet)
        append(.microseconds, UInt32(copy.at.nanoseconds / 1000 % 1_000_000), to: &packet)
        append(.kind, sip, to: &packet)
        append(.agent, agent, to: &packet)
        append(.payload, copy.bytes[...], to: &packet)
        guard packet.count <= longest else { return nil }
        packet[4] = UInt8(packet.count >> 8)
        packet[5] = UInt8(packet.count & 0xFF)
        return packet
    }

    private static func append(_ v4: Chunk, _ v6: Chunk, _ address: IPAddress, to packet: inout [UInt8]) {
        switch address {
        case .v4(let value): append(v4, value, to: &packet)
        case .v6(let high, let low): append(v6, (octets(high) + octets(low))[...], to: &packet)
        }
    }

    private static func append(_ chunk: Chunk, _ value: some FixedWidthInteger, to packet: inout [UInt8]) {
        append(chunk, octets(value)[...], to: &packet)
    }

    private static func append(_ chunk: Chunk, _ value: ArraySlice<UInt8>, to packet: inout [UInt8]) {
        // Vendor 0: the protocol's own chunks. The length includes these six octets.
        packet += [0, 0] + octets(chunk.rawValue) + octets(UInt16(truncatingIfNeeded: value.count + 6))
        packet += value
    }

    private static func octets(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

extension IPAddress {
    var isV4: Bool { if case .v4 = self { true } else { false } }
}
