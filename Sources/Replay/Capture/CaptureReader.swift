/// Everything that reading a capture to its end has brought.
package struct Capture: Sendable {
    package let messages: [CapturedMessage]
    package let summary: CaptureSummary
    /// Why the file could not be read to its end; nil if it could. The messages before that place are given all the
    /// same.
    package let damage: CaptureError?
}

/// Reads the SIP messages out of a pcap or pcapng file, one at a time and in the order in which they were complete.
///
/// Memory is bounded by `CaptureLimits`, whatever the size or the contents of the file.
package struct CaptureReader: ~Copyable {
    private var file: CaptureFile
    private var fragments: FragmentTable
    private var streams: TCPStreamTable
    private var output = CaptureOutput()
    private var isAtEnd = false
    /// Set when `next()` has given the last message and the file did not end properly there.
    package private(set) var damage: CaptureError?

    /// Opens the file and reads its header.
    ///
    /// - Throws: `noSuchFile`, `unreadable`, `notACapture` or `linkTypeNotSupported`. What is wrong further on is
    ///   `damage`, for the messages before it are worth having.
    package init(path: String, limits: CaptureLimits = CaptureLimits()) throws(CaptureError) {
        file = try CaptureFile(path: path)
        fragments = FragmentTable(limits: limits)
        streams = TCPStreamTable(limits: limits)
    }

    /// Opens the file and reads it to its end.
    package static func read(path: String, limits: CaptureLimits = CaptureLimits()) throws(CaptureError) -> Capture {
        var reader = try CaptureReader(path: path, limits: limits)
        var messages: [CapturedMessage] = []
        while let message = reader.next() {
            messages.append(message)
        }
        return Capture(messages: messages, summary: reader.summary, damage: reader.damage)
    }

    /// What has been read and skipped so far.
    package var summary: CaptureSummary { output.summary }

    /// The next message, nil at the end of the file or of what can be read of it.
    package mutating func next() -> CapturedMessage? {
        while true {
            if let message = output.take() {
                return message
            }
            if isAtEnd {
                return nil
            }
            readFrame()
        }
    }

    private mutating func readFrame() {
        switch file.next() {
        case .frame(let frame):
            output.summary.frames += 1
            output.timestamp = frame.timestamp
            streams.advance(&output)
            do throws(CaptureSkip) {
                try take(file.link.packet(in: Octets(frame.bytes)))
            } catch {
                output.summary.add(error)
            }
        case .end:
            finish()
        case .failure(let error):
            damage = error
            finish()
        }
    }

    private mutating func finish() {
        fragments.finish(&output.summary)
        streams.finish(&output)
        isAtEnd = true
    }

    private mutating func take(_ octets: Octets) throws(CaptureSkip) {
        var packet = try InternetPacket(octets)
        if let fragment = packet.fragment {
            guard
                let whole = try fragments.add(packet, fragment, at: output.timestamp, &output.summary)
            else { return }
            packet = whole
            if packet.source.isIPv6 {
                try packet.skipExtensionHeaders()
            }
            guard packet.fragment == nil else { throw .malformedPacket }
        }
        switch packet.nextHeader {
        case InternetPacket.udp: try take(UDPDatagram(packet), of: packet)
        case InternetPacket.tcp: try take(TCPSegment(packet), of: packet)
        default: throw .otherProtocol
        }
    }

    private mutating func take(_ datagram: UDPDatagram, of packet: InternetPacket) throws(CaptureSkip) {
        switch DatagramPayload(datagram.payload) {
        case .sip:
            output.add(
                Array(datagram.payload.bytes),
                from: CaptureEndpoint(address: packet.source, port: datagram.sourcePort),
                to: CaptureEndpoint(address: packet.destination, port: datagram.destinationPort), .udp)
        case .other(let skip):
            throw skip
        }
    }

    private mutating func take(_ segment: TCPSegment, of packet: InternetPacket) {
        let flow = TCPFlow(
            source: CaptureEndpoint(address: packet.source, port: segment.sourcePort),
            destination: CaptureEndpoint(address: packet.destination, port: segment.destinationPort))
        streams.receive(segment, flow, frame: output.summary.frames, &output)
    }
}
