/// `;name=value` parameters of a header value, and where they lie.
package struct ParameterList: Sendable {
    package struct Parameter: Sendable {
        package let name: Range<Int>
        /// With its quotes, if it has some.
        package let value: Range<Int>?
        /// From its semicolon to its end.
        package let whole: Range<Int>
    }

    package let parameters: [Parameter]
    private let bytes: [UInt8]

    /// Cuts the octets from the first semicolon on; nil if they are malformed: an empty parameter, a quote without
    /// its end, octets that no parameter has.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var list: [Parameter] = []
        var position = range.lowerBound
        let end = range.upperBound
        func skipBlanks() { while position < end, ASCII.isBlank(bytes[position]) { position += 1 } }
        skipBlanks()
        while position < end {
            let start = position
            guard bytes[position] == ASCII.semicolon else { return nil }
            position += 1
            skipBlanks()
            let nameStart = position
            while position < end, ASCII.isToken(bytes[position]) { position += 1 }
            let name = nameStart..<position
            guard !name.isEmpty else { return nil }
            var whole = start..<position
            skipBlanks()
            var value: Range<Int>?
            if position < end, bytes[position] == ASCII.equals {
                position += 1
                skipBlanks()
                guard let valueEnd = Self.endOfValue(bytes, position..<end) else { return nil }
                value = position..<valueEnd
                position = valueEnd
                whole = start..<position
                skipBlanks()
            }
            list.append(Parameter(name: name, value: value, whole: whole))
        }
        parameters = list
        self.bytes = bytes
    }

    private static func endOfValue(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        if position < range.upperBound, bytes[position] == ASCII.quote {
            position += 1
            while position < range.upperBound, bytes[position] != ASCII.quote {
                position += bytes[position] == ASCII.backslash ? 2 : 1
            }
            return position < range.upperBound ? position + 1 : nil
        }
        while position < range.upperBound, bytes[position] != ASCII.semicolon, !ASCII.isBlank(bytes[position]) {
            guard bytes[position] != ASCII.comma, bytes[position] != ASCII.quote else { return nil }
            position += 1
        }
        return position > range.lowerBound ? position : nil
    }

    /// Names are compared without regard to case; `name` must be in lower case.
    package func first(_ name: String) -> Parameter? {
        parameters.first { bytes[$0.name].lazy.map(ASCII.lowercased).elementsEqual(name.utf8) }
    }

    /// The value's text, without quotes; nil if there is no such parameter, empty if it has no value.
    package func text(_ name: String) -> String? {
        guard let parameter = first(name) else { return nil }
        guard let value = parameter.value else { return "" }
        return Self.unquoted(bytes, value)
    }

    static func unquoted(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        guard range.count >= 2, bytes[range.lowerBound] == ASCII.quote else {
            return String(decoding: bytes[range], as: UTF8.self)
        }
        var result: [UInt8] = []
        var position = range.lowerBound + 1
        while position < range.upperBound - 1 {
            if bytes[position] == ASCII.backslash { position += 1 }
            if position < range.upperBound - 1 { result.append(bytes[position]) }
            position += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
