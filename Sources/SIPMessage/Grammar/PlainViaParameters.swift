/// The parameters of a Via that routing looks at, where they are plain.
struct PlainViaParameters {
    /// As with libosip2, the last of several counts. An empty range: without a value.
    private(set) var branch: Range<Int>?
    private(set) var rport: Range<Int>?
    /// Nil without a value.
    private(set) var received: Range<Int>?
    private(set) var maddr: Range<Int>?

    /// - Parameter range: from the first semicolon on; may be empty.
    /// - Returns: nil if they are not plain.
    init?(_ text: Span<UInt8>, _ range: Range<Int>) {
        var parameters = PlainParameters(range)
        while let parameter = parameters.next(text) { take(text, parameter.name, parameter.value) }
        guard parameters.isPlain else { return nil }
    }

    var hasOthers: Bool { rport != nil || received != nil || maddr != nil }

    @inline(__always)
    private mutating func take(_ text: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>?) {
        guard name.count <= 8 else { return }
        switch text.word(from: name.lowerBound, to: name.upperBound).folded {
        case OctetWord("branch").bits: branch = value ?? name.upperBound..<name.upperBound
        case OctetWord("rport").bits: rport = value ?? name.upperBound..<name.upperBound
        case OctetWord("received").bits: received = value
        case OctetWord("maddr").bits: maddr = value
        default: break
        }
    }
}
