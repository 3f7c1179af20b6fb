import SIPMessage

/// One side of a dialog, from which it writes later requests (RFC 3261 §12.2.1.1).
struct Dialog {
    let peer: Peer
    let from: String
    let to: String
    let callID: String
    let target: String
    /// Values of Route, in order.
    let routes: [String]
    var cseq: Int
    private var serial = 0

    /// The caller's side, from the INVITE that it sent and the response that it got.
    init(callerOf request: RequestScript, _ peer: Peer, _ response: SIPMessage) {
        self.peer = peer
        from = request.from
        to = response.value(.to) ?? ""
        callID = request.callID
        cseq = request.cseq
        target = response.contactURI
        routes = response.listValues(.recordRoute).reversed()
    }

    /// The called side, from the INVITE that came and the response that it gave.
    init(calledBy request: SIPMessage, _ peer: Peer, _ response: SIPMessage) {
        self.peer = peer
        from = response.value(.to) ?? ""
        to = request.value(.from) ?? ""
        callID = request.value(.callID) ?? ""
        cseq = 100
        target = request.contactURI
        routes = request.listValues(.recordRoute)
    }

    /// ACK to the 2xx of the last INVITE, or any other request in the dialog.
    mutating func request(_ method: String) -> RequestScript {
        serial += 1
        if method != "ACK" { cseq += 1 }
        var script = RequestScript(
            method: method, uri: target, from: from, to: to, callID: callID, cseq: cseq,
            branch: "z9hG4bK-\(peer.name)-\(callID)-\(method)-\(serial)")
        script.headers = routes.map { "Route: \($0)" }
        if method == "INVITE" || method == "UPDATE" { script.contact = peer.contact }
        return script
    }
}

extension SIPMessage {
    /// The URI of the first Contact.
    var contactURI: String {
        guard let element = firstElement(.contact), let address = NameAddress(bytes, element.range) else { return "" }
        return text(address.uri)
    }

    func listValues(_ name: HeaderName) -> [String] { elements(name).map { text($0.range) } }

    var requestURIText: String { requestURI.map { text($0) } ?? "" }

    var whole: String { text(bytes.indices) }

    /// `INVITE`, or `180`.
    var kind: String { status.map { String($0) } ?? methodText }

    func headers(named name: String) -> [String] {
        fields.filter { text($0.nameRange).lowercased() == name.lowercased() }.map { text($0.value) }
    }
}
