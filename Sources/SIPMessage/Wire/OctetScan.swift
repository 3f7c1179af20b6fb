/// Eight octets of a text at once, the first of them in the lowest bits: most of what a message is cut by is found in
/// an eighth of the steps that one octet after the other would take.
struct OctetWord {
    var bits: UInt64

    @inline(__always)
    init(_ bits: UInt64) { self.bits = bits }

    /// Eight letters of a word of ours, or as many as there are; of a literal the compiler makes a number.
    @inline(__always)
    init(_ word: StaticString, from start: Int = 0) {
        bits = 0
        for place in 0..<max(0, min(word.utf8CodeUnitCount - start, 8)) {
            bits |= UInt64(unsafe word.utf8Start[start + place]) << UInt64(place * 8)
        }
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// The top bit of each octet that is below `limit`, which is 128 at most. Only the lowest bit that is set is sure:
    /// a borrow may set those above it.
    @inline(__always)
    func below(_ limit: UInt8) -> UInt64 { (bits &- Self.ones &* UInt64(limit)) & ~bits & Self.tops }

    /// The top bit of each octet that is `octet`, as sure as in ``below(_:)``.
    @inline(__always)
    func equal(to octet: UInt8) -> UInt64 { OctetWord(bits ^ Self.ones &* UInt64(octet)).below(1) }

    /// The top bit of each octet that is no letter, digit, hyphen or full stop, as most octets of tokens are. Each bit
    /// is sure: nothing carries from one octet to the next.
    @inline(__always)
    var unusual: UInt64 {
        let low = bits & ~Self.tops
        let small = low | Self.ones &* 0x20
        let letters = (small &+ Self.ones &* (0x80 - 0x61)) & ~(small &+ Self.ones &* (0x80 - 0x7B))
        // From the hyphen to 9, where the slash stands too.
        let digits = (low &+ Self.ones &* (0x80 - 0x2D)) & ~(low &+ Self.ones &* (0x80 - 0x3A))
        let others = (low ^ Self.ones &* 0x2F) &+ ~Self.tops
        return ~((letters | digits & others) & ~bits) & Self.tops
    }

    /// Letters as small ones; octets that are no letters keep apart from those that are small letters, hyphens or
    /// digits.
    @inline(__always)
    var folded: UInt64 { bits | (bits & 0x4040_4040_4040_4040) >> 1 }
}

extension Span where Element == UInt8 {
    /// The octets from `position` on; those beyond the end are 0.
    @inline(__always)
    func word(at position: Int) -> OctetWord {
        if position >= 0, position &+ 8 <= count { return unsafe uncheckedWord(at: position) }
        return lastWord(at: position)
    }

    /// Eight octets that are known to be there.
    @unsafe
    @inline(__always)
    func uncheckedWord(at position: Int) -> OctetWord {
        OctetWord(
            UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)))
    }

    @inline(never)
    private func lastWord(at position: Int) -> OctetWord {
        guard position >= 0, position < count else { return OctetWord(0) }
        if count >= 8 {
            let missing = UInt64(position &+ 8 &- count)
            return OctetWord(unsafe uncheckedWord(at: count &- 8).bits >> (missing &* 8))
        }
        var bits: UInt64 = 0
        for place in stride(from: count - 1, through: position, by: -1) { bits = bits << 8 | UInt64(self[place]) }
        return OctetWord(bits)
    }

    /// Eight octets as a number; 0 in place of those beyond the end.
    @inlinable
    package func octets(at position: Int) -> UInt64 {
        guard position >= 0, position &+ 8 <= count else { return lastOctets(at: position) }
        return UInt64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
    }

    @usableFromInline
    package func lastOctets(at position: Int) -> UInt64 { lastWord(at: position).bits }

    /// Where an octet below `limit` stands first; the end if there is none.
    @inline(__always)
    func firstPlace(below limit: UInt8, from start: Int) -> Int {
        var position = Swift.max(start, 0)
        while position &+ 16 <= count {
            let first = unsafe uncheckedWord(at: position).below(limit)
            let second = unsafe uncheckedWord(at: position &+ 8).below(limit)
            if first | second == 0 {
                position &+= 16
                continue
            }
            let place = first != 0 ? first.trailingZeroBitCount : second.trailingZeroBitCount &+ 64
            return position &+ place >> 3
        }
        while position < count {
            let found = word(at: position).below(limit)
            if found != 0 { return Swift.min(position &+ found.trailingZeroBitCount >> 3, count) }
            position &+= 8
        }
        return count
    }

    /// Where an octet stands first; nil if it does not. It may not be 0.
    @inline(__always)
    package func firstPlace(of octet: UInt8, from start: Int, to end: Int) -> Int? {
        var position = Swift.max(start, 0)
        let certain = Swift.min(end, count)
        while position &+ 16 <= certain {
            let first = unsafe uncheckedWord(at: position).equal(to: octet)
            let second = unsafe uncheckedWord(at: position &+ 8).equal(to: octet)
            if first | second == 0 {
                position &+= 16
                continue
            }
            let place = first != 0 ? first.trailingZeroBitCount : second.trailingZeroBitCount &+ 64
            return position &+ place >> 3
        }
        while position < end {
            let found = word(at: position).equal(to: octet)
            if found != 0 {
                let place = position &+ found.trailingZeroBitCount >> 3
                return place < end ? place : nil
            }
            position &+= 8
        }
        return nil
    }

    /// The end of the token that begins at `start`; `start` itself where none does.
    ///
    /// - Parameter excluded: an octet that ends it besides those that no token has; no letter, digit, hyphen or full
    ///   stop.
    func endOfToken(from start: Int, to end: Int, without excluded: UInt8 = 0) -> Int {
        var position = start
        while position < end {
            let unusual = word(at: position).unusual
            position &+= unusual == 0 ? 8 : unusual.trailingZeroBitCount >> 3
            guard unusual != 0 else { continue }
            guard position < end, ASCII.isToken(self[position]), self[position] != excluded else { break }
            position &+= 1
        }
        return Swift.min(position, end)
    }

    @inline(__always)
    func firstPlace(of octet: UInt8, from range: Range<Int>) -> Int? {
        firstPlace(of: octet, from: range.lowerBound, to: range.upperBound)
    }

    /// Eight octets from `start` on, or as many as there are before `end`; the others are 0.
    @inline(__always)
    func word(from start: Int, to end: Int) -> OctetWord {
        let length = end &- start
        guard length < 8 else { return word(at: start) }
        guard length > 0 else { return OctetWord(0) }
        return OctetWord(word(at: start).bits & (1 << UInt64(length * 8) &- 1))
    }

    /// Whether two stretches of the same length are the same octets.
    func equals(_ range: Range<Int>, _ other: Span<UInt8>) -> Bool {
        let length = other.count
        guard range.count == length, range.lowerBound >= 0, range.upperBound <= count else { return false }
        guard length > 8 else {
            return word(from: range.lowerBound, to: range.upperBound).bits == other.word(from: 0, to: length).bits
        }
        // The last eight may overlap those before.
        let last = length &- 8
        guard unsafe uncheckedWord(at: range.lowerBound &+ last).bits == other.uncheckedWord(at: last).bits else {
            return false
        }
        var position = 0
        while position < last {
            guard
                unsafe uncheckedWord(at: range.lowerBound &+ position).bits == other.uncheckedWord(at: position).bits
            else { return false }
            position &+= 8
        }
        return true
    }
}
