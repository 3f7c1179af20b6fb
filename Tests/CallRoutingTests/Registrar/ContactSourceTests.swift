import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Where a phone is reached: its contact, or where its REGISTER came from")
struct ContactSourceTests {
    private func received(
        _ contact: String, via: String, from remote: String, _ transport: TransportProtocol = .udp
    ) throws -> String? {
        let uri = try #require(SIPURI(contact))
        let bytes = Array("SIP/2.0/\(transport.viaText) \(via)".utf8)
        let flow = Flow(
            transport: transport, local: Endpoint(address: .v4(1), port: 5060), remote: try #require(Endpoint(remote)))
        return ContactSource.received(contact: uri, via: try #require(Via(bytes, bytes.indices)), flow: flow)
    }

    @Test("A phone whose Via tells the truth is reached at its contact")
    func direct() throws {
        #expect(
            try received("sip:a@192.0.2.7:5060", via: "192.0.2.7:5060;rport", from: "192.0.2.7:5060") == nil)
        #expect(try received("sip:a@192.0.2.7", via: "192.0.2.7;rport", from: "192.0.2.7:5060") == nil)
        #expect(try received("sip:a@192.0.2.7:6000", via: "192.0.2.7:5070", from: "192.0.2.7:5070") == nil)
    }

    @Test("Behind address translation it is reached where the request came from")
    func behindNAT() throws {
        #expect(
            try received("sip:a@192.168.1.5:5060", via: "192.168.1.5:5060;rport", from: "203.0.113.9:41000")
                == "udp:203.0.113.9:41000")
        #expect(
            try received("sip:a@192.168.1.5", via: "192.168.1.5", from: "203.0.113.9:41000")
                == "udp:203.0.113.9:41000")
        #expect(
            try received("sip:a@192.0.2.7:5060", via: "192.0.2.7:5060;rport", from: "192.0.2.7:41000")
                == "udp:192.0.2.7:41000")
        #expect(
            try received("sip:a@[2001:db8:0::5]", via: "[2001:DB8::5]:5060;rport", from: "[2001:db8::9]:41000")
                == "udp:[2001:db8::9]:41000")
    }

    @Test("A phone that sends from another port than it listens at, and asks for no rport, is reached at its contact")
    func asymmetric() throws {
        #expect(try received("sip:a@192.0.2.7:5060", via: "192.0.2.7:5060", from: "192.0.2.7:41000") == nil)
    }

    @Test("A contact elsewhere is used as given")
    func thirdParty() throws {
        #expect(
            try received("sip:a@gateway.test", via: "192.168.1.5:5060;rport", from: "203.0.113.9:41000") == nil)
        #expect(
            try received("sip:a@203.0.113.9:41000", via: "192.168.1.5:5060;rport", from: "203.0.113.9:41000") == nil)
        #expect(try received("sip:a@192.0.2.99", via: "192.0.2.7;rport", from: "192.0.2.7:5060", .tcp) == nil)
    }

    @Test("A host name says nothing of where the phone is: with rport its source is used")
    func hostName() throws {
        #expect(
            try received("sip:a@phone.invalid", via: "Phone.Invalid;rport", from: "192.0.2.7:5060")
                == "udp:192.0.2.7:5060")
        #expect(try received("sip:a@phone.test", via: "phone.test", from: "192.0.2.7:5060") == nil)
    }

    @Test("A phone that came by a connection is reached by it")
    func connection() throws {
        #expect(
            try received("sip:a@192.0.2.7:5060;transport=tcp", via: "192.0.2.7:5060", from: "192.0.2.7:41000", .tcp)
                == "tcp:192.0.2.7:41000")
        #expect(
            try received("sip:a@192.0.2.7", via: "192.0.2.7:41000", from: "192.0.2.7:41000", .tcp)
                == "tcp:192.0.2.7:41000")
    }

    @Test("A contact that names another transport is used as given")
    func otherTransport() throws {
        let via = "192.168.1.5:5060;rport"
        #expect(try received("sip:a@192.168.1.5;transport=tcp", via: via, from: "203.0.113.9:41000") == nil)
        #expect(try received("sip:a@192.168.1.5;transport=udp", via: via, from: "203.0.113.9:41000", .tcp) == nil)
        #expect(try received("sip:a@192.168.1.5;transport=sctp", via: via, from: "203.0.113.9:41000") == nil)
    }
}
