/// One element of a header that may be a list: `Route: <a>, <b>` has two, and two Route lines are the same list
/// (RFC 3261 §7.3.1).
package struct HeaderElement: Sendable {
    package let field: HeaderField
    /// Without blanks around it.
    package let range: Range<Int>
    /// Its place in its line, and whether the line has others.
    package let index: Int
    package let isAlone: Bool
    /// What has to go so that the element is gone: the element with one comma, or the whole line.
    package let removal: Range<Int>
}

extension SIPMessage {
    /// All elements of all lines of a list header, in order. Commas in quotes and in angle brackets do not count.
    package func elements(_ name: HeaderName) -> [HeaderElement] {
        var elements: [HeaderElement] = []
        for field in fields where field.name == name { append(field, to: &elements) }
        return elements
    }

    /// The first element of a list header.
    package func firstElement(_ name: HeaderName) -> HeaderElement? {
        guard let field = first(name) else { return nil }
        let value = field.value
        guard let comma = nextComma(in: value) else {
            return HeaderElement(field: field, range: value, index: 0, isAlone: true, removal: field.line)
        }
        return HeaderElement(
            field: field, range: trimmed(value.lowerBound..<comma), index: 0, isAlone: false,
            removal: value.lowerBound..<afterBlanks(comma + 1, to: value.upperBound))
    }

    /// Shows the elements of one line to `check`, empty ones too, until it returns false; whether it never did.
    func eachElement(of field: HeaderField, _ check: (Range<Int>) -> Bool) -> Bool {
        var start = field.value.lowerBound
        while let comma = nextComma(in: start..<field.value.upperBound) {
            guard check(trimmed(start..<comma)) else { return false }
            start = comma + 1
        }
        return check(trimmed(start..<field.value.upperBound))
    }

    private func append(_ field: HeaderField, to elements: inout [HeaderElement]) {
        let cuts = commas(in: field.value)
        if cuts.isEmpty {
            elements.append(
                HeaderElement(field: field, range: field.value, index: 0, isAlone: true, removal: field.line))
            return
        }
        var start = field.value.lowerBound
        for (index, end) in (cuts + [field.value.upperBound]).enumerated() {
            let removal = index == 0 ? start..<afterBlanks(end + 1, to: field.value.upperBound) : (start - 1)..<end
            elements.append(
                HeaderElement(
                    field: field, range: trimmed(start..<end), index: index, isAlone: false,
                    removal: removal))
            start = end + 1
        }
    }

    private func afterBlanks(_ position: Int, to end: Int) -> Int {
        var position = position
        while position < end, ASCII.isBlank(bytes[position]) { position += 1 }
        return position
    }

    /// Without the blanks, tabs and folds around it.
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(bytes[start]) { start += 1 }
        while end > start, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private func commas(in range: Range<Int>) -> [Int] {
        var cuts: [Int] = []
        var start = range.lowerBound
        while let comma = nextComma(in: start..<range.upperBound) {
            cuts.append(comma)
            start = comma + 1
        }
        return cuts
    }

    /// The first comma outside quotes and angle brackets.
    private func nextComma(in range: Range<Int>) -> Int? {
        let text = bytes.span
        var inQuotes = false
        var depth = 0
        var position = range.lowerBound
        while position < range.upperBound {
            switch text[position] {
            case ASCII.backslash where inQuotes: position += 1
            case ASCII.quote: inQuotes.toggle()
            case ASCII.less where !inQuotes: depth += 1
            case ASCII.greater where !inQuotes: depth = max(0, depth - 1)
            case ASCII.comma where !inQuotes && depth == 0: return position
            default: break
            }
            position += 1
        }
        return nil
    }
}
