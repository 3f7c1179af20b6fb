/// One element of a header that may be a list: `Route: <a>, <b>` has two, and two Route lines are the same list
/// (RFC 3261 §7.3.1).
package struct HeaderElement: Sendable {
    /// The line that it stands in.
    package let field: HeaderField
    /// Without blanks around it.
    package let range: Range<Int>
    /// Its place in its line, and whether the line has others.
    package let index: Int
    package let isAlone: Bool
    /// What has to go so that the element is gone: the element with one comma, or the whole line.
    package let removal: Range<Int>
}

extension HeaderElement {
    /// A line's only element.
    @inline(__always)
    init(onlyOneOf field: HeaderField) {
        self.init(field: field, range: field.value, index: 0, isAlone: true, removal: field.line)
    }
}

extension SIPMessage {
    /// All elements of all lines of a list header, in order. Commas in quotes and in angle brackets do not count. The
    /// grammar knows no empty elements (`a,,b`): they are left out, so that nobody acts on them.
    package func elements(_ name: HeaderName) -> [HeaderElement] {
        var elements: [HeaderElement] = []
        for place in places(of: name) where fields[place].name == name { append(fields[place], to: &elements) }
        return elements
    }

    /// The first element of a list header.
    package func firstElement(_ name: HeaderName) -> HeaderElement? {
        if name == .via { return topViaElement }
        let bytes = bytes
        for place in places(of: name) where fields[place].name == name {
            if let first = Self.firstElement(of: fields[place], in: bytes.span) { return first }
        }
        return nil
    }

    /// The first element of one line; of the others it is only seen whether there are some.
    @inline(__always)
    static func firstElement(of field: HeaderField, in text: Span<UInt8>) -> HeaderElement? {
        if field.isSingle { return HeaderElement(onlyOneOf: field) }
        return firstOfList(field, in: text)
    }

    private static func firstOfList(_ field: HeaderField, in text: Span<UInt8>) -> HeaderElement? {
        var cursor = ElementCursor(field.value)
        guard let range = cursor.nextUsed(text) else { return nil }
        let second = cursor.startOfNextUsed(text)
        let removal = second.map { field.value.lowerBound..<$0 } ?? field.line
        return HeaderElement(field: field, range: range, index: 0, isAlone: second == nil, removal: removal)
    }

    func append(_ field: HeaderField, to elements: inout [HeaderElement]) {
        if field.isSingle { return elements.append(HeaderElement(onlyOneOf: field)) }
        var cursor = ElementCursor(field.value)
        let bytes = bytes
        let text = bytes.span
        guard var range = cursor.nextUsed(text) else { return }
        var next = cursor.nextUsed(text)
        guard next != nil else {
            elements.append(HeaderElement(field: field, range: range, index: 0, isAlone: true, removal: field.line))
            return
        }
        var index = 0
        var previousEnd: Int?
        while true {
            let removal =
                previousEnd.map { $0..<range.upperBound }
                ?? field.value.lowerBound..<(next?.lowerBound ?? range.upperBound)
            elements.append(
                HeaderElement(field: field, range: range, index: index, isAlone: false, removal: removal))
            guard let following = next else { return }
            previousEnd = range.upperBound
            range = following
            next = cursor.nextUsed(text)
            index += 1
        }
    }

    /// Without the blanks, tabs and folds around it.
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        let bytes = bytes
        return ElementCursor.trimmed(bytes.span, range)
    }
}

/// Walks through the elements of one line without building a list.
struct ElementCursor {
    private var position: Int
    private let end: Int
    private var isOver = false
    /// Whether there is one element, which has no blanks around it.
    private let isSingle: Bool

    init(_ value: Range<Int>) {
        position = value.lowerBound
        end = value.upperBound
        isSingle = false
    }

    /// Through the line of a header.
    @inline(__always)
    init(_ field: HeaderField) {
        position = Int(field.valueStart)
        end = Int(field.valueEnd)
        isSingle = field.isSingle
    }

    /// The next element without the blanks around it, empty ones too; nil at the end. There is always one.
    @inline(__always)
    mutating func next(_ text: Span<UInt8>) -> Range<Int>? {
        guard !isOver else { return nil }
        let start = position
        if isSingle {
            isOver = true
            return start..<end
        }
        guard let comma = Self.nextComma(text, from: start, to: end) else {
            isOver = true
            return Self.trimmed(text, start..<end)
        }
        position = comma + 1
        return Self.trimmed(text, start..<comma)
    }

    /// The next element that is not empty.
    @inline(__always)
    mutating func nextUsed(_ text: Span<UInt8>) -> Range<Int>? {
        while let range = next(text) {
            if !range.isEmpty { return range }
        }
        return nil
    }

    /// Where the next element begins that is not empty; nil if there is none.
    func startOfNextUsed(_ text: Span<UInt8>) -> Int? {
        guard !isOver else { return nil }
        var start = position
        while start < end, text[start] == ASCII.comma || ASCII.isBlank(text[start]) { start += 1 }
        return start < end ? start : nil
    }

    @inline(__always)
    static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(text[start]) { start += 1 }
        while end > start, ASCII.isBlank(text[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The first comma outside quotes and angle brackets. Most lines have no comma at all.
    @inline(__always)
    private static func nextComma(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        guard let comma = text.firstPlace(of: ASCII.comma, from: start, to: end) else { return nil }
        guard
            text.firstPlace(of: ASCII.quote, from: start, to: comma) != nil
                || text.firstPlace(of: ASCII.less, from: start, to: comma) != nil
        else { return comma }
        return nextBareComma(text, from: start, to: end)
    }

    private static func nextBareComma(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        // Most values have none at all.
        guard text.firstPlace(of: ASCII.comma, from: start, to: end) != nil else { return nil }
        var inQuotes = false
        var depth = 0
        var position = start
        while position < end {
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
