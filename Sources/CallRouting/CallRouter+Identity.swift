internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Who sent a request (RFC 3261 §22.3, RFC 3325): proved by digest, trusted by network, part of a dialog whose route
/// we signed, or nobody we know.
extension CallRouter {
    /// - Returns: nil if the request was answered instead: challenged or refused.
    mutating func identify(
        _ arrival: Arrival, _ head: RequestHead, _ route: ReceivedRoute, _ turn: Turn
    ) -> Sender? {
        var sender = Sender()
        sender.isTrusted = isTrusted(arrival.via, arrival.flow)
        sender.isInOurDialog = route.note != nil
        if sender.isInOurDialog || sender.isTrusted { return sender }
        do throws(DirectoryUnavailable) {
            let claim = try claimedNumber(head, turn)
            switch claim {
            case .ours(let record) where record.credentials == nil:
                refuse(arrival, status: 403, reason: "Number Has No Password", turn)
                return nil
            case .ours, .ourDomain:
                return try authenticate(arrival, claim, sender, turn)
            case .foreign:
                return sender
            }
        } catch {
            unavailable(arrival, error, turn)
            return nil
        }
    }

    /// Whether it comes from a network whose word counts. What we have sent ourselves and comes back to us, because a
    /// phone has registered an address of ours, gains no trust on the way.
    func isTrusted(_ via: ReceivedVia, _ flow: Flow) -> Bool {
        configuration.isTrusted(flow.remote.address)
            && !own.haveSocket(host: via.via.host, port: via.via.port)
    }

    /// What From says about us.
    enum Claim {
        /// It is one of our numbers: that has to be proved.
        case ours(NumberRecord)
        /// It is somebody of our domain, or hides who it is, and wants what only ours may.
        case ourDomain
        case foreign
    }

    private func claimedNumber(_ head: RequestHead, _ turn: Turn) throws(DirectoryUnavailable) -> Claim {
        let uri = head.fromURI
        let isOurHost = own.contain(uri)
        if let number = number(in: uri), isOurHost || number.kind == .global,
            let record = try turn.directory.record(of: number)
        {
            return .ours(record)
        }
        let isHidden = CallerClassifier.isAnonymousHost(uri.host)
        // Whoever only calls one of our numbers needs no proof; a relay does.
        guard isOurHost && uri.scheme != .tel || isHidden, try !isForOurNumber(head.uri, turn) else { return .foreign }
        return .ourDomain
    }

    private func isForOurNumber(_ uri: SIPURI, _ turn: Turn) throws(DirectoryUnavailable) -> Bool {
        guard own.contain(uri) else {
            // Somebody else's domain: only if one of ours asks for it, which the challenge finds out.
            return false
        }
        guard uri.user != nil else { return true }
        guard let number = number(in: uri) else { return true }
        return try turn.directory.record(of: number) != nil
    }

    private mutating func authenticate(
        _ arrival: Arrival, _ claim: Claim, _ sender: Sender, _ turn: Turn
    ) throws(DirectoryUnavailable) -> Sender? {
        let claimed: NumberRecord? = if case .ours(let record) = claim { record } else { nil }
        let verdict = try authenticator.verify(arrival.request, .proxy, at: turn.now) {
            (username: String) throws(DirectoryUnavailable) in
            try turn.record(signingInAs: username, claiming: claimed)?.credentials
        }
        counters.authentications.add(.init(verdict))
        note(verdict, from: arrival.flow, turn)
        switch verdict {
        case .authenticated(let username):
            guard let record = try turn.record(signingInAs: username, claiming: claimed) else { return nil }
            if let claimed, claimed.number != record.number {
                log(.notice, "\(record.number) tried to call as \(claimed.number)", of: arrival.request)
                refuse(arrival, status: 403, reason: "Number Belongs to Another", turn)
                return nil
            }
            guard admitsCall(of: record.number, arrival, turn) else { return nil }
            var sender = sender
            sender.authenticated = record.number
            return sender
        case .missing, .wrong, .malformed:
            challenge(arrival, .proxy, stale: false, turn)
        case .stale:
            challenge(arrival, .proxy, stale: true, turn)
        }
        return nil
    }

