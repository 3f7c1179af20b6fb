import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Registrar: what is kept of a Contact, extensions and Path (RFC 3327)")
struct RegistrarHeaderTests {
    @Test("A header parameter comes back outside the brackets, a URI parameter inside (RFC 4475 §3.3.12, §3.3.13)")
    func parameters() throws {
        var phone = RegisteringPhone()
        #expect(
            try phone.register("Contact: sip:+19725552222@gw1.example.net;unknownparam").contacts == [
                "<sip:+19725552222@gw1.example.net>;expires=3600;unknownparam"
            ])
        #expect(
            try phone.register("Contact: <sip:+19725552222@gw1.example.net;unknownparam>").contacts == [
                "<sip:+19725552222@gw1.example.net;unknownparam>;expires=3600"
            ])
    }

    @Test("Parameters are kept as given; q and expires are not among them")
    func keptParameters() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(
            "Contact: <sip:a@b.test> ; +sip.instance = \"<urn:uuid:0;1>\";Q=0.5 ; expires=100; methods=\"INVITE,",
            " BYE\";reg-id=1")
        #expect(
            answer.contacts == [
                "<sip:a@b.test>;q=0.5;expires=100;+sip.instance=\"<urn:uuid:0;1>\";methods=\"INVITE, BYE\";reg-id=1"
            ])
    }

    @Test("Headers in a Contact's URI are kept (RFC 4475 §3.3.14)")
    func headersInURI() throws {
        var phone = RegisteringPhone()
        try phone.register("M: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>")
        #expect(
            try phone.register().contacts == [
                "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;expires=3600"
            ])
    }

    @Test("Escaped NULs make different users (RFC 4475 §3.1.1.4)")
    func escapedNul() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(
            "Contact: <sip:%00@host5.example.com>", "Contact: <sip:%00%00@host5.example.com>")
        #expect(
            answer.contacts == [
                "<sip:%00@host5.example.com>;expires=3600", "<sip:%00%00@host5.example.com>;expires=3600",
            ])
    }

    @Test("Texts that are too long are refused, and a User-Agent is cut and has no control characters")
    func longTexts() throws {
        var phone = RegisteringPhone()
        let long = String(repeating: "x", count: 1100)
        #expect(try phone.register("Contact: <sip:\(long)@b.test>").status == 513)
        #expect(try phone.register("Contact: <sip:a@b.test>;x=\(long)").status == 513)
        #expect(phone.bindings.isEmpty)
        try phone.register("Contact: <sip:a@b.test>", "User-Agent: a\u{1b}[2J\u{7}\(long)")
        let agent = try #require(phone.bindings[0].userAgent)
        #expect(agent.hasPrefix("a [2J x") && agent.count <= 128)
    }

    @Test("A Contact that is not UTF-8 is refused")
    func notUTF8() throws {
        var phone = RegisteringPhone()
        let head = "REGISTER sip:lab.test SIP/2.0\r\nVia: \(phone.via)\r\nCall-ID: x\r\nCSeq: 1 REGISTER\r\n"
        let bytes =
            Array((head + "Contact: <sip:").utf8) + [0xe9, 0x74] + Array("@b.test>\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(try phone.send(bytes).status == 400)
    }

    @Test("Extensions that are required and not known are all named")
    func require() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(
            "Contact: <sip:a@b.test>", "Require: gruu, path", "Require: outbound", "Supported: path")
        #expect(answer.status == 420 && answer.headers == ["Unsupported: gruu, outbound"])
        #expect(phone.bindings.isEmpty)
        #expect(try phone.register("Contact: <sip:a@b.test>", "Require: a b").status == 400)
    }

    @Test("A Path is kept in its order with the contact and told in the answer")
    func path() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(
            "Contact: <sip:a@b.test>", "Supported: replaces, Path",
            "Path: <sip:p2.test;lr>;x=1, <sip:token%40x@p1.test;lr>", "Path: \"Edge\" <sips:p0.test;lr;ob>")
        let path = ["<sip:p2.test;lr>;x=1", "<sip:token%40x@p1.test;lr>", "\"Edge\" <sips:p0.test;lr;ob>"]
        #expect(
            answer.headers
                == ["Contact: <sip:a@b.test>;expires=3600"] + path.map { "Path: \($0)" }
                + ["Date: Tue, 14 Nov 2023 22:13:20 GMT"])
        #expect(phone.bindings[0].path == path)
        phone.now = phone.now + .seconds(1)
        try phone.register("Contact: <sip:a@b.test>")
        #expect(phone.bindings[0].path.isEmpty)
    }

    @Test("A Path that the phone does not know of is refused; Require: path is as good as Supported")
    func unexpectedPath() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register("Contact: <sip:a@b.test>", "Path: <sip:p1.test;lr>", "Supported: outbound")
        #expect(answer.status == 420 && answer.headers == ["Unsupported: path"])
        #expect(phone.bindings.isEmpty)
        #expect(
            try phone.register("Contact: <sip:a@b.test>", "Path: <sip:p1.test;lr>", "Require: path").status == 200)
    }

    @Test(
        "A Path that can't be read or is too long is refused",
        arguments: [
            ("Path: sip:p1.test", 400), ("Path: <tel:1>", 400), ("Path: <sip:p1.test", 400),
            ("Path: <sip:p1.test>;=", 400),
            ("Path: <sip:p1.test>", 400),
            ("Path: " + Array(repeating: "<sip:p1.test;lr>", count: 17).joined(separator: ","), 513),
            ("Path: <sip:\(String(repeating: "x", count: 3000)).test;lr>", 513),
        ])
    func badPath(line: String, status: Int) throws {
        var phone = RegisteringPhone()
        #expect(try phone.register("Contact: <sip:a@b.test>", line, "Supported: path").status == status)
        #expect(phone.bindings.isEmpty)
    }

    @Test("Damaged requests are refused or carried out, and what is told stays whole lines")
    func damaged() throws {
        let sound = Array(
            """
            REGISTER sip:lab.test SIP/2.0\r
            Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKa;rport\r
            Call-ID: x@y\r
            CSeq: 1 REGISTER\r
            Require: path\r
            Path: "P" <sip:p1.test;lr>;a=b\r
            Contact: "Bob" <sip:bob@192.0.2.7:5060;transport=udp?X=1>;q=0.5;expires=60;+sip.instance="<urn:x>"\r
            Contact: sip:b@b.test;methods="INVITE\r
             ,BYE"\r
            User-Agent: Phone\r
            Content-Length: 0\r
            \r

            """.utf8)
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let evil: [UInt8] = [0, 9, 10, 13, 32, 34, 42, 44, 58, 59, 60, 61, 62, 63, 64, 92, 0x80, 0xff]
        for _ in 0..<5000 {
            var bytes = sound
            for _ in 0...random(3) {
                let place = random(bytes.count)
                switch random(3) {
                case 0: bytes[place] = evil[random(evil.count)]
                case 1: bytes.insert(evil[random(evil.count)], at: place)
                default: bytes.remove(at: place)
                }
            }
            guard let message = MessageParser.parse(bytes), message.topVia != nil else { continue }
            var phone = RegisteringPhone()
            _ = try phone.send(bytes)
        }
    }
}
