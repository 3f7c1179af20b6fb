/// Finds a header by its name as it stands on the wire: any case, or its compact form (RFC 3261 §7.3.3). This runs for
/// every line of every message, so names are compared as three words of eight octets, which may overlap.
final class HeaderNameTable: Sendable {
    private struct Key: Sendable {
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0
        var count = 0

        init() {}

        @inline(__always)
        init(_ text: Span<UInt8>, _ range: Range<Int>) {
            count = range.count
            first = text.word(from: range.lowerBound, to: range.upperBound).folded
            if count > 8 {
                last = text.word(at: range.upperBound &- 8).folded
                if count > 16 { middle = text.word(at: range.lowerBound &+ 8).folded }
            }
        }

        @inline(__always)
        var slot: Int {
            Int(truncatingIfNeeded: ((first ^ last &* 5 ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15) >> 57)
        }

        @inline(__always)
        static func == (left: Key, right: Key) -> Bool {
            left.count == right.count && left.first == right.first && left.last == right.last
                && left.middle == right.middle
        }
    }

    private struct Entry: Sendable {
        var key = Key()
        var name = HeaderName.other
    }

    static let shared = HeaderNameTable()

    private static let compactForms: [(String, HeaderName)] = [
        ("v", .via), ("f", .from), ("t", .to), ("i", .callID), ("m", .contact), ("l", .contentLength),
        ("c", .contentType), ("k", .supported),
    ]
    /// No name that is looked for is longer.
    private static let longest = 24

    /// Open addressing: a name stands in its slot or in the next free one. Less than half of them are taken.
    private let entries: [Entry]

    private init() {
        var entries = Array(repeating: Entry(), count: 128)
        let full = HeaderName.allCases.filter { $0 != .other }.map { ($0.text, $0) }
        for (text, name) in full + Self.compactForms {
            let octets = Array(text.utf8)
            let key = Key(octets.span, octets.indices)
            var slot = key.slot
            while entries[slot].key.count != 0 { slot = (slot + 1) & 127 }
            entries[slot] = Entry(key: key, name: name)
        }
        self.entries = entries
    }

    /// ``HeaderName/other`` for a name that is not known.
    @inline(__always)
    func name(_ text: Span<UInt8>, _ range: Range<Int>) -> HeaderName {
        guard !range.isEmpty, range.count <= Self.longest else { return .other }
        let key = Key(text, range)
        var slot = key.slot
        while entries[slot].key.count != 0 {
            if entries[slot].key == key { return entries[slot].name }
            slot = (slot &+ 1) & 127
        }
        return .other
    }
}
