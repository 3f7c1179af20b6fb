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
        response.reserveCapacity(request.headersEnd + headers.utf8.count + 96)
        response.append(contentsOf: "SIP/2.0 ".utf8)
        response.append(decimal: status)
        response.append(ASCII.space)
        response.append(contentsOf: reason.utf8)
        response.append(contentsOf: "\r\n".utf8)
        var replacement = topVia
        var copied = OnceOnly()
        for field in request.fields {
            switch field.name {
            case .via:
                copyVia(field, of: request, replacingTop: &replacement, to: &response)
            case .to where copied.isFirst(.to):
                copy(field.lineStart..<field.valueEnd, of: request, to: &response)
                if let toTag, request.tag(.to) == nil {
                    response.append(contentsOf: ";tag=".utf8)
                    response.append(contentsOf: toTag.utf8)
                }
                response.append(contentsOf: "\r\n".utf8)
            case .from where copied.isFirst(.from), .callID where copied.isFirst(.callID),
                .cseq where copied.isFirst(.cseq), .timestamp where status == 100:
                copy(field.lineStart..<field.valueEnd, of: request, to: &response)
                response.append(contentsOf: "\r\n".utf8)
            default: break
            }
        }
        response.append(contentsOf: headers.utf8)
        response.append(contentsOf: "Content-Length: 0\r\n\r\n".utf8)
        return response
    }

    /// Which of the headers that stand once have been copied: a request with two of one is answered with the first.
    private struct OnceOnly {
        private var seen: UInt64 = 0

        mutating func isFirst(_ name: HeaderName) -> Bool {
            let bit: UInt64 = 1 << UInt64(name.rawValue)
            defer { seen |= bit }
            return seen & bit == 0
        }
    }

    private static func copyVia(
        _ field: HeaderField, of request: SIPMessage, replacingTop replacement: inout [UInt8]?,
        to response: inout [UInt8]
    ) {
        if let topVia = replacement, let first = request.firstElement(.via), first.field.lineStart == field.lineStart {
            copy(field.lineStart..<Int32(first.range.lowerBound), of: request, to: &response)
            response.append(contentsOf: topVia)
            copy(Int32(first.range.upperBound)..<field.valueEnd, of: request, to: &response)
            replacement = nil
        } else {
            copy(field.lineStart..<field.valueEnd, of: request, to: &response)
        }
        response.append(contentsOf: "\r\n".utf8)
    }

    /// Copies octets as they came, but for line ends that are not CRLF: those are a fault of the request that its
    /// response must not repeat.
    private static func copy(_ range: Range<Int32>, of request: SIPMessage, to response: inout [UInt8]) {
        let range = Int(range.lowerBound)..<Int(range.upperBound)
        guard request.fault != nil else {
            response.append(contentsOf: request.bytes[range])
            return
        }
        for position in range {
            switch request.bytes[position] {
            case ASCII.carriageReturn: break
            case ASCII.lineFeed: response.append(contentsOf: "\r\n".utf8)
            case let byte: response.append(byte)
            }
        }
    }
}
