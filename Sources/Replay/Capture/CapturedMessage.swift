/// The transport a captured message travelled over.
package enum CaptureTransport: String, Sendable, Hashable {
    case udp
    case tcp
}

/// One SIP message of a capture, byte for byte as it was on the wire.
package struct CapturedMessage: Sendable, Equatable {
    /// Nanoseconds since 1970-01-01 00:00 UTC: the time of the frame with which the message was complete.
    package let timestamp: UInt64
    package let source: CaptureEndpoint
    package let destination: CaptureEndpoint
    package let transport: CaptureTransport
    /// Over UDP the whole payload of the datagram; over TCP from the start-line to the end of the body.
    package let bytes: [UInt8]

    package init(
        timestamp: UInt64, source: CaptureEndpoint, destination: CaptureEndpoint, transport: CaptureTransport,
        bytes: [UInt8]
    ) {
        self.timestamp = timestamp
        self.source = source
        self.destination = destination
        self.transport = transport
        self.bytes = bytes
    }
}
