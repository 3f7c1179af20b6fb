internal import SIPMessage

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed signature of short texts, at a fortieth of the price of an HMAC,
/// which each request of a dialog would pay. Forging one of 64 bits takes 2⁶³ attempts against the running server.
package struct SipHash: Sendable {
    private let key: (UInt64, UInt64)

    package init(_ key: (UInt64, UInt64)) { self.key = key }

    /// The signature of some texts one after the other.
    package func callAsFunction(_ parts: ArraySlice<UInt8>...) -> UInt64 {
        var state = state()
        for part in parts { state.add(part.span) }
        return state.finish()
    }

    /// To sign a text piece by piece.
    package func state() -> State { State(key, isLong: false) }

    /// The same for a signature of 128 bits.
    package func longState() -> State { State(key, isLong: true) }

    /// What has been added so far.
    package struct State: Sendable {
        private var v0: UInt64
        private var v1: UInt64
        private var v2: UInt64
        private var v3: UInt64
        /// Octets that do not fill a word yet.
        private var tail: UInt64 = 0
        private var count: UInt64 = 0

        init(_ key: (UInt64, UInt64), isLong: Bool) {
            v0 = key.0 ^ 0x736f_6d65_7073_6575
            v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ (isLong ? 0xee : 0)
            v2 = key.0 ^ 0x6c79_6765_6e65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        /// Eight octets, the first in the lowest bits.
        @inline(__always)
        package mutating func add(word: UInt64) { add(word, 8) }

        package mutating func add(_ octet: UInt8) { add(UInt64(octet), 1) }

        /// As if they were added one by one.
        package mutating func add(_ octets: Span<UInt8>) {
            var position = 0
            while position &+ 8 <= octets.count {
                add(
                    word: UInt64(
                        littleEndian: unsafe octets.bytes.unsafeLoadUnaligned(
                            fromUncheckedByteOffset: position, as: UInt64.self)))
                position &+= 8
            }
            if position < octets.count { add(octets.octets(at: position), octets.count &- position) }
        }

        /// Adds some octets of a word; the others must be 0.
        @inline(__always)
        private mutating func add(_ word: UInt64, _ octets: Int) {
            let waiting = Int(truncatingIfNeeded: count & 7)
            let shift = UInt64(truncatingIfNeeded: waiting &* 8)
            count &+= UInt64(truncatingIfNeeded: octets)
            tail |= word &<< shift
            guard waiting &+ octets >= 8 else { return }
            compress(tail)
            // By 64 places in two steps, where nothing was waiting.
            tail = (word &>> 1) &>> (63 &- shift)
        }

        /// The hash in 64 bits. The state is of no use afterwards.
        package mutating func finish() -> UInt64 {
            compress(tail | count << 56)
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        /// The same in 128 bits, of a state that was made for that.
        package mutating func finishLong() -> (UInt64, UInt64) {
            compress(tail | count << 56)
            v2 ^= 0xee
            for _ in 0..<4 { round() }
            let first = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xdd
            for _ in 0..<4 { round() }
            return (first, v0 ^ v1 ^ v2 ^ v3)
        }

        @inline(__always)
        private mutating func compress(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        @inline(__always)
        private mutating func round() {
            v0 = v0 &+ v1
            v1 = v1 << 13 | v1 >> 51
            v1 ^= v0
            v0 = v0 << 32 | v0 >> 32
            v2 = v2 &+ v3
            v3 = v3 << 16 | v3 >> 48
            v3 ^= v2
            v0 = v0 &+ v3
            v3 = v3 << 21 | v3 >> 43
            v3 ^= v0
            v2 = v2 &+ v1
            v1 = v1 << 17 | v1 >> 47
            v1 ^= v2
            v2 = v2 << 32 | v2 >> 32
        }
    }
}
