/// A set of branch indices. Indices below 64, which is all of them in practice, take no memory of their own.
struct BranchSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var beyond: [Int] = []

    func contains(_ branch: Int) -> Bool {
        if let bit = Self.bit(of: branch) { low & bit != 0 } else { beyond.contains(branch) }
    }

    /// Whether the branch was not yet in the set.
    @discardableResult mutating func insert(_ branch: Int) -> Bool {
        if contains(branch) { return false }
        if let bit = Self.bit(of: branch) { low |= bit } else { beyond.append(branch) }
        return true
    }

    /// Whether a branch is in this set and not in the other.
    func hasMember(outside other: BranchSet) -> Bool {
        low & ~other.low != 0 || beyond.contains { !other.contains($0) }
    }

    mutating func formUnion(_ other: BranchSet) {
        low |= other.low
        for branch in other.beyond { insert(branch) }
    }

    private static func bit(of branch: Int) -> UInt64? {
        (0..<UInt64.bitWidth).contains(branch) ? 1 << UInt64(branch) : nil
    }
}
