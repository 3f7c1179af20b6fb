import SIPMessage
import Testing

@Suite struct HeaderNameTests {
    private func header(_ line: String) throws -> HeaderName {
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\n\(line)\r\n\r\n")
        return try #require(message.fields.first).name
    }

    @Test("every name is found in any case", arguments: HeaderName.allCases.filter { $0 != .other })
    func anyCase(_ name: HeaderName) throws {
        for text in [name.text, name.text.lowercased(), name.text.uppercased()] {
            #expect(try header("\(text): x") == (name == .contentLength ? .contentLength : name))
        }
        #expect(try header("\(name.text)x: x") == .other)
        #expect(try header("x\(name.text): x") == .other)
        for place in name.text.indices {
            var other = name.text
            other.replaceSubrange(place...place, with: "!")
            #expect(try header("\(other): x") == .other)
        }
    }

    @Test(
        "compact forms stand for the names that routing reads",
        arguments: [
            ("v", HeaderName.via), ("f", .from), ("t", .to), ("i", .callID), ("m", .contact), ("l", .contentLength),
            ("c", .contentType), ("k", .supported), ("s", .other), ("z", .other),
        ])
    func compact(_ letter: String, _ name: HeaderName) throws {
        #expect(try header("\(letter): 1") == name)
        #expect(try header("\(letter.uppercased()): 1") == name)
    }

    @Test("an escaped or unknown name is no name that routing reads", arguments: ["C%6Fntact", "X-To", "To.", "Via2"])
    func unknown(_ name: String) throws { #expect(try header("\(name): x") == .other) }

    @Test(
        "a line is read the same with a blank before its colon, a fold or a very long name",
        arguments: [
            ("Via : a", HeaderName.via, "a"), ("Via:a", .via, "a"), ("Via:\r\n a,b", .via, "a,b"), ("Via:", .via, ""),
            ("X-Extremely-Long-Name-Of-A-Header: a", .other, "a"), ("Subject:  a \t", .other, "a"),
            ("Contact: \r\n\ta\r\n b", .contact, "a\r\n b"),
        ])
    func shapes(_ line: String, _ name: HeaderName, _ value: String) throws {
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\n\(line)\r\nTo: x\r\n\r\n")
        let field = try #require(message.fields.first)
        #expect(field.name == name)
        #expect(message.text(field.value) == value)
        #expect(message.text(field.line) == line + "\r\n")
        #expect(message.fields.count == 2)
        #expect(message.fault == nil)
    }

    @Test("a line without a name is a fault", arguments: [": a", "a b: c", "no colon", "a(b): c", "a\u{0}b: c"])
    func nameless(_ line: String) throws {
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\nTo: x\r\n\(line)\r\nFrom: y\r\n\r\n")
        #expect(message.fault == .headerLine)
        #expect(message.fields.map(\.name) == [.to, .from])
    }

    @Test("as many lines as are allowed are all read")
    func manyLines() throws {
        let lines = (0..<MessageParser.fieldLimit).map { "X-\($0): \($0)\r\n" }.joined()
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\n\(lines)\r\n")
        #expect(message.fields.map { message.text($0.value) } == (0..<MessageParser.fieldLimit).map(String.init))
        #expect(message.fault == nil)
    }

    @Test("a header that routing does not know is found by its name in any case")
    func byName() throws {
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\nX-Call-Ref: 7\r\n\r\n")
        #expect(message.field(named: "x-call-REF").map { message.text($0.value) } == "7")
        #expect(message.field(named: "X-Call") == nil)
    }
}
