internal import SIPMessage
internal import SIPTransaction

/// One request of a capture, and what the engine has made of it.
struct CapturedExchange {
    /// A copy that the engine has sent on.
    struct Copy {
        /// The values of its Via lines, ours on top: a response has to bring them back.
        let vias: [String]
        let sentTo: Endpoint
        var hasFinal = false
    }

    /// A request as all of its copies know it, whoever sent them.
    struct Request: Hashable {
        let callID: String
        let cseq: String

        /// - Parameter method: of the request that is looked for, where it is not the message's own.
        init?(_ message: SIPMessage, method: String? = nil) {
            guard let callID = message.value(.callID), let cseq = message.cseq else { return nil }
            self.callID = callID
            self.cseq = "\(cseq.number) \(method ?? message.cseqMethodText)"
        }
    }

    /// What the response to a request has in common with it; the branch is that of the sender's Via.
    struct Key: Hashable {
        let request: Request
        let branch: String

        /// - Parameters:
        ///   - method: of the request that is looked for, where it is not the message's own.
        ///   - via: which of the message's Vias is that sender's, counted from 0.
        init?(_ message: SIPMessage, method: String? = nil, via place: Int = 0) {
            let vias = message.elements(.via)
            guard place < vias.count, let via = Via(message.bytes, vias[place].range),
                let request = Request(message, method: method)
            else { return nil }
            self.request = request
            // Elements of RFC 2543 write no branch.
            branch = via.sentBy + " " + (via.branch ?? "")
        }
    }

    let request: SIPMessage
    let from: Endpoint
    let to: Endpoint
    var copies: [Copy] = []
    /// The engine has given a final response by itself.
    var answeredHere: Int?
}

extension SIPMessage {
    /// The same response as it would have come if its request had had these Vias: whoever answers copies them.
    func answering(vias: [String]) -> SIPMessage? {
        var editor = MessageEditor()
        let lines = all(.via)
        for line in lines { editor.remove(line.line) }
        editor.insert(vias.map { "Via: \($0)\r\n" }.joined(), at: lines.first?.line.lowerBound ?? headersStart)
        return MessageParser.parse(editor.apply(to: self))
    }
}

extension Endpoint {
    init?(_ endpoint: CaptureEndpoint) {
        guard let address = IPAddress(endpoint.address.description) else { return nil }
        self.init(address: address, port: endpoint.port)
    }
}

extension CaptureEndpoint {
    init?(_ endpoint: Endpoint) {
        var bytes: [UInt8]
        switch endpoint.address {
        case .v4(let address): bytes = (0..<4).map { UInt8(truncatingIfNeeded: address >> (24 - 8 * UInt32($0))) }
        case .v6(let high, let low):
            bytes = [high, low].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
            }
        }
        guard let address = CaptureAddress(bytes: bytes) else { return nil }
        self.init(address: address, port: endpoint.port)
    }
}
