import Replay
import Testing

@Suite struct CaptureLinkTests {
    private let message = Wire.request()

    private func expectOneMessage(_ capture: TestCapture, _ location: SourceLocation = #_sourceLocation) throws {
        let result = try capture.read()
        #expect(result.messages.map(\.bytes) == [message], sourceLocation: location)
        #expect(result.damage == nil, sourceLocation: location)
    }

    @Test(
        "every file format gives the message, its ends and its time",
        arguments: [
            TestCapture.Format.pcap, .pcapNanoseconds, .pcapBigEndian, .pcapng,
        ])
    func formats(_ format: TestCapture.Format) throws {
        var capture = TestCapture(format: format)
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message))), at: 1_500_123_000)
        let result = try capture.read()
        let read = try #require(result.messages.first)
        #expect(result.messages.count == 1)
        #expect(read.timestamp == TestCapture.start + 1_500_123_000)
        #expect(read.source.description == "192.0.2.1:5062")
        #expect(read.destination.description == "192.0.2.9:5060")
        #expect(read.transport == .udp)
        #expect(read.bytes == message)
        #expect(result.summary.description == "1 frame, 1 SIP message (1 UDP, 0 TCP)")
    }

    @Test("nanoseconds survive where the format has them", arguments: [TestCapture.Format.pcapNanoseconds, .pcapng])
    func nanoseconds(_ format: TestCapture.Format) throws {
        var capture = TestCapture(format: format)
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message))), at: 123_456_789)
        #expect(try capture.read().messages.first?.timestamp == TestCapture.start + 123_456_789)
    }

    @Test(
        "a frame of Ethernet may have any stack of VLAN tags",
        arguments: [
            [0x8100], [0x88a8, 0x8100], [0x8100, 0x8100], [0x9100, 0x88a8, 0x8100],
        ])
    func vlanTags(_ tags: [UInt16]) throws {
        var capture = TestCapture()
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message)), tags: tags))
        capture.add(Wire.ethernet(Wire.ipv6(Wire.udp(message)), tags: tags))
        #expect(try capture.read().messages.map(\.bytes) == [message, message])
    }

    @Test("padding that fills an Ethernet frame is no part of the message")
    func padding() throws {
        var capture = TestCapture()
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message))) + [0, 0, 0, 0, 0, 0])
        try expectOneMessage(capture)
    }

    @Test("Linux cooked captures are read, with and without a VLAN tag")
    func cooked() throws {
        var capture = TestCapture(link: .cooked)
        capture.add(Wire.cooked(Wire.ipv4(Wire.udp(message))))
        capture.add(Wire.cooked(Wire.ipv4(Wire.udp(message)), tag: 0x8100))
        #expect(try capture.read().messages.map(\.bytes) == [message, message])
    }

    @Test("Linux cooked captures of version 2 are read", arguments: [TestCapture.Format.pcap, .pcapng])
    func cooked2(_ format: TestCapture.Format) throws {
        var capture = TestCapture(link: .cooked2, format: format)
        capture.add(Wire.cooked2(Wire.ipv6(Wire.udp(message))))
        try expectOneMessage(capture)
    }

    @Test("raw IP is read as the version it says", arguments: [TestCapture.Link.raw, .ipv4, .ipv6])
    func raw(_ link: TestCapture.Link) throws {
        var capture = TestCapture(link: link)
        capture.add(link == .ipv6 ? Wire.ipv6(Wire.udp(message)) : Wire.ipv4(Wire.udp(message)))
        try expectOneMessage(capture)
    }

    @Test("loopback frames are read in either byte order and with any system's family of IPv6")
    func loopback() throws {
        for link in [TestCapture.Link.null, .loop] {
            var capture = TestCapture(link: link)
            capture.add([2, 0, 0, 0] + Wire.ipv4(Wire.udp(message)))
            capture.add([0, 0, 0, 2] + Wire.ipv4(Wire.udp(message)))
            for family in [24, 28, 30, 10] as [UInt8] {
                capture.add([family, 0, 0, 0] + Wire.ipv6(Wire.udp(message)))
                capture.add([0, 0, 0, family] + Wire.ipv6(Wire.udp(message)))
            }
            capture.add([7, 0, 0, 0] + Wire.ipv4(Wire.udp(message)))
            let result = try capture.read()
            #expect(result.messages.map(\.bytes) == Array(repeating: message, count: 10))
            #expect(result.summary.count(of: .notIP) == 1)
        }
    }

    @Test("options of IPv4 are passed over")
    func options() throws {
        var capture = TestCapture()
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message), options: [0x94, 4, 0, 0, 1, 1, 1, 0])))
        try expectOneMessage(capture)
    }

    @Test("extension headers of IPv6 are passed over")
    func extensionHeaders() throws {
        let destination: [UInt8] = [17, 0, 1, 4, 0, 0, 0, 0]
        let routing: [UInt8] = [60, 2, 0, 0] + [UInt8](repeating: 0, count: 20)
        let authentication: [UInt8] = [43, 4] + [UInt8](repeating: 0, count: 22)
        let hopByHop: [UInt8] = [51, 0, 5, 2, 0, 0, 1, 0]
        var capture = TestCapture()
        capture.add(
            Wire.ethernet(
                Wire.ipv6(hopByHop + authentication + routing + destination + Wire.udp(message), next: 0)))
        let result = try capture.read()
        #expect(result.messages.map(\.bytes) == [message])
        #expect(result.messages.first?.source.description == "[2001:db8::1]:5062")
    }

    @Test("a packet whose length field is zero, as segmentation offload leaves it, reaches to the end of the frame")
    func offload() throws {
        var packet = Wire.ipv4(Wire.udp(message))
        packet.replaceSubrange(2..<4, with: [0, 0])
        var capture = TestCapture(link: .raw)
        capture.add(packet)
        try expectOneMessage(capture)
    }

    @Test("empty lines before a message in a datagram belong to its bytes")
    func leadingLines() throws {
        var capture = TestCapture(link: .raw)
        capture.add(Wire.ipv4(Wire.udp([13, 10, 13, 10] + message)))
        #expect(try capture.read().messages.map(\.bytes) == [[13, 10, 13, 10] + message])
    }

    @Test("what is not SIP is skipped and the summary says what it was")
    func skipped() throws {
        var capture = TestCapture()
        capture.add(Wire.ethernet([0, 1, 8, 0, 6, 4, 0, 1], type: 0x0806))
        capture.add(Wire.ethernet(Wire.ipv4([8, 0, 0, 0, 0, 0, 0, 0], next: 1)))
        let rtp: [UInt8] = [0x80, 8, 0, 1] + [UInt8](repeating: 0xd5, count: 168)
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(rtp))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(rtp))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp([0x80, 200, 0, 1, 0, 0, 0, 0]))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp([0, 1, 0, 0] + Wire.u32(0x2112_a442) + rtp.prefix(12)))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(Array("\r\n\r\n".utf8)))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp([]))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp([0, 1, 6, 0xc0, 1, 0x80, 0, 0, 0xff]))))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(Array("GET / HTTP/1.1\r\n\r\n".utf8)))))
        capture.add(Wire.ethernet([0x4f, 0, 0, 20]))
        capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message))), snapshot: 96)
        let result = try capture.read()
        #expect(result.messages.isEmpty)
        #expect(
            result.summary.description
                == "12 frames, 0 SIP messages (0 UDP, 0 TCP); skipped: 2 keep-alives (blank, CRLF or NUL), "
                + "2 RTP packets, 1 RTCP packet, 1 STUN message, 2 datagrams of other protocols (T.38, DNS, ...), "
                + "1 frame that is not IP, 1 packet neither UDP nor TCP, 1 malformed packet, "
                + "1 datagram cut by the snapshot length")
    }

    @Test(
        "addresses are printed as RFC 5952 wants them",
        arguments: [
            ("0:0:0:0:0:0:0:0", "[::]:1"), ("0:0:0:0:0:0:0:1", "[::1]:1"),
            ("2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:1"),
            ("2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:1"), ("fe80:0:0:0:0:0:0:0", "[fe80::]:1"),
            ("0:0:0:0:0:ffff:c000:0201", "[::ffff:192.0.2.1]:1"), ("1:0:0:2:0:0:0:3", "[1:0:0:2::3]:1"),
        ])
    func addresses(_ groups: String, _ text: String) throws {
        let bytes = groups.split(separator: ":").compactMap { UInt16($0, radix: 16) }.flatMap(Wire.u16)
        let address = try #require(CaptureAddress(bytes: bytes))
        #expect(CaptureEndpoint(address: address, port: 1).description == text)
        #expect(address.bytes == bytes)
    }
}
