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
    /// All elements of all lines of a list header, in order. Commas in quotes and in angle brackets do not count. The
    /// grammar knows no empty elements (`a,,b`): they are left out, so that nobody acts on them.
    package func elements(_ name: HeaderName) -> [HeaderElement] {
        var elements: [HeaderElement] = []
        for field in fields where field.name == name { append(field, to: &elements) }
        return elements
    }

    /// The first element of a list header.
    package func firstElement(_ name: HeaderName) -> HeaderElement? {
        for field in fields where field.name == name {
            if nextComma(in: field.value) == nil {
                if let alone = alone(field) { return alone }
                continue
            }
            var elements: [HeaderElement] = []
            append(field, to: &elements)
            if let first = elements.first { return first }
        }
        return nil
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

    private func alone(_ field: HeaderField) -> HeaderElement? {
        guard !field.value.isEmpty else { return nil }
        return HeaderElement(field: field, range: field.value, index: 0, isAlone: true, removal: field.line)
    }

    func append(_ field: HeaderField, to elements: inout [HeaderElement]) {
        if nextComma(in: field.value) == nil {
            if let alone = alone(field) { elements.append(alone) }
            return
        }
        var ranges: [Range<Int>] = []
        _ = eachElement(of: field) { range in
            if !range.isEmpty { ranges.append(range) }
            return true
        }
        for (index, range) in ranges.enumerated() {
            let removal =
                if ranges.count == 1 { field.line } else if index == 0 {
                    field.value.lowerBound..<ranges[1].lowerBound
                } else { ranges[index - 1].upperBound..<range.upperBound }
            elements.append(
                HeaderElement(
                    field: field, range: range, index: index, isAlone: ranges.count == 1, removal: removal))
        }
    }

    /// Without the blanks, tabs and folds around it.
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(bytes[start]) { start += 1 }
        while end > start, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
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
