internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Diversion and History-Info in the copy of a request for one target: what came of them, and what was done here. A next
/// hop gets those of the two that it is set to get, whoever wrote them, and finds the whole story in each.
extension CallRouter {
    /// - Parameter stage: nil: no service has a part in the request.
    mutating func editDiversions(
        _ context: ProxiedRequest, _ stage: Stage?, _ target: Target, _ lines: inout [UInt8]
    ) {
        let request = context.request
        let made = stage?.diversions ?? []
        guard !made.isEmpty || request.first(.diversion) != nil || request.first(.historyInfo) != nil else { return }
        let isSentBoth = target.sendsDiversion && target.sendsHistoryInfo
        if made.isEmpty, isSentBoth { return }
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        let story = DiversionStory(
            received: ReceivedDiversions(request), ours: made.map { ToldDiversion($0, domain: domain) }, domain: domain,
            isRetold: request.method == .invite)
        editDiversion(request, story, target, &lines)
        editHistory(context, story, stage?.number, target, &lines)
    }

    private mutating func editDiversion(
        _ request: SIPMessage, _ story: DiversionStory, _ target: Target, _ lines: inout [UInt8]
    ) {
        guard target.sendsDiversion else { return remove(.diversion, from: request) }
        lines.append(contentsOf: DiversionHeaders.diversionLines(story.forDiversion).utf8)
    }

    private mutating func editHistory(
        _ context: ProxiedRequest, _ story: DiversionStory, _ number: PhoneNumber?, _ target: Target,
        _ lines: inout [UInt8]
    ) {
        let request = context.request
        guard target.sendsHistoryInfo else { return remove(.historyInfo, from: request) }
        let history = ReceivedHistory(story.received.history) { party($0) == party(context.edits.route.uri) }
        let destination = DiversionHeaders.Destination(
            requestURI: String(decoding: target.uri ?? [], as: UTF8.self),
            number: number.map { ToldDiversion.uri(of: $0, domain: story.domain) })
        let told = DiversionHeaders.historyLines(story.forHistory, after: history, to: destination)
        guard let history, let last = request.last(.historyInfo) else {
            lines.append(contentsOf: told.utf8)
            return
        }
        editor.insert(told, at: last.line.upperBound)
        if history.isComplete, let reason = story.ours.first?.reasonHeader {
            add(reason, to: history.last, of: request, domain: story.domain)
        }
    }

    private mutating func remove(_ header: HeaderName, from request: SIPMessage) {
        for field in request.fields where field.name == header { editor.remove(field.line) }
    }

    /// Adds a header to the URI of an entry that came (RFC 7044 §10.2). A tel: URI can have none, and becomes a sip: URI.
    private mutating func add(_ reason: String, to entry: ReceivedEntry, of request: SIPMessage, domain: String) {
        let range = entry.address.uri
        let header = (entry.headers.isEmpty ? "?" : "&") + reason
        let isTelephone = entry.uri?.scheme == .tel
        guard isTelephone || !entry.address.isBracketed else { return editor.insert(header, at: range.upperBound) }
        let others = entry.headers.isEmpty ? "" : "?" + entry.headers.joined(separator: "&")
        let uri = isTelephone ? (entry.place(domain: domain) ?? "") + others : request.text(range)
        editor.replace(range, with: entry.address.isBracketed ? uri + header : "<\(uri)\(header)>")
    }

    /// Whom a URI names. A telephone number is the same in all its forms and at all hosts; an extension or a name is
    /// ours only at a host of ours.
    private func party(_ uri: SIPURI) -> Party {
        if let number = number(in: uri), number.kind == .global || own.contain(uri) { return .number(number) }
        return .other(user: uri.decodedUser ?? "", host: uri.host.lowercased())
    }
}

/// What there is to be told of a call's diversions.
private struct DiversionStory {
    let received: ReceivedDiversions
    let ours: [ToldDiversion]
    let domain: String
    /// Whether what came in the one header alone is told in the other too. A header that goes on as it came needs no
    /// other beside it; and only an INVITE is diverted.
    let isRetold: Bool

    /// What Diversion has not told yet, the oldest first.
    var forDiversion: [ToldDiversion] {
        (isRetold && received.diversion.isEmpty ? received.fromHistory(domain: domain) : []) + ours
    }

    /// What History-Info has not told yet, the oldest first.
    var forHistory: [ToldDiversion] {
        (isRetold && received.history.isEmpty ? received.fromDiversion(domain: domain) : []) + ours
    }
}

/// Somebody whom a URI names, however it is written.
private enum Party: Hashable {
    case number(PhoneNumber)
    case other(user: String, host: String)
}
