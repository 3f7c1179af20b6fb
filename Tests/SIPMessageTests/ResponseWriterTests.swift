import SIPMessage
import Testing

@Suite struct ResponseWriterTests {
    private func response(
        to request: SIPMessage, _ status: Int = 486, tag: String? = "ours", topVia: String? = nil, headers: String = ""
    ) -> String {
        let bytes = ResponseWriter.response(
            to: request, status: status, reason: "Busy Here", toTag: tag, topVia: topVia.map { Array($0.utf8) },
            headers: headers)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("what RFC 3261 §8.2.6 asks for is copied as it came, in its order")
    func copies() throws {
        let request = try Samples.parse(
            "INVITE sip:a SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1,\r\n SIP/2.0/UDP i\r\nMax-Forwards: 1\r\n"
                + "FROM :  \"A\" <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nTimestamp: 54\r\ni:\r\n x\r\nVia: SIP/2.0/UDP j\r\n"
                + "CSeq: 1 INVITE\r\nContact: <sip:a@b>\r\n\r\n")
        #expect(
            response(to: request, headers: "Retry-After: 5\r\n")
                == "SIP/2.0 486 Busy Here\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1,\r\n SIP/2.0/UDP i\r\n"
                + "FROM :  \"A\" <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=ours\r\ni:\r\n x\r\nVia: SIP/2.0/UDP j\r\n"
                + "CSeq: 1 INVITE\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("a To that has a tag keeps it")
    func existingTag() throws {
        let request = try Samples.options(["To: <sip:b@lab.test>;tag=theirs"])
        #expect(response(to: request).contains("\r\nTo: <sip:b@lab.test>;tag=theirs\r\n"))
    }

    @Test("100 Trying gets no tag, and repeats the Timestamp")
    func trying() throws {
        let request = try Samples.options(["Timestamp: 54"])
        let trying = response(to: request, 100, tag: nil)
        #expect(trying.contains("\r\nTo: <sip:b@lab.test>\r\n"))
        #expect(trying.contains("\r\nTimestamp: 54\r\n"))
        #expect(!response(to: request, 180).contains("Timestamp"))
    }

    @Test("the topmost Via's value can be replaced, and only that")
    func topVia() throws {
        let stamped = "SIP/2.0/UDP h;received=192.0.2.1"
        let list = try Samples.options(["Via : SIP/2.0/UDP h , SIP/2.0/UDP i", "Via: SIP/2.0/UDP j"])
        #expect(
            response(to: list, topVia: stamped).contains(
                "\r\nVia : \(stamped) , SIP/2.0/UDP i\r\nVia: SIP/2.0/UDP j\r\n"))
        let alone = try Samples.options(["Via: SIP/2.0/UDP h"])
        #expect(response(to: alone, topVia: stamped).contains("\r\nVia: \(stamped)\r\n"))
        let late = try Samples.options(["Via: ", "Via: SIP/2.0/UDP h"])
        #expect(response(to: late, topVia: stamped).contains("\r\nVia: \r\nVia: \(stamped)\r\n"))
    }

    @Test("of a header that stands twice the first is copied")
    func repeated() throws {
        let request = try Samples.options(["Call-ID: first", "Call-ID: second", "CSeq: 1 A", "CSeq: 2 A"])
        let text = response(to: request)
        #expect(text.contains("first") && !text.contains("second"))
        #expect(text.contains("1 A") && !text.contains("2 A"))
    }

    @Test(
        "the response to a request with bad line ends has good ones",
        arguments: [
            "OPTIONS sip:a SIP/2.0\nVia: SIP/2.0/UDP h;\n branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>\nCall-ID: x\n"
                + "CSeq: 1 OPTIONS\n\n",
            "OPTIONS sip:a  SIP/2.0\r\nVia: SIP/2.0/UDP h;\n branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\rX: y\r\n"
                + "To: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS",
        ])
    func lineEnds(_ text: String) throws {
        let request = try Samples.parse(text)
        #expect(request.fault != nil)
        let parsed = try Samples.parse(Array(response(to: request).utf8))
        #expect(parsed.fault == nil)
        #expect(parsed.topVia?.branch == "z9hG4bK1")
        #expect(parsed.cseq?.number == 1)
        #expect(parsed.count(.to) == 1)
    }

    @Test("a response to a sound request is sound", arguments: [Samples.invite, Samples.foldedInvite])
    func sound(_ request: [UInt8]) throws {
        let parsed = try Samples.parse(Array(response(to: Samples.parse(request)).utf8))
        #expect(MessageValidation.fault(inResponse: parsed) == nil)
        #expect(parsed.status == 486)
        #expect(parsed.bytes.suffix(4) == [13, 10, 13, 10])
    }
}
