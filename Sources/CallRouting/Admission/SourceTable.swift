package import SIPMessage
internal import SIPTransaction

/// What a source is told from others by: an IPv4 address, or the /64 of an IPv6 address, because one subscriber has
/// 2⁶⁴ addresses to send from (RFC 6177).
package struct SourceKey: Hashable, Sendable {
    private static let mappedIPv4: UInt64 = 0xFFFF_0000_0000

    let high: UInt64
    let low: UInt64

    package init(_ address: IPAddress) {
        switch address {
        case .v4(let address): (high, low) = (0, Self.mappedIPv4 | UInt64(address))
        // RFC 4291 §2.5.5.2: an IPv4 address in IPv6's clothes.
        case .v6(0, let low) where low >> 32 == 0xFFFF: (high, self.low) = (0, low)
        case .v6(let high, _): (self.high, low) = (high, 0)
        }
    }

    /// Of what an address was called, with or without a prefix length behind it.
    init?(_ text: String) {
        guard let network = IPNetwork(text) else { return nil }
        self.init(network.base)
    }

    /// As ``word`` gives it.
    init(word: UInt64) { (high, low) = word >> 32 == 0xFFFF ? (0, word) : (word, 0) }

    /// All that tells a source, in one word. No /64 begins as an IPv4 address does in IPv6's clothes: nobody is given such.
    var word: UInt64 { high == 0 ? low : high }

    /// The IPv4 address, or the first address of the /64.
    var address: IPAddress {
        high == 0 && low >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: high, low: 0)
    }

    /// Of something else that is told from others by a signature.
    init(signature: UInt64) {
        (high, low) = (signature, .max)
    }
}

/// What is counted of each of many sources, in memory that does not grow.
///
/// A source has one of four places. When all are taken it gets the one whose owner has been quiet for the longest, and
/// of whom therefore the least is forgotten. Which sources share places nobody outside can know: it hangs on the seed.
struct SourceTable {
    struct Entry {
        var key = SourceKey(signature: 0)
        /// What it may do.
        var allowance = LeakyBucket()
        /// What it did although it was told not to.
        var strikes = LeakyBucket()

        fileprivate var quietAt: UInt64 { max(allowance.emptyAt, strikes.emptyAt) }
    }

    private static let ways = 4

    private let sign: SipHash
    private var entries: [Entry]

    /// - Parameter capacity: sources; 32 octets each.
    init(capacity: Int, seed: UInt64) {
        sign = SipHash((seed, ~seed))
        entries = Array(repeating: Entry(), count: max(1, capacity / Self.ways) * Self.ways)
    }

    /// Looks at a source's entry, an empty one if nothing is known of it, and changes it.
    mutating func update<Result>(_ key: SourceKey, _ change: (inout Entry) -> Result) -> Result {
        let place = place(of: key)
        if entries[place].key != key { entries[place] = Entry(key: key) }
        return change(&entries[place])
    }

    private func place(of key: SourceKey) -> Int {
        var state = sign.state()
        state.add(word: key.high)
        state.add(word: key.low)
        let first = Int(state.finish() % UInt64(entries.count / Self.ways)) * Self.ways
        var quietest = first
        for place in first..<first + Self.ways {
            if entries[place].key == key { return place }
            if entries[place].quietAt < entries[quietest].quietAt { quietest = place }
        }
        return quietest
    }
}
