import CallRouting
import SIPMessage

/// How the simulated network treats datagrams.
package struct NetworkConditions: Sendable {
    /// The part of datagrams that are lost, 0 to 1, each way.
    package var loss = 0.0
    /// The part that arrive twice.
    package var duplication = 0.0
    /// Milliseconds on the way. Where they differ, datagrams overtake each other.
    package var delay: ClosedRange<Int64> = 1...20

    package init() {}

    /// Anything from a quiet laboratory to a bad line.
    static func random(_ random: inout SeededGenerator) -> NetworkConditions {
        var conditions = NetworkConditions()
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1:
            conditions.loss = Double.random(in: 0...0.1, using: &random)
            conditions.delay = 1...Int64.random(in: 1...100, using: &random)
        case 2:
            conditions.duplication = Double.random(in: 0...0.3, using: &random)
            conditions.delay = 0...Int64.random(in: 0...800, using: &random)
        default:
            conditions.loss = Double.random(in: 0...0.1, using: &random)
            conditions.duplication = Double.random(in: 0...0.1, using: &random)
            conditions.delay = 0...Int64.random(in: 0...300, using: &random)
        }
        return conditions
    }
}

/// A time in which nothing reaches somebody and nothing comes from there.
struct Partition {
    let endpoint: Endpoint
    /// Milliseconds.
    let time: Range<Int64>
}

/// The same numbers wherever they are asked for.
func chance(_ part: Double, _ random: inout SeededGenerator) -> Bool {
    part > 0 && Double.random(in: 0..<1, using: &random) < part
}
