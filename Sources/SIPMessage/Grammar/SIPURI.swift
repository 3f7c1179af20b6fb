internal import COsip

/// A URI that a request is addressed to or that names somebody: sip:, sips: (RFC 3261 §19.1), tel: (RFC 3966), or
/// one of a scheme that is not routed here.
package struct SIPURI: Sendable, Equatable {
    package enum Scheme: Sendable, Equatable {
        case sip, sips, tel
        case other(String)
    }

    package struct Parameter: Sendable, Equatable {
        package var name: String
        /// With its %-escapes. Nil: no equals sign.
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    package var scheme: Scheme
    /// With its %-escapes; of a tel: URI the subscriber's number. Nil: none.
    package var user: String?
    package var password: String?
    /// IPv6 without brackets. Empty for tel: and other schemes.
    package var host: String
    package var port: UInt16?
    /// At most 32: a URI with more is taken as malformed.
    package var parameters: [Parameter]
    /// The `?header=value` part.
    package var headers: [Parameter] = []

    package var hasHeaders: Bool { !headers.isEmpty }

    package init(
        scheme: Scheme = .sip, user: String? = nil, host: String, port: UInt16? = nil, parameters: [Parameter] = []
    ) {
        self.scheme = scheme
        self.user = user
        password = nil
        self.host = host
        self.port = port
        self.parameters = parameters
    }

    /// Parses a URI that is text of ours: a setting, a destination. Nil if it is malformed.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, bytes.indices)
    }

    /// Parses the octets of a message; nil if they are no URI, or one with blanks, brackets or control characters.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let text = bytes.span
        guard !range.isEmpty, ASCII.isLetter(text[range.lowerBound]) else { return nil }
        var colon = range.lowerBound
        while colon < range.upperBound, Self.isSchemeCharacter(text[colon]) { colon += 1 }
        guard colon < range.upperBound, text[colon] == ASCII.colon else { return nil }
        for position in colon..<range.upperBound where Self.isForbidden(text[position]) { return nil }
        let parsed: SIPURI?
        switch Scheme(text.extracting(range.lowerBound..<colon)) {
        case .tel: parsed = Self.parseTelephone(bytes, (colon + 1)..<range.upperBound)
        case .other(let name): parsed = SIPURI(scheme: .other(name), host: "")
        case let scheme: parsed = Self.parseSIP(bytes, range, scheme, afterScheme: colon + 1)
        }
        guard let parsed else { return nil }
        self = parsed
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
    private static func parseSIP(_ bytes: [UInt8], _ range: Range<Int>, _ scheme: Scheme, afterScheme: Int) -> SIPURI? {
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

    private static func parse(_ bytes: [UInt8], _ range: Range<Int>, _ scheme: Scheme) -> SIPURI? {
        unsafe Libosip.parse(bytes, range) { base, count -> SIPURI? in
            var parsed = unsafe tsunagi_uri()
            guard unsafe tsunagi_uri_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_uri_free(&parsed) }
            guard let host = unsafe Libosip.text(parsed.host), !host.isEmpty else { return nil }
            var uri = SIPURI(scheme: scheme, user: unsafe Libosip.text(parsed.user), host: host)
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

    private static func parseTelephone(_ bytes: [UInt8], _ range: Range<Int>) -> SIPURI? {
        let parts = bytes[range].split(separator: ASCII.semicolon, omittingEmptySubsequences: false)
        guard let number = parts.first, !number.isEmpty else { return nil }
        var uri = SIPURI(scheme: .tel, user: String(decoding: number, as: UTF8.self), host: "")
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

    /// The user part with its %-escapes decoded once (RFC 3261 §19.1.2); octets that are not UTF-8 are replaced.
    package var decodedUser: String? { user.map { Escaping.decoded($0) } }

    /// Names are compared without regard to case; `name` must be in lower case.
    package func parameter(_ name: String) -> Parameter? {
        parameters.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }
    }

    package var isLooseRouter: Bool { parameter("lr") != nil }

    /// Nil: none given, or one that is not spoken here.
    package var transport: TransportProtocol? {
        guard let value = parameter("transport")?.value else { return nil }
        return TransportProtocol(value)
    }

    /// Whether a `transport` parameter names something that is not spoken here.
    package var hasForeignTransport: Bool {
        parameter("transport") != nil && transport == nil
    }

    /// As it may stand in a Request-URI: without its headers (RFC 3261 §19.1.1). Of a scheme that is not routed here
    /// only the name is left.
    package var description: String {
        switch scheme {
        case .tel: return "tel:\(user ?? "")" + parameterText
        case .other(let scheme): return "\(scheme):"
        case .sip, .sips:
            let name = host.utf8.contains(ASCII.colon) ? "[\(host)]" : host
            let who = user.map { "\($0)\(password.map { ":\($0)" } ?? "")@" } ?? ""
            return (scheme == .sip ? "sip:" : "sips:") + who + name + (port.map { ":\($0)" } ?? "") + parameterText
        }
    }

    private var parameterText: String {
        parameters.map { ";\($0.name)" + ($0.value.map { "=\($0)" } ?? "") }.joined()
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
