internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// What of a caller's identity goes on: asserted identities within the circle of trust (RFC 3325), 184 and 186 for our
/// own callers, for whom the proxy is the privacy service (RFC 3323 §5).
extension CallRouter {
    /// Lines that are to go, and lines to add, before a request leaves for a target.
    mutating func editIdentity(_ context: ProxiedRequest, _ target: Target, _ hop: Hop, _ lines: inout [UInt8]) {
        let request = context.request
        let isHidden = hidesSender(context)
        let isPeer = isPeer(target, at: hop)
        let withholds = isHidden || !context.edits.showsCaller && PrivacyTokens(of: request).contains(.id)
        // What a stranger or a phone asserts is nobody's word; beyond the trusted it is told only if not withheld.
        let dropsAsserted = !context.sender.isTrusted || withholds && !isPeer
        for field in request.fields {
            switch field.name {
            case .pAssertedIdentity where dropsAsserted: editor.remove(field.line)
            case .remotePartyID where dropsAsserted || isHidden || !isPeer && request.isPrivatePartyID(field):
                editor.remove(field.line)
            case .pPreferredIdentity where isHidden || context.sender.authenticated != nil: editor.remove(field.line)
            case .proxyAuthorization where isOurs(request, field, orUnreadable: isHidden): editor.remove(field.line)
            case .authorization where isHidden && isOurs(request, field, orUnreadable: true): editor.remove(field.line)
            case .privacy where context.edits.showsCaller || isHidden: editor.remove(field.line)
            case .userAgent where isHidden: editor.remove(field.line)
            case .other where isHidden && request.isTelltale(field): editor.remove(field.line)
            default: break
            }
        }
        if isPeer, let caller = context.sender.authenticated ?? trustedCaller(context, isHidden: isHidden) {
            lines.append(contentsOf: "P-Asserted-Identity: \(address(of: caller, context))\r\n".utf8)
        }
        if isHidden { hideCaller(context, &lines) }
        if context.edits.showsCaller { showCaller(context, &lines) }
    }

    /// The number that a trusted network's own From gives, where hiding it would leave nothing that names the caller to
    /// the next of the trusted (RFC 3325 §5).
    private func trustedCaller(_ context: ProxiedRequest, isHidden: Bool) -> PhoneNumber? {
        let uri = context.head.fromURI
        guard isHidden, context.sender.isTrusted, context.request.first(.pAssertedIdentity) == nil,
            let number = number(in: uri), number.kind == .global || number.kind != .name && own.contain(uri)
        else { return nil }
        return number
    }

    /// Whether a next hop is within the circle of trust. A registered phone never is, wherever it stands: its user is the
    /// one from whom identities are withheld.
    func isPeer(_ target: Target, at hop: Hop) -> Bool {
        target.isTrusted || !target.isPhone && configuration.isTrusted(hop.remote.address)
    }

    /// Whether the sender of this request is the hidden party of its dialog.
    private func hidesSender(_ context: ProxiedRequest) -> Bool {
        if context.edits.hidesCaller { return true }
        guard let hidden = context.edits.note?.hiddenTag, let tag = context.request.tag(.from) else { return false }
        return RouteSigner.hash(ofTag: context.request.bytes[tag]) == hidden
    }

    /// Whether credentials are for our realm: they are of no use to anybody else, and name the caller.
    private func isOurs(_ request: SIPMessage, _ field: HeaderField, orUnreadable isUnreadableToo: Bool) -> Bool {
        guard let parameters = AuthorizationParameters(request.bytes, field.value) else { return isUnreadableToo }
        return parameters["realm"] == configuration.realm
    }

    /// One of our numbers as From and P-Asserted-Identity name it.
    private func address(of caller: PhoneNumber, _ context: ProxiedRequest) -> String {
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        let isGlobal = caller.kind == .global
        // A plus sign needs no escape in a user part (RFC 3261 §25.1), and peers compare what they see.
        let user = isGlobal ? caller.canonical : Escaping.encoded(caller.canonical)
        return "<sip:\(user)@\(domain)\(isGlobal ? ";user=phone" : "")>"
    }

    /// From becomes anonymous, Privacy says so, and Contact leads back through us.
    private mutating func hideCaller(_ context: ProxiedRequest, _ lines: inout [UInt8]) {
        replaceFrom(of: context.request, with: "\"Anonymous\" <sip:anonymous@anonymous.invalid>")
        lines.append(contentsOf: "Privacy: id\r\n".utf8)
        concealContact(context.request, flow: context.flow)
    }

    /// Privacy says that nothing is withheld, and a From by which a phone hides its number on its own names it.
    private mutating func showCaller(_ context: ProxiedRequest, _ lines: inout [UInt8]) {
        if let caller = context.sender.authenticated {
            let name = context.head.from.displayText(in: context.request.bytes)
            if number(in: context.head.fromURI) != caller || name?.lowercased() == "anonymous" {
                replaceFrom(of: context.request, with: address(of: caller, context))
            }
        }
        lines.append(contentsOf: "Privacy: none\r\n".utf8)
    }

