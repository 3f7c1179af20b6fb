import Replay
import Testing

/// Segments of one connection between alice and the proxy.
private struct Connection {
    var capture = TestCapture(link: .raw)
    /// The sequence number of the first octet of data, in both directions.
    var first: UInt32 = 1000

    mutating func open() {
        send(flags: Wire.syn, at: -1)
        answer(flags: Wire.syn | Wire.ack, at: -1, acknowledging: 0)
    }

    /// - Parameter position: the place of the first octet in the stream.
    mutating func send(_ bytes: [UInt8] = [], flags: UInt8 = Wire.ack, at position: Int, time: UInt64? = nil) {
        let sequence = first &+ UInt32(truncatingIfNeeded: position)
        capture.add(Wire.ipv4(Wire.tcp(bytes, sequence: sequence, flags: flags), next: 6), at: time)
    }

    mutating func answer(_ bytes: [UInt8] = [], flags: UInt8 = Wire.ack, at position: Int = 0, acknowledging: Int) {
        let segment = Wire.tcp(
            bytes, sequence: first &+ UInt32(truncatingIfNeeded: position),
            acknowledging: first &+ UInt32(truncatingIfNeeded: acknowledging), flags: flags, from: 5060, to: 40_000)
        capture.add(Wire.ipv4(segment, next: 6, from: Wire.proxy, to: Wire.alice))
    }
}

@Suite struct CaptureStreamTests {
    private let one = Wire.request(call: "1", body: 300)
    private let two = Wire.request("ACK", call: "2")
    private let three = Wire.request("BYE", call: "3", body: 20)

    private var all: [UInt8] { one + two + three }
    private var expected: [[UInt8]] { [one, two, three] }

