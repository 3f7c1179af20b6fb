internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Diversion and History-Info in the copy of a request for one target: what came of them, and what was done here. A next
/// hop gets those of the two that it is set to get, whoever wrote them, and finds the whole story in each; beyond the
/// circle of trust without those who want to stay unnamed.
extension CallRouter {
    /// - Parameter stage: nil: no service has a part in the request.
    mutating func editDiversions(
        _ context: ProxiedRequest, _ stage: Stage?, _ target: Target, _ hop: Hop, _ lines: inout [UInt8]
    ) {
        let request = context.request
        let made = stage?.diversions ?? []
        guard !made.isEmpty || request.first(.diversion) != nil || request.first(.historyInfo) != nil else { return }
        let isPeer = isPeer(target, at: hop)
        let isSentBoth = target.sendsDiversion && target.sendsHistoryInfo
        if made.isEmpty, isSentBoth, isPeer { return }
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        var received = ReceivedDiversions(request)
        let withheld = withheldParties(context, &received)
        let ours = made.map { diversion in
            var told = ToldDiversion(diversion, domain: domain)
            told.isPrivate = withheld.contain(.number(diversion.from))
            return isPeer ? told : told.anonymised
        }
        let story = DiversionStory(
            received: received, ours: ours, domain: domain,
            isRetold: request.method == .invite && !(made.isEmpty && isSentBoth), isSentBoth: isSentBoth,
            isAnonymised: !isPeer, isWholeWithheld: withheld.isWhole)
        editDiversion(request, story, target, &lines)
        editHistory(context, story, stage?.number, target, &lines)
    }

    /// Who is not to be named beyond the circle of trust. Whom the one header withholds the other does not name either.
    private func withheldParties(_ context: ProxiedRequest, _ received: inout ReceivedDiversions) -> WithheldParties {
        var withheld = WithheldParties()
        // 186 takes the wishes of the caller's own device back.
        withheld.isWhole =
            !context.edits.showsCaller
            && !PrivacyTokens(of: context.request).isDisjoint(with: [.history, .header, .session])
        for entry in received.diversion + received.history where entry.isPrivate {
            if let uri = entry.uri { withheld.parties.insert(party(uri)) }
        }
        if context.edits.hidesCaller {
            // A caller's own exchange may have forwarded the call before it came here, and say so.
            withheld.parties.insert(party(context.head.fromURI))
            if let caller = context.sender.authenticated { withheld.parties.insert(.number(caller)) }
        }
        guard withheld.isWhole || !withheld.parties.isEmpty else { return withheld }
        received.withhold { entry in withheld.isWhole || entry.uri.map { withheld.contain(party($0)) } == true }
        return withheld
    }

    private mutating func editDiversion(
        _ request: SIPMessage, _ story: DiversionStory, _ target: Target, _ lines: inout [UInt8]
    ) {
        guard target.sendsDiversion else { return remove(.diversion, from: request) }
        for entry in story.received.diversion where story.hides(entry) {
            editor.replace(entry.naming, with: entry.anonymised())
        }
        anonymiseUnreadable(.diversion, of: request, story)
        let untold = DiversionHeaders.diversionLines(story.untoldInDiversion)
        lines.append(contentsOf: DiversionHeaders.diversionLines(story.ours).utf8)
        if let last = request.last(.diversion) {
            editor.insert(untold, at: last.line.upperBound)
        } else {
            lines.append(contentsOf: untold.utf8)
        }
    }

    private mutating func editHistory(
        _ context: ProxiedRequest, _ story: DiversionStory, _ number: PhoneNumber?, _ target: Target,
        _ lines: inout [UInt8]
    ) {
        let request = context.request
        guard target.sendsHistoryInfo else { return remove(.historyInfo, from: request) }
        let history = ReceivedHistory(story.received.history) { party($0) == party(context.edits.route.uri) }
        let reason = history?.isComplete == true ? story.ours.first?.reasonHeader : nil
        for (place, entry) in story.received.history.enumerated() {
            let added = place == story.received.history.count - 1 ? reason : nil
            if story.hides(entry) {
                editor.replace(entry.naming, with: entry.anonymised(adding: added))
            } else if let added {
                add(added, to: entry, of: request, domain: story.domain)
            }
        }
        anonymiseUnreadable(.historyInfo, of: request, story)
        let untold = story.untoldInHistory
        let destination = story.destination(target, number)
        guard let history, let first = request.first(.historyInfo), let last = request.last(.historyInfo) else {
            let told = DiversionHeaders.historyLines(untold.diversions + story.ours, after: nil, to: destination)
            lines.append(contentsOf: told.utf8)
            return
        }
        if let next = untold.next {
            let told = DiversionHeaders.historyLines(untold.diversions, before: history, to: next)
            editor.insert(told, at: first.line.lowerBound)
        }
        let told = DiversionHeaders.historyLines(story.ours, after: history, to: destination)
        editor.insert(told, at: last.line.upperBound)
    }

