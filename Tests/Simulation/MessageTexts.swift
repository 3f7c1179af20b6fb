import SIPMessage

/// What phones and callers read out of messages and write into them.
extension SIPMessage {
    var requestURIText: String { requestURI.map { text($0) } ?? "" }

    /// The URI of the first Contact.
    var contactURI: String {
        guard let element = firstElement(.contact), let address = NameAddress(bytes, element.range) else { return "" }
        return text(address.uri)
    }

    func values(_ name: HeaderName) -> [String] { elements(name).map { text($0.range) } }

    /// `INVITE sip:…`, or `180 Ringing`.
    var label: String {
        let line = bytes.prefix { $0 != ASCII.carriageReturn && $0 != ASCII.lineFeed }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
        if isRequest { return words.prefix(2).joined(separator: " ") }
        return words.dropFirst().joined(separator: " ") + " (\(cseqMethod.map { "\($0)" } ?? "?"))"
    }

    /// The value of the first line of a header that routing does not read.
    func line(named name: String) -> String? {
        fields.first { $0.name == .other && text($0.nameRange).lowercased() == name.lowercased() }.map {
            text($0.value)
        }
    }

    /// RFC 3262: what it takes, or what it is.
    var isReliable: Bool { values(.require).contains("100rel") }

    var toTag: String? { tag(.to).map { text($0) } }

    /// A response to this request (RFC 3261 §8.2.6).
    func response(_ status: Int, tag: String, headers: [String] = []) -> [UInt8] {
        var lines = ["SIP/2.0 \(status) Simulated"]
        for field in fields where [.via, .recordRoute, .from, .callID, .cseq].contains(field.name) {
            lines.append(text(field.nameRange) + ": " + text(field.value))
        }
        let to = value(.to) ?? ""
        lines.append("To: \(to)" + (status > 100 && !to.contains(";tag=") ? ";tag=\(tag)" : ""))
        lines += headers
        lines += ["Content-Length: 0", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

/// A request as a phone or a caller writes it.
struct WrittenRequest {
    var method: String
    var uri: String
    var from: String
    var to: String
    var callID: String
    var cseq: Int
    var branch: String
    var sender: Endpoint
    /// Whole lines without their CRLF.
    var headers: [String] = []

    var bytes: [UInt8] {
        let lines =
            [
                "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP \(sender);branch=\(branch)", "Max-Forwards: 70",
                "From: \(from)", "To: \(to)", "Call-ID: \(callID)", "CSeq: \(cseq) \(method)",
            ] + headers + ["Content-Length: 0", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// The same request as another one of the same transaction: CANCEL, or the ACK to a failure.
    func following(_ method: String, to: String? = nil) -> WrittenRequest {
        var other = self
        other.method = method
        other.to = to ?? self.to
        other.headers = headers.filter { $0.hasPrefix("Route:") }
        return other
    }
}
