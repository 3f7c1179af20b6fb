/// Character classes of RFC 3261 §25.1 that the wire is cut by, and plain numbers.
package enum ASCII {
    package static let tab: UInt8 = 0x09
    package static let lineFeed: UInt8 = 0x0A
    package static let carriageReturn: UInt8 = 0x0D
    package static let space: UInt8 = 0x20
    package static let quote = UInt8(ascii: "\"")
    package static let backslash = UInt8(ascii: "\\")
    package static let comma = UInt8(ascii: ",")
    package static let semicolon = UInt8(ascii: ";")
    package static let colon = UInt8(ascii: ":")
    package static let equals = UInt8(ascii: "=")
    package static let less = UInt8(ascii: "<")
    package static let greater = UInt8(ascii: ">")

    @inline(__always)
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    package static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    @inline(__always)
    package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Blank or tab, and the CR and LF inside a folded value.
    @inline(__always)
    package static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == lineFeed || byte == carriageReturn
    }

    /// `token` of RFC 3261 §25.1.
    package static func isToken(_ byte: UInt8) -> Bool {
        if isLetter(byte) || isDigit(byte) { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "`"),
            UInt8(ascii: "'"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    /// Letters, digits, hyphens and dots of a host name or IPv4 address. The underscore is not in the grammar, but many
    /// host names have one.
    static func isHostName(_ host: String) -> Bool {
        let text = host.utf8.span
        for position in text.indices {
            let byte = text[position]
            if isLetter(byte) || isDigit(byte) { continue }
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): continue
            default: return false
            }
        }
        return true
    }

    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    @inline(__always)
    package static func uppercased(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

    /// Whether the octets are the word, without regard to case; `word` must be in lower case.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ word: StaticString) -> Bool { matches(text, 0..<text.count, word) }

    /// The same for a stretch of a text.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        // Words of ours are literals, and so have a place in memory.
        let expected = unsafe word.utf8Start
        for position in 0..<range.count
        where unsafe expected[position] != lowercased(text[range.lowerBound &+ position]) { return false }
        return true
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    package mutating func append(decimal number: Int) {
        guard number >= 0 else { return append(contentsOf: String(number).utf8) }
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(0x30 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a word of ours.
    package mutating func append(word: StaticString) {
        word.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}

extension ASCII {
    /// Whether a stretch of a text is the word, without regard to case; `word` must be in lower case.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ word: Span<UInt8>) -> Bool {
        guard range.count == word.count else { return false }
        for position in 0..<word.count where word[position] != lowercased(text[range.lowerBound &+ position]) {
            return false
        }
        return true
    }
}

extension FixedWidthInteger {
    /// Reads digits only: no sign, no blanks. Nil if there are none or the number is too large.
    init?(decimal text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        self.init(text)
    }
}
