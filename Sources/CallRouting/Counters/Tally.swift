/// How often each of a few kinds of things has happened, in plain integers.
package struct Tally<Kind: RawRepresentable & CaseIterable & Sendable>: Sendable where Kind.RawValue == UInt8 {
    /// More than any of the kinds has.
    private var counts = InlineArray<16, Int>(repeating: 0)

    package init() {}

    package subscript(kind: Kind) -> Int { counts[Int(kind.rawValue)] }

    mutating func add(_ kind: Kind) { counts[Int(kind.rawValue)] &+= 1 }

    mutating func add(_ other: Tally) {
        for place in counts.indices { counts[place] &+= other.counts[place] }
    }

    package var sum: Int { Kind.allCases.reduce(0) { $0 + self[$1] } }

    /// Every kind, in the order of its cases, those that have not happened included.
    package func map<Value>(_ transform: (Kind, Int) -> Value) -> [Value] {
        Kind.allCases.map { transform($0, self[$0]) }
    }
}
