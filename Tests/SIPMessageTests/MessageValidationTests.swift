import SIPMessage
import Testing

@Suite struct MessageValidationTests {
    @Test("a sound request has no fault", arguments: [Samples.invite, Samples.foldedInvite])
    func sound(_ bytes: [UInt8]) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.parse(bytes)) == nil)
    }

    @Test("a sound response has no fault")
    func soundResponse() throws {
        #expect(MessageValidation.fault(inResponse: try Samples.parse(Samples.ringing)) == nil)
    }

    @Test("the fault of the cut comes first")
    func cut() throws {
        let request = try Samples.options(uri: "sip:a  b")
        #expect(MessageValidation.fault(inRequest: request) == .requestURI)
        #expect(MessageValidation.fault(inRequest: try Samples.parse("A sip:a SIP/9.0\r\n\r\n")) == .version)
        #expect(MessageValidation.fault(inResponse: try Samples.parse("SIP/2.0 99 x\r\n\r\n")) == .statusLine)
    }

    @Test("a request is no response, and a response no request")
    func kinds() throws {
        #expect(MessageValidation.fault(inResponse: try Samples.options()) == .statusLine)
        #expect(MessageValidation.fault(inRequest: try Samples.parse(Samples.ringing)) == .requestLine)
    }

    @Test(
        "each mandatory header must be there",
        arguments: [
            ("via", HeaderName.via), ("from", .from), ("to", .to), ("call-id", .callID), ("cseq", .cseq),
        ])
    func missing(_ text: String, _ name: HeaderName) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options(without: [text])) == .missing(name))
    }

    @Test("Max-Forwards need not be there")
    func noMaxForwards() throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options(without: ["max-forwards"])) == nil)
    }

    @Test(
        "no header that stands once may stand twice",
        arguments: [
            ("From: <sip:a@b>;tag=1", HeaderName.from), ("t: <sip:a@b>", .to), ("I: x", .callID),
            ("CSeq: 1 OPTIONS", .cseq), ("Max-Forwards: 70", .maxForwards),
        ])
    func repeated(_ line: String, _ name: HeaderName) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options([line, line])) == .repeated(name))
    }

    @Test(
        "a malformed value is a fault of its header",
        arguments: [
            ("Via: SIP/2.0/UDP 192.0.2.15;;,;,,", MessageFault.value(.via)), ("Via: ", .value(.via)),
            ("Via: SIP/2.0/UDP h,", .value(.via)), ("Via: ,SIP/2.0/UDP h", .value(.via)),
            ("Via: SIP/2.0/UDP h, x", .value(.via)), ("Via: SIP/2.0/UDP h:x", .value(.via)),
            ("From: \"a <sip:a@b>", .value(.from)), ("From: <sip:a@b>;;tag=1", .value(.from)),
            ("From: <sip:a@>;tag=1", .value(.from)), ("From: <>", .value(.from)), ("From:", .value(.from)),
            ("To: \"Watson, T\" < sip:t@b >", .value(.to)), ("To: Watson, T <sip:t@b>", .value(.to)),
            ("To: sip:a@b?x=y", .value(.to)), ("To: <sip:a@b> x", .value(.to)),
            ("Call-ID:", .value(.callID)), ("Call-ID: a b", .value(.callID)),
            ("CSeq: OPTIONS", .value(.cseq)), ("CSeq: 4294967296 OPTIONS", .value(.cseq)), ("CSeq: 1", .value(.cseq)),
            ("Max-Forwards: 256", .value(.maxForwards)), ("Max-Forwards: x", .value(.maxForwards)),
            ("Max-Forwards: -1", .value(.maxForwards)), ("Max-Forwards:", .value(.maxForwards)),
            ("Route: sip:a;lr", .value(.route)), ("Route: <sip:a;lr>,,<sip:b>", .value(.route)),
            ("Route:", .value(.route)),
            ("Route: <x>", .value(.route)),
        ])
    func values(_ line: String, _ fault: MessageFault) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options([line])) == fault)
    }

    @Test(
        "a malformed Contact is a fault where it says where the sender is reached, and means nothing elsewhere",
        arguments: [
            "Contact: \"Joe\" <sip:j@b>;;;;", "Contact: sip:a@b?x=y", "Contact: <sip:a@b>,", "Contact:",
            "Contact: *, *",
        ])
    func contact(_ line: String) throws {
        let ping = try Samples.options([line])
        #expect(MessageValidation.fault(inRequest: ping) == nil)
        let text = String(decoding: ping.bytes, as: UTF8.self).replacing("OPTIONS", with: "NOTIFY")
        let notify = try #require(MessageParser.parse(Array(text.utf8)))
        #expect(MessageValidation.fault(inRequest: notify) == .value(.contact))
    }

    @Test(
        "what the grammar allows passes",
        arguments: [
            "Via: SIP/2.0/UNKNOWN h;branch=x", "Via: SIP/2.0/UDP [::1]:5060;rport;branch=z9hG4bK", "Contact: *",
            "Contact: <name:John_Smith>", "Contact: a <sip:a@b>;q=0.5 , <sip:c>;x=\"y,z\"", "To: isbn:2983792873",
            "From: <http://www.example.com>;tag=1", "From: sip:a@b", "From: <tel:+8150>;tag=1",
            "Call-ID: a@b@c<>\"[]{}",
            "Max-Forwards: 0", "Max-Forwards: 0255", "Date: Fri, 01 Jan 2010 16:00:00 EST", "X: \"", "Supported: ,,",
            "Route: \"x\" <sip:a;lr>;y , <sips:b>", "Expires: 99999999999",
        ])
    func allowed(_ line: String) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options([line])) == nil)
    }

    @Test(
        "a Request-URI must be one that can be asked for",
        arguments: [
            ("<sip:a@b>", MessageFault.requestURI), ("sip:", .requestURI), ("x", .requestURI),
            ("sip:a@b?Route=%3Csip:c%3E", .requestURI), ("sip:a@b", nil), ("nobodyKnowsThisScheme:opaque", nil),
            ("tel:110", nil), ("sip:a@b;unknown=param", nil),
        ] as [(String, MessageFault?)])
    func requestURI(_ uri: String, _ fault: MessageFault?) throws {
        #expect(MessageValidation.fault(inRequest: try Samples.options(uri: uri)) == fault)
    }

    @Test("the CSeq's method must be the request's")
    func methods() throws {
        let mismatch = try Samples.options(["CSeq: 1 INVITE"])
        #expect(MessageValidation.fault(inRequest: mismatch) == .methodMismatch)
        let unknown = try Samples.options(["CSeq: 1 INVITE"], method: "NEWMETHOD")
        #expect(MessageValidation.fault(inRequest: unknown) == .unknownMethodMismatch)
        let otherUnknown = try Samples.options(["CSeq: 1 OTHER"], method: "NEWMETHOD")
        #expect(MessageValidation.fault(inRequest: otherUnknown) == .unknownMethodMismatch)
        #expect(MessageValidation.fault(inRequest: try Samples.options(method: "NEWMETHOD")) == nil)
    }

    @Test(
        "a response that can't be matched or passed on has a fault",
        arguments: [
            ("CSeq: 4294967296 INVITE", MessageFault.value(.cseq)), ("Via: SIP/2.0/UDP h,", .value(.via)),
            ("To: \"x", .value(.to)), ("From:", .value(.from)), ("Call-ID: a b", .value(.callID)),
            ("CSeq: 1 INVITE\r\nCSeq: 1 INVITE", .repeated(.cseq)),
        ])
    func responses(_ line: String, _ fault: MessageFault) throws {
        let request = try Samples.options([line])
        let text = String(decoding: request.bytes, as: UTF8.self)
        let headers = text[text.index(after: try #require(text.firstIndex(of: "\r\n")))...]
        #expect(MessageValidation.fault(inResponse: try Samples.parse("SIP/2.0 200 OK\r\n" + headers)) == fault)
    }
}
