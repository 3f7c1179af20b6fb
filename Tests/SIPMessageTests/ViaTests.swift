import SIPMessage
import Testing

@Suite struct ViaTests {
    private func read(_ text: String) -> Via? {
        let bytes = Array(text.utf8)
        return Via(bytes, bytes.indices)
    }

    @Test("a usual Via is read whole")
    func usual() throws {
        let via = try #require(read("SIP/2.0/udp Host.Example:5062;branch=z9hG4bKx;received=192.0.2.1;maddr=224.2.0.1"))
        #expect(via.transport == "UDP")
        #expect(via.host == "Host.Example")
        #expect(via.port == 5062)
        #expect(via.branch == "z9hG4bKx")
        #expect(via.received == "192.0.2.1")
        #expect(via.maddr == "224.2.0.1")
        #expect(via.rport == nil)
        #expect(via.hasMagicCookie)
        #expect(via.sentBy == "host.example:5062")
    }

    @Test("rport is asked for, given or absent", arguments: [(";rport", ""), (";RPORT=1024", "1024"), ("", nil)])
    func rport(_ parameter: String, _ expected: String?) throws {
        #expect(try #require(read("SIP/2.0/UDP h\(parameter);branch=z9hG4bK1")).rport == expected)
    }

    @Test(
        "IPv6 stands in brackets",
        arguments: [
            ("SIP/2.0/UDP [2001:db8::9:1]", "2001:db8::9:1", nil),
            ("SIP/2.0/UDP [2001:db8::9:1]:5070;branch=z9hG4bKa", "2001:db8::9:1", 5070),
            ("SIP/2.0/TCP [::ffff:192.0.2.1];received=[2001:db8::1]", "::ffff:192.0.2.1", nil),
        ] as [(String, String, UInt16?)])
    func ipv6(_ text: String, _ host: String, _ port: UInt16?) throws {
        let via = try #require(read(text))
        #expect(via.host == host)
        #expect(via.port == port)
    }

    @Test(
        "blanks, tabs and folds may stand between the parts",
        arguments: [
            "SIP / 2.0 / UDP  h : 5060 ; branch = z9hG4bK1", "SIP/2.0/UDP\th:5060;branch=z9hG4bK1",
            "SIP  /   2.0\r\n /UDP\r\n    h:5060;branch=\r\n z9hG4bK1",
            "SIP/2.0/UDP h:5060;x;\r\n\tbranch=z9hG4bK1;y=z",
        ])
    func blanks(_ text: String) throws {
        let via = try #require(read(text))
        #expect([via.transport, via.host, via.branch] == ["UDP", "h", "z9hG4bK1"])
        #expect(via.port == 5060)
        let bytes = Array(text.utf8)
        #expect(Via.isWellFormed(bytes, bytes.indices))
    }

    @Test("any transport can be read", arguments: ["SCTP", "TLS", "UNKNOWN", "TLS-SCTP", "WSS"])
    func transports(_ name: String) throws {
        #expect(try #require(read("SIP/2.0/\(name) h;branch=z9hG4bK1")).transport == name)
    }

    @Test(
        "the magic cookie alone names no transaction",
        arguments: [
            ("z9hG4bK", false), ("z9hG4bKa", true), ("Z9HG4BKa", true), ("z9hG4b", false), ("390skdjuw", false),
        ])
    func magicCookie(_ branch: String, _ expected: Bool) throws {
        #expect(try #require(read("SIP/2.0/UDP h;branch=\(branch)")).hasMagicCookie == expected)
    }

    @Test("a Via of an older element needs no branch")
    func noBranch() throws {
        let via = try #require(read("SIP/2.0/UDP h"))
        #expect(via.branch == nil)
        #expect(!via.hasMagicCookie)
        #expect(via.sentBy == "h:5060")
    }

    @Test(
        "a malformed Via is refused",
        arguments: [
            "", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0/ h", "SIP//UDP h", "HTTP/1.1/TCP h", "SIP/3.0/UDP h",
            "SIP/2.0/UDP ;branch=x", "SIP/2.0/UDP h i", "SIP/2.0/UDP h:", "SIP/2.0/UDP h:x", "SIP/2.0/UDP h:65536",
            "SIP/2.0/UDP h:-1", "SIP/2.0/UDP h:+1", "SIP/2.0/UDP ::1", "SIP/2.0/UDP [::1", "SIP/2.0/UDP [h]",
            "SIP/2.0/UDP [::g]", "SIP/2.0/UDP h@i", "SIP/2.0/UDP h<", "SIP/2.0/UDP h;;branch=x", "SIP/2.0/UDP h\0i",
            "SIP/2.0/UDP 192.0.2.15;;,;,,",
        ])
    func malformed(_ text: String) { #expect(read(text) == nil) }

    @Test("more parameters than anybody needs are refused, and quickly")
    func tooManyParameters() {
        #expect(read("SIP/2.0/UDP h" + String(repeating: ";a=b", count: 32)) != nil)
        #expect(read("SIP/2.0/UDP h" + String(repeating: ";a=b", count: 33)) == nil)
        #expect(read("SIP/2.0/UDP h" + String(repeating: ";a", count: 100_000)) == nil)
    }

    @Test("a branch of any length is read")
    func longBranch() throws {
        let branch = "z9hG4bK" + String(repeating: "long", count: 1_000)
        #expect(try #require(read("SIP/2.0/UDP h;branch=\(branch)")).branch == branch)
    }

    @Test(
        "the topmost branch is found without reading the rest",
        arguments: [
            ("SIP/2.0/UDP h;branch=z9hG4bK1", "z9hG4bK1"), ("SIP/2.0/UDP h;rport ; BRANCH = z9 ;x", "z9"),
            ("SIP/2.0/UDP h;x=\";branch=no\";branch=yes,SIP/2.0/UDP i;branch=second", "yes"),
            ("SIP/2.0/UDP h;xbranch=no;branchx=no;branch=yes", "yes"),
            ("SIP/2.0/UDP h,SIP/2.0/UDP i;branch=second", nil), ("SIP/2.0/UDP h;branch", nil),
            ("SIP/2.0/UDP h;;branch=x", nil), ("SIP/2.0/UDP h", nil),
        ] as [(String, String?)])
    func topBranch(_ value: String, _ expected: String?) throws {
        let message = try Samples.parse("SIP/2.0 200 OK\r\nVia: \(value)\r\nVia: SIP/2.0/UDP j;branch=third\r\n\r\n")
        #expect(message.topBranch.map(message.text) == expected)
    }

    @Test("the topmost Via is the first of the first line")
    func topVia() throws {
        let message = try Samples.parse(Samples.ringing)
        #expect(message.topVia?.branch == "z9hG4bK.ours.1")
        #expect(try Samples.parse("SIP/2.0 200 OK\r\nTo: x\r\n\r\n").topVia == nil)
    }

    @Test(
        "a Via further down need only have the shape of one",
        arguments: [
            ("SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en", true), ("SIP/2.0/UDP 255.255.255.255", true),
            ("X/1/Y [::1]:5060", true), ("SIP/2.0/UDP", false), ("SIP/2.0 h", false), ("h;branch=x", false),
            ("SIP/2.0/UDP h;;", false), ("", false), ("SIP/2.0/UDP h;branch=\"x", false),
        ])
    func shape(_ text: String, _ expected: Bool) {
        let bytes = Array(text.utf8)
        #expect(Via.isWellFormed(bytes, bytes.indices) == expected)
    }
}
