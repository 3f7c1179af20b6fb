internal import Directory
internal import SIPMessage

/// What a phone writes.
extension ScriptPhone {
    /// Puts a request together as a step says, and remembers it.
    ///
    /// - Returns: the octets, and the URI whose address they go to; nil for the server.
    func request(_ step: SendStep, password: String?) throws(PhoneMistake) -> (bytes: [UInt8], next: String?) {
        if step.method == "CANCEL" { return (try cancel(step.edits), nil) }
        var draft: MessageDraft
        var next: String?
        if step.target != nil || step.method == "REGISTER" {
            draft = try outsideDialog(step, password: password)
        } else {
            (draft, next) = try withinDialog(step)
        }
        if step.method == "INVITE", !step.edits.contains(where: { if case .body = $0 { true } else { false } }) {
            draft.add("Content-Type", "application/sdp")
            draft.body = sessionDescription
        }
        draft.apply(step.edits)
        return (try remember(draft), next)
    }

    private func remember(_ draft: MessageDraft) throws(PhoneMistake) -> [UInt8] {
        let bytes = draft.bytes
        guard let message = MessageParser.parse(bytes) else { throw PhoneMistake("what it sends is no SIP message") }
        if message.method != .ack { asked.append(Asked(request: message)) }
        return bytes
    }

    /// What a script has written in full is a request of the phone like any other.
    func remember(octets: [UInt8]) {
        if let message = MessageParser.parse(octets), let method = message.method, method != .ack {
            asked.append(Asked(request: message))
        }
    }

    private func outsideDialog(_ step: SendStep, password: String?) throws(PhoneMistake) -> MessageDraft {
        let isRegister = step.method == "REGISTER"
        let target = step.target.map { $0.contains(":") ? $0 : "sip:\($0)@\(domain)" } ?? "sip:\(domain)"
        let challenged = step.credentials.flatMap { _ in
            asked.last { $0.request.methodText == step.method && [401, 407].contains($0.final?.status) }
        }
        cseq += 1
        var draft = MessageDraft("\(step.method) \(target) SIP/2.0")
        draft.add("Via", via)
        draft.add("Max-Forwards", "70")
        let tag = challenged.flatMap { asked in asked.request.tag(.from).map { asked.request.text($0) } } ?? newTag()
        draft.add("From", "\(identity);tag=\(tag)")
        draft.add("To", isRegister ? identity : "<\(target)>")
        draft.add(
            "Call-ID", challenged?.request.value(.callID) ?? (isRegister ? "register@\(name)" : newCallID()))
        draft.add("CSeq", "\(cseq) \(step.method)")
        if Self.hasContact(step.method) { draft.add("Contact", "<\(contact)>") }
        if let credentials = step.credentials {
            guard let final = challenged?.final else { throw PhoneMistake("there is no challenge to answer") }
            let answer = try answer(to: final, credentials, password, step.method, target)
            draft.add(answer.header, answer.value)
        }
        return draft
    }

    private func answer(
        to challenge: SIPMessage, _ credentials: SendStep.Credentials, _ password: String?, _ method: String,
        _ target: String
    ) throws(PhoneMistake) -> (header: String, value: String) {
        guard let secret = credentials.password ?? description.password ?? password,
            let username = credentials.username ?? description.number?.national
        else { throw PhoneMistake("there is no password for it") }
        let key = challenge.lines(named: "Proxy-Authenticate").first ?? challenge.lines(named: "WWW-Authenticate").first
        let count = (challengeCounts[key ?? ""] ?? 0) + 1
        challengeCounts[key ?? ""] = count
        let phone = PhoneCredentials(username: username, password: secret, algorithm: credentials.algorithm)
        guard let answer = phone.answer(to: challenge, method: method, uri: target, count: count) else {
            throw PhoneMistake("no challenge that came is for \(credentials.algorithm)")
        }
        return answer
    }

