import SIPMessage
import Testing

@Suite struct MessageParserTests {
    @Test("a request falls into its parts")
    func request() throws {
        let message = try Samples.parse(Samples.invite)
        #expect(message.fault == nil)
        #expect(message.method == .invite)
        #expect(message.methodText == "INVITE")
        #expect(message.status == nil)
        #expect(message.requestURI.map(message.text) == "sip:05012345678@lab.test")
        #expect(message.value(.callID) == "3f1b2c4d5e6f7a8b@192.0.2.10")
        #expect(message.value(.from) == "\"Alice, at home\" <sip:alice@lab.test>;tag=1c2f9d3e")
        #expect(message.count(.via) == 1)
        #expect(message.all(.route).count == 1)
        #expect(message.text(message.headersStart..<(message.headersStart + 4)) == "Via:")
        #expect(message.text(message.headersEnd..<(message.headersEnd + 2)) == "\r\n")
        #expect(message.text(message.body).hasPrefix("v=0\r\n"))
        #expect(message.bytes == Samples.invite)
    }

    @Test("a response falls into its parts")
    func response() throws {
        let message = try Samples.parse(Samples.ringing)
        #expect(message.fault == nil)
        #expect(message.status == 180)
        #expect(!message.isRequest)
        #expect(message.requestURI == nil)
        #expect(message.methodText == "")
        guard case .response(180, let reason) = message.startLine else { return #expect(Bool(false)) }
        #expect(message.text(reason) == "Ringing")
    }

    @Test("a folded value is one value, with the folds it came with")
    func folding() throws {
        let message = try Samples.parse(Samples.foldedInvite)
        #expect(message.fault == nil)
        #expect(message.value(.callID) == "call-1")
        #expect(message.value(.via) == "SIP / 2.0 / TCP\r\n\t[2001:db8::2]:5060 ;\r\n branch = z9hG4bKabc")
        #expect(message.cseq?.number == 2)
        #expect(Array(message.bytes[message.body]) == [0, 1, 0x61, 0x62])
    }

    @Test("blanks before the colon and around the value do not count", arguments: ["To:x", "To :x", "To \t : \t x \t"])
    func blanks(_ line: String) throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\n\(line)\r\n\r\n")
        #expect(message.fault == nil)
        #expect(message.value(.to) == "x")
        #expect(message.first(.to).map { message.text($0.nameRange) } == "To")
    }

