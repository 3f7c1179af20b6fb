/// Eight hexadecimal digits in small letters at once, as eight octets of which the first is in the lowest bits.
package enum HexDigits {
    @inline(__always)
    static func text(_ number: UInt32) -> UInt64 {
        var spread = UInt64(number.byteSwapped)
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        let nibbles = (spread >> 4 & 0x000F_000F_000F_000F) | (spread & 0x000F_000F_000F_000F) << 8
        // 1 in each octet whose digit is a letter, which stands 39 places behind where the digits go on.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }

    /// Reads what ``text(_:)`` has written; nil for anything else.
    @inline(__always)
    static func number(_ text: UInt64) -> UInt32? {
        let letters = text >> 6 & 0x0101_0101_0101_0101
        let nibbles = (text & 0x0F0F_0F0F_0F0F_0F0F) &+ letters &* 9
        var packed = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
        let number = UInt32(truncatingIfNeeded: packed | packed >> 16).byteSwapped
        return Self.text(number) == text ? number : nil
    }

    /// Appends sixteen digits.
    package static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        let words: InlineArray<2, UInt64> = [
            text(UInt32(truncatingIfNeeded: number >> 32)).littleEndian,
            text(UInt32(truncatingIfNeeded: number)).littleEndian,
        ]
        unsafe words.span.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Reads sixteen digits in small letters; nil if there are others.
    package static func number(_ first: UInt64, _ second: UInt64) -> UInt64? {
        guard let high: UInt32 = number(first), let low: UInt32 = number(second) else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }
}
