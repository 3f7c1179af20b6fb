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

    /// Nil if it is malformed.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let parsed = unsafe Libosip.parse(bytes, range) { base, count -> Via? in
            var parsed = unsafe tsunagi_via()
            guard unsafe tsunagi_via_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_via_free(&parsed) }
            return unsafe Via(&parsed)
        }
        guard let parsed else { return nil }
        self = parsed
    }

    private init?(_ parsed: inout tsunagi_via) {
        guard unsafe Libosip.text(parsed.version) == "2.0", let transport = unsafe Libosip.text(parsed.transport),
            var host = unsafe Libosip.text(parsed.host), !host.isEmpty
        else { return nil }
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = String(host.dropFirst().dropLast())
        }
        for byte in host.utf8 where !(ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-._:%".utf8.contains(byte)) {
            return nil
        }
        self.transport = transport.uppercased()
        self.host = host
        if let text = unsafe Libosip.text(parsed.port) {
            guard let number = UInt16(text) else { return nil }
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
                guard let name = unsafe Libosip.text(list[index].name)?.lowercased() else { continue }
                let value = unsafe Libosip.text(list[index].value)
                switch name {
                case "branch": branch = value ?? ""
                case "received": received = value
                case "maddr": maddr = value
                case "rport": rport = value ?? ""
                default: break
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

    /// Whether its branch was made by an element that follows RFC 3261 (§8.1.1.7).
    package var hasMagicCookie: Bool {
        (branch?.utf8.count ?? 0) > 7 && branch?.lowercased().hasPrefix("z9hg4bk") == true
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
        var position = element.range.lowerBound
        let end = element.range.upperBound
        while position + 8 <= end {
            if text[position] == ASCII.semicolon {
                var name = position + 1
                while name < end, ASCII.isBlank(text[name]) { name += 1 }
                if Self.isBranch(text, name, end) {
                    var start = name + 6
                    while start < end, ASCII.isBlank(text[start]) { start += 1 }
                    guard start < end, text[start] == ASCII.equals else { return nil }
                    start += 1
                    while start < end, ASCII.isBlank(text[start]) { start += 1 }
                    var stop = start
                    while stop < end, text[stop] != ASCII.semicolon, !ASCII.isBlank(text[stop]) { stop += 1 }
                    return start..<stop
                }
            }
            position += 1
        }
        return nil
    }

    private static func isBranch(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard start + 6 <= end else { return false }
        return ASCII.lowercased(text[start]) == UInt8(ascii: "b")
            && ASCII.lowercased(text[start + 1]) == UInt8(ascii: "r")
            && ASCII.lowercased(text[start + 2]) == UInt8(ascii: "a")
            && ASCII.lowercased(text[start + 3]) == UInt8(ascii: "n")
            && ASCII.lowercased(text[start + 4]) == UInt8(ascii: "c")
            && ASCII.lowercased(text[start + 5]) == UInt8(ascii: "h")
    }
}
