/// Writes the response to a request (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq are copied as they came.
package enum ResponseWriter {
    /// - Parameters:
    ///   - toTag: added to To where it has no tag; nil for 100 Trying.
    ///   - topVia: what takes the place of the topmost Via's value: the same with `received` and `rport` filled in.
    ///   - headers: whole lines with their CRLF.
    package static func response(
        to request: SIPMessage, status: Int, reason: String, toTag: String?, topVia: [UInt8]? = nil,
        headers: String = ""
    ) -> [UInt8] {
        var response: [UInt8] = []
        response.reserveCapacity(request.headersEnd + 128)
        response.append(contentsOf: "SIP/2.0 \(status) \(reason)\r\n".utf8)
        var seen: Set<HeaderName> = []
        var isTopVia = true
        for field in request.fields {
            switch field.name {
            case .via:
                if isTopVia, let topVia, let first = request.firstElement(.via) {
                    response.append(contentsOf: request.bytes[field.line.lowerBound..<first.range.lowerBound])
                    response.append(contentsOf: topVia)
                    response.append(contentsOf: request.bytes[first.range.upperBound..<field.line.upperBound])
                } else {
                    response.append(contentsOf: request.bytes[field.line])
                }
                isTopVia = false
            case .to where seen.insert(.to).inserted:
                response.append(contentsOf: request.bytes[field.line.lowerBound..<field.value.upperBound])
                if let toTag, NameAddress.tag(in: request, field) == nil {
                    response.append(contentsOf: ";tag=\(toTag)".utf8)
                }
                response.append(contentsOf: "\r\n".utf8)
            case .from where seen.insert(.from).inserted, .callID where seen.insert(.callID).inserted,
                .cseq where seen.insert(.cseq).inserted:
                response.append(contentsOf: request.bytes[field.line])
            case .timestamp where status == 100:
                response.append(contentsOf: request.bytes[field.line])
            default: break
            }
        }
        response.append(contentsOf: headers.utf8)
        response.append(contentsOf: "Content-Length: 0\r\n\r\n".utf8)
        return response
    }
}