    @Test("an empty value is empty")
    func emptyValue() throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nSupported: \r\nSubject:\r\n\r\n")
        #expect(message.fault == nil)
        #expect(message.value(.supported) == "")
    }

    @Test("line ends before the start line are skipped, and all places move with them")
    func leadingLineEnds() throws {
        let message = try Samples.parse([0x0D, 0x0A, 0x0D, 0x0A] + Samples.invite)
        #expect(message.bytes == Samples.invite)
        #expect(message.value(.callID) == "3f1b2c4d5e6f7a8b@192.0.2.10")
        #expect(message.requestURI.map(message.text) == "sip:05012345678@lab.test")
    }

    @Test("octets beyond Content-Length are gone")
    func trailingOctets() throws {
        let message = try Samples.parse(Samples.ringing + Samples.invite)
        #expect(message.bytes == Samples.ringing)
        #expect(message.fault == nil)
    }

    @Test("without Content-Length the body is the rest")
    func noContentLength() throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nTo: b\r\n\r\nrest")
        #expect(message.text(message.body) == "rest")
    }

    @Test(
        "what is not SIP is nothing",
        arguments: [
            "", "\r\n\r\n", "\0", "GET / HTTP/1.1\r\n\r\n", "hello", "INVITE", "INVITE sip:a", " INVITE sip:a SIP/2.0",
            "INVITE sip:a HTTP/1.1\r\n\r\n", "IN VITE\r\n\r\n", "INVITE\tsip:a SIP/2.0\r\n\r\n",
        ])
    func noise(_ text: String) { #expect(MessageParser.parse(Array(text.utf8)) == nil) }

    @Test(
        "a malformed start line is a fault that can be answered",
        arguments: [
            ("INVITE  sip:a SIP/2.0", MessageFault.requestLine), ("INVITE sip:a  SIP/2.0", .requestLine),
            ("INVITE sip:a SIP/2.0 ", .requestLine), ("INVITE sip:a SIP/2.0\t", .requestLine),
            ("INVITE SIP/2.0", .requestLine), ("INVITE  SIP/2.0", .requestLine),
            ("INVITE sip:a; lr SIP/2.0", .requestURI), ("INVITE sip:a\u{1}b SIP/2.0", .requestURI),
            ("INVITE sip:a SIP/7.0", .version), ("INVITE sip:a SIP/2.00", .version), ("INVITE sip:a SIP/", .version),
            ("SIP/2.0 4294967301 x", .statusLine), ("SIP/2.0 20 OK", .statusLine), ("SIP/2.0 2OO OK", .statusLine),
            ("SIP/2.0  200 OK", .statusLine), ("SIP/2.0 700 x", .statusLine), ("SIP/2.0 099 x", .statusLine),
            ("SIP/2.0 200OK", .statusLine), ("SIP/3.0 200 OK", .statusLine), ("SIP/2.0", .statusLine),
            ("SIP/", .statusLine),
        ])
    func startLineFaults(_ line: String, _ fault: MessageFault) throws {
        #expect(try Samples.parse("\(line)\r\nTo: x\r\n\r\n").fault == fault)
    }

    @Test(
        "the version and the reason phrase are read freely",
        arguments: ["INVITE sip:a sip/2.0", "SIP/2.0 100 ", "SIP/2.0 100", "sip/2.0 603 拒否"])
    func startLineFreedom(_ line: String) throws {
        #expect(try Samples.parse("\(line)\r\nTo: x\r\n\r\n").fault == nil)
    }

    @Test(
        "lines that end otherwise than by CRLF are a fault",
        arguments: [
            "OPTIONS sip:a SIP/2.0\nTo: x\n\n", "OPTIONS sip:a SIP/2.0\r\nTo: x\n\r\n",
            "OPTIONS sip:a SIP/2.0\r\nTo: x\rFrom: y\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nTo: x\r\r\n\r\n",
        ])
    func bareLineEnds(_ text: String) throws {
        let message = try Samples.parse(text)
        #expect(message.fault == .bareLineFeed)
        #expect(message.count(.to) == 1)
    }

    @Test("headers without a blank line after them are a fault", arguments: ["", "\r\n", "\r\nFrom: y\r\n"])
    func noBlankLine(_ rest: String) throws {
        #expect(try Samples.parse("OPTIONS sip:a SIP/2.0\r\nTo: x\(rest)").fault == .noBlankLine)
    }

    @Test("a line that is no header is a fault", arguments: ["To", ": x", "T o: x", " folded: at once", "\u{1}: x"])
    func headerLines(_ line: String) throws {
        #expect(try Samples.parse("OPTIONS sip:a SIP/2.0\r\n\(line)\r\nCSeq: 1 A\r\n\r\n").fault == .headerLine)
    }

    @Test(
        "a Content-Length that is no plain number is a fault",
        arguments: ["-1", "+1", "", "1 2", "1,1", "0x1", "99999999999999999999", "1073741825"])
    func contentLength(_ value: String) throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nContent-Length: \(value)\r\n\r\n")
        #expect(message.fault == .contentLength)
    }

    @Test("two Content-Lengths must agree")
    func twoContentLengths() throws {
        #expect(try Samples.parse("OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 1\r\n\r\nx").fault == nil)
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nxx")
        #expect(message.fault == .conflictingContentLengths)
    }

    @Test("a body shorter than Content-Length is a fault")
    func shortBody() throws {
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\nl: 5\r\n\r\nxx")
        #expect(message.fault == .bodyTooShort)
        #expect(message.text(message.body) == "xx")
    }

    @Test("there is a limit to header lines")
    func tooManyHeaders() throws {
        let lines = String(repeating: "X: y\r\n", count: MessageParser.fieldLimit)
        #expect(try Samples.parse("OPTIONS sip:a SIP/2.0\r\n\(lines)\r\n").fault == nil)
        let message = try Samples.parse("OPTIONS sip:a SIP/2.0\r\n\(lines)X: y\r\n\r\n")
        #expect(message.fault == .tooManyHeaders)
        #expect(message.fields.count == MessageParser.fieldLimit)
    }

    @Test(
        "methods are told by their exact name",
        arguments: [
            ("INVITE", Method.invite), ("ACK", .ack), ("BYE", .bye), ("CANCEL", .cancel), ("REGISTER", .register),
            ("OPTIONS", .options), ("PRACK", .prack), ("UPDATE", .update), ("INFO", .info), ("SUBSCRIBE", .subscribe),
            ("NOTIFY", .notify), ("REFER", .refer), ("MESSAGE", .message), ("PUBLISH", .publish), ("invite", .other),
            ("INVITES", .other), ("RE%47ISTER", .other), ("NEWMETHOD", .other),
        ])
    func methods(_ name: String, _ method: Method) throws {
        let message = try Samples.parse("\(name) sip:a SIP/2.0\r\n\r\n")
        #expect(message.method == method)
        #expect(message.methodText == name)
        #expect(method == .other || method.name == name)
    }

    @Test("a fault names the status and the reason of the answer")
    func faults() {
        #expect(MessageFault.version.status == 505)
        #expect(MessageFault.unknownMethodMismatch.status == 501)
        #expect(MessageFault.missing(.callID).status == 400)
        #expect(MessageFault.missing(.callID).description == "Missing Call-ID")
        #expect(MessageFault.value(.cseq).description == "Malformed CSeq")
        #expect(MessageFault.repeated(.to).description == "Repeated To")
    }
}