    /// The tag stays: it is the dialog's (RFC 3261 §12).
    private mutating func replaceFrom(of request: SIPMessage, with address: String) {
        guard let from = request.first(.from) else { return }
        editor.replace(from.value, with: address + (request.tag(.from).map { ";tag=" + request.text($0) } ?? ""))
    }

    /// The contact of a hidden caller says nothing to anybody but us. A dialog has one contact: others go.
    private mutating func concealContact(_ message: SIPMessage, flow: Flow) {
        guard let callID = message.first(.callID) else { return }
        var isFirst = true
        for field in message.fields where field.name == .contact {
            guard isFirst, let element = message.firstElement(.contact),
                let address = NameAddress(message.bytes, element.range),
                let user = signer.conceal(message.bytes[address.uri], callID: message.bytes[callID.value])
            else {
                editor.remove(field.line)
                continue
            }
            isFirst = false
            let transport = flow.transport == .tcp ? ";transport=tcp" : ""
            editor.replace(field.value, with: "<sip:\(user)@\(configuration.sentBy(flow.local))\(transport)>")
        }
    }

    /// What has to be put back in a response on its way to a caller whose From was changed, or hidden in one that a hidden
    /// caller sends.
    mutating func editIdentity(ofResponse response: SIPMessage, _ context: ProxiedRequest) {
        if context.edits.showsCaller || hidesSender(context), let from = response.first(.from),
            let original = context.request.first(.from)
        {
            editor.replace(from.value, with: context.request.bytes[original.value])
        }
        // The hidden caller answers a request of the other side: it is hidden here too.
        if let hidden = context.edits.note?.hiddenTag, let tag = context.request.tag(.to),
            RouteSigner.hash(ofTag: context.request.bytes[tag]) == hidden
        {
            concealContact(response, flow: context.flow)
            for field in response.fields {
                switch field.name {
                case .pAssertedIdentity, .pPreferredIdentity, .remotePartyID, .userAgent: editor.remove(field.line)
                case .other where response.isTelltale(field): editor.remove(field.line)
                default: break
                }
            }
        }
    }

    /// A response as it may go on to the caller: without identities that a phone or a stranger asserts, and without
    /// those that a peer asserts but withholds (RFC 3325 §5, §7), a withheld history among them (RFC 7044 §10.1).
    ///
    /// - Parameter caller: the address of the one who gets it.
    func believed(_ response: SIPMessage, from flow: Flow, towards caller: IPAddress) -> SIPMessage {
        guard
            response.first(.pAssertedIdentity) != nil || response.first(.remotePartyID) != nil
                || response.first(.historyInfo) != nil
        else { return response }
        let isTold = configuration.isTrusted(caller)
        let privacy = PrivacyTokens(of: response)
        let dropsIdentity = !isTold && privacy.contains(.id) || !configuration.isTrusted(flow.remote.address)
        let dropsHistory =
            !isTold
            && (!privacy.isDisjoint(with: [.history, .header, .session])
                || response.elements(.historyInfo).contains { ReceivedEntry(response, $0)?.isPrivate ?? true })
        guard dropsIdentity || dropsHistory else { return response }
        var editor = MessageEditor()
        for field in response.fields {
            switch field.name {
            case .pAssertedIdentity where dropsIdentity, .remotePartyID where dropsIdentity: editor.remove(field.line)
            case .historyInfo where dropsHistory: editor.remove(field.line)
            default: break
            }
        }
        return MessageParser.parse(editor.apply(to: response)) ?? response
    }
}

extension PrivacyTokens {
    /// Of all Privacy header fields together, however many there are.
    init(of message: SIPMessage) {
        self.init(rawValue: 0)
        guard message.first(.privacy) != nil else { return }
        for field in message.fields where field.name == .privacy {
            for token in message.text(field.value).split(whereSeparator: { $0 == ";" || $0 == "," || $0.isWhitespace })
            {
                formUnion(PrivacyTokens(token: token))
            }
        }
    }
}

extension SIPMessage {
    /// Headers that tell who somebody is, or where, without being needed for the call, and the compact forms that they
    /// have: RFC 3323 §5.3, which names User-Agent too, RFC 3892, RFC 8224, RFC 5502, RFC 8496; of places RFC 6442, and
    /// RFC 7315 §4.3 and §4.4.
    ///
    /// P-Called-Party-ID is none of them: it names the one who is called (RFC 7315 §4.2). Nor are its charging headers,
    /// which name networks (§4.5, §4.6). A location in a body stays, because a proxy changes no body (RFC 3261 §16.6).
    private static let telltales: Set<String> = [
        "reply-to", "call-info", "organization", "in-reply-to", "subject", "s", "server", "identity", "y",
        "identity-info", "n", "referred-by", "b", "p-served-user", "p-charge-info", "geolocation",
        "p-visited-network-id", "p-access-network-info",
    ]

    fileprivate func isTelltale(_ field: HeaderField) -> Bool {
        Self.telltales.contains(text(field.nameRange).lowercased())
    }

    /// A Remote-Party-ID that is to be kept from its reader.
    func isPrivatePartyID(_ field: HeaderField) -> Bool {
        let text = text(field.value).lowercased()
        return text.contains("privacy=full") || text.contains("privacy=uri")
    }
}
