/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Host byte order.
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Reads `192.0.2.1`, `2001:db8::1` or `[2001:db8::1]`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") {
            bytes = Array(bytes[1..<(bytes.count - 1)])
            guard bytes.contains(UInt8(ascii: ":")) else { return nil }
        }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let address = Self.v6(bytes) else { return nil }
            self = address
        } else {
            guard let address = Self.v4(bytes) else { return nil }
            self = .v4(address)
        }
    }

    private static func v4(_ text: [UInt8]) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            address = address << 8 | UInt32(octet)
        }
        return address
    }

    private static func v6(_ text: [UInt8]) -> IPAddress? {
        var groups: [UInt16] = []
        var gapAt: Int?
        var rest = text[...]
        if rest.starts(with: [UInt8(ascii: ":"), UInt8(ascii: ":")]) {
            gapAt = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let part = rest[rest.startIndex..<end]
            if part.contains(UInt8(ascii: ".")) {
                guard end == rest.endIndex, let embedded = v4(Array(part)) else { return nil }
                groups += [UInt16(embedded >> 16), UInt16(truncatingIfNeeded: embedded)]
                rest = rest[end...]
                break
            }
            guard (1...4).contains(part.count), part.allSatisfy(ASCII.isHexDigit),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            groups.append(group)
            guard end < rest.endIndex else {
                rest = rest[end...]
                break
            }
            rest = rest[(end + 1)...]
            if rest.first == UInt8(ascii: ":") {
                guard gapAt == nil else { return nil }
                gapAt = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gapAt {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gapAt)
        }
        guard groups.count == 8 else { return nil }
        let words = groups.map(UInt64.init)
        return .v6(
            high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
            low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
    }

    /// Without brackets; IPv6 as RFC 5952 writes it.
    package var description: String {
        switch self {
        case .v4(let address):
            return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .v6(let high, let low):
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * UInt64($0 % 4))) }
            var best = 0..<0
            var start = 0
            while start < 8 {
                var end = start
                while end < 8, groups[end] == 0 { end += 1 }
                if end - start > max(1, best.count) { best = start..<end }
                start = max(end, start + 1)
            }
            func text(_ part: some Sequence<UInt16>) -> String {
                part.map { String($0, radix: 16) }.joined(separator: ":")
            }
            guard !best.isEmpty else { return text(groups) }
            return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
        }
    }

    /// As it stands in a URI or a Via: IPv6 in brackets.
    package var hostText: String {
        if case .v6 = self { return "[\(description)]" }
        return description
    }
}

/// An IP address with a port.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package var address: IPAddress
    package var port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:5060` or `[::1]:5060`.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            let address = IPAddress(text[..<colon])
        else { return nil }
        if case .v6 = address, text.first != "[" { return nil }
        self.init(address: address, port: port)
    }

    package var description: String { "\(address.hostText):\(port)" }
}

/// A set of addresses: `127.0.0.0/8`, `2001:db8::/32`, or one address.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    package let base: IPAddress
    package let prefixLength: Int

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = IPAddress(parts[0]) else { return nil }
        let longest = if case .v4 = base { 32 } else { 128 }
        let length = parts.count == 2 ? Int(parts[1]) : longest
        guard let length, (0...longest).contains(length) else { return nil }
        self.base = base
        prefixLength = length
    }

    package func contains(_ address: IPAddress) -> Bool {
        switch (base, address) {
        case (.v4(let ours), .v4(let theirs)):
            return prefixLength == 0 || (ours ^ theirs) >> UInt32(32 - prefixLength) == 0
        case (.v6(let ourHigh, let ourLow), .v6(let high, let low)):
            if prefixLength == 0 { return true }
            if prefixLength <= 64 { return (ourHigh ^ high) >> UInt64(64 - prefixLength) == 0 }
            return ourHigh == high && (ourLow ^ low) >> UInt64(128 - prefixLength) == 0
        default: return false
        }
    }

    package var description: String { "\(base)/\(prefixLength)" }
}

/// How SIP travels.
package enum TransportProtocol: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case udp, tcp

    /// As it stands in a Via: `UDP`.
    package var viaText: String { self == .udp ? "UDP" : "TCP" }
    /// As it stands in a URI's transport parameter and in our own texts: `udp`.
    package var description: String { self == .udp ? "udp" : "tcp" }
    package var isReliable: Bool { self != .udp }

    /// Case does not matter; nil for a transport that is not spoken here.
    package init?(_ text: some StringProtocol) {
        switch text.lowercased() {
        case "udp": self = .udp
        case "tcp": self = .tcp
        default: return nil
        }
    }
}
