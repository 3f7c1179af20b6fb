/// Character classes of RFC 3261 §25.1 that the wire is cut by, and plain numbers.
@usableFromInline
package enum ASCII {
    @inlinable package static var tab: UInt8 { 0x09 }
    @inlinable package static var lineFeed: UInt8 { 0x0A }
    @inlinable package static var carriageReturn: UInt8 { 0x0D }
    @inlinable package static var space: UInt8 { 0x20 }
    @inlinable package static var quote: UInt8 { UInt8(ascii: "\"") }
    @inlinable package static var backslash: UInt8 { UInt8(ascii: "\\") }
    @inlinable package static var comma: UInt8 { UInt8(ascii: ",") }
    @inlinable package static var semicolon: UInt8 { UInt8(ascii: ";") }
    @inlinable package static var colon: UInt8 { UInt8(ascii: ":") }
    @inlinable package static var equals: UInt8 { UInt8(ascii: "=") }
    @inlinable package static var less: UInt8 { UInt8(ascii: "<") }
    @inlinable package static var greater: UInt8 { UInt8(ascii: ">") }

    @inlinable
    @inline(__always)
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inlinable
    @inline(__always)
    package static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    /// Of the English alphabet, either case.
    @inlinable
    @inline(__always)
    package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Blank or tab, and the CR and LF inside a folded value.
    @inlinable
    @inline(__always)
    package static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab || byte == lineFeed || byte == carriageReturn
    }

    /// `token` of RFC 3261 §25.1: letters, digits and `-.!%*_+`'~`, one bit for each in two words.
    @inlinable
    @inline(__always)
    package static func isToken(_ byte: UInt8) -> Bool {
        let members: UInt64 = byte & 0x40 == 0 ? 0x03FF_6CA2_0000_0000 : 0x47FF_FFFF_87FF_FFFE
        return byte < 0x80 && members &>> UInt64(byte & 0x3F) & 1 != 0
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

    @inlinable
    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    @inlinable
    @inline(__always)
    package static func uppercased(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

    /// Whether the octets are the word, without regard to case; `word` must be of small letters, digits and marks below
    /// `@`.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ word: StaticString) -> Bool { matches(text, 0..<text.count, word) }

    /// The same for a stretch of a text.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard range.count == count else { return false }
        var place = 0
        while place < count {
            let found = text.word(from: range.lowerBound &+ place, to: range.upperBound).folded
            guard found == OctetWord(word, from: place).bits else { return false }
            place &+= 8
        }
        return true
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    package mutating func append(decimal number: Int) {
        guard number >= 0 else { return append(contentsOf: String(number).utf8) }
        // Divided by a constant only, which takes a processor a tenth of the time.
        if number >= 10 { append(decimal: number / 10) }
        append(0x30 &+ UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends a word of ours.
    package mutating func append(word: StaticString) {
        word.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}

extension ASCII {
    /// Whether a stretch of a text is the word, without regard to case; `word` must be of small letters, digits and
    /// marks below `@`.
    @inline(__always)
    static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ word: Span<UInt8>) -> Bool {
        guard range.count == word.count else { return false }
        var place = 0
        while place < word.count {
            let found = text.word(from: range.lowerBound &+ place, to: range.upperBound).folded
            guard found == word.word(from: place, to: word.count).bits else { return false }
            place &+= 8
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
