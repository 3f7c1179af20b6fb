import Foundation
import Replay
import Testing

@Suite struct CaptureFileTests {
    private var capture: TestCapture {
        var capture = TestCapture()
        for index in 1...3 {
            capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(Wire.request(call: String(index))))))
        }
        return capture
    }

    private func error(_ path: String) -> CaptureError? {
        do throws(CaptureError) {
            _ = try CaptureReader.read(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test("a path that names nothing is said so")
    func missing() {
        #expect(error("/nowhere/call.pcap") == .noSuchFile(path: "/nowhere/call.pcap"))
        #expect(error("/etc/passwd/call.pcap") == .noSuchFile(path: "/etc/passwd/call.pcap"))
        #expect(error("/etc/passwd\0.pcap") == .noSuchFile(path: "/etc/passwd\0.pcap"))
        #expect(error("")?.description == ": no such file")
    }

    @Test("a directory can't be read as a capture")
    func directory() {
        let folder = FileManager.default.temporaryDirectory.path
        #expect(error(folder) == .unreadable(path: folder, reason: "Is a directory"))
    }

    @Test(
        "a file of another kind, an empty one among them, is not a capture",
        arguments: [
            "", "a", "# A text file that is long enough to hold the header of a capture\n",
        ])
    func notACapture(_ text: String) throws {
        try TestCapture.withFile(Array(text.utf8)) { path in
            guard case .notACapture(path, _)? = error(path) else {
                Issue.record("\(String(describing: error(path)))")
                return
            }
            #expect(error(path)?.description.contains("editcap") == true)
        }
    }

    @Test("a link type that is not decoded is named")
    func linkType() throws {
        let capture = TestCapture(link: .ieee80211)
        try TestCapture.withFile(capture.bytes) { path in
            #expect(error(path) == .linkTypeNotSupported(path: path, link: "IEEE802_11 (802.11)"))
        }
    }

    @Test(
        "a file cut anywhere gives the messages before the cut and says where it ends",
        arguments: [
            TestCapture.Format.pcap, .pcapng,
        ])
    func truncated(_ format: TestCapture.Format) throws {
        var capture = capture
        capture.format = format
        let last = try #require(capture.frames.last)
        for cut in 1..<last.bytes.count {
            let result = try capture.read(cut: cut)
            #expect(result.messages.count == 2)
            guard case .truncated(_, framesRead: 2)? = result.damage else {
                Issue.record("cut by \(cut): \(String(describing: result.damage))")
                return
            }
            #expect(result.damage?.description.hasSuffix("cut off within frame 3; the 2 before it were read") == true)
        }
    }

    @Test("a frame header that makes no sense ends the reading, and the messages before it are given")
    func damaged() throws {
        var bytes = capture.bytes
        let size = 16 + (capture.frames.last?.bytes.count ?? 0)
        let length = bytes.count - size + 8
        bytes.replaceSubrange(length..<length + 4, with: [0xff, 0xff, 0xff, 0x7f])
        let result = try TestCapture.withFile(bytes) { try CaptureReader.read(path: $0) }
        #expect(result.messages.count == 2)
        guard case .damaged(_, framesRead: 2, _)? = result.damage else {
            Issue.record("\(String(describing: result.damage))")
            return
        }
    }

    @Test(
        "interfaces that libpcap does not read together are said so, and the messages before are given",
        arguments: [TestCapture.interface(.raw), TestCapture.interface(.ethernet, snapshot: 1500)])
    func differentInterfaces(_ interface: [UInt8]) throws {
        var capture = capture
        capture.format = .pcapng
        let result = try TestCapture.withFile(capture.bytes + interface) { try CaptureReader.read(path: $0) }
        #expect(result.messages.count == 3)
        guard case .interfacesDiffer(_, framesRead: 3, _)? = result.damage else {
            Issue.record("\(String(describing: result.damage))")
            return
        }
        #expect(result.damage?.description.contains("editcap -F pcap") == true)
    }

    @Test("messages can be taken one at a time")
    func oneAtATime() throws {
        try TestCapture.withFile(capture.bytes) { path in
            var reader = try CaptureReader(path: path)
            #expect(reader.next()?.bytes == Wire.request(call: "1"))
            #expect(reader.summary.frames == 1)
            #expect(reader.next() != nil)
            #expect(reader.next() != nil)
            #expect(reader.next() == nil)
            #expect(reader.next() == nil)
            #expect(reader.damage == nil)
        }
    }

    @Test("no change of octets in a capture makes reading it fail", arguments: 0..<40 as Range<UInt64>)
    func hostile(_ seed: UInt64) throws {
        var generator = SplitMix64(state: seed)
        var bytes = Self.mixture(seed).bytes
        for _ in 0..<Int.random(in: 1...60, using: &generator) {
            // The file header is left alone: without it nothing would be read.
            bytes[Int.random(in: 24..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        var limits = CaptureLimits()
        limits.streams = 2
        limits.waitingSegments = 2
        limits.datagrams = 2
        let result = try TestCapture.withFile(bytes) { try CaptureReader.read(path: $0, limits: limits) }
        #expect(result.summary.frames <= 40)
    }

    /// A bit of everything that is decoded.
    private static func mixture(_ seed: UInt64) -> TestCapture {
        let links: [TestCapture.Link] = [.ethernet, .cooked, .cooked2, .raw, .null]
        var capture = TestCapture(link: links[Int(seed) % links.count])
        let datagram = Wire.udp(Wire.request(body: 100))
        let stream = Wire.request(body: 300)
        let packets = [
            Wire.ipv4(datagram, options: [1, 1, 1, 0]),
            Wire.ipv6([17, 0, 1, 4, 0, 0, 0, 0] + datagram, next: 60),
            Wire.ipv4(Array(datagram[..<96]), fragment: (id: 1, offset: 0, more: true)),
            Wire.ipv4(Array(datagram[96...]), fragment: (id: 1, offset: 96, more: false)),
            Wire.ipv6(Wire.ipv6Fragment(Array(datagram[..<96]), id: 1, offset: 0, more: true), next: 44),
            Wire.ipv6(Wire.ipv6Fragment(Array(datagram[96...]), id: 1, offset: 96, more: false), next: 44),
            Wire.ipv4(Wire.tcp(sequence: 0, flags: Wire.syn), next: 6),
            Wire.ipv4(Wire.tcp(Array(stream[100...]), sequence: 101), next: 6),
            Wire.ipv4(Wire.tcp(Array(stream[..<100]), sequence: 1), next: 6),
            Wire.ipv6(Wire.tcp(stream, sequence: 1), next: 6),
        ]
        for packet in packets + packets {
            switch capture.link {
            case .cooked: capture.add(Wire.cooked(packet))
            case .cooked2: capture.add(Wire.cooked2(packet))
            case .null: capture.add([packet[0] >> 4 == 6 ? 24 : 2, 0, 0, 0] + packet)
            case .raw: capture.add(packet)
            default: capture.add(Wire.ethernet(packet, tags: [0x8100]))
            }
        }
        return capture
    }
}

/// Random numbers that a seed reproduces.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
