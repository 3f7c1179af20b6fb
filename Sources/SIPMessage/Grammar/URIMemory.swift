/// Remembers the URIs that were read last. The requests of one call name the same few URIs again and again, and most
/// of the time that a request takes to read is spent on them.
package struct URIMemory: Sendable {
    private struct Entry: Sendable {
        let bytes: [UInt8]
        let uri: SIPURI
    }

    private var entries: [Entry?]

    /// - Parameter capacity: a power of two; 0 remembers nothing.
    package init(capacity: Int) {
        entries = Array(repeating: nil, count: capacity)
    }

    /// What ``SIPURI/init(_:_:)`` gives for these octets.
    package mutating func uri(_ bytes: [UInt8], _ range: Range<Int>) -> SIPURI? {
        // A long one is rare, and remembering it would cost more memory than it saves time.
        guard !entries.isEmpty, range.count <= 160 else { return SIPURI(bytes, range) }
        let place = Int(truncatingIfNeeded: Self.hash(bytes, range)) & (entries.count - 1)
        if let entry = entries[place], Self.equals(entry.bytes, bytes, range) { return entry.uri }
        guard let uri = SIPURI(bytes, range) else { return nil }
        entries[place] = Entry(bytes: Array(bytes[range]), uri: uri)
        return uri
    }

    private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
        let text = bytes.span
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for position in range { hash = (hash ^ UInt64(text[position])) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }

    private static func equals(_ one: [UInt8], _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard one.count == range.count else { return false }
        let left = one.span
        let right = bytes.span
        for position in 0..<left.count where left[position] != right[range.lowerBound + position] { return false }
        return true
    }
}
