internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Diversion and History-Info in the copy of a request for one target: what came of them, and what was done here.
extension CallRouter {
    mutating func editDiversions(
        _ context: ProxiedRequest, _ stage: Stage, _ target: Target, _ lines: inout [UInt8]
    ) {
        let request = context.request
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        let ours = stage.diversions.map { ToldDiversion($0, domain: domain) }
        let received = ReceivedDiversions(request)
        if target.sendsDiversion {
            let earlier = received.diversion.isEmpty ? received.fromHistory(domain: domain) : []
            lines.append(contentsOf: DiversionHeaders.diversionLines(earlier + ours).utf8)
        }
        guard target.sendsHistoryInfo else { return }
        let earlier = received.history.isEmpty ? received.fromDiversion(domain: domain) : []
        let history = ReceivedHistory(received.history) { party($0) == party(context.edits.route.uri) }
        let number = stage.number.map { ToldDiversion.uri(of: $0, domain: domain) }
        let uri = String(decoding: target.uri ?? [], as: UTF8.self)
        let told = DiversionHeaders.historyLines(
            earlier + ours, after: history, to: DiversionHeaders.Destination(requestURI: uri, number: number))
        guard let history, let last = request.last(.historyInfo) else {
            lines.append(contentsOf: told.utf8)
            return
        }
        editor.insert(told, at: last.line.upperBound)
        if history.isComplete, let reason = ours.first?.reasonHeader {
            add(reason, to: history.last, of: request, domain: domain)
        }
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

/// Somebody whom a URI names, however it is written.
private enum Party: Hashable {
    case number(PhoneNumber)
    case other(user: String, host: String)
}
