internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Where a request goes (RFC 3261 §16.5): along its route, to a number of ours, through a trunk, to another domain.
extension CallRouter {
    mutating func direct(_ context: ResponseContext, _ route: ReceivedRoute, _ turn: Turn) {
        if let next = route.next {
            guard context.sender.mayRelay else {
                return answer(context, status: 404, reason: "No Relay for Strangers", turn)
            }
            return directAlongRoute(context, next, turn)
        }
        if isForUs(route) { return directHome(context, route.uri, turn) }
        guard context.sender.mayRelay else { return answer(context, status: 404, reason: "Not Found", turn) }
        noteRelay(context, to: route.uri)
        let target = target(of: route.uri, bytes: nil)
        add(reached(target, by: route.note, context.request), to: context, turn)
    }

    /// Whether the Request-URI names this server or somebody here. In a dialog it is a contact, which may be that of a
    /// phone on the same host.
    func isForUs(_ route: ReceivedRoute) -> Bool {
        let uri = route.uri
        return own.contain(uri)
            && (route.note == nil || uri.scheme == .tel || own.haveSocket(host: uri.host, port: uri.port))
    }

    /// A new call that leaves for somebody else's domain: the log tells who calls, and where it goes.
    private func noteRelay(_ context: ResponseContext, to uri: SIPURI) {
        guard let ledger = context.ledger else { return }
        ledger.tell(classifyCaller(context, wish: nil))
        ledger.note(.toURI(uri.description))
    }

    private mutating func directAlongRoute(_ context: ResponseContext, _ next: HeaderElement, _ turn: Turn) {
        guard let address = NameAddress(context.request.bytes, next.range),
            let uri = uris.uri(context.request.bytes, address.uri)
        else { return answer(context, status: 400, reason: "Malformed Route", turn) }
        noteRelay(context, to: uri)
        let target = target(of: uri, bytes: nil)
        // §16.6 step 7: what is addressed by sips: does not leave in clear, and there is no TLS here.
        if context.edits.route.uri.scheme == .sips { target.candidates = [] }
        add(target, to: context, turn)
    }

    /// A request to our own domain: to the server itself, or to somebody here.
    private mutating func directHome(_ context: ResponseContext, _ uri: SIPURI, _ turn: Turn) {
        guard let user = uri.decodedUser, !user.isEmpty else { return answerAsServer(context, turn) }
        if user.hasPrefix(RouteSigner.concealedPrefix) { return directToConcealed(context, user, turn) }
        if uri.scheme == .sips, let flaw = uri.flawOfWay { return refuseSecured(context, uri, flaw, turn) }
        do throws(DirectoryUnavailable) {
            try directToNumber(context, uri, user, turn)
        } catch {
            log(.error, error.description, of: context.request)
            if let ledger = context.ledger, ledger.callee == nil { ledger.callee = number(in: uri) }
            answer(context, status: 503, reason: "Rules Unavailable", headers: "Retry-After: 5\r\n", turn)
        }
    }

    /// What is addressed by sips: does not leave in clear (RFC 5630 §4), and there is no TLS here.
    private mutating func refuseSecured(_ context: ResponseContext, _ uri: SIPURI, _ flaw: String, _ turn: Turn) {
        if let ledger = context.ledger {
            ledger.callee = number(in: uri)
            ledger.tell(classifyCaller(context, wish: nil))
            ledger.note(.refused(status: 480, reason: "sips: \(flaw)"))
        }
        answer(context, status: 480, reason: "No TLS to Here", turn)
    }

    /// RFC 3261 §11.2: OPTIONS to the server itself.
    private mutating func answerAsServer(_ context: ResponseContext, _ turn: Turn) {
        guard context.method == .options else { return answer(context, status: 404, reason: "Nobody Named", turn) }
        let required = context.request.elements(.require).map { context.request.text($0.range) }
            .filter { !$0.isEmpty && $0.lowercased() != "path" }
        guard required.isEmpty else {
            let headers = "Unsupported: \(required.joined(separator: ", "))\r\n"
            return answer(context, status: 420, reason: "Bad Extension", headers: headers, turn)
        }
        let headers =
            "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, PUBLISH\r\n"
            + "Accept: application/sdp\r\nSupported: path\r\n"
        answer(context, status: 200, reason: "OK", headers: headers, turn)
    }

