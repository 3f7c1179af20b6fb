/// `"Name" <sip:…>;param`, or the same without brackets: the value of From, To, Contact, Route, Diversion … and
/// where its parts lie (RFC 3261 §20.10).
package struct NameAddress: Sendable {
    /// As it came, with its quotes. Nil: none.
    package let displayName: Range<Int>?
    package let uri: Range<Int>
    /// From the first semicolon that belongs to the header.
    package let parameters: Range<Int>
    package let isBracketed: Bool

    /// Nil if it is malformed: a quote or bracket without its end, a display name with unquoted commas, a bare URI
    /// with a question mark or comma, which must stand in brackets.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var position = range.lowerBound
        let end = range.upperBound
        guard position < end else { return nil }
        if bytes[position] == ASCII.quote {
            position += 1
            while position < end, bytes[position] != ASCII.quote {
                position += bytes[position] == ASCII.backslash ? 2 : 1
            }
            guard position < end else { return nil }
            position += 1
            displayName = range.lowerBound..<position
            while position < end, ASCII.isBlank(bytes[position]) { position += 1 }
            guard position < end, bytes[position] == ASCII.less else { return nil }
        } else {
            guard let bracket = bytes[range].firstIndex(of: ASCII.less) else {
                guard let bare = Self.bare(bytes, range) else { return nil }
                self = bare
                return
            }
            var nameEnd = bracket
            for byte in bytes[position..<bracket] where !(ASCII.isToken(byte) || ASCII.isBlank(byte) || byte >= 0x80) {
                return nil
            }
            while nameEnd > position, ASCII.isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
            displayName = nameEnd > position ? position..<nameEnd : nil
            position = bracket
        }
        guard let close = bytes[position..<end].firstIndex(of: ASCII.greater) else { return nil }
        uri = (position + 1)..<close
        parameters = (close + 1)..<end
        isBracketed = true
        guard !uri.isEmpty else { return nil }
    }

    private init(bareURI uri: Range<Int>, parameters: Range<Int>) {
        displayName = nil
        self.uri = uri
        self.parameters = parameters
        isBracketed = false
    }

    private static func bare(_ bytes: [UInt8], _ range: Range<Int>) -> NameAddress? {
        let uriEnd = bytes[range].firstIndex(of: ASCII.semicolon) ?? range.upperBound
        let uri = range.lowerBound..<uriEnd
        guard !uri.isEmpty, !bytes[uri].contains(UInt8(ascii: "?")), !bytes[uri].contains(ASCII.comma) else {
            return nil
        }
        var trimmedEnd = uriEnd
        while trimmedEnd > uri.lowerBound, ASCII.isBlank(bytes[trimmedEnd - 1]) { trimmedEnd -= 1 }
        return NameAddress(bareURI: uri.lowerBound..<trimmedEnd, parameters: uriEnd..<range.upperBound)
    }

    /// The display name without its quotes and escapes.
    package func displayText(in bytes: [UInt8]) -> String? {
        displayName.map { ParameterList.unquoted(bytes, $0) }
    }

    /// The tag of a From or To line, nil if it has none.
    package static func tag(in message: SIPMessage, _ field: HeaderField) -> Range<Int>? {
        guard let address = NameAddress(message.bytes, field.value) else { return nil }
        return ParameterList(message.bytes, address.parameters)?.first("tag")?.value
    }
}

extension SIPMessage {
    /// The value of From or To; nil if it is missing or malformed.
    package func nameAddress(_ name: HeaderName) -> NameAddress? {
        first(name).flatMap { NameAddress(bytes, $0.value) }
    }

    package func tag(_ name: HeaderName) -> Range<Int>? {
        first(name).flatMap { NameAddress.tag(in: self, $0) }
    }
}
