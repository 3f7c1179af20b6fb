/// A set of addresses: `127.0.0.0/8`, `2001:db8::/32`, or one address.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    package let base: IPAddress
    /// Bits that an address has in common with ``base``: 0 to 32, or to 128.
    package let prefixLength: Int

    /// Nil for anything else, or a prefix longer than the address.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = IPAddress(parts[0]) else { return nil }
        let longest = if case .v4 = base { 32 } else { 128 }
        let length = parts.count == 2 ? Int(decimal: parts[1]) : longest
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
