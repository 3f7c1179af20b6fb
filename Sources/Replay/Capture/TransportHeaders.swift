/// A UDP datagram (RFC 768).
struct UDPDatagram {
    let sourcePort: UInt16
    let destinationPort: UInt16
    let payload: Octets

    init(_ packet: InternetPacket) throws(CaptureSkip) {
        let octets = packet.payload
        guard let sourcePort = octets.uint16(at: 0), let destinationPort = octets.uint16(at: 2),
            let length = octets.uint16(at: 4)
        else { throw packet.isCut ? .cutPacket : .malformedPacket }
        // RFC 2675 §4: in a jumbogram the length is zero, and the packet says how long it is.
        let end = length == 0 ? octets.count : Int(length)
        guard let payload = octets.prefix(end)?.dropping(8) else {
            throw packet.isCut && end > octets.count ? .cutPacket : .malformedPacket
        }
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.payload = payload
    }
}

/// A TCP segment (RFC 9293 §3.1). A segment cut by the snapshot length is kept: what is missing is a gap in its stream.
struct TCPSegment {
    let sourcePort: UInt16
    let destinationPort: UInt16
    let sequence: UInt32
    /// Nil without the ACK flag.
    let acknowledgement: UInt32?
    let isSYN: Bool
    let isFIN: Bool
    let isRST: Bool
    let payload: Octets

    init(_ packet: InternetPacket) throws(CaptureSkip) {
        let octets = packet.payload
        guard let sourcePort = octets.uint16(at: 0), let destinationPort = octets.uint16(at: 2),
            let sequence = octets.uint32(at: 4), let acknowledgement = octets.uint32(at: 8),
            let offset = octets.byte(at: 12), let flags = octets.byte(at: 13)
        else { throw packet.isCut ? .cutPacket : .malformedPacket }
        let header = Int(offset >> 4) * 4
        guard header >= 20, let payload = octets.dropping(header) else {
            throw packet.isCut ? .cutPacket : .malformedPacket
        }
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.sequence = sequence
        self.acknowledgement = flags & 0x10 != 0 ? acknowledgement : nil
        self.isSYN = flags & 0x02 != 0
        self.isFIN = flags & 0x01 != 0
        self.isRST = flags & 0x04 != 0
        self.payload = payload
    }
}
