/// Datagrams being put together from fragments: RFC 791 §3.2 and RFC 8200 §4.5, bounded in number, octets and age.
struct FragmentTable {
    private struct Key: Hashable {
        let source: CaptureAddress
        let destination: CaptureAddress
        let identification: UInt32
        /// IPv4 only: RFC 8200 §4.5 leaves it out.
        let nextHeader: UInt8
    }

    private struct Assembly {
        let serial: Int
        let startedAt: UInt64
        var nextHeader: UInt8
        var bytes: [UInt8] = []
        var received = RangeSet<Int>()
        /// Known once the last fragment is there.
        var total: Int?
        /// Its fragments contradict each other; kept so that the remaining ones find it and start nothing new.
        var isRefused = false

        var isComplete: Bool {
            guard let total, !isRefused else { return false }
            let ranges = received.ranges
            return ranges.count == 1 && ranges.first == 0..<total
        }
    }

    /// The length field of both versions has 16 bits.
    private static let maximumDatagram = 65_535

    private let limits: CaptureLimits
    private var assemblies: [Key: Assembly] = [:]
    private var heldBytes = 0
    private var serial = 0

    init(limits: CaptureLimits) {
        self.limits = limits
    }

    /// Takes one fragment, and gives the whole datagram with the last that was missing.
    ///
    /// - Parameter timestamp: capture time of the fragment in nanoseconds.
    mutating func add(
        _ packet: InternetPacket, _ fragment: InternetPacket.Fragment, at timestamp: UInt64,
        _ summary: inout CaptureSummary
    ) throws(CaptureSkip) -> InternetPacket? {
        let end = fragment.offset + packet.payload.count
        guard !packet.isCut else { throw .cutPacket }
        guard packet.payload.count > 0, end <= Self.maximumDatagram,
            fragment.isLast || packet.payload.count % 8 == 0
        else { throw .malformedPacket }
        let key = Key(
            source: packet.source, destination: packet.destination, identification: fragment.identification,
            nextHeader: packet.source.isIPv6 ? 0 : packet.nextHeader)
        prepare(key, packet, at: timestamp, &summary)
        guard var assembly = assemblies.removeValue(forKey: key) else { return nil }
        let before = assembly.bytes.count
        if assembly.isRefused {
            assemblies[key] = assembly
            return nil
        }
        guard Self.place(packet, fragment, in: &assembly) else {
            heldBytes -= before
            assembly.bytes = []
            assembly.isRefused = true
            assemblies[key] = assembly
            throw .overlappingFragments
        }
        if assembly.isComplete {
            heldBytes -= before
            return Self.datagram(from: assembly, like: packet)
        }
        heldBytes += assembly.bytes.count - before
        assemblies[key] = assembly
        dropOldest(&summary) { $0.heldBytes > $0.limits.datagramBytes }
        return nil
    }

    /// The end of the capture: what is not complete by now never will be.
    mutating func finish(_ summary: inout CaptureSummary) {
        summary.add(.incompleteDatagram, assemblies.values.count { !$0.isRefused })
        assemblies = [:]
        heldBytes = 0
    }

    /// Makes sure that an assembly of the right age stands under `key`.
    private mutating func prepare(
        _ key: Key, _ packet: InternetPacket, at timestamp: UInt64, _ summary: inout CaptureSummary
    ) {
        if let standing = assemblies[key], !isOld(standing, at: timestamp) {
            return
        }
        for (key, assembly) in assemblies where isOld(assembly, at: timestamp) {
            drop(key, &summary)
        }
        dropOldest(&summary) { $0.assemblies.count >= max(1, $0.limits.datagrams) }
        serial += 1
        assemblies[key] = Assembly(serial: serial, startedAt: timestamp, nextHeader: packet.nextHeader)
    }

    private func isOld(_ assembly: Assembly, at timestamp: UInt64) -> Bool {
        timestamp > assembly.startedAt && timestamp - assembly.startedAt > limits.datagramAge
    }

    private mutating func dropOldest(_ summary: inout CaptureSummary, while isTooMuch: (FragmentTable) -> Bool) {
        while isTooMuch(self), let oldest = assemblies.min(by: { $0.value.serial < $1.value.serial }) {
            drop(oldest.key, &summary)
        }
    }

    private mutating func drop(_ key: Key, _ summary: inout CaptureSummary) {
        guard let assembly = assemblies.removeValue(forKey: key) else { return }
        heldBytes -= assembly.bytes.count
        if !assembly.isRefused {
            summary.add(.incompleteDatagram)
        }
    }

    /// False if the fragment contradicts those before it. What came first stays, so a fragment can't rewrite another;
    /// RFC 5722 §3 refuses a datagram of IPv6 whose fragments overlap, exact repetitions apart.
    private static func place(
        _ packet: InternetPacket, _ fragment: InternetPacket.Fragment, in assembly: inout Assembly
    ) -> Bool {
        let range = fragment.offset..<fragment.offset + packet.payload.count
        if fragment.isLast {
            guard assembly.total ?? range.upperBound == range.upperBound, assembly.bytes.count <= range.upperBound
            else { return false }
            assembly.total = range.upperBound
        }
        guard range.upperBound <= assembly.total ?? maximumDatagram else { return false }
        if assembly.bytes.count < range.upperBound {
            assembly.bytes += [UInt8](repeating: 0, count: range.upperBound - assembly.bytes.count)
        }
        if fragment.offset == 0 {
            assembly.nextHeader = packet.nextHeader
        }
        let holes = RangeSet(range).subtracting(assembly.received)
        let payload = packet.payload.bytes
        if packet.source.isIPv6 && holes != RangeSet(range) {
            return holes.isEmpty && assembly.bytes[range].elementsEqual(payload)
        }
        for hole in holes.ranges {
            let start = payload.startIndex - fragment.offset
            assembly.bytes.replaceSubrange(hole, with: payload[start + hole.lowerBound..<start + hole.upperBound])
        }
        assembly.received.insert(contentsOf: range)
        return true
    }

    private static func datagram(from assembly: Assembly, like packet: InternetPacket) -> InternetPacket {
        var datagram = packet
        datagram.fragment = nil
        datagram.nextHeader = assembly.nextHeader
        datagram.payload = Octets(assembly.bytes)
        return datagram
    }
}
