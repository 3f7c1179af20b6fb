/// Where a captured message came from or went to: an address and a UDP or TCP port.
package struct CaptureEndpoint: Hashable, Sendable, CustomStringConvertible {
    package let address: CaptureAddress
    package let port: UInt16

    package init(address: CaptureAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `192.0.2.1:5060`, or `[2001:db8::1]:5060`.
    package var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
