internal import Directory

/// The bindings of one number in one piece of memory. As separate strings a binding takes some 700 octets, most of
/// them for the allocator; packed it takes half, which counts with a million phones.
struct PackedBindings: Sendable {
    private let octets: [UInt8]
    let count: Int

    init(_ bindings: [Binding]) {
        count = bindings.count
        var size = 0
        for binding in bindings { size += Self.lengthSize + Self.size(of: binding) }
        var writer = PackedWriter(capacity: size)
        for binding in bindings { writer.binding(binding, size: Self.size(of: binding)) }
        octets = writer.octets
    }

    /// All of them, in their order.
    func bindings() -> [Binding] {
        var reader = PackedReader(octets)
        var bindings: [Binding] = []
        bindings.reserveCapacity(count)
        for _ in 0..<count {
            reader.skip(Self.lengthSize)
            bindings.append(reader.binding())
        }
        return bindings
    }

    /// How many expire after `time` (milliseconds since the Unix epoch).
    func count(expiringAfter time: Int64) -> Int {
        var reader = PackedReader(octets)
        var count = 0
        for _ in 0..<self.count where reader.nextExpiry() > time { count += 1 }
        return count
    }

    func hasExpired(at time: Int64) -> Bool { count(expiringAfter: time) < count }

    /// Octets of a binding's own length, by which it is passed over.
    private static let lengthSize = 4
    /// Octets of the integers of a binding, which stand before its texts.
    private static let integersSize = 8 + 4 + 2

    /// Octets of a binding without its length.
    private static func size(of binding: Binding) -> Int {
        var size = integersSize + PackedWriter.size(of: binding.contact) + PackedWriter.size(of: binding.parameters)
        size += PackedWriter.size(of: binding.callID) + PackedWriter.size(of: binding.received)
        size += PackedWriter.size(of: binding.userAgent) + 4
        for value in binding.path { size += PackedWriter.size(of: value) }
        return size
    }
}

extension PackedWriter {
    fileprivate mutating func binding(_ binding: Binding, size: Int) {
        integer(UInt32(truncatingIfNeeded: size))
        integer(binding.expiresAt)
        integer(binding.cseq)
        integer(UInt16(truncatingIfNeeded: binding.q))
        text(binding.contact)
        text(binding.parameters)
        text(binding.callID)
        text(binding.received)
        text(binding.userAgent)
        integer(UInt32(truncatingIfNeeded: binding.path.count))
        for value in binding.path { text(value) }
    }
}

extension PackedReader {
    /// When the next binding expires; the reader stands behind that binding then.
    fileprivate mutating func nextExpiry() -> Int64 {
        let length = Int(integer(UInt32.self))
        let expiry = integer(Int64.self)
        skip(length - Int64.bitWidth / 8)
        return expiry
    }

    /// The next binding, whose length has been read.
    fileprivate mutating func binding() -> Binding {
        let expiresAt = integer(Int64.self)
        let cseq = integer(UInt32.self)
        let q = Int(integer(UInt16.self))
        var binding = Binding(
            contact: text() ?? "", parameters: text() ?? "", q: q, callID: text() ?? "", cseq: cseq,
            expiresAt: expiresAt, received: text(), userAgent: text())
        for _ in 0..<integer(UInt32.self) {
            if let value = text() { binding.path.append(value) }
        }
        return binding
    }
}
