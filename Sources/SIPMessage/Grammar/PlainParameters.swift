/// Walks through parameters that are written as nearly all are: `;name=value` without blanks, quotes and escapes. About
/// those no two parsers disagree; what is written otherwise is libosip2's to read.
struct PlainParameters {
    struct Parameter {
        let name: Range<Int>
        let value: Range<Int>?
    }

    /// No more than libosip2 is given.
    private static let limit = 32

    private var position: Int
    private let end: Int
    private var count = 0
    /// Whether all that was read so far is plain.
    private(set) var isPlain = true

    /// - Parameter range: from the first semicolon on; may be empty.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// Nil at the end, or where something is not plain.
    @inline(__always)
    mutating func next(_ text: Span<UInt8>) -> Parameter? {
        guard position < end else { return nil }
        count += 1
        let nameStart = position + 1
        let nameEnd = Self.endOfPlain(text, nameStart, end)
        guard text[position] == ASCII.semicolon, nameEnd > nameStart, count <= Self.limit else {
            isPlain = false
            return nil
        }
        position = nameEnd
        guard nameEnd < end, text[nameEnd] == ASCII.equals else {
            return Parameter(name: nameStart..<nameEnd, value: nil)
        }
        position = Self.endOfPlain(text, nameEnd + 1, end)
        guard position > nameEnd + 1 else {
            isPlain = false
            return nil
        }
        return Parameter(name: nameStart..<nameEnd, value: (nameEnd + 1)..<position)
    }

    @inline(__always)
    private static func endOfPlain(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        text.endOfToken(from: start, to: end, without: UInt8(ascii: "%"))
    }
}
