/// How long something has taken, counted by length: plain integers, without an allocation of their own.
package struct DurationHistogram: Sendable, Equatable {
    /// Upper bounds of the classes, seconds; what took longer than all of them has a class of its own.
    package static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180,
    ]

    private var counts = InlineArray<18, Int>(repeating: 0)
    private var nanoseconds: UInt64 = 0

    package init() {}

    package mutating func add(nanoseconds length: UInt64) {
        counts[Self.place(of: length)] &+= 1
        nanoseconds &+= length
    }

    package mutating func add(_ length: Duration) {
        let (seconds, attoseconds) = length.components
        add(nanoseconds: UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000))
    }

    package mutating func add(_ other: DurationHistogram) {
        for place in counts.indices { counts[place] &+= other.counts[place] }
        nanoseconds &+= other.nanoseconds
    }

    /// For each bound, how many took no longer than that.
    package var cumulative: [Int] {
        var sum = 0
        return Self.bounds.indices.map { place in
            sum += counts[place]
            return sum
        }
    }

    package var count: Int {
        var sum = 0
        for place in counts.indices { sum += counts[place] }
        return sum
    }

    /// Seconds.
    package var sum: Double { Double(nanoseconds) / 1e9 }

    /// Written out, because a look into an array costs more than all of the comparisons.
    private static func place(of length: UInt64) -> Int {
        switch length {
        case ...500_000: 0
        case ...1_000_000: 1
        case ...2_500_000: 2
        case ...5_000_000: 3
        case ...10_000_000: 4
        case ...25_000_000: 5
        case ...50_000_000: 6
        case ...100_000_000: 7
        case ...250_000_000: 8
        case ...500_000_000: 9
        case ...1_000_000_000: 10
        case ...2_500_000_000: 11
        case ...5_000_000_000: 12
        case ...10_000_000_000: 13
        case ...30_000_000_000: 14
        case ...60_000_000_000: 15
        case ...180_000_000_000: 16
        default: 17
        }
    }

    package static func == (left: DurationHistogram, right: DurationHistogram) -> Bool {
        left.nanoseconds == right.nanoseconds && left.count == right.count && left.cumulative == right.cumulative
    }
}
