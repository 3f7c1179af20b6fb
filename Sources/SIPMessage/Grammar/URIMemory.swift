/// Remembers the URIs that were read last. The requests of one call name the same few URIs again and again, and most
/// of the time that a request takes to read is spent on them.
package struct URIMemory: Sendable {
    private var memory: OctetMemory<SIPURI>

    /// - Parameter capacity: a power of two; 0 remembers nothing.
    package init(capacity: Int) { memory = OctetMemory(capacity: capacity) }

    /// What ``SIPURI/init(_:_:)`` gives for these octets.
    package mutating func uri(_ bytes: [UInt8], _ range: Range<Int>) -> SIPURI? {
        memory.value(bytes, range) { SIPURI(bytes, range) }
    }

    /// Whether ``SIPURI/init(_:_:)`` gives anything for these octets.
    package mutating func isURI(_ bytes: [UInt8], _ range: Range<Int>) -> Bool { uri(bytes, range) != nil }
}
