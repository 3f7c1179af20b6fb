import SIPMessage
import Testing

@Suite struct IPAddressTests {
    @Test(
        "an IPv6 address is written as RFC 5952 has it",
        arguments: [
            ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:DB8::A", "2001:db8::a"),
            ("0:0:0:0:0:0:0:0", "::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("1:0:0:0:0:0:0:0", "1::"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("[2001:db8::1]", "2001:db8::1"),
        ])
    func ipv6(_ text: String, _ expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == expected)
        #expect(address.hostText == "[\(expected)]")
        #expect(IPAddress(expected) == address)
    }

    @Test(
        "an IPv4 address is read and written with dots",
        arguments: ["0.0.0.0", "127.0.0.1", "192.0.2.255", "255.255.255.255"])
    func ipv4(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == text)
        #expect(address.hostText == text)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "1.2.3.", ".1.2.3", "1.2.3.4 ", "0x1.2.3.4",
            "1.2.3.0004", "+1.2.3.4", "lab.test", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::1::",
            ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "12345::", "g::1", "1:2:3:4:5:6:7:8::", "::1.2.3", "::1.2.3.4:5",
            "[::1", "::1]", "[]", "[1.2.3.4]", "[[::1]]", "fe80::1%eth0", "::+1", "١.2.3.4",
        ])
    func refused(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test("addresses of both families are kept apart")
    func families() { #expect(IPAddress("::ffff:192.0.2.1") != IPAddress("192.0.2.1")) }
}

@Suite struct EndpointTests {
    @Test("an endpoint is an address with a port", arguments: ["127.0.0.1:5060", "[::1]:5060", "[2001:db8::1]:65535"])
    func roundTrip(_ text: String) throws {
        #expect(try #require(Endpoint(text)).description == text)
    }

    @Test(
        "what is no endpoint is refused",
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+5", "127.0.0.1: 5",
            "::1:5060", "[::1]5060", "lab.test:5060", "[::1]:5060:1",
        ])
    func refused(_ text: String) { #expect(Endpoint(text) == nil) }
}

@Suite struct IPNetworkTests {
    @Test(
        "a network holds the addresses that share its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("192.0.2.0/25", "192.0.2.127", true), ("192.0.2.0/25", "192.0.2.128", false),
            ("0.0.0.0/0", "203.0.113.9", true), ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
            ("2001:db8::/64", "2001:db8::ffff:0:0:1", true), ("::1", "::1", true), ("::1/128", "::2", false),
            ("::/0", "2001:db8::1", true), ("::/0", "192.0.2.1", false), ("0.0.0.0/0", "::1", false),
        ])
    func contains(_ network: String, _ address: String, _ expected: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == expected)
    }

    @Test("a network shows its prefix length", arguments: ["10.0.0.0/8", "::/0", "192.0.2.1/32"])
    func description(_ text: String) { #expect(IPNetwork(text)?.description == text) }

    @Test(
        "what is no network is refused",
        arguments: ["", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "1.1.1.1/8/8"])
    func refused(_ text: String) { #expect(IPNetwork(text) == nil) }
}

@Suite struct TransportProtocolTests {
    @Test("a transport is known in any case")
    func anyCase() {
        #expect(TransportProtocol("UDP") == .udp)
        #expect(TransportProtocol("tcP") == .tcp)
        #expect(TransportProtocol("sctp") == nil)
        #expect(TransportProtocol("") == nil)
    }

    @Test("a transport has its name for Vias and for URIs")
    func names() {
        #expect(TransportProtocol.allCases.map(\.viaText) == ["UDP", "TCP"])
        #expect(TransportProtocol.allCases.map(\.description) == ["udp", "tcp"])
        #expect(TransportProtocol.allCases.map(\.isReliable) == [false, true])
    }
}
