/// An IP address with a port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package var address: IPAddress
    package var port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:5060` or `[::1]:5060`.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(decimal: text[text.index(after: colon)...]),
            let address = IPAddress(text[..<colon])
        else { return nil }
        if case .v6 = address, text.first != "[" { return nil }
        self.init(address: address, port: port)
    }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``description``.
    package func append(to text: inout [UInt8]) {
        address.appendHost(to: &text)
        text.append(ASCII.colon)
        text.append(decimal: Int(port))
    }
}
