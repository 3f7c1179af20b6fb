package import SIPMessage

/// Where a message came from, and by which way.
///
/// Every request in progress keeps one, so its parts are in the order that leaves the fewest gaps.
package struct Flow: Hashable, Sendable {
    /// The listening address that it came to.
    package let local: Endpoint
    /// Whence it came, as the socket has it, whatever the Via says.
    package let remote: Endpoint
    package let transport: TransportProtocol
    private let connectionNumber: UInt64

    package init(transport: TransportProtocol, local: Endpoint, remote: Endpoint, connection: ConnectionID? = nil) {
        self.transport = transport
        self.local = local
        self.remote = remote
        connectionNumber = connection?.value ?? ConnectionID.none
    }

    /// The connection, for TCP.
    package var connection: ConnectionID? {
        connectionNumber == ConnectionID.none ? nil : ConnectionID(connectionNumber)
    }
}

/// A TCP connection; never used again for another one while the process lives.
package struct ConnectionID: Hashable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    /// Stands where there is none; no connection has this number.
    static var none: UInt64 { .max }
}

/// Where a message is to go.
///
/// Every transaction keeps one, so its parts are in the order that leaves the fewest gaps.
package struct Hop: Hashable, Sendable, CustomStringConvertible {
    /// The address to send to, or to open a connection to.
    package var remote: Endpoint
    /// The listening address to send from; it decides the source port for UDP.
    package var local: Endpoint
    package var transport: TransportProtocol
    private var connectionNumber: UInt64

    package init(transport: TransportProtocol, remote: Endpoint, local: Endpoint, connection: ConnectionID? = nil) {
        self.transport = transport
        self.remote = remote
        self.local = local
        connectionNumber = connection?.value ?? ConnectionID.none
    }

    /// A connection to use while it lives; when it is gone, one to `remote` is used or opened.
    package var connection: ConnectionID? {
        get { connectionNumber == ConnectionID.none ? nil : ConnectionID(connectionNumber) }
        set { connectionNumber = newValue?.value ?? ConnectionID.none }
    }

    /// `udp:192.0.2.1:5060`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(32)
        text.append(contentsOf: transport.description.utf8)
        text.append(ASCII.colon)
        remote.append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// One message on its way out.
package struct Outgoing: Sendable {
    /// The whole message.
    package var bytes: [UInt8]
    package var hop: Hop
    private var transactionID: SlotID

    package init(bytes: [UInt8], hop: Hop, transaction: SlotID? = nil) {
        self.bytes = bytes
        self.hop = hop
        transactionID = transaction ?? .nothing
    }

    /// Whose failure it is when the message can't be sent; nil: nobody's.
    package var transaction: SlotID? {
        get { transactionID == .nothing ? nil : transactionID }
        set { transactionID = newValue ?? .nothing }
    }
}
