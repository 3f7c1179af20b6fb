import SIPMessage
import Testing

@Suite struct SIPURITests {
    @Test("a URI of every part is read whole")
    func whole() throws {
        let uri = try #require(
            SIPURI("sips:alice:secret@Atlanta.com:5061;transport=TCP;lr;x=%41?Subject=a%20b&Priority=urgent"))
        #expect(uri.scheme == .sips)
        #expect(uri.user == "alice")
        #expect(uri.password == "secret")
        #expect(uri.host == "Atlanta.com")
        #expect(uri.port == 5061)
        #expect(uri.parameters == [.init("transport", "TCP"), .init("lr", nil), .init("x", "%41")])
        #expect(uri.headers == [.init("Subject", "a%20b"), .init("Priority", "urgent")])
        #expect(uri.hasHeaders)
        #expect(uri.isLooseRouter)
        #expect(uri.transport == .tcp)
        #expect(uri.description == "sips:alice:secret@Atlanta.com:5061;transport=TCP;lr;x=%41")
    }

    @Test(
        "nothing is sent over TLS, nor by a transport that is not spoken",
        arguments: [
            ("sip:a@b", true), ("sip:a@b;transport=TCP", true), ("sip:a@b;transport=udp", true), ("sips:a@b", false),
            ("sips:a@b;transport=tcp", false), ("sip:a@b;transport=tls", false), ("sip:a@b;transport", false),
        ])
    func way(text: String, isThere: Bool) throws {
        #expect((try #require(SIPURI(text)).flawOfWay == nil) == isThere)
    }

    @Test(
        "a URI is written as it was read",
        arguments: [
            "sip:lab.test", "sip:alice@lab.test", "sip:alice@lab.test:5060", "sip:a:b@lab.test", "sip:[2001:db8::1]",
            "sip:a@[2001:db8::1]:5070;transport=tcp", "sip:192.0.2.1;lr;maddr=[::1]", "sips:x@y",
            "tel:+81-50-1234-5678",
            "tel:1001;phone-context=lab.test;ext=5", "sip:+8150;phone-context=+81@lab.test;user=phone",
            "sip:host_with_underscores.example", "sip:a?b@c", "sip:%00@h", "sip:a%40b@h", "sip:a@b;x=y=z",
        ])
    func roundTrip(_ text: String) throws {
        let uri = try #require(SIPURI(text))
        #expect(uri.description == text)
        #expect(SIPURI(uri.description) == uri)
    }

    @Test(
        "the user part is all before the at sign, with its escapes",
        arguments: [
            ("sip:user;par=u%40example.net@example.com", "user;par=u%40example.net", "user;par=u@example.net"),
            ("sips:%75se%72@example.com", "%75se%72", "user"), ("sip:null-%00-null@h", "null-%00-null", "null-\0-null"),
            ("sip:%00%00@h", "%00%00", "\0\0"), ("sip:value%25%34%31@h", "value%25%34%31", "value%41"),
            ("sip:sips%3Auser%40example.com@example.net", "sips%3Auser%40example.com", "sips:user@example.com"),
            ("sip:*21#@h", "*21#", "*21#"), ("sip:100%@h", "100%", "100%"), ("sip:電話@h", "電話", "電話"),
        ])
    func users(_ text: String, _ user: String, _ decoded: String) throws {
        let uri = try #require(SIPURI(text))
        #expect(uri.user == user)
        #expect(uri.decodedUser == decoded)
    }

    @Test("a user part of every odd character is read, and so is its password")
    func oddUser() throws {
        let user = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
        let password = "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
        let uri = try #require(SIPURI("sip:\(user):\(password)@example.com"))
        #expect(uri.user == user)
        #expect(uri.password == password)
        #expect(uri.host == "example.com")
        #expect(uri.parameters.isEmpty && !uri.hasHeaders)
    }

    @Test("the scheme's case does not matter")
    func schemeCase() {
        #expect(SIPURI("SIP:a@b")?.scheme == .sip)
        #expect(SIPURI("SiPs:a@b")?.scheme == .sips)
        #expect(SIPURI("TEL:1")?.scheme == .tel)
    }

    @Test(
        "a URI of another scheme is known by its scheme alone",
        arguments: [
            ("nobodyKnowsThisScheme:totallyopaquecontent", "nobodyknowsthisscheme"),
            ("soap.beep://192.0.2.103:3002", "soap.beep"), ("http://www.example.com", "http"),
            ("name:John_Smith", "name"),
            ("isbn:2983792873", "isbn"), ("mailto:a@b", "mailto"), ("sipx:a@b", "sipx"),
        ])
    func otherSchemes(_ text: String, _ scheme: String) throws {
        let uri = try #require(SIPURI(text))
        #expect(uri.scheme == .other(scheme))
        #expect(uri.user == nil)
        #expect(uri.host == "")
    }

    @Test("a tel: URI has its number and parameters")
    func telephone() throws {
        let uri = try #require(SIPURI("tel:+81-50-1234-5678;phone-context=+81;isub"))
        #expect(uri.user == "+81-50-1234-5678")
        #expect(uri.parameter("phone-context")?.value == "+81")
        #expect(uri.parameter("isub") == .init("isub", nil))
        #expect(uri.host == "")
    }

    @Test(
        "a malformed URI is refused",
        arguments: [
            "", ":", "sip", "sip:", "sip:a@", "<sip:a@b>", "sip:a@b>", "sip:a b@c", " sip:a@b", "sip:a@b ",
            "sip:a@\"b\"",
            "1sip:a@b", "sip:a@b:", "sip:a@b:x", "sip:a@b:65536", "sip:a@b:-1", "sip:a@b:+1", "sip:a@b:5060:1",
            "sip:a@b@c",
            "sip:a@b;", "sip:a@b;;x", "sip:a@b;x=", "sip:a@b;=y", "sip:a@b;lr;;x", "sip:a@b?", "sip:a@b?x",
            "sip:a@b?=y",
            "sip:a@b?x=y&", "sip:a@b;?x=y", "sip:[::1", "sip:a@::1", "sip:a@2001:db8::1:5060", "sip:[lab.test]",
            "sip:[]",
            "sip:[1.2.3.4]", "sip:a@b[::1]", "sip:a@b%41", "sip:a@b/c", "sip:a@b(c)", "sip:a\u{0}b@c", "sip:a@b\u{7F}",
            "sip:a@b\r\n c", "sip:ä.example", "tel:", "tel:;a=b", "tel:1;;a", "tel:1;", "tel:1;=b", "so(ap):x",
        ])
    func malformed(_ text: String) { #expect(SIPURI(text) == nil) }

    @Test("an empty user part is none")
    func emptyUser() throws { #expect(try #require(SIPURI("sip:@lab.test")).user == nil) }

    @Test("a URI longer than any buffer is read whole")
    func long() throws {
        let user = String(repeating: "%41b", count: 5_000)
        let uri = try #require(SIPURI("sip:\(user)@lab.test;x=\(user)"))
        #expect(uri.user == user)
        #expect(uri.parameter("x")?.value == user)
    }

    @Test("more parameters than anybody needs are refused, and quickly")
    func tooManyParameters() {
        #expect(SIPURI("sip:a@b" + String(repeating: ";a=b", count: 32))?.parameters.count == 32)
        #expect(SIPURI("sip:a@b" + String(repeating: ";a=b", count: 33)) == nil)
        #expect(SIPURI("sip:a@b" + String(repeating: ";a", count: 100_000)) == nil)
    }

    @Test("parameter names are compared without regard to case")
    func parameterNames() throws {
        let uri = try #require(SIPURI("sip:a@b;Transport=TcP;LR"))
        #expect(uri.transport == .tcp)
        #expect(uri.isLooseRouter)
        #expect(uri.parameter("l") == nil)
    }

    @Test("a transport that is not spoken here is told from none")
    func foreignTransport() throws {
        #expect(try #require(SIPURI("sip:a@b;transport=sctp")).hasForeignTransport)
        #expect(try !#require(SIPURI("sip:a@b;transport=udp")).hasForeignTransport)
        #expect(try !#require(SIPURI("sip:a@b")).hasForeignTransport)
    }

    @Test("a URI may be put together")
    func built() {
        let uri = SIPURI(user: "bob", host: "2001:db8::1", port: 5070, parameters: [.init("lr", nil)])
        #expect(uri.description == "sip:bob@[2001:db8::1]:5070;lr")
    }
}

@Suite struct EscapingTests {
    @Test(
        "escapes are decoded once",
        arguments: [
            ("%41", "A"), ("%4a%4A", "JJ"), ("a%2541", "a%41"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"),
            ("%e3%81%82", "あ"),
            ("", ""), ("plain", "plain"),
        ])
    func decoded(_ text: String, _ expected: String) { #expect(Escaping.decoded(text) == expected) }

    @Test("octets that are not UTF-8 are octets still")
    func octets() { #expect(Escaping.decodedBytes("%00%ff") == [0, 0xFF]) }

    @Test("what is encoded can stand anywhere, and decodes to what it was")
    func encoded() {
        #expect(Escaping.encoded("sip:05012345678@example.jp") == "sip%3A05012345678%40example.jp")
        #expect(Escaping.encoded("\u{1}あ-_.!~*'()") == "%01%E3%81%82-_.!~*'()")
        let text = String((0..<128).map { Character(Unicode.Scalar($0)) })
        #expect(Escaping.decoded(Escaping.encoded(text)) == text)
    }
}