    /// - Parameter user: the URI's user part without escapes.
    private mutating func directToNumber(
        _ context: ResponseContext, _ uri: SIPURI, _ user: String, _ turn: Turn
    ) throws(DirectoryUnavailable) {
        let dialled = Self.subscriber(user)
        let isNewCall = context.isNewCall
        guard var number = number(in: uri) else {
            context.ledger?.note(.noSuchNumber(HeaderText.cleaned(dialled, longest: 64)))
            return answer(context, status: 404, reason: "Not Found", turn)
        }
        var record = try turn.directory.record(of: number)
        var wish: PresentationWish?
        if record == nil, isNewCall, context.sender.authenticated != nil || context.sender.isTrusted {
            let prefix = DialledPrefix(dialled)
            if prefix.wish != nil, let rest = try? PhoneNumber(String(prefix.number)) {
                wish = prefix.wish
                number = rest
                record = try turn.directory.record(of: number)
            }
        }
        if wish == .hidden { context.edits.hidesCaller = true }
        if wish == .shown { context.edits.showsCaller = true }
        context.ledger?.callee = number
        guard isNewCall else { return directOther(context, number, record, try turn.directory.trunks(), turn) }
        let caller = classifyCaller(context, wish: wish)
        context.ledger?.caller = caller
        if let record {
            let call = try OfferedCall(
                caller: caller, callee: record, isEmergencyCallback: isEmergencyCallback(context),
                diversionsSoFar: DiversionHeaders.count(in: context.request), offeredAt: turn.now.milliseconds,
                clock: turn.directory)
            return startStage(context, Stage(plan: CallPlan(call: call, policy: configuration.planning)), turn)
        }
        context.ledger?.tell(caller)
        try directToTrunk(context, number, diversions: [], parent: nil, turn)
    }

    private func isEmergencyCallback(_ context: ResponseContext) -> Bool {
        context.sender.isTrusted && context.request.value(.priority)?.lowercased() == "psap-callback"
    }

    /// No service applies to what is no new call: to the phones of the number, or through a trunk.
    private mutating func directOther(
        _ context: ResponseContext, _ number: PhoneNumber, _ record: NumberRecord?, _ trunks: TrunkTable, _ turn: Turn
    ) {
        // An INVITE within a dialog comes along the route that we signed. Any other would ring past all rules (§12.2.2).
        guard context.method != .invite || context.sender.isTrusted || context.edits.note != nil else {
            return answer(context, status: 481, reason: "Call/Transaction Does Not Exist", turn)
        }
        guard record == nil else {
            let groups = contactGroups(of: number, turn)
            guard !groups.isEmpty else { return answer(context, status: 480, reason: "Temporarily Unavailable", turn) }
            return startStage(context, Stage(waiting: groups), turn)
        }
        // A dialog's own requests go along its route: one that wants a trunk is no part of it.
        guard context.sender.authenticated != nil || context.sender.isTrusted, let route = trunks.route(to: number)
        else {
            return answer(context, status: 404, reason: "Not Found", turn)
        }
        startTrunk(context, route, number, diversions: [], parent: nil, turn)
    }

