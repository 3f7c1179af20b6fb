internal import SIPMessage

/// A dialog as one of its sides keeps it (RFC 3261 §12).
struct PhoneDialog {
    let callID: String
    let localTag: String
    let remoteTag: String
    /// What stands in From and To of a request from here, without tags.
    let local: String
    let remote: String
    /// The URI in the other side's Contact.
    var target: String
    /// Values of Route, in order.
    var routes: [String]
    var cseq: UInt32
    /// The CSeq number of the last INVITE from here, which its ACK repeats.
    var inviteCSeq: UInt32
    /// RSeq and CSeq of the last reliable provisional response (RFC 3262 §7.2).
    var reliable: String?
    /// A 2xx has come that nobody has acknowledged.
    var awaitsAcknowledgement = false
}

extension ScriptPhone {
    /// A response with a tag begins a dialog at the caller, or confirms one (§12.1.2).
    func learnDialog(from response: SIPMessage, to request: SIPMessage) {
        guard let status = response.status, (101..<300).contains(status),
            request.method == .invite || request.method == .subscribe || request.method == .refer,
            let remoteTag = response.tag(.to).map({ response.text($0) }),
            let localTag = request.tag(.from).map({ request.text($0) }), let cseq = request.cseq?.number
        else { return }
        let callID = request.value(.callID) ?? ""
        let place =
            dialogs.lastIndex { $0.callID == callID && $0.localTag == localTag && $0.remoteTag == remoteTag }
            ?? addDialog(
                PhoneDialog(
                    callID: callID, localTag: localTag, remoteTag: remoteTag, local: Self.untagged(request, .from),
                    remote: Self.untagged(request, .to), target: "", routes: [], cseq: cseq, inviteCSeq: cseq))
        if let target = Self.contactURI(response) { dialogs[place].target = target }
        // The route set of a dialog stays (§12.2.1.1); it is built when the dialog is.
        if request.tag(.to) == nil {
            dialogs[place].routes = response.elements(.recordRoute).reversed().map { response.text($0.range) }
        }
        if let rseq = response.lines(named: "RSeq").first { dialogs[place].reliable = "\(rseq) \(cseq) INVITE" }
        if status >= 200, request.method == .invite { dialogs[place].awaitsAcknowledgement = true }
    }

    /// An answer with a tag begins a dialog at the one who was called (§12.1.1).
    func beginDialog(answering request: SIPMessage, tag: String) {
        guard request.method == .invite || request.method == .subscribe || request.method == .refer,
            let remoteTag = request.tag(.from).map({ request.text($0) })
        else { return }
        let callID = request.value(.callID) ?? ""
        if let known = dialogs.lastIndex(where: {
            $0.callID == callID && $0.localTag == tag && $0.remoteTag == remoteTag
        }) {
            if let target = Self.contactURI(request) { dialogs[known].target = target }
            return
        }
        _ = addDialog(
            PhoneDialog(
                callID: callID, localTag: tag, remoteTag: remoteTag, local: Self.untagged(request, .to),
                remote: Self.untagged(request, .from), target: Self.contactURI(request) ?? "",
                routes: request.elements(.recordRoute).map { request.text($0.range) }, cseq: 0, inviteCSeq: 0))
    }

    private func addDialog(_ dialog: PhoneDialog) -> Int {
        dialogs.append(dialog)
        return dialogs.count - 1
    }

    /// - Parameter peer: the other side, of whose making the remote tag is; nil: the latest dialog.
    /// - Parameter method: an ACK is for a dialog that waits for one.
    func dialogIndex(with peer: String?, for method: String) -> Int? {
        dialogs.lastIndex { dialog in
            (peer.map { dialog.remoteTag.hasPrefix($0 + "-") } ?? true)
                && (method != "ACK" || dialog.awaitsAcknowledgement || description.isByHand)
        }
    }

    /// From or To without its tag.
    private static func untagged(_ message: SIPMessage, _ name: HeaderName) -> String {
        guard let field = message.first(name) else { return "" }
        let value = message.text(field.value)
        guard let tag = message.tag(name).map({ message.text($0) }) else { return value }
        return value.replacing(";tag=\(tag)", with: "")
    }

    private static func contactURI(_ message: SIPMessage) -> String? {
        guard let element = message.firstElement(.contact), let address = NameAddress(message.bytes, element.range)
        else { return nil }
        return message.text(address.uri)
    }
}
