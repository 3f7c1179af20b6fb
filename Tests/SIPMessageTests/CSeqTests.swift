import SIPMessage
import Testing

@Suite struct CSeqTests {
    @Test(
        "number and method are read, with leading zeros and folds",
        arguments: [
            ("1 INVITE", UInt32(1), "INVITE"), ("0009\r\n  INVITE", 9, "INVITE"), ("4294967295\tBYE", .max, "BYE"),
            ("0 OPTIONS", 0, "OPTIONS"), ("00000000000000000000001 A", 1, "A"),
            ("7 !odd-M*`.%indeed'~", 7, "!odd-M*`.%indeed'~"),
        ])
    func sound(_ text: String, _ number: UInt32, _ method: String) throws {
        let bytes = Array(text.utf8)
        let cseq = try #require(CSeq(bytes, bytes.indices))
        #expect(cseq.number == number)
        #expect(String(decoding: bytes[cseq.method], as: UTF8.self) == method)
    }

    @Test(
        "a malformed CSeq is refused",
        arguments: [
            "", "1", "1 ", "INVITE", "1INVITE", "-1 INVITE", "+1 INVITE", "4294967296 INVITE",
            "36893488147419103232 REGISTER",
            "1 INVITE x", "1 INV(ITE)", " 1 INVITE", "1.5 INVITE",
        ])
    func malformed(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(CSeq(bytes, bytes.indices) == nil)
    }

    @Test("a response says what it answers")
    func method() throws {
        #expect(try Samples.parse(Samples.ringing).cseqMethod == .invite)
        #expect(try Samples.parse("SIP/2.0 200 OK\r\nCSeq: 1 NEW\r\n\r\n").cseqMethod == .other)
        #expect(try Samples.parse("SIP/2.0 200 OK\r\nTo: x\r\n\r\n").cseqMethod == nil)
    }

    @Test(
        "a header that is a number is digits within its bounds",
        arguments: [
            ("70", UInt64(70)), ("0", 0), ("0068", 68), ("255", 255), ("256", nil), ("", nil), ("-1", nil), ("+1", nil),
            ("7 0", nil), ("1a", nil), ("99999999999999999999999", nil),
        ] as [(String, UInt64?)])
    func numbers(_ value: String, _ expected: UInt64?) throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nMax-Forwards: \(value)\r\n\r\n")
        #expect(message.number(.maxForwards, upTo: 255) == expected)
        #expect(message.number(.expires) == nil)
    }
}
