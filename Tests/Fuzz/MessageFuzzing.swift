import SIPMessage

/// Octets as one message: whatever they are they are read without harm, and what goes out parses to what came in.
enum MessageFuzzing {
    static func run(_ octets: [UInt8]) {
        guard let message = MessageParser.parse(octets) else { return }
        for field in message.fields {
            must(field.line.upperBound <= message.bytes.count, "a line past the end")
            _ = message.elements(field.name).count
        }
        _ = (message.topVia, message.tag(.to), message.tag(.from), message.cseq, message.nameAddress(.from))
        guard message.isRequest else {
            _ = MessageValidation.fault(inResponse: message)
            return
        }
        let fault = MessageValidation.fault(inRequest: message)
        let head = try? RequestHead(message)
        must(fault != nil || head != nil, "a request that is well-formed and can't be read")
        let written = ResponseWriter.response(to: message, status: 400, reason: "Bad Request", toTag: "x")
        guard let response = MessageParser.parse(written) else { return must(false, "a response that is no message") }
        must(response.status == 400, "a response with status \(response.status ?? 0)")
        guard fault == nil else { return }
        must(response.value(.callID) == message.value(.callID), "another Call-ID")
        must(response.topVia?.branch == message.topVia?.branch, "another branch")
        edit(message)
    }

    /// As a proxy does: a Via more, a Route less, and nothing else changes.
    private static func edit(_ message: SIPMessage) {
        guard let first = message.fields.first else { return }
        let routes = message.elements(.route)
        var editor = MessageEditor()
        editor.insert("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew\r\n", at: first.line.lowerBound)
        if let route = routes.first { editor.remove([route], of: message) }
        guard let edited = MessageParser.parse(editor.apply(to: message.bytes)) else {
            return must(false, "what was edited is no message")
        }
        must(edited.topVia?.branch == "z9hG4bKnew", "a Via that is not the first")
        must(edited.elements(.via).count == message.elements(.via).count + 1, "Vias have come or gone")
        must(edited.elements(.route).count == max(0, routes.count - 1), "Routes have come or gone")
        for name in [HeaderName.callID, .from, .to, .cseq] {
            must(edited.value(name) == message.value(name), "another \(name)")
        }
    }
}
