import CallRouting
import SIPMessage
import SIPTransaction
import Testing

@testable import SIPTransport

@Suite("Copies of messages for a capture server") struct CaptureTests {
    private func copy(_ bytes: [UInt8], from source: String, to destination: String) throws -> MessageCopy {
        let flow = Flow(
            transport: .tcp, local: try #require(Endpoint(destination)), remote: try #require(Endpoint(source)))
        return MessageCopy(received: bytes, from: flow, at: Instant(nanoseconds: 1_700_000_000_123_456_789))
    }

    @Test("a packet of HEPv3, chunk by chunk")
    func packet() throws {
        let packet = try #require(
            HEPPacket.octets(try copy(Array("ABC".utf8), from: "192.0.2.1:5062", to: "192.0.2.9:5060"), agent: 2001))
        let expected: [[UInt8]] = [
            Array("HEP3".utf8), [0, UInt8(packet.count)],
            [0, 0, 0, 1, 0, 7, 2], [0, 0, 0, 2, 0, 7, 6],
            [0, 0, 0, 3, 0, 10, 192, 0, 2, 1], [0, 0, 0, 4, 0, 10, 192, 0, 2, 9],
            [0, 0, 0, 7, 0, 8, 0x13, 0xC6], [0, 0, 0, 8, 0, 8, 0x13, 0xC4],
            [0, 0, 0, 9, 0, 10, 0x65, 0x53, 0xF1, 0x00], [0, 0, 0, 10, 0, 10, 0x00, 0x01, 0xE2, 0x40],
            [0, 0, 0, 11, 0, 7, 1], [0, 0, 0, 12, 0, 10, 0, 0, 7, 0xD1],
            [0, 0, 0, 15, 0, 9, 65, 66, 67],
        ]
        #expect(packet == Array(expected.joined()))
    }

    @Test("addresses of IPv6 have chunks of their own")
    func v6() throws {
        let packet = try #require(
            HEPPacket.octets(try copy([65], from: "[2001:db8::1]:5060", to: "[::1]:5060"), agent: 1))
        #expect(Array(packet[6..<13]) == [0, 0, 0, 1, 0, 7, 10])
        #expect(Array(packet[20..<30]) == [0, 0, 0, 5, 0, 22, 0x20, 0x01, 0x0D, 0xB8])
        #expect(Array(packet[42..<48]) == [0, 0, 0, 6, 0, 22] && packet[63] == 1)
    }

    @Test("a message that no datagram can carry is not sent")
    func tooLong() throws {
        let long = try copy(Array(repeating: 65, count: 65_500), from: "192.0.2.1:1", to: "192.0.2.2:2")
        #expect(HEPPacket.octets(long, agent: 1) == nil)
    }

    @Test("what comes and what goes is copied, and keepalives are not")
    func mirrors() async throws {
        let capture = try TestSocket.udp()
        let server = CaptureServer(endpoint: capture.endpoint, agent: 7)
        try await TestServer.run(["udp:127.0.0.1:0"], capture: server) { server in
            let phone = try TestSocket.udp()
            try phone.send("\r\n\r\n", to: try server.udp)
            try phone.send(TestMessage.options(), to: try server.udp)
            #expect(phone.receive() != nil)
            let request = try #require(capture.receiveText())
            let response = try #require(capture.receiveText())
            #expect(request.hasPrefix("HEP3") && request.hasSuffix(TestMessage.options()))
            #expect(response.hasSuffix("\r\n\r\n") && response.contains("SIP/2.0 200 OK"))
        }
    }

    @Test("copies that find too many others waiting are dropped and counted")
    func limit() async throws {
        let capture = try TestSocket.udp()
        let mirror = try CaptureMirror(CaptureServer(endpoint: capture.endpoint, agent: 7), limit: 10)
        let one = try copy([65], from: "192.0.2.1:1", to: "192.0.2.2:2")
        mirror.add(Array(repeating: one, count: 25))
        await mirror.stop()
        #expect(mirror.measures.dropped == 15 && mirror.measures.sent == 10 && mirror.measures.failed == 0)
    }
}
