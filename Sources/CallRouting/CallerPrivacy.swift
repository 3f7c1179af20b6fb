internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// What of a caller's identity goes on: asserted identities within the circle of trust (RFC 3325), 184 and 186 for our
/// own callers, for whom the proxy is the privacy service (RFC 3323 §5).
extension CallRouter {
    /// Lines that are to go, and lines to add, before a request leaves for a target.
    mutating func editIdentity(_ context: ResponseContext, _ target: Target, _ lines: inout [UInt8]) {
        let request = context.request
        let isHidden = hidesSender(context)
        let privacy = request.first(.privacy).map { request.text($0.value).lowercased() }
        let withholds = isHidden || privacy?.contains("id") == true
        // What a stranger or a phone asserts is nobody's word; beyond the trusted it is told only if not withheld.
        let believes = context.sender.isTrusted || context.sender.isInOurDialog && !isHidden
        let dropsAsserted = !believes || withholds && !target.isTrusted
        for field in request.fields {
            switch field.name {
            case .pAssertedIdentity where dropsAsserted: editor.remove(field.line)
            case .pPreferredIdentity where isHidden || context.sender.authenticated != nil: editor.remove(field.line)
            case .remotePartyID where isHidden: editor.remove(field.line)
            case .proxyAuthorization where isOurs(request, field): editor.remove(field.line)
            case .privacy where context.edits.showsCaller || isHidden: editor.remove(field.line)
            default: break
            }
        }
        if let caller = context.sender.authenticated, target.isTrusted { appendAsserted(caller, context, &lines) }
        if isHidden { hideCaller(context, &lines) }
        if context.edits.showsCaller { lines.append(contentsOf: "Privacy: none\r\n".utf8) }
    }

    /// Whether the sender of this request is the hidden party of its dialog.
    private func hidesSender(_ context: ResponseContext) -> Bool {
        if context.edits.hidesCaller { return true }
        guard let hidden = context.edits.note?.hiddenTag, let tag = context.request.tag(.from) else { return false }
        return RouteSigner.hash(ofTag: context.request.bytes[tag]) == hidden
    }

    /// Whether credentials are for our realm: they are of no use to anybody else, and name the caller.
    private func isOurs(_ request: SIPMessage, _ field: HeaderField) -> Bool {
        request.text(field.value).contains("realm=\"\(configuration.realm)\"")
    }

    /// RFC 3325 §5: we have proved who it is.
    private func appendAsserted(_ caller: PhoneNumber, _ context: ResponseContext, _ lines: inout [UInt8]) {
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        let isGlobal = caller.kind == .global
        // A plus sign needs no escape in a user part (RFC 3261 §25.1), and peers compare what they see.
        let user = isGlobal ? caller.canonical : Escaping.encoded(caller.canonical)
        lines.append(
            contentsOf: "P-Asserted-Identity: <sip:\(user)@\(domain)\(isGlobal ? ";user=phone" : "")>\r\n"
                .utf8)
    }

    /// From becomes anonymous with its tag kept, Privacy says so, and Contact leads back through us.
    private mutating func hideCaller(_ context: ResponseContext, _ lines: inout [UInt8]) {
        let request = context.request
        if let from = request.first(.from) {
            let tag = request.tag(.from).map { ";tag=" + request.text($0) } ?? ""
            editor.replace(from.value, with: "\"Anonymous\" <sip:anonymous@anonymous.invalid>" + tag)
        }
        lines.append(contentsOf: "Privacy: id\r\n".utf8)
        concealContact(request, flow: context.flow)
    }

    /// The contact of a hidden caller says nothing to anybody but us.
    private mutating func concealContact(_ message: SIPMessage, flow: Flow) {
        guard let callID = message.first(.callID) else { return }
        for element in message.elements(.contact) {
            guard let address = NameAddress(message.bytes, element.range),
                let user = signer.conceal(message.bytes[address.uri], callID: message.bytes[callID.value])
            else { continue }
            let transport = flow.transport == .tcp ? ";transport=tcp" : ""
            editor.replace(element.range, with: "<sip:\(user)@\(configuration.sentBy(flow.local))\(transport)>")
        }
    }

    /// What has to be put back in a response on its way to the hidden caller, or hidden in one that it sends.
    mutating func editIdentity(ofResponse response: SIPMessage, _ context: ResponseContext) {
        if hidesSender(context), let from = response.first(.from), let original = context.request.first(.from) {
            editor.replace(from.value, with: context.request.bytes[original.value])
        }
        // The hidden caller answers a request of the other side: its contact is hidden here too.
        if let hidden = context.edits.note?.hiddenTag, let tag = context.request.tag(.to),
            RouteSigner.hash(ofTag: context.request.bytes[tag]) == hidden
        {
            concealContact(response, flow: context.flow)
        }
    }
}
