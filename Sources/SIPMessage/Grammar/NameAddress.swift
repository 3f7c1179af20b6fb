/// `"Name" <sip:…>;param`, or the same without brackets: the value of From, To, Contact, Route, Diversion … and
/// where its parts lie (RFC 3261 §20.10).
package struct NameAddress: Sendable {
    // In 32 bits, because each message keeps two; no place is beyond the size that a message may have.
    private let nameStart: Int32
    private let nameEnd: Int32
    private let uriStart: Int32
    private let uriEnd: Int32
    private let parametersStart: Int32
    private let end: Int32
    /// Whether the URI stands in `<>`: without them, parameters are the header's and not its own (§20).
    package let isBracketed: Bool

    /// As it came, with its quotes. Nil: none.
    package var displayName: Range<Int>? { nameStart < nameEnd ? Int(nameStart)..<Int(nameEnd) : nil }
    /// Without the brackets.
    package var uri: Range<Int> { Int(uriStart)..<Int(uriEnd) }
    /// From the first semicolon that belongs to the header.
    package var parameters: Range<Int> { Int(parametersStart)..<Int(end) }

    private init(name: Range<Int>, uri: Range<Int>, parameters: Range<Int>, isBracketed: Bool) {
        nameStart = Int32(truncatingIfNeeded: name.lowerBound)
        nameEnd = Int32(truncatingIfNeeded: name.upperBound)
        uriStart = Int32(truncatingIfNeeded: uri.lowerBound)
        uriEnd = Int32(truncatingIfNeeded: uri.upperBound)
        parametersStart = Int32(truncatingIfNeeded: parameters.lowerBound)
        end = Int32(truncatingIfNeeded: parameters.upperBound)
        self.isBracketed = isBracketed
    }

    /// Nil if it is malformed: a quote or bracket without its end, a display name with unquoted commas, a bare URI
    /// with a question mark or comma, which must stand in brackets. No blank is needed before the bracket.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) { self.init(bytes.span, range) }

    /// The same for octets that are lent already.
    init?(_ text: Span<UInt8>, _ range: Range<Int>) {
        let end = range.upperBound
        var position = range.lowerBound
        if position < end, text[position] == ASCII.quote {
            position += 1
            while position < end, text[position] != ASCII.quote {
                position += text[position] == ASCII.backslash ? 2 : 1
            }
            guard position < end else { return nil }
            position += 1
        } else {
            position = Self.endOfUnquotedName(text, position, end)
        }
        var nameEnd = position
        while position < end, ASCII.isBlank(text[position]) { position += 1 }
        guard position < end, text[position] == ASCII.less else {
            guard let bare = Self(bare: text, range) else { return nil }
            self = bare
            return
        }
        while nameEnd > range.lowerBound, ASCII.isBlank(text[nameEnd - 1]) { nameEnd -= 1 }
        let uriStart = position + 1
        guard let uriEnd = text.firstPlace(of: ASCII.greater, from: uriStart, to: end), uriEnd > uriStart else {
            return nil
        }
        self.init(
            name: range.lowerBound..<nameEnd, uri: uriStart..<uriEnd, parameters: (uriEnd + 1)..<end, isBracketed: true)
    }

    /// Tokens with blanks between them; octets of UTF-8 are not in the grammar, but many phones write them.
    @inline(__always)
    private static func endOfUnquotedName(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, text[position] != ASCII.less {
            position = text.endOfToken(from: position, to: end)
            guard position < end, ASCII.isBlank(text[position]) || text[position] >= 0x80 else { break }
            position += 1
        }
        return position
    }

    /// Without brackets all parameters are the header's (RFC 3261 §20.10).
    private init?(bare text: Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        while position < range.upperBound, text[position] != ASCII.semicolon {
            let byte = text[position]
            if byte < UInt8(ascii: "@") {
                switch byte {
                case UInt8(ascii: "?"), ASCII.comma, ASCII.quote, ASCII.less, ASCII.greater: return nil
                default: break
                }
            }
            position += 1
        }
        var uriEnd = position
        while uriEnd > range.lowerBound, ASCII.isBlank(text[uriEnd - 1]) { uriEnd -= 1 }
        guard uriEnd > range.lowerBound else { return nil }
        self.init(
            name: range.lowerBound..<range.lowerBound, uri: range.lowerBound..<uriEnd,
            parameters: position..<range.upperBound, isBracketed: false)
    }

    /// The display name without its quotes and escapes.
    package func displayText(in bytes: [UInt8]) -> String? {
        displayName.map { ParameterList.unquoted(bytes, $0) }
    }

    /// The tag of a From or To line, nil if it has none.
    package static func tag(in message: SIPMessage, _ field: HeaderField) -> Range<Int>? {
        let bytes = message.bytes
        return NameAddress(bytes, field.value)?.tag(in: bytes.span)
    }

    /// - Parameter text: of the message that it was read from.
    func tag(in text: Span<UInt8>) -> Range<Int>? {
        let parameters = parameters
        guard !parameters.isEmpty else { return nil }
        return ParameterList.plainValue(.tag, in: text, parameters) ?? ParameterList.value("tag", in: text, parameters)
    }
}

extension SIPMessage {
    /// The value of From or To; nil if it is missing or malformed.
    package func nameAddress(_ name: HeaderName) -> NameAddress? {
        switch name {
        case .from: from.address
        case .to: to.address
        default: first(name).flatMap { NameAddress(bytes, $0.value) }
        }
    }

    /// Where the tag of a header of names and addresses lies; nil: it has none, or is missing.
    package func tag(_ name: HeaderName) -> Range<Int>? {
        switch name {
        case .from: from.tag
        case .to: to.tag
        default: first(name).flatMap { NameAddress.tag(in: self, $0) }
        }
    }
}
