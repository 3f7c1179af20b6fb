import SIPMessage
import Testing

/// Messages to try things on.
enum Samples {
    static let invite = request(
        "INVITE sip:05012345678@lab.test SIP/2.0",
        [
            "Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj8a7d6c5b",
            "Max-Forwards: 70",
            "From: \"Alice, at home\" <sip:alice@lab.test>;tag=1c2f9d3e",
            "To: <sip:05012345678@lab.test>",
            "Contact: <sip:alice@192.0.2.10:5060;ob>",
            "Call-ID: 3f1b2c4d5e6f7a8b@192.0.2.10",
            "CSeq: 8391 INVITE",
            "Route: <sip:127.0.0.1;lr>, <sip:192.0.2.99:5070;lr>",
            "Supported: replaces, 100rel, timer",
            "Content-Type: application/sdp",
        ], body: "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nt=0 0\r\n")

    static let foldedInvite = request(
        "INVITE sips:%61lice@[2001:db8::1]:5061;transport=tcp SIP/2.0",
        [
            "v: SIP / 2.0 / TCP\r\n\t[2001:db8::2]:5060 ;\r\n branch = z9hG4bKabc",
            "f: 市外 局番 <tel:+81-50-1234-5678;phone-context=+81>\r\n ; tag = x1",
            "t  : sip:alice@lab.test;tag=77",
            "i:\r\n call-1",
            "CSEQ: 0000000002\r\n INVITE",
            "m: \"A \\\"B\\\" C\" <sip:a@b;p=%41?Subject=x>;q=0.5 , sip:c@d;expires=0",
            "X-Custom-Header: \"unbalanced, <quotes",
            "l: 4",
        ], body: "\u{0}\u{1}ab", withLength: false)

    static let ringing = request(
        "SIP/2.0 180 Ringing",
        [
            "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK.ours.1, SIP/2.0/UDP 192.0.2.10;received=198.51.100.1;"
                + "rport=1024;branch=z9hG4bKtheirs",
            "Record-Route: <sip:127.0.0.1;lr>",
            "From: <sip:alice@lab.test>;tag=1c2f9d3e",
            "To: <sip:05012345678@lab.test>;tag=9988",
            "Call-ID: 3f1b2c4d5e6f7a8b@192.0.2.10",
            "CSeq: 8391 INVITE",
        ], body: "")

    static var all: [[UInt8]] { [invite, foldedInvite, ringing] }

    static func request(_ startLine: String, _ headers: [String], body: String, withLength: Bool = true) -> [UInt8] {
        let length = withLength ? ["Content-Length: \(body.utf8.count)"] : []
        let lines = [startLine] + headers + length
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// An OPTIONS with all that a request must have, and `headers` besides; a header named here takes the place of the
    /// usual one, an empty line in its place leaves it out.
    static func options(
        _ headers: [String] = [], uri: String = "sip:lab.test", without: Set<String> = [], method: String = "OPTIONS"
    ) throws -> SIPMessage {
        func name(_ line: String) -> String { String(line.prefix { $0 != ":" && $0 != " " }).lowercased() }
        let given = Set(headers.map(name)).union(without)
        let usual = [
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: <sip:a@lab.test>;tag=1", "To: <sip:b@lab.test>",
            "Call-ID: c1", "CSeq: 1 \(method)", "Max-Forwards: 70",
        ].filter { !given.contains(name($0)) }
        return try parse(request("\(method) \(uri) SIP/2.0", usual + headers, body: ""))
    }

    static func parse(_ text: String) throws -> SIPMessage { try parse(Array(text.utf8)) }

    static func parse(_ bytes: [UInt8]) throws -> SIPMessage { try #require(MessageParser.parse(bytes)) }
}

extension SIPMessage {
    /// The texts of a list header's elements.
    func texts(_ name: HeaderName) -> [String] { elements(name).map { text($0.range) } }
}
