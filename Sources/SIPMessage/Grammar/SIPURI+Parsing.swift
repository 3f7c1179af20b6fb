internal import COsip

extension SIPURI {
    /// Parses the octets of a message; nil if they are no URI, or one with blanks, brackets or control characters.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let text = bytes.span
        guard !range.isEmpty, ASCII.isLetter(text[range.lowerBound]) else { return nil }
        var colon = range.lowerBound
        while colon < range.upperBound, Self.isSchemeCharacter(text[colon]) { colon += 1 }
        guard colon < range.upperBound, text[colon] == ASCII.colon else { return nil }
        for position in colon..<range.upperBound where Self.isForbidden(text[position]) { return nil }
        let parsed: Parts?
        switch Scheme(text.extracting(range.lowerBound..<colon)) {
        case .tel: parsed = Self.parseTelephone(bytes, (colon + 1)..<range.upperBound)
        case .other(let name): parsed = Parts(scheme: .other(name), host: "")
        case let scheme: parsed = Self.parseSIP(bytes, range, scheme, afterScheme: colon + 1)
        }
        guard let parsed else { return nil }
        self.init(parsed)
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 0x21 || byte == 0x7F || byte == ASCII.less || byte == ASCII.greater || byte == ASCII.quote
    }

    /// libosip2 reads user, host, port and parameters. What it lets pass is checked around it: it gives up silently at
    /// a malformed parameter or header, and takes the last group of an IPv6 address without brackets for a port.
    private static func parseSIP(_ bytes: [UInt8], _ range: Range<Int>, _ scheme: Scheme, afterScheme: Int) -> Parts? {
        let text = bytes.span
        var hostStart = afterScheme
        for position in afterScheme..<range.upperBound where text[position] == UInt8(ascii: "@") {
            hostStart = position + 1
            break
        }
        var end = hostStart
        var semicolons = 0
        while end < range.upperBound, text[end] != UInt8(ascii: "?") {
            if text[end] == ASCII.semicolon { semicolons += 1 }
            end += 1
        }
        guard hostStart < end, var uri = parse(bytes, range.lowerBound..<end, scheme),
            uri.parameters.count == semicolons
        else { return nil }
        if text[hostStart] == UInt8(ascii: "[") {
            guard uri.host.utf8.contains(ASCII.colon), IPAddress(uri.host) != nil else { return nil }
        } else {
            guard ASCII.isHostName(uri.host) else { return nil }
        }
        if end < range.upperBound {
            guard let headers = parseHeaders(bytes, (end + 1)..<range.upperBound) else { return nil }
            uri.headers = headers
        }
        return uri
    }

    private static func parse(_ bytes: [UInt8], _ range: Range<Int>, _ scheme: Scheme) -> Parts? {
        unsafe Libosip.parse(bytes, range) { base, count -> Parts? in
            var parsed = unsafe tsunagi_uri()
            guard unsafe tsunagi_uri_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_uri_free(&parsed) }
            guard let host = unsafe Libosip.text(parsed.host), !host.isEmpty else { return nil }
            var uri = Parts(scheme: scheme, user: unsafe Libosip.text(parsed.user), host: host)
            uri.password = unsafe Libosip.text(parsed.password)
            if let text = unsafe parsed.port {
                guard let port = unsafe Libosip.port(text) else { return nil }
                uri.port = port
            }
            let count = unsafe Int(parsed.parameter_count)
            if count > 0 {
                unsafe withUnsafeBytes(of: &parsed.parameters) { raw in
                    let list = unsafe raw.bindMemory(to: tsunagi_parameter.self)
                    uri.parameters = (0..<count).map { index in
                        Parameter(
                            unsafe Libosip.text(list[index].name) ?? "", unsafe Libosip.text(list[index].value))
                    }
                }
            }
            return uri
        }
    }

    private static func parseHeaders(_ bytes: [UInt8], _ range: Range<Int>) -> [Parameter]? {
        var headers: [Parameter] = []
        for header in bytes[range].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            guard let equals = header.firstIndex(of: ASCII.equals), equals > header.startIndex else { return nil }
            headers.append(
                Parameter(
                    String(decoding: header[..<equals], as: UTF8.self),
                    String(decoding: header[(equals + 1)...], as: UTF8.self)))
        }
        return headers
    }

    private static func parseTelephone(_ bytes: [UInt8], _ range: Range<Int>) -> Parts? {
        let parts = bytes[range].split(separator: ASCII.semicolon, omittingEmptySubsequences: false)
        guard let number = parts.first, !number.isEmpty else { return nil }
        var uri = Parts(scheme: .tel, user: String(decoding: number, as: UTF8.self), host: "")
        for part in parts.dropFirst() {
            let sides = part.split(separator: ASCII.equals, maxSplits: 1, omittingEmptySubsequences: false)
            guard !sides[0].isEmpty else { return nil }
            uri.parameters.append(
                Parameter(
                    String(decoding: sides[0], as: UTF8.self),
                    sides.count > 1 ? String(decoding: sides[1], as: UTF8.self) : nil))
        }
        return uri
    }
}

extension SIPURI.Scheme {
    /// Case does not matter (RFC 3261 §19.1.4).
    fileprivate init(_ name: Span<UInt8>) {
        if ASCII.matches(name, "sip") {
            self = .sip
        } else if ASCII.matches(name, "sips") {
            self = .sips
        } else if ASCII.matches(name, "tel") {
            self = .tel
        } else {
            self = .other(String(decoding: name.indices.map { ASCII.lowercased(name[$0]) }, as: UTF8.self))
        }
    }
}
