import SIPMessage
import Testing

/// Damaged messages: nothing a peer sends may end the process, and what is taken for sound must stay so.
@Suite struct MutationTests {
    private static let roundsPerSeed = 1_500

    @Test("a damaged message never does harm", arguments: 1...4 as ClosedRange<UInt64>)
    func damaged(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let samples = Samples.all + (try Corpora.torture().map(\.bytes))
        for round in 0..<Self.roundsPerSeed {
            var bytes = samples[Int.random(in: 0..<samples.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.damage(&bytes, &generator) }
            Self.frame(bytes, &generator, "seed \(seed) round \(round)")
            guard let message = MessageParser.parse(bytes) else { continue }
            Self.readEverything(message)
            try Self.answer(message, "seed \(seed) round \(round)")
            try Self.forward(message, "seed \(seed) round \(round)")
        }
    }

    private static let spice = Array("\r\n \t,;:<>\"\\@=?%[]/\0".utf8)

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let octet =
            Bool.random(using: &generator)
            ? spice[Int.random(in: 0..<spice.count, using: &generator)] : UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = octet
        case 1: bytes.insert(octet, at: place)
        case 2: bytes.remove(at: place)
        case 3:
            let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
        default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
        }
    }

    private static func readEverything(_ message: SIPMessage) {
        for name in HeaderName.allCases {
            for element in message.elements(name) {
                guard let address = NameAddress(message.bytes, element.range) else { continue }
                _ = address.displayText(in: message.bytes)
                _ = ParameterList(message.bytes, address.parameters)?.text("tag")
                guard let uri = SIPURI(message.bytes, address.uri) else { continue }
                if [.sip, .sips, .tel].contains(uri.scheme) { #expect(uri.isEquivalent(to: uri)) }
                _ = uri.decodedUser
            }
            _ = message.number(name)
            _ = message.tag(name)
        }
        _ = message.topBranch
        _ = message.topVia?.sentBy
        _ = message.cseqMethod
        _ = message.requestURI.flatMap { SIPURI(message.bytes, $0) }?.description
    }

    /// The answer to any request that names a way back can be read, whatever was wrong with the request.
    private static func answer(_ request: SIPMessage, _ place: String) throws {
        guard request.isRequest else { return }
        let fault = MessageValidation.fault(inRequest: request)
        let bytes = ResponseWriter.response(
            to: request, status: fault?.status ?? 404, reason: fault?.description ?? "Not Found", toTag: "t")
        let response = try #require(MessageParser.parse(bytes), "\(place)")
        #expect(response.fault == nil, "\(place)")
        if fault == nil { #expect(MessageValidation.fault(inResponse: response) == nil, "\(place)") }
    }

    /// What is sound is forwarded sound, with its own headers and body as they came.
    private static func forward(_ request: SIPMessage, _ place: String) throws {
        guard request.isRequest, MessageValidation.fault(inRequest: request) == nil else { return }
        var editor = MessageEditor()
        editor.insert("Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKours\r\n", at: request.headersStart)
        if let hops = request.first(.maxForwards) { editor.replace(hops.value, with: "69") }
        if let route = request.firstElement(.route) { editor.remove(route.removal) }
        if let uri = request.requestURI { editor.replace(uri, with: "sip:next@lab.test") }
        editor.insert("X-Last: 1\r\n", at: request.headersEnd)
        let forwarded = try #require(MessageParser.parse(editor.apply(to: request)), "\(place)")
        #expect(MessageValidation.fault(inRequest: forwarded) == nil, "\(place)")
        #expect(forwarded.topVia?.branch == "z9hG4bKours", "\(place)")
        #expect(forwarded.texts(.via).dropFirst().elementsEqual(request.texts(.via)), "\(place)")
        #expect(forwarded.texts(.route) == Array(request.texts(.route).dropFirst()), "\(place)")
        #expect(forwarded.bytes[forwarded.body] == request.bytes[request.body], "\(place)")
        #expect(forwarded.fields.last.map { forwarded.text($0.value) } == "1", "\(place)")
    }

    /// However a stream is cut into chunks, the same items come out of it.
    private static func frame(_ bytes: [UInt8], _ generator: inout SeededGenerator, _ place: String) {
        var whole = StreamFramer(messageLimit: 4_096)
        whole.append(bytes)
        var expected: [StreamFramer.Item] = []
        while let item = whole.next() { expected.append(item) }
        var pieces = StreamFramer(messageLimit: 4_096)
        var items: [StreamFramer.Item] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...200, using: &generator))
            pieces.append(bytes[start..<end])
            while let item = pieces.next() { items.append(item) }
            start = end
        }
        #expect(items.count == expected.count, "\(place)")
        for (item, wanted) in zip(items, expected) where !isBroken(item) { #expect(item == wanted, "\(place)") }
    }

    private static func isBroken(_ item: StreamFramer.Item) -> Bool {
        if case .broken = item { return true }
        return false
    }
}