    @Test("several messages in one segment come out one by one, both ways")
    func oneSegment() throws {
        var connection = Connection()
        connection.open()
        connection.send(all, at: 0)
        connection.answer(two, acknowledging: all.count)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == expected + [two])
        #expect(result.messages.map(\.source.port) == [40_000, 40_000, 40_000, 5060])
        #expect(result.messages.allSatisfy { $0.transport == .tcp })
        #expect(result.summary.description == "4 frames, 4 SIP messages (0 UDP, 4 TCP)")
    }

    @Test("a message split into segments of any size has the time of the last one", arguments: [1, 2, 7, 100, 333])
    func split(_ size: Int) throws {
        var connection = Connection()
        connection.open()
        for position in stride(from: 0, to: one.count, by: size) {
            connection.send(Array(one[position..<min(position + size, one.count)]), at: position)
        }
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [one])
        #expect(result.messages.first?.timestamp == connection.capture.frames.last?.timestamp)
    }

    @Test("segments out of order, repeated and overlapping give each message once and in order")
    func reordered() throws {
        for order in [[1, 0, 2, 3], [3, 2, 1, 0], [0, 0, 2, 1, 1, 3, 3], [2, 3, 0, 3, 1, 0]] {
            var connection = Connection()
            connection.open()
            let quarter = all.count / 4
            for part in order {
                // Each reaches into the next.
                let end = part == 3 ? all.count : (part + 1) * quarter + 13
                connection.send(Array(all[part * quarter..<end]), at: part * quarter)
            }
            let result = try connection.capture.read()
            #expect(result.messages.map(\.bytes) == expected, "\(order)")
            #expect(result.summary.count(of: .streamGap) == 0, "\(order)")
        }
    }

    @Test("a sequence number that passes 2^32 changes nothing")
    func wrap() throws {
        var connection = Connection(first: UInt32.max - 100)
        connection.open()
        connection.send(Array(all[50..<200]), at: 50)
        connection.send(Array(all[..<50]), at: 0)
        connection.send(Array(all[200...]), at: 200)
        connection.send(Array(all[50..<200]), at: 50)
        #expect(try connection.capture.read().messages.map(\.bytes) == expected)
    }

    @Test("a capture that begins within a connection is read from its next message on")
    func missingSYN() throws {
        var connection = Connection()
        connection.send(Array(all[60...]), at: 100)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [two, three])
        #expect(result.summary.count(of: .streamGarbage) == one.count - 60)
    }

    @Test("a segment the capture lacks costs its message, and no more once the other side acknowledges it")
    func acknowledgedGap() throws {
        var connection = Connection()
        connection.open()
        connection.send(Array(one[..<200]), at: 0)
        connection.send(two + three, at: one.count)
        connection.answer(acknowledging: all.count)
        connection.send(one, at: all.count)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [two, three, one])
        #expect(result.messages.first?.timestamp == TestCapture.start + 5_000_000)
        #expect(result.summary.count(of: .streamGap) == 1)
        #expect(result.summary.count(of: .incompleteMessage) == 1)
    }

    @Test("a gap nobody acknowledges is given up after its age")
    func oldGap() throws {
        var connection = Connection()
        connection.open()
        connection.send(two, at: one.count, time: TestCapture.second)
        connection.capture.add(Wire.ipv4(Wire.udp(three)), at: 2 * TestCapture.second)
        connection.capture.add(Wire.ipv4(Wire.udp(three)), at: 4 * TestCapture.second)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [three, two, three])
        #expect(result.summary.count(of: .streamGap) == 1)
    }

    @Test("at the end of the capture what waits behind a gap is given")
    func gapAtEnd() throws {
        var connection = Connection()
        connection.open()
        connection.send(two, at: one.count)
        #expect(try connection.capture.read().messages.map(\.bytes) == [two])
    }

    @Test("more octets or segments than may wait give up the gap before them")
    func gapLimits() throws {
        for (bytes, segments) in [(1000, 256), (1 << 20, 3)] {
            var limits = CaptureLimits()
            limits.waitingBytes = bytes
            limits.waitingSegments = segments
            var connection = Connection()
            connection.open()
            for index in 0..<5 {
                connection.send(one, at: 100 + index * one.count)
            }
            connection.send(one, at: 100 + 5 * one.count)
            let result = try connection.capture.read(limits: limits)
            #expect(result.messages.count == 6)
            #expect(result.summary.count(of: .streamGap) == 1)
            // Those that were read before the end of the file carry the time of the frame that made room.
            #expect(result.messages.first?.timestamp != connection.capture.frames.last?.timestamp)
        }
    }

    @Test("a repeated last segment after FIN gives no second message")
    func retransmittedEnd() throws {
        var connection = Connection()
        connection.open()
        connection.send(two, flags: Wire.ack | Wire.fin, at: 0)
        connection.send(two, flags: Wire.ack | Wire.fin, at: 0)
        #expect(try connection.capture.read().messages.map(\.bytes) == [two])
    }

    @Test("a reset ends the message it cuts")
    func reset() throws {
        var connection = Connection()
        connection.open()
        connection.send(Array(one[..<200]), at: 0)
        connection.send(flags: Wire.rst, at: 200)
        let result = try connection.capture.read()
        #expect(result.messages.isEmpty)
        #expect(result.summary.count(of: .incompleteMessage) == 1)
    }

    @Test("a new connection between the same ports begins anew, with and without its SYN")
    func portsUsedAgain() throws {
        for hasSYN in [true, false] {
            var connection = Connection()
            connection.open()
            connection.send(two, at: 0)
            connection.first = 900_000_000
            if hasSYN {
                connection.open()
            }
            connection.send(three, at: 0)
            #expect(try connection.capture.read().messages.map(\.bytes) == [two, three])
        }
    }

    @Test("keep-alives between messages are counted and left out")
    func keepAlives() throws {
        var connection = Connection()
        connection.open()
        let crlf = Array("\r\n\r\n".utf8)
        connection.send(crlf + two + crlf + three + crlf, at: 0)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [two, three])
        #expect(result.summary.count(of: .keepAlive) == 3)
    }

    @Test(
        "the compact, folded and spaced spellings of Content-Length are understood",
        arguments: [
            "l: 4", "L:4", "Content-length :\r\n 4", "CONTENT-LENGTH: 4", "l: 4\r\nContent-Length: 04",
        ])
    func contentLength(_ field: String) throws {
        let message = Array("MESSAGE sip:a@b SIP/2.0\r\n\(field)\r\nCall-ID: x\r\n\r\nbody".utf8)
        var connection = Connection()
        connection.open()
        connection.send(message + two, at: 0)
        #expect(try connection.capture.read().messages.map(\.bytes) == [message, two])
    }

    @Test("a message without Content-Length ends with its header, and the next is found")
    func noContentLength() throws {
        let header = Array("OPTIONS sip:a@b SIP/2.0\r\nCall-ID: x\r\n\r\n".utf8)
        var connection = Connection()
        connection.open()
        connection.send(header + Array("v=0\r\no=-\r\n".utf8) + two, at: 0)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [header, two])
        #expect(result.summary.count(of: .streamGarbage) == 10)
    }

    @Test(
        "a length that can't be used costs its message only", arguments: ["-1", "x", "99999999999999999999", "1 2", ""])
    func unusableLength(_ length: String) throws {
        let broken = Array("MESSAGE sip:a@b SIP/2.0\r\nl: \(length)\r\nCall-ID: x\r\n\r\n".utf8)
        var connection = Connection()
        connection.open()
        connection.send(broken + two, at: 0)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [two])
        #expect(result.summary.count(of: .streamUnframed) == 1)
    }

    @Test("a body longer than its Content-Length does not hide the next message on its line")
    func glued() throws {
        let short = Array("MESSAGE sip:a@b SIP/2.0\r\nl: 2\r\n\r\nhello".utf8)
        let response = Array("SIP/2.0 180 Ringing\r\nl: 0\r\n\r\n".utf8)
        var connection = Connection()
        connection.open()
        connection.send(short + two + short + response, at: 0)
        let result = try connection.capture.read()
        #expect(result.messages.map(\.bytes) == [Array(short.dropLast(3)), two, Array(short.dropLast(3)), response])
        #expect(result.summary.count(of: .streamGarbage) == 6)
    }

    @Test("a message whose end is lost gives way to the next start-line")
    func lostEnd() throws {
        var connection = Connection()
        connection.open()
        connection.send(Array("INVITE sip:a@b SIP/2.0\r\nVia: x\r\n".utf8) + two, at: 0)
        #expect(try connection.capture.read().messages.map(\.bytes) == [two])
    }

    @Test("other protocols on TCP give no message")
    func otherProtocols() throws {
        var connection = Connection()
        connection.open()
        let http = Array("HTTP/1.1 200 OK\r\n\r\nINVITE sip:a@b SIP/2.0\r\nis how a call begins.\r\n\r\n".utf8)
        connection.send(http, at: 0)
        for position in stride(from: http.count, to: http.count + 70_000, by: 1000) {
            connection.send([UInt8](repeating: 0xa7, count: 1000), at: position)
        }
        let result = try connection.capture.read()
        #expect(result.messages.isEmpty)
        #expect(result.summary.count(of: .streamGarbage) == http.count + 70_000)
    }

    @Test("headers and messages past their limits are left out, and the next is found")
    func sizeLimits() throws {
        var limits = CaptureLimits()
        limits.headerBytes = 1000
        limits.messageBytes = 1500
        let longHeader = Array("INVITE sip:a@b SIP/2.0\r\nSubject: \(String(repeating: "x", count: 1200))\r\n\r\n".utf8)
        var connection = Connection()
        connection.open()
        connection.send(longHeader + Wire.request(body: 1600) + two, at: 0)
        let result = try connection.capture.read(limits: limits)
        #expect(result.messages.map(\.bytes) == [two])
        #expect(result.summary.count(of: .streamUnframed) == 1)
    }

    /// A hundred connections, of which each has brought the beginning of ``one``, and the last brings the rest too.
    private func hundredConnections() -> TestCapture {
        var capture = TestCapture(link: .raw)
        for port in 1000..<1100 as Range<UInt16> {
            capture.add(Wire.ipv4(Wire.tcp(Array(one[..<100]), sequence: 1, from: port), next: 6))
        }
        capture.add(Wire.ipv4(Wire.tcp(Array(one[100...]), sequence: 101, from: 1099), next: 6))
        return capture
    }

    @Test("past the limit of connections the one silent longest is given up")
    func connectionLimit() throws {
        var limits = CaptureLimits()
        limits.streams = 8
        let result = try hundredConnections().read(limits: limits)
        #expect(result.messages.map(\.bytes) == [one])
        #expect(result.summary.count(of: .incompleteMessage) == 99)
    }

    @Test("past the limit of octets held the connection silent longest is given up")
    func octetLimit() throws {
        var limits = CaptureLimits()
        limits.streamBytes = 1000
        let result = try hundredConnections().read(limits: limits)
        #expect(result.messages.map(\.bytes) == [one])
    }

    @Test("a stream over IPv6 with TCP options is read")
    func version6() throws {
        var capture = TestCapture(link: .raw)
        let options: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
        capture.add(Wire.ipv6(Wire.tcp(two, sequence: 1, options: options), next: 6))
        let result = try capture.read()
        #expect(result.messages.map(\.bytes) == [two])
        #expect(result.messages.first?.destination.description == "[2001:db8::9]:5060")
    }
}
