/// What the From or To of a message says: read once, because nearly every step of routing asks for it.
struct TaggedAddress: Sendable {
    /// Nil: the header is missing or malformed.
    let address: NameAddress?
    private let tagStart: Int32
    private let tagEnd: Int32

    /// - Parameter range: the header's value; empty where it is missing.
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        address = range.isEmpty ? nil : NameAddress(text, range)
        let tag = address?.tag(in: text) ?? 0..<0
        tagStart = Int32(truncatingIfNeeded: tag.lowerBound)
        tagEnd = Int32(truncatingIfNeeded: tag.upperBound)
    }

    /// Nil if there is none, or one without a value.
    var tag: Range<Int>? { tagEnd > 0 ? Int(tagStart)..<Int(tagEnd) : nil }
}
