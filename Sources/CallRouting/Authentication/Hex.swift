internal import SIPMessage

/// Octets of any number as hex digits, two for each. For numbers of 64 bits there is `HexDigits`, which is quicker.
enum Hex {
    /// Lower case.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        unsafe String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            var place = 0
            for byte in bytes {
                unsafe text[place] = digit(byte >> 4)
                unsafe text[place + 1] = digit(byte & 15)
                place += 2
            }
            return place
        }
    }

    /// Whether there are hex digits only, in either case.
    static func isText(_ text: Span<UInt8>) -> Bool {
        for place in text.indices where !ASCII.isHexDigit(text[place]) { return false }
        return true
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 - 10 + value }

    /// Lower case only; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            let nibble: UInt8
            switch digit {
            case 0x30...0x39: nibble = digit - 0x30
            case 0x61...0x66: nibble = digit - 0x61 + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return high == nil ? bytes : nil
    }
}
