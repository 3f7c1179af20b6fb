/// Why something in a capture is not among its messages. The order is that of the summary.
package enum CaptureSkip: String, Error, CaseIterable, Sendable {
    case keepAlive
    case rtp
    case rtcp
    case stun
    case otherDatagram
    case notIP
    case otherProtocol
    case malformedPacket
    case cutPacket
    case incompleteDatagram
    case overlappingFragments
    case streamGap
    case streamGarbage
    case streamUnframed
    case incompleteMessage

    /// What is counted, in singular and plural.
    var unit: (one: String, many: String) {
        switch self {
        case .keepAlive: ("keep-alive", "keep-alives (blank, CRLF or NUL)")
        case .rtp: ("RTP packet", "RTP packets")
        case .rtcp: ("RTCP packet", "RTCP packets")
        case .stun: ("STUN message", "STUN messages")
        case .otherDatagram: ("datagram of another protocol", "datagrams of other protocols (T.38, DNS, ...)")
        case .notIP: ("frame that is not IP", "frames that are not IP (ARP, ...)")
        case .otherProtocol: ("packet neither UDP nor TCP", "packets neither UDP nor TCP")
        case .malformedPacket: ("malformed packet", "malformed packets")
        case .cutPacket: ("datagram cut by the snapshot length", "datagrams cut by the snapshot length")
        case .incompleteDatagram: ("datagram with a fragment missing", "datagrams with a fragment missing")
        case .overlappingFragments: ("datagram of overlapping fragments", "datagrams of overlapping fragments")
        case .streamGap: ("gap in a TCP stream", "gaps in TCP streams")
        case .streamGarbage: ("TCP octet outside any SIP message", "TCP octets outside any SIP message")
        case .streamUnframed: ("TCP message without a usable length", "TCP messages without a usable length")
        case .incompleteMessage: ("TCP message that is not complete", "TCP messages that are not complete")
        }
    }
}

/// What was in a capture: how much of it was SIP, and what was left out and why.
package struct CaptureSummary: Sendable, Equatable, CustomStringConvertible {
    package internal(set) var frames = 0
    package internal(set) var udpMessages = 0
    package internal(set) var tcpMessages = 0
    private var skips: [CaptureSkip: Int] = [:]

    package var messages: Int { udpMessages + tcpMessages }

    /// How often something was left out for this reason, in the reason's unit (packets, datagrams, octets, ...).
    package func count(of skip: CaptureSkip) -> Int {
        skips[skip, default: 0]
    }

    mutating func add(_ skip: CaptureSkip, _ amount: Int = 1) {
        if amount > 0 {
            skips[skip, default: 0] += amount
        }
    }

    /// `112 frames, 81 SIP messages (81 UDP, 0 TCP); skipped: 21 keep-alives (...), 9 RTP packets, ...`
    package var description: String {
        let head =
            "\(frames) \(frames == 1 ? "frame" : "frames"), "
            + "\(messages) SIP \(messages == 1 ? "message" : "messages") (\(udpMessages) UDP, \(tcpMessages) TCP)"
        let skipped = CaptureSkip.allCases.compactMap { skip -> String? in
            let count = count(of: skip)
            return count == 0 ? nil : "\(count) \(count == 1 ? skip.unit.one : skip.unit.many)"
        }
        return skipped.isEmpty ? head : head + "; skipped: " + skipped.joined(separator: ", ")
    }
}
