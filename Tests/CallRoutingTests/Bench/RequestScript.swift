import SIPMessage

/// A request as a peer writes it. Every part can be changed before it is sent.
struct RequestScript {
    var method: String
    var uri: String
    var from: String
    var to: String
    var callID: String
    var cseq = 1
    var branch: String
    var contact: String?
    var maxForwards: String? = "70"
    /// `;rport`, or nothing.
    var viaParameters = ""
    /// Vias below the peer's own.
    var earlierVias: [String] = []
    /// Whole lines without their CRLF.
    var headers: [String] = []
    var body = ""

    func bytes(from peer: Peer) -> [UInt8] {
        var lines = ["\(method) \(uri) SIP/2.0", "Via: " + peer.via(branch: branch, parameters: viaParameters)]
        lines += earlierVias.map { "Via: " + $0 }
        if let maxForwards { lines.append("Max-Forwards: \(maxForwards)") }
        lines += ["From: \(from)", "To: \(to)", "Call-ID: \(callID)", "CSeq: \(cseq) \(method)"]
        if let contact { lines.append("Contact: <\(contact)>") }
        lines += headers
        lines.append("Content-Length: \(body.utf8.count)")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// The CANCEL of this request (RFC 3261 §9.1).
    var cancel: RequestScript {
        var cancel = self
        cancel.method = "CANCEL"
        cancel.contact = nil
        cancel.headers = []
        cancel.body = ""
        return cancel
    }

    /// The ACK to a final response other than 2xx (§17.1.1.3).
    func acknowledgement(of response: SIPMessage) -> RequestScript {
        var ack = cancel
        ack.method = "ACK"
        ack.to = response.value(.to) ?? to
        return ack
    }
}
