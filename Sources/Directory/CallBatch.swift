/// Calls on their way to the call log, in the form in which its store keeps them, one behind the other.
///
/// Octets in one piece and not the records themselves: the dozens of small objects of a record, taken by one thread and
/// given back by another a second later, would cost several times what they cost a thread that gives them back at once.
package struct CallBatch: Sendable {
    package private(set) var octets: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package var count: Int { ends.count }
    package var isEmpty: Bool { ends.isEmpty }

    /// - Parameter write: puts one call behind the octets that are there.
    package mutating func append(_ write: (inout [UInt8]) -> Void) {
        write(&octets)
        ends.append(octets.count)
    }

    /// Empties it and keeps its memory.
    package mutating func removeAll() {
        octets.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Where the octets of each call lie, in the order in which they came.
    package var places: [Range<Int>] {
        var start = 0
        return ends.map { end in
            defer { start = end }
            return start..<end
        }
    }
}