    private func withinDialog(_ step: SendStep) throws(PhoneMistake) -> (MessageDraft, next: String?) {
        guard let place = dialogIndex(with: step.dialog, for: step.method) else {
            throw PhoneMistake(
                step.method == "ACK"
                    ? "there is no 2xx to acknowledge" : "there is no dialog for it; outside of one say \"to\" whom")
        }
        if step.method == "ACK" { dialogs[place].awaitsAcknowledgement = false } else { dialogs[place].cseq += 1 }
        if step.method == "INVITE" { dialogs[place].inviteCSeq = dialogs[place].cseq }
        let dialog = dialogs[place]
        var target = dialog.target
        var routes = dialog.routes
        if step.isStrict, !routes.isEmpty {
            routes.append("<\(target)>")
            target = routes.removeFirst().filter { $0 != "<" && $0 != ">" }
        }
        var draft = MessageDraft("\(step.method) \(target) SIP/2.0")
        draft.add("Via", via)
        for route in routes { draft.add("Route", route) }
        draft.add("Max-Forwards", "70")
        draft.add("From", "\(dialog.local);tag=\(dialog.localTag)")
        draft.add("To", "\(dialog.remote);tag=\(dialog.remoteTag)")
        draft.add("Call-ID", dialog.callID)
        draft.add("CSeq", "\(step.method == "ACK" ? dialog.inviteCSeq : dialog.cseq) \(step.method)")
        if Self.hasContact(step.method) { draft.add("Contact", "<\(contact)>") }
        if step.method == "PRACK", let reliable = dialog.reliable { draft.add("RAck", reliable) }
        return (draft, dialog.routes.first ?? dialog.target)
    }

    private static func hasContact(_ method: String) -> Bool {
        ["INVITE", "UPDATE", "SUBSCRIBE", "REFER", "NOTIFY", "REGISTER"].contains(method)
    }

    private var via: String {
        "SIP/2.0/\(description.transport.viaText) \(description.endpoint);branch=\(newBranch())"
    }

    private var sessionDescription: String {
        let address = description.endpoint.address
        let family = address.hostText.hasPrefix("[") ? "IP6" : "IP4"
        return [
            "v=0", "o=\(name) 1 1 IN \(family) \(address)", "s=-", "c=IN \(family) \(address)", "t=0 0",
            "m=audio 40000 RTP/AVP 0",
        ].joined(separator: "\r\n") + "\r\n"
    }

    // MARK: CANCEL and ACK

    /// For the last INVITE without a final response (RFC 3261 §9.1).
    private func cancel(_ edits: [MessageEdit]) throws(PhoneMistake) -> [UInt8] {
        let isByHand = description.isByHand
        guard let invite = asked.last(where: { $0.request.method == .invite && ($0.final == nil || isByHand) }) else {
            throw PhoneMistake("there is no INVITE without final response to cancel")
        }
        var draft = derived("CANCEL", from: invite.request, to: invite.request.value(.to) ?? "")
        draft.apply(edits)
        return try remember(draft)
    }

    /// Acknowledges the final response to the last INVITE that has one other than 2xx (§17.1.1.3).
    func acknowledge() throws(PhoneMistake) -> [UInt8] {
        guard let place = asked.lastIndex(where: { $0.request.method == .invite && ($0.final?.status ?? 0) >= 300 }),
            let final = asked[place].final
        else { throw PhoneMistake("there is no final response to acknowledge; a 2xx is by: sends ACK") }
        let bytes = derived("ACK", from: asked[place].request, to: final.value(.to) ?? "").bytes
        asked[place].acknowledgement = bytes
        return bytes
    }

    private func derived(_ method: String, from request: SIPMessage, to: String) -> MessageDraft {
        let uri = request.requestURI.map { request.text($0) } ?? ""
        var draft = MessageDraft("\(method) \(uri) SIP/2.0")
        draft.add("Via", request.lines(named: "Via").first ?? "")
        for route in request.lines(named: "Route") { draft.add("Route", route) }
        draft.add("Max-Forwards", "70")
        draft.add("From", request.value(.from) ?? "")
        draft.add("To", to)
        draft.add("Call-ID", request.value(.callID) ?? "")
        draft.add("CSeq", "\(request.cseq?.number ?? 0) \(method)")
        return draft
    }

    // MARK: As a proxy

    /// The latest request of this method goes on: with a Via more, one hop less, and this Request-URI.
    func forward(_ method: String, to target: String) throws(PhoneMistake) -> [UInt8] {
        guard let request = served.last(where: { $0.request.methodText == method })?.request,
            let uri = request.requestURI
        else { throw PhoneMistake("no \(method) has come that could go on") }
        var editor = MessageEditor()
        editor.replace(uri, with: target.contains(":") ? target : "sip:\(target)@\(domain)")
        editor.insert("Via: \(via)\r\n", at: request.headersStart)
        if let field = request.first(.maxForwards), let hops = request.number(.maxForwards) {
            editor.replace(field.value, with: String(hops &- 1))
        }
        let bytes = editor.apply(to: request)
        remember(octets: bytes)
        return bytes
    }

