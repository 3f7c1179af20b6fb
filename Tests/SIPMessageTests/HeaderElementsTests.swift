import SIPMessage
import Testing

@Suite struct HeaderElementsTests {
    private func message(_ lines: String...) throws -> SIPMessage {
        try Samples.parse("OPTIONS sip:a SIP/2.0\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test("several lines are one list")
    func lines() throws {
        let message = try message("Route: <sip:a>, <sip:b>", "X: y", "Route:<sip:c>")
        #expect(message.texts(.route) == ["<sip:a>", "<sip:b>", "<sip:c>"])
        #expect(message.elements(.route).map(\.index) == [0, 1, 0])
        #expect(message.elements(.route).map(\.isAlone) == [false, false, true])
        #expect(message.firstElement(.route).map { message.text($0.range) } == "<sip:a>")
    }

    @Test(
        "commas in quotes and brackets do not divide",
        arguments: [
            ("\"a,b\" <sip:c,d@e>;x=\"f,g\", <sip:h>", ["\"a,b\" <sip:c,d@e>;x=\"f,g\"", "<sip:h>"]),
            ("\"a\\\",b\" <sip:c>", ["\"a\\\",b\" <sip:c>"]),
            ("\"<\" <sip:a>, \">\" <sip:b>", ["\"<\" <sip:a>", "\">\" <sip:b>"]),
            ("a,b", ["a", "b"]), (" a\t,\r\n b ", ["a", "b"]),
        ])
    func quoting(_ value: String, _ expected: [String]) throws {
        #expect(try message("Contact: \(value)").texts(.contact) == expected)
    }

    @Test(
        "empty elements are left out",
        arguments: [
            ("", []), (",", []), (" , ,", []), ("a,", ["a"]), (",a", ["a"]), ("a,,b", ["a", "b"]),
            ("a, , b,", ["a", "b"]),
        ])
    func empty(_ value: String, _ expected: [String]) throws {
        let message = try message("Supported: \(value)", "Supported: z")
        #expect(message.texts(.supported) == expected + ["z"])
        #expect(message.firstElement(.supported).map { message.text($0.range) } == expected.first ?? "z")
    }

    @Test(
        "what an element's removal leaves is the list of the others",
        arguments: ["a", "a,b", " a , b ,c", "a,,b", ",a,", "a,\r\n b,\r\n c", "a,b,c,d"])
    func removal(_ value: String) throws {
        let message = try message("Supported: \(value)", "To: x")
        let all = message.texts(.supported)
        for (index, element) in message.elements(.supported).enumerated() {
            var editor = MessageEditor()
            editor.remove(element.removal)
            let rest = try Samples.parse(editor.apply(to: message))
            var expected = all
            expected.remove(at: index)
            #expect(rest.texts(.supported) == expected)
            #expect(rest.count(.supported) == (expected.isEmpty ? 0 : 1))
            #expect(rest.value(.to) == "x")
            #expect(rest.fault == nil)
        }
    }

    @Test("the first element's removal is the same however it is found")
    func firstRemoval() throws {
        for value in ["a", "a,b", "a , b", ",a,b", "a,"] {
            let message = try message("Supported: \(value)")
            #expect(message.firstElement(.supported)?.removal == message.elements(.supported).first?.removal)
            #expect(message.firstElement(.supported)?.isAlone == message.elements(.supported).first?.isAlone)
        }
    }

    @Test("a list header that is not there has no elements")
    func missing() throws {
        let message = try message("To: x")
        #expect(message.elements(.via).isEmpty)
        #expect(message.firstElement(.via) == nil)
    }
}
