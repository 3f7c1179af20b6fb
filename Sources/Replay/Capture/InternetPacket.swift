/// What routing a payload to UDP or TCP needs of an IPv4 (RFC 791) or IPv6 (RFC 8200) packet.
struct InternetPacket {
    /// A part of a larger datagram.
    struct Fragment {
        var identification: UInt32
        /// Octets.
        var offset: Int
        var isLast: Bool
    }

    var source: CaptureAddress
    var destination: CaptureAddress
    /// The protocol of `payload`; of a fragment of IPv6, the header its first fragment begins with.
    var nextHeader: UInt8
    var payload: Octets
    var fragment: Fragment?
    /// The snapshot length has cut the end off.
    var isCut = false

    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    /// Extension headers of one packet. RFC 8200 §4.1 lists seven, each once but destination options.
    private static let maximumExtensionHeaders = 16

    init(_ packet: Octets) throws(CaptureSkip) {
        guard let first = packet.byte(at: 0) else { throw .malformedPacket }
        switch first >> 4 {
        case 4: self = try Self.version4(packet)
        case 6: self = try Self.version6(packet)
        default: throw .malformedPacket
        }
    }

    private init(source: CaptureAddress, destination: CaptureAddress, nextHeader: UInt8, payload: Octets) {
        self.source = source
        self.destination = destination
        self.nextHeader = nextHeader
        self.payload = payload
    }

    private static func version4(_ packet: Octets) throws(CaptureSkip) -> InternetPacket {
        guard let first = packet.byte(at: 0), let total = packet.uint16(at: 2), let flags = packet.uint16(at: 6),
            let identification = packet.uint16(at: 4), let nextHeader = packet.byte(at: 9),
            let source = packet.slice(at: 12, length: 4).flatMap({ CaptureAddress(bytes: $0) }),
            let destination = packet.slice(at: 16, length: 4).flatMap({ CaptureAddress(bytes: $0) })
        else { throw .malformedPacket }
        let header = Int(first & 0x0f) * 4
        // A sender that leaves segmentation to its network card is captured with a length of zero.
        let length = total == 0 ? packet.count : Int(total)
        guard header >= 20, length >= header, let payload = packet.prefix(min(length, packet.count))?.dropping(header)
        else { throw .malformedPacket }
        var result = InternetPacket(
            source: source, destination: destination, nextHeader: nextHeader, payload: payload)
        result.isCut = length > packet.count
        let offset = Int(flags & 0x1fff) * 8
        let more = flags & 0x2000 != 0
        if more || offset > 0 {
            result.fragment = Fragment(identification: UInt32(identification), offset: offset, isLast: !more)
        }
        return result
    }

    private static func version6(_ packet: Octets) throws(CaptureSkip) -> InternetPacket {
        guard let length = packet.uint16(at: 4), let nextHeader = packet.byte(at: 6),
            let source = packet.slice(at: 8, length: 16).flatMap({ CaptureAddress(bytes: $0) }),
            let destination = packet.slice(at: 24, length: 16).flatMap({ CaptureAddress(bytes: $0) }),
            let rest = packet.dropping(40)
        else { throw .malformedPacket }
        // Zero: a jumbogram, or segmentation left to the network card. Either way the frame says how long it is.
        let payload = length == 0 ? rest : rest.prefix(min(Int(length), rest.count)) ?? rest
        var result = InternetPacket(source: source, destination: destination, nextHeader: nextHeader, payload: payload)
        result.isCut = Int(length) > rest.count
        try result.skipExtensionHeaders()
        return result
    }

    /// Moves `nextHeader` and `payload` past the extension headers of RFC 8200 §4, up to and including a fragment
    /// header.
    mutating func skipExtensionHeaders() throws(CaptureSkip) {
        for _ in 0..<Self.maximumExtensionHeaders {
            switch nextHeader {
            case 0, 43, 60, 135, 139, 140:
                // Hop-by-hop, routing, destination options, mobility, HIP, shim6: units of 8 octets after the first 8.
                try skipHeader { 8 + 8 * Int($0) }
            case 51:
                // Authentication (RFC 4302 §2.2): units of 4 octets, less two.
                try skipHeader { 8 + 4 * Int($0) }
            case 44:
                try takeFragmentHeader()
                if fragment != nil {
                    return
                }
            default:
                return
            }
        }
        throw .malformedPacket
    }

    private mutating func skipHeader(length: (UInt8) -> Int) throws(CaptureSkip) {
        guard let next = payload.byte(at: 0), let units = payload.byte(at: 1),
            let rest = payload.dropping(length(units))
        else { throw isCut ? .cutPacket : .malformedPacket }
        nextHeader = next
        payload = rest
    }

    private mutating func takeFragmentHeader() throws(CaptureSkip) {
        guard fragment == nil, let next = payload.byte(at: 0), let position = payload.uint16(at: 2),
            let identification = payload.uint32(at: 4), let rest = payload.dropping(8)
        else { throw isCut ? .cutPacket : .malformedPacket }
        nextHeader = next
        payload = rest
        let offset = Int(position & 0xfff8)
        let more = position & 1 != 0
        // RFC 6946: a fragment that is the whole datagram is not held for others.
        if more || offset > 0 {
            fragment = Fragment(identification: identification, offset: offset, isLast: !more)
        }
    }
}