    /// The response with this status that has come goes back, with a Via less.
    func forwardBack(_ status: Int) throws(PhoneMistake) -> (bytes: [UInt8], ScriptOrigin) {
        guard let response = asked.last(where: { $0.final?.status == status })?.final,
            let place = served.lastIndex(where: {
                $0.finalStatus == nil && $0.request.value(.callID) == response.value(.callID)
                    && $0.request.value(.cseq) == response.value(.cseq)
            }), let via = response.firstElement(.via)
        else { throw PhoneMistake("no \(status) has come for a request that is open here") }
        var editor = MessageEditor()
        editor.remove(via.removal)
        let bytes = editor.apply(to: response)
        served[place].finalStatus = status
        served[place].lastResponse = bytes
        return (bytes, served[place].origin)
    }

    // MARK: Responses

    /// The open request that an answer is for. By hand any request can be answered, however often.
    func openRequest(_ wanted: RequestReference?) -> Int? {
        if let wanted, wanted.ordinal != nil { return place(of: wanted) }
        return served.lastIndex { served in
            let isOpen = served.finalStatus == nil && served.request.method != .cancel
            guard isOpen || description.isByHand else { return false }
            return wanted.map { served.request.methodText == $0.method } ?? true
        }
    }

    private func place(of wanted: RequestReference) -> Int? {
        let places = served.indices.filter { served[$0].request.methodText == wanted.method }
        guard let ordinal = wanted.ordinal else { return places.last }
        return ordinal <= places.count ? places[ordinal - 1] : nil
    }

    /// What was sent before: the last message of its kind, or the response to that request.
    func octets(sentAs kind: MessageKind, to request: RequestReference?) -> [UInt8]? {
        guard let request else { return sent[kind] }
        guard case .response(let status) = kind, let place = place(of: request) else { return nil }
        return served[place].responses[status]
    }

    func answer(_ place: Int, status: Int, phrase: String?, edits: [MessageEdit]) -> [UInt8] {
        let (request, tag) = (served[place].request, served[place].tag)
        let isInvite = request.method == .invite
        var draft = MessageDraft("SIP/2.0 \(status) \(phrase ?? Self.phrase(of: status))")
        for via in request.lines(named: "Via") { draft.add("Via", via) }
        if (101..<300).contains(status) {
            for route in request.lines(named: "Record-Route") { draft.add("Record-Route", route) }
        }
        draft.add("From", request.value(.from) ?? "")
        let to = request.value(.to) ?? ""
        draft.add("To", request.tag(.to) == nil && status > 100 ? "\(to);tag=\(tag)" : to)
        draft.add("Call-ID", request.value(.callID) ?? "")
        draft.add("CSeq", request.value(.cseq) ?? "")
        if (101..<300).contains(status), isInvite || request.method == .subscribe {
            draft.add("Contact", "<\(contact)>")
            beginDialog(answering: request, tag: tag)
        }
        if isInvite, status == 183 || (200..<300).contains(status),
            !edits.contains(where: { if case .body = $0 { true } else { false } })
        {
            draft.add("Content-Type", "application/sdp")
            draft.body = sessionDescription
        }
        draft.apply(edits)
        let bytes = draft.bytes
        served[place].lastResponse = bytes
        served[place].responses[status] = bytes
        if status >= 200 { served[place].finalStatus = status }
        return bytes
    }

    private static func phrase(of status: Int) -> String {
        phrases[status] ?? phrases[status / 100 * 100] ?? "Unknown"
    }

    /// RFC 3261 §21 and those that came later.
    private static let phrases: [Int: String] = [
        100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
        199: "Early Dialog Terminated", 200: "OK", 202: "Accepted", 300: "Multiple Choices", 301: "Moved Permanently",
        302: "Moved Temporarily", 305: "Use Proxy", 380: "Alternative Service", 400: "Bad Request", 401: "Unauthorized",
        403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
        408: "Request Timeout", 410: "Gone", 415: "Unsupported Media Type", 420: "Bad Extension",
        422: "Session Interval Too Small", 430: "Flow Failed", 480: "Temporarily Unavailable",
        481: "Call/Transaction Does Not Exist", 484: "Address Incomplete", 486: "Busy Here", 487: "Request Terminated",
        488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Server Time-out", 600: "Busy Everywhere", 603: "Decline",
        604: "Does Not Exist Anywhere", 606: "Not Acceptable",
    ]
}

/// A step that a phone can't take; the runner adds where.
struct PhoneMistake: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