    /// To a number that is not ours: through the trunk with the longest prefix (404 without one).
    ///
    /// - Parameter diversions: what led here; a diversion of ours may use the trunk, whoever called.
    mutating func directToTrunk(
        _ context: ResponseContext, _ number: PhoneNumber, diversions: [Diversion], parent: Int?, _ turn: Turn
    ) throws(DirectoryUnavailable) {
        let isEmergency = configuration.planning.emergencyNumbers.contains(number)
        if isEmergency { context.ledger?.note(.emergency(number: number.description)) }
        guard context.sender.mayRelay || !diversions.isEmpty else {
            context.ledger?.note(.noSuchNumber(number.description))
            return answer(context, status: 404, reason: "Not Found", turn)
        }
        guard let route = try turn.directory.trunks().route(to: number) else {
            context.ledger?.note(
                number.kind == .global ? .noRoute(number.description) : .noSuchNumber(number.description))
            return fail(context, parent, status: 404, reason: "Not Found", turn)
        }
        startTrunk(context, route, number, diversions: diversions, parent: parent, turn)
    }

    private mutating func startTrunk(
        _ context: ResponseContext, _ route: TrunkRoute, _ number: PhoneNumber, diversions: [Diversion], parent: Int?,
        _ turn: Turn
    ) {
        let hops = order(route.hops)
        let targets = hops.map { target(of: $0, number: number, diversion: diversions.last) }
        guard let first = targets.first else { return fail(context, parent, status: 404, reason: "Not Found", turn) }
        first.alternatives = Array(targets.dropFirst())
        context.ledger?.note(.toTrunk(prefix: route.prefix, number: number.description, hop: hops[0].description))
        startStage(context, Stage(diversions: diversions, waiting: [[first]], parent: parent), turn)
    }

    /// By priority; among equals each comes first as often as its weight says.
    private mutating func order(_ hops: [NextHop]) -> [NextHop] {
        var rest = hops.sorted { $0.priority < $1.priority }
        var ordered: [NextHop] = []
        while let priority = rest.first?.priority {
            let count = rest.prefix { $0.priority == priority }.count
            var draw =
                count == 1 ? 0 : Int.random(in: 0..<rest[..<count].reduce(0) { $0 + max(1, $1.weight) }, using: &random)
            var chosen = 0
            while chosen < count - 1, draw >= max(1, rest[chosen].weight) {
                draw -= max(1, rest[chosen].weight)
                chosen += 1
            }
            ordered.append(rest.remove(at: chosen))
        }
        return ordered
    }

    private func target(of hop: NextHop, number: PhoneNumber, diversion: Diversion?) -> Target {
        let transport: TransportProtocol = hop.transport == .tcp ? .tcp : .udp
        var uri = SIPURI(user: number.national, host: hop.host, port: hop.port)
        if number.kind != .name { uri.parameters.append(.init("user", "phone")) }
        if transport == .tcp { uri.parameters.append(.init("transport", "tcp")) }
        if let diversion { uri.parameters.append(.init("cause", String(diversion.reason.cause))) }
        let candidate = candidate(transport, hop.host, hop.port)
        return Target(
            uri: Array(uri.description.utf8), candidates: [candidate], naming: .uri(uri), isTrusted: true,
            sendsDiversion: hop.sendsDiversion, sendsHistoryInfo: hop.sendsHistoryInfo)
    }

    /// The phones of a number: groups by falling q, the members of a group with equal q (§16.6).
    mutating func contactGroups(of number: PhoneNumber, _ turn: Turn) -> [[Target]] {
        var groups: [[Target]] = []
        var lowest = Int.max
        for binding in locations.bindings(of: number, at: turn.now) {
            guard let target = target(of: binding) else { continue }
            if binding.q == lowest {
                groups[groups.count - 1].append(target)
            } else {
                groups.append([target])
            }
            lowest = binding.q
        }
        return groups
    }

    /// A contact that is reached at its own address is the same target for every call.
    private mutating func target(of binding: Binding) -> Target? {
        guard binding.path.isEmpty, binding.received == nil else { return makeTarget(of: binding) }
        return phones.meaning(of: binding.contact) { _ in makeTarget(of: binding) }
    }

