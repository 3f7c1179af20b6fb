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

    @Test("a header that routing does not know is found by its name in any case")
    func byName() throws {
        let message = try Samples.parse("OPTIONS sip:lab.test SIP/2.0\r\nX-Call-Ref: 7\r\n\r\n")
        #expect(message.field(named: "x-call-REF").map { message.text($0.value) } == "7")
        #expect(message.field(named: "X-Call") == nil)
    }
}