    /// An element that can't be read, but seems to ask for privacy, is not passed on to those who might read it.
    private mutating func anonymiseUnreadable(_ header: HeaderName, of request: SIPMessage, _ story: DiversionStory) {
        guard story.isAnonymised else { return }
        for element in story.received.unreadable where element.field.name == header {
            if story.isWholeWithheld || request.text(element.range).lowercased().contains("privacy") {
                editor.replace(element.range, with: "<\(ToldDiversion.anonymousURI)>")
            }
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

/// What there is to be told of a call's diversions to one next hop.
private struct DiversionStory {
    let received: ReceivedDiversions
    /// As this next hop is told of them.
    let ours: [ToldDiversion]
    let domain: String
    /// Whether what came in the one header alone is told in the other too. A header that goes on as it came needs no
    /// other beside it; and only an INVITE is diverted.
    let isRetold: Bool
    /// Whether both headers go on.
    let isSentBoth: Bool
    /// Whether the next hop is beyond the circle of trust.
    let isAnonymised: Bool
    /// Whether the request withholds all of its history.
    let isWholeWithheld: Bool

    func hides(_ entry: ReceivedEntry) -> Bool { isAnonymised && entry.isPrivate }

    /// What came in History-Info alone and Diversion is to tell too, the oldest first. Where both came, the
    /// one that goes on is taken to lack the first of them: in which order they were is not known (RFC 7544 §3.4).
    var untoldInDiversion: [ToldDiversion] {
        guard isRetold, received.diversion.isEmpty || !isSentBoth else { return [] }
        let told = retold(received.fromHistory(domain: domain))
        return Array(told.prefix(max(told.count - received.diversionCount, 0)))
    }

    /// What came in Diversion alone and History-Info is to tell too, the oldest first, and where the last of that sent
    /// the call: to the number that sent it on next, or to the first that the history names. Nil: no history came.
    var untoldInHistory: (diversions: [ToldDiversion], next: ToldDiversion?) {
        guard isRetold, received.history.isEmpty || !isSentBoth else { return ([], nil) }
        let told = retold(received.fromDiversion(domain: domain))
        let count = max(told.count - received.historyCount, 0)
        let next = told.dropFirst(count).first ?? retold(received.historyStart(domain: domain)).first
        return (Array(told.prefix(count)), next)
    }

    private func retold(_ diversions: [ToldDiversion]) -> [ToldDiversion] {
        isAnonymised ? diversions.map(\.anonymised) : diversions
    }

    /// - Parameter number: the one whose registered contact the target is, if it is one.
    func destination(_ target: Target, _ number: PhoneNumber?) -> DiversionHeaders.Destination {
        guard isAnonymised, isWholeWithheld else {
            return DiversionHeaders.Destination(
                requestURI: String(decoding: target.uri ?? [], as: UTF8.self),
                number: number.map { ToldDiversion.uri(of: $0, domain: domain) })
        }
        let nobody = ToldDiversion.anonymousURI
        return DiversionHeaders.Destination(requestURI: nobody, number: number.map { _ in nobody })
    }
}

/// Who is not to be named beyond the circle of trust.
private struct WithheldParties {
    /// Nobody is: the request asks to keep its whole history back (RFC 7044 §10.1).
    var isWhole = false
    var parties: Set<Party> = []

    func contain(_ party: Party) -> Bool { isWhole || parties.contains(party) }
}

/// Somebody whom a URI names, however it is written.
private enum Party: Hashable {
    case number(PhoneNumber)
    case other(user: String, host: String)
}
