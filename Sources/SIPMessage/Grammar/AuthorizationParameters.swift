/// The value of an Authorization header, or of one like it: a scheme and `name=value` parameters (RFC 3261 §25.1
/// `credentials`).
package struct AuthorizationParameters: Sendable {
    private struct Parameter {
        let name: Range<Int>
        /// Without its quotes.
        let value: Range<Int>
        let hasEscapes: Bool
    }

    /// RFC 7616 knows eleven. Each is compared with those before it, so a header of thousands would take long.
    private static let limit = 64

    private let bytes: [UInt8]
    private var parameters: [Parameter] = []

    /// Whether the scheme is this one, without regard to case; `scheme` must be in lower case.
    package static func isScheme(_ scheme: StaticString, of bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let text = bytes.span
        let end = text.endOfToken(from: range.lowerBound, to: range.upperBound)
        return ASCII.matches(text, range.lowerBound..<end, scheme)
    }

    /// Nil if it is malformed: no `=`, a quote without its end, the same name twice, text that is not UTF-8, more
    /// parameters than anyone has.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        parameters.reserveCapacity(12)
        let text = bytes.span
        var reader = Reader(position: range.lowerBound, end: range.upperBound)
        _ = reader.token(text)
        guard let blank = reader.next(text), ASCII.isBlank(blank) else { return nil }
        repeat {
            reader.skipBlanks(text)
            let name = reader.token(text)
            reader.skipBlanks(text)
            guard !name.isEmpty, reader.take(ASCII.equals, text) else { return nil }
            reader.skipBlanks(text)
            guard let (value, hasEscapes) = reader.value(text), Self.isUTF8(bytes, value),
                parameters.count < Self.limit, !parameters.contains(where: { Self.areSame($0.name, name, text) })
            else { return nil }
            parameters.append(Parameter(name: name, value: value, hasEscapes: hasEscapes))
            reader.skipBlanks(text)
        } while reader.take(ASCII.comma, text)
        guard reader.next(text) == nil else { return nil }
    }

    /// Without quotes and escapes; nil if there is none. The name must be in lower case.
    package subscript(name: StaticString) -> String? {
        let text = bytes.span
        for parameter in parameters where ASCII.matches(text, parameter.name, name) {
            let value = bytes[parameter.value]
            return String(decoding: parameter.hasEscapes ? Self.unescaped(value)[...] : value, as: UTF8.self)
        }
        return nil
    }

    private static func areSame(_ one: Range<Int>, _ other: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { ASCII.lowercased(text[$0]) == ASCII.lowercased(text[$1]) }
    }

    private static func isUTF8(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let text = bytes.span
        var all: UInt8 = 0
        for place in range { all |= text[place] }
        return all < 0x80 || String(validating: bytes[range], as: UTF8.self) != nil
    }

    private static func unescaped(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in value {
            isEscaped = !isEscaped && byte == ASCII.backslash
            if !isEscaped { plain.append(byte) }
        }
        return plain
    }
}

extension AuthorizationParameters {
    /// How far the value has been read.
    private struct Reader {
        var position: Int
        let end: Int

        func next(_ text: Span<UInt8>) -> UInt8? { position < end ? text[position] : nil }

        /// Whether the octet stood there; it is read then.
        mutating func take(_ octet: UInt8, _ text: Span<UInt8>) -> Bool {
            guard next(text) == octet else { return false }
            position += 1
            return true
        }

        mutating func skipBlanks(_ text: Span<UInt8>) {
            while let octet = next(text), ASCII.isBlank(octet) { position += 1 }
        }

        /// Empty if there is none.
        mutating func token(_ text: Span<UInt8>) -> Range<Int> {
            let start = position
            position = text.endOfToken(from: start, to: end)
            return start..<position
        }

        /// A token or a quoted string; nil if it has no end or nothing is there. Of what is no token all is taken that
        /// stands before a comma or a blank: some phones leave the quotes out.
        mutating func value(_ text: Span<UInt8>) -> (value: Range<Int>, hasEscapes: Bool)? {
            guard take(ASCII.quote, text) else {
                let start = position
                while let octet = next(text), octet != ASCII.comma, !ASCII.isBlank(octet) {
                    guard octet != ASCII.quote else { return nil }
                    position += 1
                }
                return position > start ? (start..<position, false) : nil
            }
            let start = position
            var hasEscapes = false
            while let octet = next(text), octet != ASCII.quote {
                if octet == ASCII.backslash {
                    hasEscapes = true
                    position += 1
                }
                position += 1
            }
            // An escape may have led beyond the end.
            guard position < end else { return nil }
            position += 1
            return (start..<position - 1, hasEscapes)
        }
    }
}
