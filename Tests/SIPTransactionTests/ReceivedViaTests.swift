import SIPMessage
import SIPTransaction
import Testing

@Suite("The topmost Via of a received request (RFC 3261 §18.2, RFC 3581)")
struct ReceivedViaTests {
    private func received(_ value: String, _ transport: TransportProtocol = .udp, port: UInt16 = 40000) throws
        -> (value: String?, hop: String, connection: ConnectionID?)
    {
        let text = "OPTIONS sip:a@b SIP/2.0\r\nVia: \(value)\r\n\r\n"
        let message = try #require(MessageParser.parse(Array(text.utf8)))
        let flow = Flow(
            transport: transport, local: Sample.us, remote: Endpoint(address: Sample.peer.address, port: port),
            connection: transport == .tcp ? ConnectionID(5) : nil)
        let via = try #require(ReceivedVia(message, from: flow))
        return (
            via.value.map { String(decoding: $0, as: UTF8.self) }, via.replyHop.description, via.replyHop.connection
        )
    }

    @Test("A Via that tells the truth stays as it came; the response goes to its port")
    func truthful() throws {
        let via = try received("SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKa")
        #expect(via.value == nil)
        #expect(via.hop == "udp:192.0.2.7:5070")
        #expect(try received("SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa").hop == "udp:192.0.2.7:5060")
    }

    @Test("Another address or a host name gets received; the response goes to the source address")
    func elsewhere() throws {
        let via = try received("SIP/2.0/UDP 10.0.0.5:5070;branch=z9hG4bKa")
        #expect(via.value == "SIP/2.0/UDP 10.0.0.5:5070;branch=z9hG4bKa;received=192.0.2.7")
        #expect(via.hop == "udp:192.0.2.7:5070")
        #expect(try received("SIP/2.0/UDP phone.test").value == "SIP/2.0/UDP phone.test;received=192.0.2.7")
    }

    @Test("rport is filled in with received, and the response goes back to the source port")
    func rport() throws {
        let via = try received("SIP/2.0/UDP 192.0.2.7:5070;rport;branch=z9hG4bKa;x=\"a;b\"")
        #expect(via.value == "SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKa;x=\"a;b\";received=192.0.2.7;rport=40000")
        #expect(via.hop == "udp:192.0.2.7:40000")
    }

    @Test("What a sender claims about itself is replaced")
    func claims() throws {
        let via = try received("SIP/2.0/UDP 10.0.0.5;received=203.0.113.9;rport=1;branch=z9hG4bKa")
        #expect(via.value == "SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa;received=192.0.2.7;rport=40000")
        #expect(via.hop == "udp:192.0.2.7:40000")
    }

    @Test("Over TCP the connection comes first, and the sent-by's port if it is gone")
    func connection() throws {
        let via = try received("SIP/2.0/TCP 10.0.0.5:5070;rport;branch=z9hG4bKa", .tcp)
        #expect(via.connection == ConnectionID(5))
        #expect(via.hop == "tcp:192.0.2.7:5070")
    }

    @Test("maddr is where a response goes without rport")
    func maddr() throws {
        #expect(try received("SIP/2.0/UDP 192.0.2.7:5070;maddr=192.0.2.99").hop == "udp:192.0.2.99:5070")
    }

    @Test("An IPv6 sent-by is compared as an address")
    func ipv6() throws {
        let text = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP [2001:DB8:0::1];branch=z9hG4bKa\r\n\r\n"
        let message = try #require(MessageParser.parse(Array(text.utf8)))
        let remote = try #require(Endpoint("[2001:db8::1]:5060"))
        let via = try #require(ReceivedVia(message, from: Flow(transport: .udp, local: remote, remote: remote)))
        #expect(via.value == nil)
        #expect(via.replyHop.description == "udp:[2001:db8::1]:5060")
    }
}