    private mutating func makeTarget(of binding: Binding) -> Target? {
        var bytes = Array(binding.contact.utf8)
        guard let uri = uris.uri(bytes, bytes.indices) else { return nil }
        Self.removeForeign(&bytes)
        let target = target(of: uri, bytes: bytes, name: binding.contact)
        target.isPhone = true
        target.dialling = dialling(of: uri)
        if let first = binding.path.first, let element = Self.uri(inBrackets: first) {
            target.candidates = self.target(of: element, bytes: nil, name: first).candidates
            target.routes = binding.path
        } else if let (transport, source) = binding.received.flatMap(Self.receivedAddress) {
            let way = Candidate.address(transport, source)
            // The connection may be closed by now; a phone that no translator hides listens at its Contact as well.
            let listening = target.candidates.filter { $0.address == source.address && $0 != way }
            target.candidates = transport.isReliable ? [way] + listening : [way]
            target.isBehindNAT = true
        }
        if uri.scheme == .sips { target.candidates = [] }
        return target
    }

    /// §19.1.1: headers and the method of a URI do not go into a Request-URI. A user part may have a question mark or a
    /// semicolon too.
    static func removeForeign(_ uri: inout [UInt8]) {
        let host = uri.firstIndex(of: UInt8(ascii: "@")) ?? uri.startIndex
        if let question = uri[host...].firstIndex(of: UInt8(ascii: "?")) { uri.removeSubrange(question...) }
        var start = uri[host...].firstIndex(of: ASCII.semicolon)
        while let parameter = start {
            let end = uri[(parameter + 1)...].firstIndex(of: ASCII.semicolon) ?? uri.endIndex
            let isMethod = String(decoding: uri[parameter..<end], as: UTF8.self).lowercased().hasPrefix(";method=")
            if isMethod { uri.removeSubrange(parameter..<end) }
            start = uri[(isMethod ? parameter : end)...].firstIndex(of: ASCII.semicolon)
        }
    }

    private static func uri(inBrackets text: String) -> SIPURI? {
        let bytes = Array(text.utf8)
        guard let address = NameAddress(bytes, bytes.indices) else { return nil }
        return SIPURI(bytes, address.uri)
    }

    /// `udp:192.0.2.1:5062`.
    private static func receivedAddress(_ text: String) -> (TransportProtocol, Endpoint)? {
        guard let colon = text.firstIndex(of: ":"), let transport = TransportProtocol(text[..<colon]),
            let endpoint = Endpoint(text[text.index(after: colon)...])
        else { return nil }
        return (transport, endpoint)
    }

    /// A target with the address that its URI names (RFC 3263 §4, without NAPTR and SRV).
    ///
    /// - Parameter name: what the call log calls it; nil: by the URI.
    func target(of uri: SIPURI, bytes: [UInt8]?, name: String? = nil) -> Target {
        let transport = uri.transport ?? .udp
        let host = uri.parameter("maddr")?.value ?? uri.host
        let isReachable = uri.flawOfWay == nil && own.canBeHost(host)
        let candidates = isReachable ? [candidate(transport, host, uri.port ?? 5060)] : []
        return Target(uri: bytes, candidates: candidates, naming: name.map { .text($0) } ?? .uri(uri))
    }

    private func candidate(_ transport: TransportProtocol, _ host: String, _ port: UInt16) -> Candidate {
        own.address(of: host).map { .address(transport, Endpoint(address: $0, port: port)) }
            ?? .name(transport, host, port)
    }

    /// A request in a dialog to the hidden caller's contact.
    private mutating func directToConcealed(_ context: ResponseContext, _ user: String, _ turn: Turn) {
        guard context.edits.note != nil, let callID = context.request.first(.callID),
            let contact = signer.reveal(user, callID: context.request.bytes[callID.value]),
            let uri = SIPURI(contact, contact.indices)
        else { return answer(context, status: 404, reason: "Not Found", turn) }
        let target = target(of: uri, bytes: contact)
        add(reached(target, by: context.edits.note, context.request), to: context, turn)
    }

    /// One target without any rule.
    mutating func add(_ target: Target, to context: ResponseContext, _ turn: Turn) {
        startStage(context, Stage(waiting: [[target]]), turn)
    }
}
