internal import COsip

/// One Via value (RFC 3261 §20.42, RFC 3581).
package struct Via: Sendable {
    private let sender: SentBy
    /// Where the branch's value lies in the message; -1: nowhere.
    private let branchStart: Int32
    private let branchEnd: Int32
    /// What only some Vias have.
    private let rest: Rest?

    /// What few Vias have: reading it costs what most need not pay.
    private final class Rest: Sendable {
        /// A branch that libosip2 has read, and that may not stand in the message as it is.
        let branch: String?
        let received: String?
        let maddr: String?
        let rport: String?

        init(branch: String?, received: String?, maddr: String?, rport: String?) {
            self.branch = branch
            self.received = received
            self.maddr = maddr
            self.rport = rport
        }
    }

    /// In capitals: `UDP`, `TCP`, `TLS`, …
    package var transport: String { sender.transport }
    /// The sent-by host; IPv6 without brackets.
    package var host: String { sender.host }
    /// The host, if it is an address.
    package var address: IPAddress? { sender.address }
    /// Nil: none is given; then it is that of the transport (§18.2.2).
    package var port: UInt16? { sender.port }
    /// Nil too if it was left in the message.
    package var branch: String? { rest?.branch }
    /// Whence the request came, as the next hop has seen it (§18.2.1). Nil: no such parameter.
    package var received: String? { rest?.received }
    /// Where responses go instead of the sent-by host (§18.2.2). Nil: no such parameter.
    package var maddr: String? { rest?.maddr }
    /// Nil: no such parameter. Empty: asked for. Otherwise the port.
    package var rport: String? { rest?.rport }
    /// The sent-by text that identifies a transaction together with the branch (§17.2.3).
    package var sentBy: String { sender.text }
    /// Two with the same octets have the same ``sentBy``.
    package var sentByOctets: [UInt8] { sender.octets }

    /// Nil if it is malformed or of another protocol than SIP/2.0.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var memory = SentByMemory(capacity: 0)
        guard let via = Via(bytes, range, remembering: &memory) else { return nil }
        let branch = via.branch(in: bytes).map { String(decoding: $0, as: UTF8.self) }
        self.init(
            via.sender, Rest(branch: branch, received: via.received, maddr: via.maddr, rport: via.rport))
    }

    /// The same with the help of what was read before. The branch stays where it is: ``branch(in:)`` finds it.
    package init?(_ bytes: [UInt8], _ range: Range<Int>, remembering memory: inout SentByMemory) {
        let text = bytes.span
        let head = range.lowerBound..<(text.firstPlace(of: ASCII.semicolon, from: range) ?? range.upperBound)
        guard let parameters = PlainViaParameters(text, head.upperBound..<range.upperBound), !head.isEmpty,
            !ASCII.isBlank(text[head.upperBound - 1])
        else {
            guard let parsed = Self.parsedWhole(bytes, range) else { return nil }
            self = parsed
            return
        }
        guard let sender = memory.sentBy(bytes, head) else { return nil }
        self.sender = sender
        branchStart = Int32(truncatingIfNeeded: parameters.branch?.lowerBound ?? -1)
        branchEnd = Int32(truncatingIfNeeded: parameters.branch?.upperBound ?? -1)
        guard parameters.hasOthers else {
            rest = nil
            return
        }
        func string(_ range: Range<Int>?) -> String? { range.map { String(decoding: bytes[$0], as: UTF8.self) } }
        rest = Rest(
            branch: nil, received: string(parameters.received), maddr: string(parameters.maddr),
            rport: string(parameters.rport))
    }

    /// Has libosip2 read all of it.
    static func parsedWhole(_ bytes: [UInt8], _ range: Range<Int>) -> Via? {
        unsafe SentBy.parse(bytes, range) { sender, parameters in
            var branch: String?
            var received: String?
            var maddr: String?
            var rport: String?
            for index in parameters.indices {
                let each = unsafe parameters[index]
                if unsafe Libosip.matches(each.name, "branch") {
                    branch = unsafe Libosip.text(each.value) ?? ""
                } else if unsafe Libosip.matches(each.name, "rport") {
                    rport = unsafe Libosip.text(each.value) ?? ""
                } else if unsafe Libosip.matches(each.name, "received") {
                    received = unsafe Libosip.text(each.value)
                } else if unsafe Libosip.matches(each.name, "maddr") {
                    maddr = unsafe Libosip.text(each.value)
                }
            }
            return Via(sender, Rest(branch: branch, received: received, maddr: maddr, rport: rport))
        }
    }

    private init(_ sender: SentBy, _ rest: Rest) {
        self.sender = sender
        branchStart = -1
        branchEnd = -1
        self.rest = rest
    }

    /// The branch's octets; nil if it has none.
    ///
    /// - Parameter bytes: of the message that it was read from.
    package func branch(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        if branchStart >= 0 { return bytes[Int(branchStart)..<Int(branchEnd)] }
        return rest?.branch.map { Array($0.utf8)[...] }
    }

    /// Whether the octets have the shape of a Via value: protocol, name, version and transport, sent-by, parameters.
    ///
    /// - Parameter isAlone: there is no comma in it.
    package static func isWellFormed(_ bytes: [UInt8], _ range: Range<Int>, isAlone: Bool = false) -> Bool {
        let text = bytes.span
        guard var position = endOfProtocol(text, range), position < range.upperBound, ASCII.isBlank(text[position])
        else { return false }
        while position < range.upperBound, ASCII.isBlank(text[position]) { position += 1 }
        let sentBy = position
        position = text.firstPlace(of: ASCII.semicolon, from: sentBy..<range.upperBound) ?? range.upperBound
        guard isAlone || text.firstPlace(of: ASCII.comma, from: sentBy..<position) == nil else { return false }
        return position > sentBy && ParameterList.isWellFormed(bytes, position..<range.upperBound)
    }

    /// Where `SIP/2.0/UDP` ends, or whatever other three tokens stand there; nil if there are none.
    @inline(__always)
    private static func endOfProtocol(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        if range.count > 12, text.word(at: range.lowerBound).folded == OctetWord("sip/2.0/").bits {
            let transport = text.word(from: range.lowerBound + 8, to: range.lowerBound + 11).folded
            let end = range.lowerBound + 11
            if transport == OctetWord("udp").bits || transport == OctetWord("tcp").bits, ASCII.isBlank(text[end]) {
                return end
            }
        }
        return endOfTokens(text, range)
    }

    private static func endOfTokens(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        let end = range.upperBound
        for place in 0..<3 {
            while position < end, ASCII.isBlank(text[position]) { position += 1 }
            let start = position
            position = text.endOfToken(from: position, to: end)
            guard position > start else { return nil }
            guard place < 2 else { break }
            while position < end, ASCII.isBlank(text[position]) { position += 1 }
            guard position < end, text[position] == UInt8(ascii: "/") else { return nil }
            position += 1
        }
        return position
    }

    /// Whether ``branch`` was made by an element that follows RFC 3261.
    package var hasMagicCookie: Bool { branch.map { Self.hasMagicCookie(Array($0.utf8)[...]) } ?? false }

    /// Whether a branch was made by an element that follows RFC 3261 (§8.1.1.7). The cookie alone names nothing: it
    /// counts as an older element's branch.
    package static func hasMagicCookie(_ branch: ArraySlice<UInt8>) -> Bool {
        branch.count > 7 && ASCII.matches(branch.span, 0..<7, "z9hg4bk")
    }
}

extension SIPMessage {
    /// The topmost Via; nil if it is missing or malformed.
    package var topVia: Via? {
        guard let element = firstElement(.via) else { return nil }
        return Via(bytes, element.range)
    }

    /// The value of the topmost Via's branch, found without decoding the rest: for matching responses.
    package var topBranch: Range<Int>? {
        guard let element = firstElement(.via) else { return nil }
        let bytes = bytes
        let text = bytes.span
        let start = text.firstPlace(of: ASCII.semicolon, from: element.range) ?? element.range.upperBound
        let parameters = ParameterList.afterRport(text, start..<element.range.upperBound)
        return ParameterList.plainValue(.branch, in: text, parameters)
            ?? ParameterList.value("branch", in: text, parameters)
    }
}
