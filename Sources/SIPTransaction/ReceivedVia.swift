package import SIPMessage

/// The topmost Via of a received request, as the next element and the response must see it, and where responses go.
package struct ReceivedVia: Sendable {
    /// The whole value with `received` and `rport` filled in (RFC 3261 §18.2.1, RFC 3581 §4); nil: as it came.
    package let value: [UInt8]?
    /// Where it stands in the message.
    package let range: Range<Int>
    /// Where responses go (§18.2.2, RFC 3581 §4). For TCP the connection comes first.
    package let replyHop: Hop
    package let via: Via

    /// Nil if the message has no usable Via.
    package init?(_ message: SIPMessage, from flow: Flow) {
        var memory = SentByMemory(capacity: 0)
        self.init(message, from: flow, remembering: &memory)
    }

    /// The same with the help of what was read before.
    package init?(_ message: SIPMessage, from flow: Flow, remembering memory: inout SentByMemory) {
        guard let element = message.firstElement(.via),
            let via = Via(message.bytes, element.range, remembering: &memory)
        else { return nil }
        self.via = via
        range = element.range
        let isElsewhere = via.address.map { $0 != flow.remote.address } ?? true
        let asksForPort = via.rport != nil
        value = isElsewhere || asksForPort ? Self.stamped(message.bytes, element.range, flow, asksForPort) : nil
        replyHop = Self.replyHop(via, flow)
    }

    private static func replyHop(_ via: Via, _ flow: Flow) -> Hop {
        let sentByPort = via.port ?? 5060
        if flow.transport.isReliable {
            // The port from which a connection came is no port to connect to: §18.2.2 names the sent-by's.
            let remote = Endpoint(address: flow.remote.address, port: sentByPort)
            return Hop(transport: flow.transport, remote: remote, local: flow.local, connection: flow.connection)
        }
        if via.rport == nil, let maddr = via.maddr.flatMap({ IPAddress($0) }) {
            return Hop(transport: .udp, remote: Endpoint(address: maddr, port: sentByPort), local: flow.local)
        }
        let port = via.rport != nil ? flow.remote.port : sentByPort
        return Hop(transport: .udp, remote: Endpoint(address: flow.remote.address, port: port), local: flow.local)
    }

    private static func stamped(_ bytes: [UInt8], _ range: Range<Int>, _ flow: Flow, _ withPort: Bool) -> [UInt8]? {
        let text = bytes[range]
        guard let semicolon = text.firstIndex(of: ASCII.semicolon),
            let list = ParameterList(bytes, semicolon..<range.upperBound)
        else {
            return Array(text) + Array(";received=\(flow.remote.address)".utf8)
        }
        var value = Array(bytes[range.lowerBound..<semicolon])
        while let last = value.last, ASCII.isBlank(last) { value.removeLast() }
        for parameter in list.parameters {
            let name = String(decoding: bytes[parameter.name], as: UTF8.self).lowercased()
            if name == "received" || name == "rport" { continue }
            value.append(contentsOf: bytes[parameter.whole])
        }
        value.append(contentsOf: ";received=\(flow.remote.address)".utf8)
        if withPort { value.append(contentsOf: ";rport=\(flow.remote.port)".utf8) }
        return value
    }
}
