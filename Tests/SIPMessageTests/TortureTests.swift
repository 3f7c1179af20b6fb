import Foundation
import SIPMessage
import Testing

/// The 49 messages of RFC 4475.
@Suite(.enabled(if: Corpora.folder != nil, "skipped: no corpora"))
struct TortureTests {
    /// What is malformed in what routing reads. Of all others the syntax is sound; what they mean is for others to say.
    private static let faults: [String: MessageFault] = [
        "badinv01": .value(.via), "clerr": .bodyTooShort, "ncl": .contentLength, "scalar02": .value(.cseq),
        "scalarlg": .value(.cseq), "quotbal": .value(.to), "ltgtruri": .requestURI, "lwsruri": .requestURI,
        "lwsstart": .requestLine, "trws": .requestLine, "escruri": .requestURI, "regbadct": .value(.contact),
        "badaspec": .value(.to), "baddn": .noBlankLine, "badvers": .version, "mismatch01": .methodMismatch,
        "mismatch02": .unknownMethodMismatch, "bigcode": .statusLine, "insuf": .missing(.callID),
        "multi01": .repeated(.cseq), "mcl01": .conflictingContentLengths,
    ]

    private static let sound: Set<String> = [
        "badbranch", "baddate", "bcast", "bext01", "cparam01", "cparam02", "dblreq", "esc01", "esc02", "escnull",
        "intmeth",
        "inv2543", "invut", "longreq", "lwsdisp", "mpart01", "noreason", "novelsc", "regaut01", "regescrt", "sdp01",
        "semiuri", "transports", "unkscm", "unksm2", "unreason", "wsinv", "zeromf",
    ]

