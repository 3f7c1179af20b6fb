import Glibc

/// Whom an address stands for when tries are counted: an IPv4 address itself; of an IPv6 address its /64, because one
/// subscriber has 2^64 addresses to try from (RFC 6177).
package struct NetworkOrigin: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter address: in its text form. What is not an address stands for itself, up to 64 characters.
    package init(address: String) {
        description = Self(exactly: address)?.description ?? String(address.prefix(64))
    }

    /// Nil for what is not an address.
    package init?(exactly address: String) {
        let bare = address.prefix { $0 != "%" }
        if let octets = Self.octets(String(bare), family: AF_INET6, count: 16) {
            // RFC 4291 §2.5.5.2: an IPv4 address in IPv6's clothes.
            if octets.starts(with: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]) {
                description = octets[12...].map(String.init).joined(separator: ".")
            } else {
                let groups = stride(from: 0, to: 8, by: 2).map { Int(octets[$0]) << 8 | Int(octets[$0 + 1]) }
                description = groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
            }
        } else if let octets = Self.octets(String(bare), family: AF_INET, count: 4) {
            description = octets.map(String.init).joined(separator: ".")
        } else {
            return nil
        }
    }

    private static func octets(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        return unsafe inet_pton(family, text, &octets) == 1 ? octets : nil
    }
}
