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
    package var parameters: [Parameter]
    /// Whether it has a `?header=…` part.
    package var hasHeaders: Bool

    package init(
        scheme: Scheme = .sip, user: String? = nil, host: String, port: UInt16? = nil, parameters: [Parameter] = []
    ) {
        self.scheme = scheme
        self.user = user
        password = nil
        self.host = host
        self.port = port
        self.parameters = parameters
        hasHeaders = false
    }

    /// Parses a URI that is text of ours: a setting, a destination. Nil if it is malformed.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, bytes.indices)
    }

    /// Parses the octets of a message; nil if they are no URI, or one with blanks, brackets or control characters.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        guard let colon = bytes[range].firstIndex(of: ASCII.colon), colon > range.lowerBound,
            ASCII.isLetter(bytes[range.lowerBound])
        else { return nil }
        for byte in bytes[range] where byte < 0x21 || byte == ASCII.less || byte == ASCII.greater || byte == ASCII.quote
        {
            return nil
        }
        let scheme = String(decoding: bytes[range.lowerBound..<colon].lazy.map(ASCII.lowercased), as: UTF8.self)
        switch scheme {
        case "sip", "sips":
            guard let uri = Self.parseSIP(bytes, range, scheme == "sip" ? .sip : .sips) else { return nil }
            self = uri
        case "tel":
            self.init(telephone: bytes[(colon + 1)..<range.upperBound])
        default:
            guard scheme.utf8.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) || "+-.".utf8.contains($0) }) else {
                return nil
            }
            self.init(scheme: .other(scheme), host: "")
        }
    }

    private static func parseSIP(_ bytes: [UInt8], _ range: Range<Int>, _ scheme: Scheme) -> SIPURI? {
        unsafe Libosip.parse(bytes, range) { base, count -> SIPURI? in
            var parsed = unsafe tsunagi_uri()
            guard unsafe tsunagi_uri_parse(base, count, &parsed) == 0 else { return nil }
            defer { unsafe tsunagi_uri_free(&parsed) }
            guard var host = unsafe Libosip.text(parsed.host), !host.isEmpty else { return nil }
            if host.utf8.first == UInt8(ascii: "[") { host = String(host.dropFirst().dropLast()) }
            var uri = SIPURI(scheme: scheme, user: unsafe Libosip.text(parsed.user), host: host)
            guard uri.hasPlausibleHost else { return nil }
            uri.password = unsafe Libosip.text(parsed.password)
            if let port = unsafe Libosip.text(parsed.port) {
                guard let number = UInt16(port) else { return nil }
                uri.port = number
            }
            let parameterCount = unsafe Int(parsed.parameter_count)
            if parameterCount > 0 {
                unsafe withUnsafeBytes(of: &parsed.parameters) { raw in
                    let list = unsafe raw.bindMemory(to: tsunagi_parameter.self)
                    for index in 0..<parameterCount {
                        let name = unsafe Libosip.text(list[index].name) ?? ""
                        let value = unsafe Libosip.text(list[index].value)
                        uri.parameters.append(Parameter(name, value))
                    }
                }
            }
            uri.hasHeaders = unsafe parsed.header_count > 0
            return uri
        }
    }

    private init(telephone rest: ArraySlice<UInt8>) {
        let parts = rest.split(separator: ASCII.semicolon, omittingEmptySubsequences: true)
        self.init(scheme: .tel, host: "")
        user = parts.first.map { String(decoding: $0, as: UTF8.self) }
        parameters = parts.dropFirst().map { part in
            let sides = part.split(separator: ASCII.equals, maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(
                String(decoding: sides[0], as: UTF8.self),
                sides.count > 1 ? String(decoding: sides[1], as: UTF8.self) : nil)
        }
    }

    /// A host name, an IPv4 address or an IPv6 address, as far as its characters go.
    private var hasPlausibleHost: Bool {
        host.utf8.allSatisfy { ASCII.isLetter($0) || ASCII.isDigit($0) || "-._:%".utf8.contains($0) || $0 >= 0x80 }
    }

    /// The user part with its %-escapes decoded once (RFC 3261 §19.1.2); octets that are not UTF-8 are replaced.
    package var decodedUser: String? {
        guard let user else { return nil }
        // RFC 3261 §19.1.6: parameters of a telephone number that stands in a user part come after a semicolon.
        return Escaping.decoded(user)
    }

    /// Names are compared without regard to case.
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

    package var description: String {
        switch scheme {
        case .tel: return "tel:\(user ?? "")" + parameterText
        case .other(let scheme): return "\(scheme):"
        case .sip, .sips:
            let name = host.contains(":") ? "[\(host)]" : host
            let who = user.map { "\($0)\(password.map { ":\($0)" } ?? "")@" } ?? ""
            return (scheme == .sip ? "sip:" : "sips:") + who + name + (port.map { ":\($0)" } ?? "") + parameterText
        }
    }

    private var parameterText: String {
        parameters.map { ";\($0.name)" + ($0.value.map { "=\($0)" } ?? "") }.joined()
    }
}

/// %-escapes of URIs (RFC 3986 §2.1).
package enum Escaping {
    /// Decodes once; an escape that is cut short stays as it is.
    package static func decodedBytes(_ text: some StringProtocol) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = nibble(bytes[position + 1]), let low = nibble(bytes[position + 2])
            {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(bytes[position])
                position += 1
            }
        }
        return result
    }

    package static func decoded(_ text: some StringProtocol) -> String {
        String(decoding: decodedBytes(text), as: UTF8.self)
    }

    /// Escapes everything but the unreserved characters of RFC 3261 §25.1, so that the result can stand in any part
    /// of a URI.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-_.!~*'()".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        guard ASCII.isHexDigit(byte) else { return nil }
        return ASCII.isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x61 + 10
    }
}
