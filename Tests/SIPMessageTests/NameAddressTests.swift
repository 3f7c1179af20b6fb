import SIPMessage
import Testing

@Suite struct NameAddressTests {
    private struct Parts: Equatable {
        var name: String?
        var uri: String
        var parameters: String
    }

    private func parts(_ bytes: [UInt8]) -> Parts? {
        guard let address = NameAddress(bytes, bytes.indices) else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        return Parts(
            name: address.displayText(in: bytes), uri: text(address.uri), parameters: text(address.parameters))
    }

    @Test(
        "name, URI and parameters are found",
        arguments: [
            ("<sip:a@b>", nil, "sip:a@b", ""),
            ("<sip:a@b>;tag=1", nil, "sip:a@b", ";tag=1"),
            ("<sip:a@b;p=1?h=v>;tag=1", nil, "sip:a@b;p=1?h=v", ";tag=1"),
            ("\"A\" <sip:a@b> ;tag=1", "A", "sip:a@b", " ;tag=1"),
            ("\"A\"<sip:a@b>", "A", "sip:a@b", ""),
            ("caller<sip:a@b>;tag=1", "caller", "sip:a@b", ";tag=1"),
            ("token1~` token2'+_ \t token3*%!.- <sip:a@b>", "token1~` token2'+_ \t token3*%!.-", "sip:a@b", ""),
            ("\"A \\\"B\\\" \\\\\" <sip:a@b>", "A \"B\" \\", "sip:a@b", ""),
            ("\"<sip:x@y>;tag=no\" <sip:a@b>;tag=1", "<sip:x@y>;tag=no", "sip:a@b", ";tag=1"),
            ("\"a,b\"\r\n <sip:a@b>", "a,b", "sip:a@b", ""),
            ("\"\" <sip:a@b>", "", "sip:a@b", ""),
            ("\"市外\" <sip:a@b>", "市外", "sip:a@b", ""),
            ("市外 局番 <sip:a@b>", "市外 局番", "sip:a@b", ""),
            ("sip:a@b", nil, "sip:a@b", ""),
            ("sip:a@b;tag=1", nil, "sip:a@b", ";tag=1"),
            ("sip:a@b ; tag=1", nil, "sip:a@b", "; tag=1"),
            ("sip:a@b;p=\"<x>\"", nil, "sip:a@b", ";p=\"<x>\""),
            ("tel:+81-50;tag=1", nil, "tel:+81-50", ";tag=1"),
            ("isbn:2983792873", nil, "isbn:2983792873", ""),
            ("< sip:a@b >", nil, " sip:a@b ", ""),
        ] as [(String, String?, String, String)])
    func forms(_ text: String, _ name: String?, _ uri: String, _ parameters: String) {
        #expect(parts(Array(text.utf8)) == Parts(name: name, uri: uri, parameters: parameters))
    }

    @Test("an escaped NUL in a quoted name does not end it")
    func escapedNUL() {
        let bytes = Array("\"NUL:\\".utf8) + [0] + Array(" DEL:\\\u{7F}\" <sip:a@b>".utf8)
        #expect(parts(bytes) == Parts(name: "NUL:\0 DEL:\u{7F}", uri: "sip:a@b", parameters: ""))
    }

    @Test(
        "a malformed address is refused",
        arguments: [
            "", "<", "<>", "<sip:a@b", "\"A <sip:a@b>", "\"A\\\" <sip:a@b>", "\"A\\", "\"", "\"A\"", "\"A\" sip:a@b",
            "\"A\" B <sip:a@b>", "Bell, Alexander <sip:a@b>", "Bell (A) <sip:a@b>", "A \"B\" <sip:a@b>",
            "sip:a@b?Route=%3Csip:c%3E", "sip:a,b@c", ";tag=1", "sip:a@b <sip:c@d>", "sip:a@b>",
        ])
    func malformed(_ text: String) { #expect(parts(Array(text.utf8)) == nil) }

    @Test("the tag is the header's, not the URI's or the name's")
    func tag() throws {
        let message = try Samples.parse(
            "OPTIONS sip:a SIP/2.0\r\nTo: \";tag=1\" <sip:a@b;tag=2>;x;TAG = 3;tagg=4\r\nFrom: <sip:a@b;tag=2>\r\n\r\n")
        #expect(message.tag(.to).map(message.text) == "3")
        #expect(message.tag(.from) == nil)
        #expect(message.tag(.contact) == nil)
        #expect(message.nameAddress(.to)?.isBracketed == true)
    }
}

@Suite struct ParameterListTests {
    private func cut(_ text: String) -> ParameterList? {
        let bytes = Array(text.utf8)
        let list = ParameterList(bytes, bytes.indices)
        #expect(ParameterList.isWellFormed(bytes, bytes.indices) == (list != nil))
        return list
    }

    @Test("names and values are found, with and without blanks, quotes and folds")
    func forms() throws {
        let list = try #require(cut(" ;tag=1; Flag ;q = 0.5;\r\n text=\"a;b\\\"c,\" ; v6=[::1]:5"))
        #expect(list.parameters.count == 5)
        #expect(list.text("tag") == "1")
        #expect(list.text("flag") == "")
        #expect(list.text("q") == "0.5")
        #expect(list.text("text") == "a;b\"c,")
        #expect(list.text("v6") == "[::1]:5")
        #expect(list.text("none") == nil)
        #expect(list.first("flag")?.value == nil)
    }

    @Test("a parameter is known from its semicolon to its end")
    func wholes() throws {
        let text = ";a=1 ; b ;c=\"x\" "
        let list = try #require(cut(text))
        let utf8 = Array(text.utf8)
        #expect(list.parameters.map { String(decoding: utf8[$0.whole], as: UTF8.self) } == [";a=1", "; b", ";c=\"x\""])
    }

    @Test("no parameters are none", arguments: ["", "  ", "\r\n "])
    func none(_ text: String) throws { #expect(try #require(cut(text)).parameters.isEmpty) }

    @Test(
        "a malformed list is refused",
        arguments: [
            ";", ";;", ";a;;b", ";a;", "a", ";a b", ";a=", ";a=;b", ";=b", ";a=\"b", ";a=\"b\\\"", ";a=\"b\\", ";a=b,c",
            ";a=b\"c\"", ";a=\"b\"c", ";a=b c", ";(a)", ";a,b",
        ])
    func malformed(_ text: String) { #expect(cut(text) == nil) }
}
