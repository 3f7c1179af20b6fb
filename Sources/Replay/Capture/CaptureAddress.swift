/// An IPv4 or IPv6 address as it stood in a captured packet.
package struct CaptureAddress: Hashable, Sendable, CustomStringConvertible {
    package let isIPv6: Bool
    // Two words instead of an array: there is one pair of addresses per packet.
    private let high: UInt64
    private let low: UInt64

    /// - Parameter bytes: 4 octets (IPv4) or 16 (IPv6) in network order; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in bytes {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(byte)
        }
        self.isIPv6 = bytes.count == 16
        self.high = high
        self.low = low
    }

    /// The octets in network order: 4 or 16.
    package var bytes: [UInt8] {
        let lower = (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
        guard isIPv6 else { return Array(lower.suffix(4)) }
        return (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) } + lower
    }

    /// Dotted decimal, or the canonical text of RFC 5952, without brackets.
    package var description: String {
        let bytes = bytes
        if !isIPv6 {
            return bytes.map { String($0) }.joined(separator: ".")
        }
        if high == 0 && low >> 32 == 0xffff {
            // RFC 5952 §5: an IPv4-mapped address shows its IPv4 address.
            return "::ffff:" + bytes.suffix(4).map { String($0) }.joined(separator: ".")
        }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        return Self.canonicalText(of: groups)
    }

    /// RFC 5952 §4: no leading zeros, lower case, the first of the longest runs of two or more zero groups as `::`.
    private static func canonicalText(of groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, longest.count) {
                longest = start..<end
            }
            start = end + 1
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty {
            return text(groups[...])
        }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
