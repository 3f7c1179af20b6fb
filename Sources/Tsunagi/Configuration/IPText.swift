import Glibc

/// Addresses as they stand in a configuration.
enum IPText {
    /// `127.0.0.1:8080` or `[::1]:8080` in two parts, without brackets; nil for anything else.
    static func hostAndPort(_ text: some StringProtocol) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        return (String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host), Int(port))
    }

    static func isAddress(_ text: some StringProtocol) -> Bool {
        var v4 = in_addr()
        var v6 = in6_addr()
        let text = String(text)
        return unsafe inet_pton(AF_INET, text, &v4) == 1 || inet_pton(AF_INET6, text, &v6) == 1
    }
}
