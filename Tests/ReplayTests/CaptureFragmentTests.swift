import Replay
import Testing

@Suite struct CaptureFragmentTests {
    private let message = Wire.request(body: 4000)

    /// The datagram in fragments of IPv4, in order.
    private func fragments(id: UInt16 = 7, size: Int = 1480) -> [[UInt8]] {
        let datagram = Wire.udp(message)
        return stride(from: 0, to: datagram.count, by: size).map { offset in
            let end = min(offset + size, datagram.count)
            return Wire.ipv4(
                Array(datagram[offset..<end]), fragment: (id: id, offset: offset, more: end < datagram.count))
        }
    }

    private func fragments6(id: UInt32 = 7, size: Int = 1448) -> [[UInt8]] {
        let datagram = Wire.udp(message)
        return stride(from: 0, to: datagram.count, by: size).map { offset in
            let end = min(offset + size, datagram.count)
            return Wire.ipv6(
                Wire.ipv6Fragment(Array(datagram[offset..<end]), id: id, offset: offset, more: end < datagram.count),
                next: 44)
        }
    }

    private func read(_ packets: [[UInt8]], limits: CaptureLimits = CaptureLimits()) throws -> Capture {
        var capture = TestCapture(link: .raw)
        for packet in packets {
            capture.add(packet)
        }
        return try capture.read(limits: limits)
    }

    @Test("fragments of IPv4 in order give the message with the time of the last one")
    func inOrder() throws {
        let result = try read(fragments())
        #expect(result.messages.map(\.bytes) == [message])
        #expect(result.messages.first?.timestamp == TestCapture.start + 3_000_000)
        #expect(result.summary.description == "3 frames, 1 SIP message (1 UDP, 0 TCP)")
    }

    @Test("fragments in any order, repeated ones among them, give the message once")
    func anyOrder() throws {
        let parts = fragments()
        for order in [[2, 1, 0], [1, 0, 2], [2, 0, 2, 1], [0, 0, 2, 1], [1, 2, 1, 0]] {
            let result = try read(order.map { parts[$0] })
            #expect(result.messages.map(\.bytes) == [message], "\(order)")
        }
    }

    @Test("fragments of two datagrams between each other are told apart by their identification")
    func interleaved() throws {
        let result = try read(zip(fragments(id: 1), fragments(id: 2)).flatMap { [$1, $0] })
        #expect(result.messages.map(\.bytes) == [message, message])
    }

    @Test("fragments of IPv6 give the message in any order")
    func version6() throws {
        let parts = fragments6()
        for order in [[0, 1, 2], [2, 1, 0], [1, 1, 0, 2]] {
            let result = try read(order.map { parts[$0] })
            #expect(result.messages.map(\.bytes) == [message], "\(order)")
        }
    }

    @Test("a header between the fragment header and UDP is passed over after reassembly")
    func headerInsideFragments() throws {
        let inner: [UInt8] = [17, 0, 1, 4, 0, 0, 0, 0] + Wire.udp(message)
        let result = try read([
            Wire.ipv6(Wire.ipv6Fragment(Array(inner[..<1448]), id: 1, offset: 0, more: true, next: 60), next: 44),
            Wire.ipv6(Wire.ipv6Fragment(Array(inner[1448...]), id: 1, offset: 1448, more: false, next: 60), next: 44),
        ])
        #expect(result.messages.map(\.bytes) == [message])
    }

    @Test("a fragment that is the whole datagram of IPv6 waits for nothing")
    func atomicFragment() throws {
        let result = try read([
            Wire.ipv6(Wire.ipv6Fragment(Wire.udp(message), id: 1, offset: 0, more: false), next: 44)
        ])
        #expect(result.messages.map(\.bytes) == [message])
    }

    @Test("a datagram with a fragment missing is counted, not given")
    func missing() throws {
        let result = try read(Array(fragments().dropFirst()))
        #expect(result.messages.isEmpty)
        #expect(result.summary.count(of: .incompleteDatagram) == 1)
    }

    @Test("a fragment of IPv4 can't rewrite what came before it")
    func overlap() throws {
        var parts = fragments()
        parts.insert(Wire.ipv4([UInt8](repeating: 0x58, count: 64), fragment: (id: 7, offset: 1440, more: true)), at: 2)
        #expect(try read(parts).messages.map(\.bytes) == [message])
    }

    @Test("a datagram of IPv6 whose fragments contradict each other is refused as a whole")
    func overlap6() throws {
        var parts = fragments6()
        let forged = Wire.ipv6Fragment([UInt8](repeating: 0x58, count: 64), id: 7, offset: 1400, more: true)
        parts.insert(Wire.ipv6(forged, next: 44), at: 1)
        let result = try read(parts)
        #expect(result.messages.isEmpty)
        #expect(result.summary.count(of: .overlappingFragments) == 1)
        #expect(result.summary.count(of: .incompleteDatagram) == 0)
    }

    @Test("a fragment past the largest datagram is malformed")
    func tooLarge() throws {
        let result = try read([
            Wire.ipv4([UInt8](repeating: 0, count: 64), fragment: (id: 1, offset: 65_528, more: false))
        ])
        #expect(result.summary.count(of: .malformedPacket) == 1)
        #expect(result.summary.count(of: .incompleteDatagram) == 0)
    }

    @Test("a datagram that has waited for longer than its age is given up")
    func age() throws {
        var capture = TestCapture(link: .raw)
        let parts = fragments()
        capture.add(parts[0], at: 0)
        capture.add(parts[1], at: 31 * TestCapture.second)
        capture.add(parts[2], at: 31 * TestCapture.second)
        let result = try capture.read()
        #expect(result.messages.isEmpty)
        #expect(result.summary.count(of: .incompleteDatagram) == 2)
    }

    @Test("past the limit of datagrams the oldest is given up and the youngest arrives")
    func countLimit() throws {
        var limits = CaptureLimits()
        limits.datagrams = 4
        let beginnings = (0..<20).map { fragments(id: $0)[0] }
        let result = try read(beginnings + fragments(id: 19).dropFirst(), limits: limits)
        #expect(result.messages.map(\.bytes) == [message])
        #expect(result.summary.count(of: .incompleteDatagram) == 19)
    }

    @Test("past the limit of octets the oldest datagram is given up")
    func byteLimit() throws {
        var limits = CaptureLimits()
        limits.datagramBytes = 6000
        let result = try read(
            (0..<20).map { fragments(id: $0)[0] } + fragments(id: 19).dropFirst(), limits: limits)
        #expect(result.messages.map(\.bytes) == [message])
        #expect(result.summary.count(of: .incompleteDatagram) == 19)
    }
}
