internal import COsip

/// What stands before the parameters of a Via: who has sent the request, and how.
package final class SentBy: Sendable {
    /// In capitals: `UDP`, `TCP`, `TLS`, …
    let transport: String
    /// IPv6 without brackets.
    let host: String
    let port: UInt16?
    /// The host, if it is an address.
    let address: IPAddress?
    /// Host in small letters and port.
    let octets: [UInt8]

    var text: String { String(decoding: octets, as: UTF8.self) }

    private init(transport: String, host: String, port: UInt16?) {
        self.transport = transport
        self.host = host
        self.port = port
        address = IPAddress(host)
        octets = Array("\(host.lowercased()):\(port ?? 5060)".utf8)
    }

    /// Has libosip2 read a Via value, and hands its parameters to `make`; nil if it is malformed or of another protocol
    /// than SIP/2.0.
    static func parse<Result>(
        _ bytes: [UInt8], _ range: Range<Int>,
        _ make: (SentBy, UnsafeBufferPointer<tsunagi_parameter>) -> Result
    ) -> Result? {
        let text = bytes.span
        guard range.count > 3, ASCII.matches(text, range.lowerBound..<(range.lowerBound + 3), "sip") else {
            return nil
        }
        var isBracketed = false
        for position in range where text[position] == ASCII.semicolon || text[position] == UInt8(ascii: "[") {
            isBracketed = text[position] != ASCII.semicolon
            break
        }
        return unsafe Libosip.parse(bytes, range) { base, count -> Result? in
            var parsed = unsafe tsunagi_via()
            guard unsafe tsunagi_via_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_via_free(&parsed) }
            guard let sender = unsafe SentBy.read(&parsed, isBracketed: isBracketed) else { return nil }
            let parameterCount = unsafe Int(parsed.parameter_count)
            return unsafe withUnsafeBytes(of: &parsed.parameters) { raw in
                let list = unsafe raw.bindMemory(to: tsunagi_parameter.self)
                return unsafe make(sender, UnsafeBufferPointer(rebasing: list[..<parameterCount]))
            }
        }
    }

    private static func read(_ parsed: inout tsunagi_via, isBracketed: Bool) -> SentBy? {
        guard let version = unsafe parsed.version, unsafe Libosip.matches(version, "2.0"),
            let transport = unsafe Libosip.text(parsed.transport), !transport.isEmpty,
            let host = unsafe Libosip.text(parsed.host), !host.isEmpty
        else { return nil }
        // libosip2 takes the brackets away: without them no colon may be left, within them only IPv6 may stand.
        if isBracketed {
            guard host.utf8.contains(ASCII.colon), IPAddress(host) != nil else { return nil }
        } else {
            guard ASCII.isHostName(host) else { return nil }
        }
        guard let text = unsafe parsed.port else {
            return SentBy(transport: transport.uppercased(), host: host, port: nil)
        }
        guard let port = unsafe Libosip.port(text) else { return nil }
        return SentBy(transport: transport.uppercased(), host: host, port: port)
    }
}

/// Remembers the senders of the last Vias: a peer writes the same before the parameters in every request.
package struct SentByMemory: Sendable {
    private var memory: OctetMemory<SentBy>

    /// - Parameter capacity: a power of two; 0 remembers nothing.
    package init(capacity: Int) { memory = OctetMemory(capacity: capacity) }

    /// - Parameter range: of a Via before its first semicolon.
    mutating func sentBy(_ bytes: [UInt8], _ range: Range<Int>) -> SentBy? {
        memory.value(bytes, range) { unsafe SentBy.parse(bytes, range) { sender, _ in sender } }
    }
}
