import Directory

/// A sip: or sips: URI as a person types it, taken apart as far as it is needed here: RFC 3261 §19.1.1.
///
/// The engine reads URIs by the full grammar; this finds what a person got wrong, and says so.
package struct SIPAddress {
    let scheme: String
    /// Without the password.
    let user: String?
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    let host: String
    let port: UInt16?
    /// Names in lower case.
    let parameters: [(name: String, value: String?)]

    struct Flaw: Error {
        let reason: String
    }

    /// What is wrong with a text as a destination URI; nil when nothing is.
    package static func flaw(in text: String) -> String? {
        do throws(Flaw) {
            _ = try SIPAddress(text)
            return nil
        } catch {
            return error.reason
        }
    }

    /// Why no request could be sent there; nil: one could.
    var flawOfWay: String? {
        guard scheme == "sip" else { return "nothing is sent over TLS: give it as sip:" }
        guard let transport = parameters.first(where: { $0.name == "transport" }) else { return nil }
        let known = transport.value.flatMap { NextHop.Transport(rawValue: $0.lowercased()) }
        return known == nil ? "transport is udp or tcp" : nil
    }

    /// Whether a text is a host name, an IPv4 address, or an IPv6 address without brackets.
    package static func isHost(_ text: String) -> Bool {
        let address = text.contains(":") ? "[\(text)]" : text
        guard let (_, port) = try? hostAndPort(address[...]) else { return false }
        return port == nil
    }

    init(_ text: String) throws(Flaw) {
        let allowed = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>\"\\^`{|},".utf8.contains($0) }
        guard allowed else { throw Flaw(reason: "it has blanks or characters that no URI has") }
        guard let colon = text.firstIndex(of: ":") else { throw Flaw(reason: "it has no scheme") }
        scheme = text[..<colon].lowercased()
        guard scheme == "sip" || scheme == "sips" else { throw Flaw(reason: "its scheme is not sip or sips") }
        guard !text.contains("?") else { throw Flaw(reason: "it has a header part after ?") }

        var rest = text[text.index(after: colon)...]
        if let at = rest.firstIndex(of: "@") {
            let name = rest[..<at].prefix { $0 != ":" }
            guard !name.isEmpty else { throw Flaw(reason: "nothing stands before the @") }
            user = String(name)
            rest = rest[rest.index(after: at)...]
        } else {
            user = nil
        }
        guard !rest.contains("@") else { throw Flaw(reason: "it has more than one @") }

        var parts = rest.split(separator: ";", omittingEmptySubsequences: false)
        (host, port) = try Self.hostAndPort(parts.removeFirst())
        parameters = parts.map { part in
            let pair = part.split(separator: "=", maxSplits: 1)
            return (pair.first.map { $0.lowercased() } ?? "", pair.count == 2 ? String(pair[1]) : nil)
        }
        guard parameters.allSatisfy({ !$0.name.isEmpty }) else { throw Flaw(reason: "a parameter has no name") }
    }

    private static func hostAndPort(_ text: Substring) throws(Flaw) -> (String, UInt16?) {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Flaw(reason: "the ] of its address is missing") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":") else { throw Flaw(reason: "something stands between ] and the port") }
                port = rest.dropFirst()
            }
            let isAddress = host.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit || $0 == 0x3A || $0 == 0x2E }
            guard isAddress, host.contains(":") else { throw Flaw(reason: "\(host) is not an IPv6 address") }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw Flaw(reason: "its host is missing") }
        guard text.hasPrefix("[") || isHostName(host) else { throw Flaw(reason: "\(host) is not a host name") }
        guard let port else { return (String(host), nil) }
        guard let value = UInt16(port), value > 0 else { throw Flaw(reason: "\(port) is not a port") }
        return (String(host), value)
    }

    private static func isHostName(_ text: Substring) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
            return first != "-" && last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }
}
