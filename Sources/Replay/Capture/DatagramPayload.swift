/// What the payload of a UDP datagram is, as far as it can be told without its signalling.
enum DatagramPayload {
    case sip
    case other(CaptureSkip)

    init(_ payload: Octets) {
        if payload.bytes.allSatisfy({ [0x00, 0x09, 0x0a, 0x0d, 0x20].contains($0) }) {
            self = .other(.keepAlive)
        } else if SIPStartLine(ofMessage: payload.bytes) != nil {
            self = .sip
        } else if payload.count >= 20, payload.uint32(at: 4) == 0x2112_a442 {
            // RFC 8489 §5: the magic cookie.
            self = .other(.stun)
        } else if let first = payload.byte(at: 0), let second = payload.byte(at: 1), first >> 6 == 2 {
            // RFC 5761 §4: version 2, and the packet types of RTCP are payload types RTP stays away from.
            let isRTCP = (192...223).contains(second) && payload.count >= 8
            self = .other(isRTCP ? .rtcp : payload.count >= 12 ? .rtp : .otherDatagram)
        } else {
            self = .other(.otherDatagram)
        }
    }
}
