import SIPMessage
import Testing

@Suite struct StreamFramerTests {
    private func items(_ framer: inout StreamFramer, _ bytes: some Sequence<UInt8>) -> [StreamFramer.Item] {
        framer.append(bytes)
        var items: [StreamFramer.Item] = []
        while let item = framer.next() { items.append(item) }
        return items
    }

    private func items(_ text: String) -> [StreamFramer.Item] {
        var framer = StreamFramer()
        return items(&framer, text.utf8)
    }

    @Test("a message cut at any octet comes out whole", arguments: [Samples.invite, Samples.foldedInvite])
    func cutAnywhere(_ message: [UInt8]) {
        for cut in 0...message.count {
            var framer = StreamFramer()
            let first = items(&framer, message[..<cut])
            #expect(first == (cut == message.count ? [.message(message)] : []))
            #expect(framer.isMidMessage == (cut > 0 && cut < message.count))
            #expect(first + items(&framer, message[cut...]) == [.message(message)])
            #expect(!framer.isMidMessage)
        }
    }

    @Test("octet by octet, with keepalives between, nothing is lost")
    func octetByOctet() {
        let stream = Array("\r\n\r\n".utf8) + Samples.invite + Array("\r\n\r\n\r\n\r\n".utf8) + Samples.ringing
        var framer = StreamFramer()
        var result: [StreamFramer.Item] = []
        for byte in stream { result += items(&framer, CollectionOfOne(byte)) }
        #expect(result == [.keepalive, .message(Samples.invite), .keepalive, .keepalive, .message(Samples.ringing)])
    }

    @Test("several messages in one chunk come out one by one")
    func several() {
        var framer = StreamFramer()
        let stream = Samples.all + Samples.all
        #expect(items(&framer, stream.joined()) == stream.map { .message($0) })
        #expect(!framer.isMidMessage)
    }

    @Test(
        "line ends before a message do not count, but two of them are a keepalive",
        arguments: [
            ("\r\n", 0), ("\n", 0), ("\n\n\n", 0), ("\r", 0), ("\r\r\n", 0), ("\r\n\r\n\r\n", 1), ("\r\n\r", 0),
        ])
    func leadingLineEnds(_ text: String, _ keepalives: Int) {
        var framer = StreamFramer()
        let result = items(&framer, Array(text.utf8) + Samples.ringing)
        #expect(result == Array(repeating: .keepalive, count: keepalives) + [.message(Samples.ringing)])
    }

    @Test("half a keepalive is no unfinished message")
    func halfKeepalive() {
        var framer = StreamFramer()
        #expect(items(&framer, "\r\n".utf8) == [])
        #expect(!framer.isMidMessage)
        #expect(items(&framer, "\r\n".utf8) == [.keepalive])
    }

    @Test("a flood of keepalives is counted one by one")
    func keepaliveFlood() {
        var framer = StreamFramer()
        #expect(items(&framer, String(repeating: "\r\n\r\n", count: 50_000).utf8).count == 50_000)
        #expect(items(&framer, Samples.ringing) == [.message(Samples.ringing)])
    }

    @Test("line ends that are no keepalives are told by fours, however they come", arguments: ["\n", "\r", "\r\n\n"])
    func blankFlood(_ text: String) {
        let octets = Array(String(repeating: text, count: 1_200).utf8)
        var framer = StreamFramer()
        let found = items(&framer, octets + Samples.ringing)
        #expect(found == Array(repeating: .blankLines, count: octets.count / 4) + [.message(Samples.ringing)])
        var pieces = StreamFramer()
        #expect((octets + Samples.ringing).flatMap { items(&pieces, CollectionOfOne($0)) } == found)
    }

    @Test("a line end behind each message is not told, however many messages there are")
    func strayLineEnds() {
        var framer = StreamFramer()
        for _ in 0..<10 { #expect(items(&framer, Samples.ringing + [0x0D, 0x0A]) == [.message(Samples.ringing)]) }
    }

    @Test("without Content-Length there is no body")
    func noContentLength() {
        let message = "OPTIONS sip:a SIP/2.0\r\nTo: b\r\n\r\n"
        #expect(items(message + message) == [.message(Array(message.utf8)), .message(Array(message.utf8))])
    }

    @Test("the second of two requests is a request of its own")
    func pipelined() {
        let first = "REGISTER sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
        let second = "INVITE sip:b SIP/2.0\r\nl: 2\r\n\r\nxy"
        #expect(items(first + second) == [.message(Array(first.utf8)), .message(Array(second.utf8))])
    }

    @Test(
        "a stream whose messages can't be told apart is broken",
        arguments: [
            "OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nxx",
            "OPTIONS sip:a  SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nxx", "OPTIONS sip:a SIP/2.0\r\nl: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n",
        ])
    func broken(_ text: String) {
        var framer = StreamFramer()
        #expect(items(&framer, text.utf8) == [.broken(Array(text.utf8), .contentLength)])
        #expect(items(&framer, Samples.invite) == [], "after that nothing is read")
        #expect(!framer.isMidMessage)
    }

    @Test("a message above the limit ends the stream as soon as its headers tell")
    func messageLimit() {
        let head = Array("OPTIONS sip:a SIP/2.0\r\nl: 100\r\n\r\n".utf8)
        var framer = StreamFramer(messageLimit: head.count + 99)
        #expect(items(&framer, head) == [.broken(head, .messageTooLong(limit: head.count + 99))])
        var wider = StreamFramer(messageLimit: head.count + 100)
        #expect(items(&wider, head) == [])
        #expect(items(&wider, repeatElement(0x61, count: 100)).count == 1)
    }

    @Test("headers above the limit end the stream")
    func headerLimit() {
        var framer = StreamFramer(messageLimit: 1_000)
        let start = Array("OPTIONS sip:a SIP/2.0\r\nX: ".utf8)
        #expect(items(&framer, start) == [])
        let octets = start + Array(repeating: UInt8(ascii: "y"), count: 1_000)
        #expect(items(&framer, octets[start.count...]) == [.broken(octets, .headersTooLong(limit: 1_000))])
    }

    @Test(
        "the stream is cut where the message is, whatever the line ends",
        arguments: [
            "OPTIONS sip:a SIP/2.0\nTo: b\n\n", "OPTIONS sip:a SIP/2.0\r\nTo: b\n\r\n",
            "OPTIONS sip:a SIP/2.0\r\nTo: b\r\n\nINVITE",
        ])
    func otherLineEnds(_ text: String) throws {
        var framer = StreamFramer()
        guard case .message(let bytes)? = items(&framer, text.utf8).first else { return #expect(Bool(false)) }
        let message = try Samples.parse(bytes)
        #expect(message.fault == .bareLineFeed)
        #expect(message.body.isEmpty)
        #expect(message.bytes == bytes)
    }

    @Test("faults have a text")
    func texts() {
        #expect(StreamFramer.FramingFault.headersTooLong(limit: 7).description == "headers longer than 7 octets")
        #expect(StreamFramer.FramingFault.messageTooLong(limit: 7).description == "a message longer than 7 octets")
    }
}
