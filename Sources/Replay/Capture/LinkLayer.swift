internal import CPcap

/// The link types that are decoded down to the IP packet.
enum LinkLayer {
    case ethernet
    case linuxCooked
    case linuxCooked2
    case rawIP
    case loopback

    private static let etherTypeIPv4: UInt16 = 0x0800
    private static let etherTypeIPv6: UInt16 = 0x86dd
    /// 802.1Q, 802.1ad, and the tag some switches used before it.
    private static let etherTypesOfTags: [UInt16] = [0x8100, 0x88a8, 0x9100]
    /// Two tags are usual, three are seen at carriers.
    private static let maximumTags = 4

    /// - Parameter datalink: a `DLT_` value of libpcap; nil for one that is not decoded.
    init?(datalink: Int32) {
        switch datalink {
        case DLT_EN10MB: self = .ethernet
        case DLT_LINUX_SLL: self = .linuxCooked
        case DLT_LINUX_SLL2: self = .linuxCooked2
        case DLT_RAW, DLT_IPV4, DLT_IPV6: self = .rawIP
        case DLT_NULL, DLT_LOOP: self = .loopback
        default: return nil
        }
    }

    /// The IP packet within a frame, from its version field on. Padding of the link may follow it.
    func packet(in frame: Octets) throws(CaptureSkip) -> Octets {
        switch self {
        case .ethernet: try Self.packet(in: frame, typeAt: 12, header: 14)
        case .linuxCooked: try Self.packet(in: frame, typeAt: 14, header: 16)
        case .linuxCooked2: try Self.packet(in: frame, typeAt: 0, header: 20)
        case .rawIP: frame
        case .loopback: try Self.loopbackPacket(in: frame)
        }
    }

    private static func packet(in frame: Octets, typeAt: Int, header: Int) throws(CaptureSkip) -> Octets {
        guard var type = frame.uint16(at: typeAt), var packet = frame.dropping(header) else {
            throw .malformedPacket
        }
        var tags = 0
        while etherTypesOfTags.contains(type) {
            guard tags < maximumTags, let next = packet.uint16(at: 2), let rest = packet.dropping(4) else {
                throw .malformedPacket
            }
            (type, packet, tags) = (next, rest, tags + 1)
        }
        guard type == etherTypeIPv4 || type == etherTypeIPv6 else { throw .notIP }
        return packet
    }

    /// Four octets of address family, in the byte order of the machine that captured. The families of IPv6 differ
    /// between systems: 24 (NetBSD, OpenBSD), 28 (FreeBSD), 30 (macOS), 10 (Linux).
    private static func loopbackPacket(in frame: Octets) throws(CaptureSkip) -> Octets {
        guard let family = frame.uint32(at: 0), let packet = frame.dropping(4) else { throw .malformedPacket }
        let families: [UInt32] = [2, 24, 28, 30, 10]
        guard families.contains(family) || families.contains(family.byteSwapped) else { throw .notIP }
        return packet
    }
}
