internal import COsip

/// One Via value (RFC 3261 §20.42, RFC 3581).
package struct Via: Sendable {
    /// In capitals: `UDP`, `TCP`, `TLS`, …
    package let transport: String
    /// The sent-by host; IPv6 without brackets.
    package let host: String
    package let port: UInt16?
    package let branch: String?
    package let received: String?
    package let maddr: String?
    /// Nil: no such parameter. Empty: asked for. Otherwise the port.
    package let rport: String?

    /// Nil if it is malformed or of another protocol than SIP/2.0.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let text = bytes.span
        guard range.count > 3, ASCII.matches(text.extracting(range.lowerBound..<(range.lowerBound + 3)), "sip") else {
            return nil
        }
        var isBracketed = false
        for position in range where text[position] == ASCII.semicolon || text[position] == UInt8(ascii: "[") {
            isBracketed = text[position] != ASCII.semicolon
            break
        }
        let parsed = unsafe Libosip.parse(bytes, range) { base, count -> Via? in
            var parsed = unsafe tsunagi_via()
            guard unsafe tsunagi_via_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_via_free(&parsed) }
            return unsafe Via(&parsed, isBracketed: isBracketed)
        }
        guard let parsed else { return nil }
        self = parsed
    }

    private init?(_ parsed: inout tsunagi_via, isBracketed: Bool) {
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
        self.transport = transport.uppercased()
        self.host = host
        if let text = unsafe parsed.port {
            guard let number = unsafe Libosip.port(text) else { return nil }
            port = number
        } else {
            port = nil
        }
        var branch: String?
        var received: String?
        var maddr: String?
        var rport: String?
        let count = unsafe Int(parsed.parameter_count)
        unsafe withUnsafeBytes(of: &parsed.parameters) { raw in
            let list = unsafe raw.bindMemory(to: tsunagi_parameter.self)
            for index in 0..<count {
                let each = unsafe list[index]
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
        }
        self.branch = branch
        self.received = received
        self.maddr = maddr
        self.rport = rport
    }

    /// Whether the octets have the shape of a Via value: protocol, name, version and transport, sent-by, parameters.
    package static func isWellFormed(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let text = bytes.span
        var position = range.lowerBound
        let end = range.upperBound
        func skipBlanks() { while position < end, ASCII.isBlank(text[position]) { position += 1 } }
        func takeToken() -> Bool {
            skipBlanks()
            let start = position
            while position < end, ASCII.isToken(text[position]) { position += 1 }
            return position > start
        }
        func takeSlash() -> Bool {
            skipBlanks()
            guard position < end, text[position] == UInt8(ascii: "/") else { return false }
            position += 1
            return true
        }
        guard takeToken(), takeSlash(), takeToken(), takeSlash(), takeToken() else { return false }
        guard position < end, ASCII.isBlank(text[position]) else { return false }
        skipBlanks()
        let sentBy = position
        while position < end, text[position] != ASCII.semicolon, text[position] != ASCII.comma { position += 1 }
        return position > sentBy && ParameterList.isWellFormed(bytes, position..<end)
    }

    /// Whether its branch was made by an element that follows RFC 3261 (§8.1.1.7). The cookie alone names nothing: it
    /// counts as an older element's branch.
    package var hasMagicCookie: Bool {
        guard let branch, branch.utf8.count > 7 else { return false }
        return ASCII.matches(branch.utf8.span.extracting(0..<7), "z9hg4bk")
    }

    /// The sent-by text that identifies a transaction together with the branch (§17.2.3).
    package var sentBy: String { "\(host.lowercased()):\(port ?? 5060)" }
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
        let text = bytes.span
        var start = element.range.lowerBound
        while start < element.range.upperBound, text[start] != ASCII.semicolon { start += 1 }
        return ParameterList.value("branch", in: text, start..<element.range.upperBound)
    }
}
