/// CSeq: a number below 2³² and the method (RFC 3261 §20.16).
package struct CSeq: Sendable {
    package let number: UInt32
    /// Where its name lies in the message.
    package let method: Range<Int>

    /// Nil if it is malformed or the number too large.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let text = bytes.span
        var position = range.lowerBound
        var number: UInt64 = 0
        while position < range.upperBound, ASCII.isDigit(text[position]) {
            number = number * 10 + UInt64(text[position] - 0x30)
            guard number <= UInt64(UInt32.max) else { return nil }
            position += 1
        }
        guard position > range.lowerBound, position < range.upperBound, ASCII.isBlank(text[position]) else {
            return nil
        }
        while position < range.upperBound, ASCII.isBlank(text[position]) { position += 1 }
        guard position < range.upperBound else { return nil }
        guard text.endOfToken(from: position, to: range.upperBound) == range.upperBound else { return nil }
        self.number = UInt32(number)
        method = position..<range.upperBound
    }
}

extension SIPMessage {
    /// Nil: it is missing or malformed. Of several lines, the first.
    package var cseq: CSeq? { first(.cseq).flatMap { CSeq(bytes, $0.value) } }

    /// The method that a response answers; nil if its CSeq is missing or malformed.
    package var cseqMethod: Method? {
        guard let cseq else { return nil }
        let bytes = bytes
        return Method(bytes.span, cseq.method)
    }

    /// A header that is one number, such as Max-Forwards or Expires: nil if it is missing, malformed or above
    /// `largest`.
    package func number(_ name: HeaderName, upTo largest: UInt64 = UInt64(UInt32.max)) -> UInt64? {
        first(name).flatMap { Self.number(bytes, $0.value, upTo: largest) }
    }

    /// Likewise of octets that are a header's value: digits and nothing else.
    package static func number(_ bytes: [UInt8], _ range: Range<Int>, upTo largest: UInt64) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in bytes[range] {
            guard ASCII.isDigit(byte) else { return nil }
            number = number * 10 + UInt64(byte - 0x30)
            guard number <= largest else { return nil }
        }
        return number
    }
}
