import SIPMessage
import SIPTransaction

/// A message that came or went, for those who watch.
struct MessageCopy: Sendable {
    let bytes: [UInt8]
    let source: Endpoint
    let destination: Endpoint
    let transport: TransportProtocol
    let at: Instant

    init(received bytes: [UInt8], from flow: Flow, at now: Instant) {
        self.bytes = bytes
        (source, destination, transport, at) = (flow.remote, flow.local, flow.transport, now)
    }

    init(sent outgoing: Outgoing, at now: Instant) {
        bytes = outgoing.bytes
        (source, destination, transport, at) = (outgoing.hop.local, outgoing.hop.remote, outgoing.hop.transport, now)
    }
}
