internal import Directory

/// The bindings of one number in one piece of memory. As separate strings a binding takes some 700 octets, most of
/// them for the allocator; packed it takes half, which counts with a million phones.
struct PackedBindings: Sendable {
    private var octets: [UInt8] = []
    private(set) var count: Int

    init(_ bindings: [Binding]) {
        count = bindings.count
        var size = 0
        for binding in bindings { size += Self.size(of: binding) }
        octets.reserveCapacity(size)
        for binding in bindings { append(binding) }
    }

    /// All of them, in their order.
    func bindings() -> [Binding] {
        var reader = Reader(octets: octets)
        var bindings: [Binding] = []
        bindings.reserveCapacity(count)
        for _ in 0..<count {
            reader.skip(4)
            bindings.append(reader.binding())
        }
        return bindings
    }

    /// How many expire after `time` (milliseconds since the Unix epoch).
    func count(expiringAfter time: Int64) -> Int {
        var reader = Reader(octets: octets)
        var count = 0
        for _ in 0..<self.count where reader.nextExpiry() > time { count += 1 }
        return count
    }

    func hasExpired(at time: Int64) -> Bool { count(expiringAfter: time) < count }

    private static func size(of binding: Binding) -> Int {
        var size = 4 + 8 + 4 + 2 + 4 * 6
        size += binding.contact.utf8.count + binding.parameters.utf8.count + binding.callID.utf8.count
        size += (binding.received?.utf8.count ?? 0) + (binding.userAgent?.utf8.count ?? 0)
        for value in binding.path { size += 4 + value.utf8.count }
        return size
    }

    private mutating func append(_ binding: Binding) {
        append(UInt64(Self.size(of: binding) - 4), 4)
        append(UInt64(bitPattern: binding.expiresAt), 8)
        append(UInt64(binding.cseq), 4)
        append(UInt64(binding.q), 2)
        append(binding.contact)
        append(binding.parameters)
        append(binding.callID)
        append(binding.received)
        append(binding.userAgent)
        append(UInt64(binding.path.count), 4)
        for value in binding.path { append(value) }
    }

    private mutating func append(_ number: UInt64, _ width: Int) {
        for index in 0..<width { octets.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    }

    /// Its length in octets plus one, 0 for nil; then its octets.
    private mutating func append(_ text: String?) {
        guard let text else { return append(0, 4) }
        append(UInt64(text.utf8.count) + 1, 4)
        octets.append(contentsOf: text.utf8)
    }

    private struct Reader {
        let octets: [UInt8]
        private var position = 0

        init(octets: [UInt8]) { self.octets = octets }

        mutating func skip(_ length: Int) { position += length }

        mutating func fixed(_ width: Int) -> UInt64 {
            var number: UInt64 = 0
            for index in 0..<width { number |= UInt64(octets[position + index]) << UInt64(8 * index) }
            position += width
            return number
        }

        mutating func text() -> String? {
            let length = Int(fixed(4)) - 1
            guard length >= 0 else { return nil }
            defer { position += length }
            return String(decoding: octets[position..<(position + length)], as: UTF8.self)
        }

        /// When the next binding expires; the reader stands behind that binding then.
        mutating func nextExpiry() -> Int64 {
            let length = Int(fixed(4))
            let end = position + length
            defer { position = end }
            return Int64(bitPattern: fixed(8))
        }

        /// The next binding, whose length has been read.
        mutating func binding() -> Binding {
            let expiresAt = Int64(bitPattern: fixed(8))
            let cseq = UInt32(truncatingIfNeeded: fixed(4))
            let q = Int(fixed(2))
            var binding = Binding(
                contact: text() ?? "", parameters: text() ?? "", q: q, callID: text() ?? "", cseq: cseq,
                expiresAt: expiresAt, received: text(), userAgent: nil)
            binding.userAgent = text()
            let pathLength = Int(fixed(4))
            for _ in 0..<pathLength {
                if let value = text() { binding.path.append(value) }
            }
            return binding
        }
    }
}
