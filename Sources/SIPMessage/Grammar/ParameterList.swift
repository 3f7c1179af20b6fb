/// `;name=value` parameters of a header value, and where they lie.
package struct ParameterList: Sendable {
    /// One of them, by where its parts lie in the octets.
    package struct Parameter: Sendable {
        package let name: Range<Int>
        /// With its quotes, if it has some.
        package let value: Range<Int>?
        /// From its semicolon to its end.
        package let whole: Range<Int>
    }

    /// In the order in which they came.
    package let parameters: [Parameter]
    private let bytes: [UInt8]

    /// Cuts the octets from the first semicolon on; nil if they are malformed: an empty parameter, a quote without
    /// its end, octets that no parameter has.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var list: [Parameter] = []
        var cursor = Cursor(range)
        let text = bytes.span
        do {
            while let parameter = try cursor.next(text) { list.append(parameter) }
        } catch {
            return nil
        }
        parameters = list
        self.bytes = bytes
    }

    /// Whether ``init(_:_:)`` would succeed, without keeping anything.
    package static func isWellFormed(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        let text = bytes.span
        // What nearly all have, and most have alone.
        let start = afterRport(text, range)
        let plain = plainValue(.branch, in: text, start) ?? plainValue(.tag, in: text, start)
        let rest = (plain?.upperBound ?? start.lowerBound)..<range.upperBound
        guard !rest.isEmpty else { return true }
        var cursor = Cursor(rest)
        do {
            while try cursor.next(text) != nil {}
            return true
        } catch {
            return false
        }
    }

    /// The value of one parameter, found without keeping the others; nil if it is missing, has no value, or comes after
    /// something malformed. `name` must be in lower case.
    static func value(_ name: StaticString, in text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        var cursor = Cursor(range)
        while let parameter = try? cursor.next(text) {
            if ASCII.matches(text, parameter.name, name) { return parameter.value }
        }
        return nil
    }

    /// A semicolon, a name and an equals sign.
    struct Start {
        let word: OctetWord
        let length: Int

        /// - Parameter text: of eight octets at most, in small letters.
        @inline(__always)
        private init(_ text: StaticString) {
            word = OctetWord(text)
            length = text.utf8CodeUnitCount
        }

        static var branch: Start { Start(";branch=") }
        static var tag: Start { Start(";tag=") }
    }

    /// The value of the first parameter, if that begins so and is written without blanks, quotes and octets that few
    /// values have; nil if not, which does not mean that it is malformed.
    ///
    static func plainValue(_ start: Start, in text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        let valueStart = range.lowerBound &+ start.length
        guard valueStart < range.upperBound,
            text.word(from: range.lowerBound, to: valueStart).folded == start.word.bits
        else { return nil }
        let valueEnd = Cursor.endOfPlainValue(text, from: valueStart, to: range.upperBound)
        guard valueEnd > valueStart, valueEnd == range.upperBound || text[valueEnd] == ASCII.semicolon else {
            return nil
        }
        return valueStart..<valueEnd
    }

    /// The parameters without the first, if that is an `rport` without a value, as in many Vias.
    @inline(__always)
    static func afterRport(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let end = range.lowerBound &+ 6
        guard end < range.upperBound, text[end] == ASCII.semicolon,
            text.word(from: range.lowerBound, to: end).folded == OctetWord(";rport").bits
        else { return range }
        return end..<range.upperBound
    }

    /// Walks through the parameters without building a list.
    struct Cursor {
        struct Malformed: Error {}

        private var position: Int
        private let end: Int

        init(_ range: Range<Int>) {
            position = range.lowerBound
            end = range.upperBound
        }

        /// The next parameter; nil at the end.
        @inline(__always)
        mutating func next(_ text: Span<UInt8>) throws(Malformed) -> Parameter? {
            skipBlanks(text)
            guard position < end else { return nil }
            let start = position
            guard text[position] == ASCII.semicolon else { throw Malformed() }
            position += 1
            skipBlanks(text)
            let nameStart = position
            position = text.endOfToken(from: position, to: end)
            let name = nameStart..<position
            guard !name.isEmpty else { throw Malformed() }
            skipBlanks(text)
            guard position < end, text[position] == ASCII.equals else {
                return Parameter(name: name, value: nil, whole: start..<name.upperBound)
            }
            position += 1
            skipBlanks(text)
            let valueStart = position
            try skipValue(text)
            return Parameter(name: name, value: valueStart..<position, whole: start..<position)
        }

        /// Up to the first semicolon or octet that is not above the comma.
        @inline(__always)
        static func endOfPlainValue(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
            var position = start
            while position < end {
                let word = text.word(at: position)
                let found = word.below(ASCII.comma + 1) | word.equal(to: ASCII.semicolon)
                if found != 0 { return min(position &+ found.trailingZeroBitCount >> 3, end) }
                position &+= 8
            }
            return end
        }

        @inline(__always)
        private mutating func skipBlanks(_ text: Span<UInt8>) {
            while position < end, ASCII.isBlank(text[position]) { position += 1 }
        }

        @inline(__always)
        private mutating func skipValue(_ text: Span<UInt8>) throws(Malformed) {
            let start = position
            if position < end, text[position] == ASCII.quote {
                position += 1
                while position < end, text[position] != ASCII.quote {
                    position += text[position] == ASCII.backslash ? 2 : 1
                }
                guard position < end else { throw Malformed() }
                position += 1
                return
            }
            while position < end {
                // What ends a value or may not stand in it is a semicolon or not above the comma.
                position = Self.endOfPlainValue(text, from: position, to: end)
                guard position < end else { break }
                let byte = text[position]
                if byte == ASCII.semicolon || ASCII.isBlank(byte) { break }
                guard byte != ASCII.comma, byte != ASCII.quote else { throw Malformed() }
                position &+= 1
            }
            position = min(position, end)
            guard position > start else { throw Malformed() }
        }
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
