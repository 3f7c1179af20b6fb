package import SIPMessage

/// ACK and CANCEL that a client transaction writes itself from the request it has sent: same Request-URI, topmost
/// Via, From, Call-ID, CSeq number and Route (RFC 3261 §9.1, §17.1.1.3).
package enum DerivedRequest {
    /// - Parameter response: the final response whose To an ACK repeats; nil for a CANCEL.
    /// - Parameter reason: a Reason header's value (RFC 3326), for CANCEL.
    package static func write(_ method: Method, for request: [UInt8], response: SIPMessage?, reason: String? = nil)
        -> [UInt8]?
    {
        guard let request = MessageParser.parse(request), let uri = request.requestURI, let cseq = request.cseq,
            let via = request.firstElement(.via), let name = method.name
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        func line(_ field: HeaderField, of message: SIPMessage) { bytes.append(contentsOf: message.bytes[field.line]) }
        bytes.append(contentsOf: "\(name) ".utf8)
        bytes.append(contentsOf: request.bytes[uri])
        bytes.append(contentsOf: " SIP/2.0\r\n".utf8)
        // The topmost value alone, even if its line has others.
        bytes.append(contentsOf: "Via: ".utf8)
        bytes.append(contentsOf: request.bytes[via.range])
        bytes.append(contentsOf: "\r\n".utf8)
        for field in request.fields where field.name == .route { line(field, of: request) }
        bytes.append(contentsOf: "Max-Forwards: 70\r\n".utf8)
        if let from = request.first(.from) { line(from, of: request) }
        if let response, let to = response.first(.to) {
            line(to, of: response)
        } else if let to = request.first(.to) {
            line(to, of: request)
        }
        if let callID = request.first(.callID) { line(callID, of: request) }
        bytes.append(contentsOf: "CSeq: \(cseq.number) \(name)\r\n".utf8)
        if let reason { bytes.append(contentsOf: "Reason: \(reason)\r\n".utf8) }
        bytes.append(contentsOf: "Content-Length: 0\r\n\r\n".utf8)
        return bytes
    }
}