    /// The rules can't be read: the sender is asked to come back.
    mutating func unavailable(_ arrival: Arrival, _ error: DirectoryUnavailable, _ turn: Turn) {
        log(.error, error.description, of: arrival.request)
        refuse(arrival, status: 503, reason: "Rules Unavailable", headers: "Retry-After: 5\r\n", turn)
    }

    /// The number that a URI of ours or a tel: URI names; nil if its user part is none.
    func number(in uri: SIPURI) -> PhoneNumber? {
        guard let user = uri.user, understandsContext(of: user, uri) else { return nil }
        return number(ofUser: user)
    }

    /// RFC 3966 §5.1.5: a number that is not global means something in its context alone, and only ours is known here: the
    /// country of our numbers, and our domains.
    private func understandsContext(of user: String, _ uri: SIPURI) -> Bool {
        guard uri.scheme == .tel || user.utf8.contains(ASCII.semicolon), !user.hasPrefix("+") else { return true }
        let name = "phone-context"
        let context =
            uri.parameter(name)?.value
            ?? user.split(separator: ";").dropFirst().first { $0.lowercased().hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.count + 1)) }
        guard let context = context.map({ Escaping.decoded($0).lowercased() }) else { return true }
        return context.hasPrefix("+") ? context.hasPrefix(NumberPlan.japan.globalPrefix) : own.isDomain(context)
    }

    /// The number that a user part is, as it stands in a URI; nil if it is none.
    func number(ofUser user: String) -> PhoneNumber? {
        numbers.meaning(of: user) { try? PhoneNumber(Self.subscriber(Escaping.decoded($0))) }
    }

    /// RFC 3261 §19.1.6: parameters of a telephone number may stand in the user part, behind a semicolon.
    static func subscriber(_ user: String) -> String {
        let octets = user.utf8
        guard let first = octets.first, ASCII.isDigit(first) || first == UInt8(ascii: "+"),
            let semicolon = octets.span.firstPlace(of: ASCII.semicolon, from: 0, to: octets.count)
        else { return user }
        return String(user[..<octets.index(octets.startIndex, offsetBy: semicolon)])
    }

    /// What a new call says about its caller, and what that means.
    func classifyCaller(_ context: ResponseContext, wish: PresentationWish?) -> CallerIdentity {
        let request = context.request
        var facts = CallerFacts()
        facts.authenticated = context.sender.authenticated
        facts.isFromTrustedPeer = context.sender.isTrusted
        facts.wish = wish
        let uri = context.head.fromURI
        facts.displayName = context.head.from.displayText(in: request.bytes) ?? ""
        facts.user = uri.decodedUser ?? ""
        facts.host = uri.host
        let number = number(in: uri)
        // A stranger's name at another domain means nobody here.
        if own.contain(uri) || number?.kind == .global { facts.fromNumber = number }
        var hasPrivacy = false
        for field in request.fields {
            switch field.name {
            case .privacy: hasPrivacy = true
            case .remotePartyID where request.isPrivatePartyID(field): facts.remotePartyIsPrivate = true
            default: break
            }
        }
        if hasPrivacy { facts.privacy = PrivacyTokens(of: request) }
        if context.sender.isTrusted { readAssertedIdentity(request, into: &facts) }
        return CallerClassifier.classify(facts)
    }

    private func readAssertedIdentity(_ request: SIPMessage, into facts: inout CallerFacts) {
        for element in request.elements(.pAssertedIdentity) {
            guard let address = NameAddress(request.bytes, element.range), let uri = SIPURI(request.bytes, address.uri)
            else { continue }
            if facts.asserted == nil, let number = number(in: uri),
                own.contain(uri) || number.kind == .global || configuration.planning.emergencyNumbers.contains(number)
            {
                facts.asserted = number
            }
            if uri.parameter("cpc")?.value?.lowercased() == "payphone" { facts.isPayphoneCategory = true }
        }
    }
}

extension Turn {
    /// The number that a username signs in to. Most often that is the one that is claimed, which is at hand.
    func record(
        signingInAs username: String, claiming claimed: NumberRecord?
    ) throws(DirectoryUnavailable) -> NumberRecord? {
        if let claimed, claimed.credentials?.username == username { return claimed }
        return try directory.record(signingInAs: username)
    }
}
