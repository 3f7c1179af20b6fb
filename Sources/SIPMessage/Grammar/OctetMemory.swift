/// Remembers what was read last from some octets, so that the same octets need not be read again. Its size is fixed:
/// what is read later takes the place of what was read earlier.
struct OctetMemory<Value: Sendable>: Sendable {
    private final class Entry: Sendable {
        let octets: [UInt8]
        let value: Value

        init(_ octets: [UInt8], _ value: Value) {
            self.octets = octets
            self.value = value
        }
    }

    /// What is longer is rare, and remembering it would cost more memory than it saves time.
    private static var longest: Int { 160 }

    private var entries: [Entry?]

    /// - Parameter capacity: a power of two; 0 remembers nothing.
    init(capacity: Int) { entries = Array(repeating: nil, count: capacity) }

    var isInUse: Bool { !entries.isEmpty }

    /// What is remembered of these octets.
    @inline(__always)
    func known(_ bytes: [UInt8], _ range: Range<Int>) -> Value? {
        guard isInUse, range.count <= Self.longest else { return nil }
        let text = bytes.span
        guard let entry = entries[place(text, range)] else { return nil }
        let octets = entry.octets
        return text.equals(range, octets.span) ? entry.value : nil
    }

    /// What `read` gives for these octets, now or when it was asked before; nil is not remembered.
    @inline(__always)
    mutating func value(_ bytes: [UInt8], _ range: Range<Int>, _ read: () -> Value?) -> Value? {
        guard isInUse, range.count <= Self.longest else { return read() }
        if let known = known(bytes, range) { return known }
        guard let value = read() else { return nil }
        entries[place(bytes.span, range)] = Entry(Array(bytes[range]), value)
        return value
    }

    @inline(__always)
    private func place(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        Int(truncatingIfNeeded: Self.hash(text, range)) & (entries.count &- 1)
    }

    /// Of the first and the last sixteen octets, in which nearly all that is alike but not the same differs; the others
    /// are compared anyway.
    @inline(__always)
    private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: range.count)
        mix(text.word(from: range.lowerBound, to: range.upperBound), into: &hash)
        guard range.count > 8 else { return hash }
        mix(text.word(from: range.lowerBound &+ 8, to: range.upperBound), into: &hash)
        mix(text.word(at: max(range.lowerBound, range.upperBound &- 16)), into: &hash)
        mix(text.word(at: range.upperBound &- 8), into: &hash)
        return hash
    }

    @inline(__always)
    private static func mix(_ word: OctetWord, into hash: inout UInt64) {
        hash = (hash ^ word.bits) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
    }
}
