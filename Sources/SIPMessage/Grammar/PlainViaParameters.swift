/// The parameters of a Via that are written as nearly all are: `;name=value` without blanks, quotes and escapes. About
/// those no two parsers disagree; what is written otherwise is libosip2's to read.
struct PlainViaParameters {
    /// As with libosip2, the last of several counts. An empty range: without a value.
    private(set) var branch: Range<Int>?
    private(set) var rport: Range<Int>?
    /// Nil without a value.
    private(set) var received: Range<Int>?
    private(set) var maddr: Range<Int>?

    /// No more than libosip2 is given.
    private static let limit = 32

    /// - Parameter range: from the first semicolon on; may be empty.
    /// - Returns: nil if they are not plain.
    init?(_ text: Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        var count = 0
        while position < range.upperBound {
            guard text[position] == ASCII.semicolon, count < Self.limit else { return nil }
            count += 1
            let nameStart = position + 1
            position = Self.endOfPlain(text, nameStart, range.upperBound)
            let name = nameStart..<position
            guard !name.isEmpty else { return nil }
            var value: Range<Int>?
            if position < range.upperBound, text[position] == ASCII.equals {
                let valueStart = position + 1
                position = Self.endOfPlain(text, valueStart, range.upperBound)
                guard position > valueStart else { return nil }
                value = valueStart..<position
            }
            take(text, name, value)
        }
    }

    var hasOthers: Bool { rport != nil || received != nil || maddr != nil }

    @inline(__always)
    private mutating func take(_ text: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>?) {
        if ASCII.matches(text, name, "branch") {
            branch = value ?? name.upperBound..<name.upperBound
        } else if ASCII.matches(text, name, "rport") {
            rport = value ?? name.upperBound..<name.upperBound
        } else if ASCII.matches(text, name, "received") {
            received = value
        } else if ASCII.matches(text, name, "maddr") {
            maddr = value
        }
    }

    @inline(__always)
    private static func endOfPlain(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, ASCII.isToken(text[position]), text[position] != UInt8(ascii: "%") { position += 1 }
        return position
    }
}