    private func message(_ name: String) throws -> SIPMessage {
        try Samples.parse(try #require(Corpora.torture().first { $0.name == name }).bytes)
    }

    @Test("what is malformed is found, and nothing else is")
    func verdicts() throws {
        let messages = try Corpora.torture()
        #expect(messages.count == 49)
        #expect(Set(messages.map(\.name)) == Self.sound.union(Self.faults.keys))
        for (name, bytes) in messages {
            let message = try Samples.parse(bytes)
            let fault =
                message.isRequest
                ? MessageValidation.fault(inRequest: message) : MessageValidation.fault(inResponse: message)
            #expect(fault == Self.faults[name], "\(name)")
        }
    }

    @Test("display names with unquoted commas are malformed, headers ended or not")
    func badDisplayNames() throws {
        let folder = try #require(Corpora.folder)
        let variant = try Data(contentsOf: folder.appending(path: "rfc4475/variants/baddn-terminated-ersip.dat"))
        #expect(MessageValidation.fault(inRequest: try Samples.parse([UInt8](variant))) == .value(.from))
    }

    @Test("what nobody changes goes through byte for byte")
    func unchanged() throws {
        for (name, bytes) in try Corpora.torture() where name != "dblreq" {
            let message = try Samples.parse(bytes)
            if message.fault == nil { #expect(MessageEditor().apply(to: message) == bytes, "\(name)") }
        }
    }

    @Test("wsinv: folds, blanks and odd cases everywhere")
    func wsinv() throws {
        let message = try message("wsinv")
        #expect(message.tag(.to).map(message.text) == "1918181833n")
        #expect(message.tag(.from).map(message.text) == "98asjd8")
        #expect(message.nameAddress(.from)?.displayText(in: message.bytes) == "J Rosenberg \\\"")
        #expect(message.number(.maxForwards, upTo: 255) == 68)
        #expect(message.cseq?.number == 9)
        let vias = message.elements(.via).compactMap { Via(message.bytes, $0.range) }
        #expect(vias.map(\.transport) == ["UDP", "TCP", "UDP"])
        #expect(vias.map(\.host) == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
        #expect(vias.map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(message.elements(.route).count == 1)
        #expect(message.elements(.contact).count == 1)
        #expect(message.field(named: "newfangledheader") != nil)
    }

    @Test("intmeth: every odd character, a quoted NUL among them")
    func intmeth() throws {
        let message = try message("intmeth")
        #expect(message.method == .other)
        #expect(message.methodText == "!interesting-Method0123456789_*+`.%indeed'~")
        #expect(message.nameAddress(.to)?.displayText(in: message.bytes) == "BEL:\u{7} NUL:\0 DEL:\u{7F}")
        #expect(message.tag(.from).map(message.text) == "_token~1'+`*%!-.")
        #expect(message.topVia?.branch == "z9hG4bK-.!%66*_+`'~")
        let uri = try #require(message.requestURI.flatMap { SIPURI(message.bytes, $0) })
        #expect(uri.host == "example.com")
    }

    @Test("esc01, esc02, escnull, semiuri: escapes are decoded once, in the user part only, and never cut it")
    func escapes() throws {
        let escaped = try message("esc01")
        let uri = try #require(escaped.requestURI.flatMap { SIPURI(escaped.bytes, $0) })
        #expect(uri.decodedUser == "sips:user@example.com")
        #expect(uri.host == "example.net")
        let odd = try message("esc02")
        #expect(odd.method == .other)
        #expect(odd.elements(.contact).count == 2)
        let null = try message("escnull")
        let contacts = null.elements(.contact).compactMap { NameAddress(null.bytes, $0.range) }
            .compactMap { SIPURI(null.bytes, $0.uri) }
        #expect(contacts.map(\.user) == ["%00", "%00%00"])
        #expect(!contacts[0].isEquivalent(to: contacts[1]))
        let semicolon = try message("semiuri")
        #expect(
            semicolon.requestURI.flatMap { SIPURI(semicolon.bytes, $0) }?.decodedUser == "user;par=u@example.net")
    }

    @Test("longreq: nothing is too long, and each of the 34 Vias is found")
    func longreq() throws {
        let message = try message("longreq")
        #expect(message.elements(.via).count == 34)
        #expect(message.topVia?.host == "sip33.example.com")
        #expect(message.nameAddress(.to)?.displayName != nil)
    }

    @Test("dblreq: the octets after the first request are gone")
    func dblreq() throws {
        let message = try message("dblreq")
        #expect(message.method == .register)
        #expect(message.body.isEmpty)
        #expect(message.bytes.count == message.body.upperBound)
    }

    @Test("mpart01: a body of binary parts is kept whole")
    func mpart01() throws {
        let message = try message("mpart01")
        #expect(message.bytes[message.body].contains(0))
        #expect(message.number(.contentLength) == UInt64(message.body.count))
    }

    @Test("cparam01, cparam02, regescrt: parameters belong to the header or to the URI as the brackets say")
    func contactParameters() throws {
        func contact(_ name: String) throws -> (uri: SIPURI, parameters: ParameterList) {
            let message = try message(name)
            let element = try #require(message.firstElement(.contact))
            let address = try #require(NameAddress(message.bytes, element.range))
            return (
                try #require(SIPURI(message.bytes, address.uri)),
                try #require(ParameterList(message.bytes, address.parameters))
            )
        }
        #expect(try contact("cparam01").parameters.first("unknownparam") != nil)
        #expect(try contact("cparam02").uri.parameter("unknownparam") != nil)
        #expect(try contact("regescrt").uri.headers.map(\.name) == ["Route"])
    }

    @Test("over a stream dblreq is two requests, and ncl and mcl01 end it")
    func streams() throws {
        func items(_ name: String) throws -> [StreamFramer.Item] {
            var framer = StreamFramer()
            framer.append(try #require(Corpora.torture().first { $0.name == name }).bytes)
            var items: [StreamFramer.Item] = []
            while let item = framer.next() { items.append(item) }
            return items
        }
        let requests = try items("dblreq").map { item -> Method? in
            guard case .message(let bytes) = item else { return nil }
            return MessageParser.parse(bytes)?.method
        }
        #expect(requests.prefix(2) == [.register, .invite])
        for name in ["ncl", "mcl01"] {
            guard case .broken(_, .contentLength)? = try items(name).first else {
                Issue.record("\(name) must end the stream")
                continue
            }
        }
        #expect(try items("clerr") == [], "its rest may still come")
    }
}
