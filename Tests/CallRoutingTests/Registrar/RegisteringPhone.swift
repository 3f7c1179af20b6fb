import CallRouting
import Directory
import SIPMessage
import SIPTransaction
import Testing

/// A number at the registrar, and the REGISTERs of its phones, on virtual time.
struct RegisteringPhone {
    static let number = PhoneNumber(trustedCanonical: "+815012345678")

    var registrar = Registrar()
    var bindings: [Binding] = []
    private var uris = URIMemory(capacity: 16)
    var now = Instant(milliseconds: 1_700_000_000_000)
    var callID = "phone@192.0.2.7"
    var cseq: UInt32 = 1
    var flow = Flow(
        transport: .udp, local: Endpoint(address: .v4(0xC000_0201), port: 5060),
        remote: Endpoint(address: .v4(0xC000_0207), port: 5060))
    var via = "SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKa"

    struct Answer: Equatable {
        var status: Int
        var reason = "OK"
        var headers: [String]
        var isChange = false

        var contacts: [String] {
            headers.filter { $0.hasPrefix("Contact: ") }.map { String($0.dropFirst("Contact: ".count)) }
        }
    }

    /// Sends a REGISTER with these lines; what it changes holds for the next one.
    @discardableResult
    mutating func register(_ lines: String...) throws -> Answer {
        let text =
            """
            REGISTER sip:lab.test SIP/2.0\r
            Via: \(via)\r
            Max-Forwards: 70\r
            From: <sip:05012345678@lab.test>;tag=1\r
            To: <sip:05012345678@lab.test>\r
            Call-ID: \(callID)\r
            CSeq: \(cseq) REGISTER\r
            \(lines.map { $0 + "\r\n" }.joined())Content-Length: 0\r
            \r

            """
        cseq += 1
        return try send(Array(text.utf8))
    }

    mutating func send(_ bytes: [UInt8]) throws -> Answer {
        let message = try #require(MessageParser.parse(bytes))
        let via = try #require(message.topVia)
        let outcome = registrar.register(
            message, number: Self.number, current: bindings, flow: flow, via: via, at: now,
            remembering: &uris)
        switch outcome {
        case .answer(let headers): return Answer(status: 200, headers: try Self.lines(headers))
        case .refuse(let status, let reason, let headers):
            return Answer(status: status, reason: reason, headers: try Self.lines(headers))
        case .change(let change, let headers):
            #expect(change.number == Self.number)
            bindings = change.bindings
            return Answer(status: 200, headers: try Self.lines(headers), isChange: true)
        }
    }

    /// Each line has its CRLF and none within.
    private static func lines(_ headers: String) throws -> [String] {
        guard !headers.isEmpty else { return [] }
        try #require(headers.hasSuffix("\r\n"))
        let lines = String(headers.dropLast()).split(separator: "\r\n", omittingEmptySubsequences: false).map(
            String.init)
        for line in lines { try #require(!line.isEmpty && !line.utf8.contains(10) && !line.utf8.contains(13)) }
        return lines
    }
}
