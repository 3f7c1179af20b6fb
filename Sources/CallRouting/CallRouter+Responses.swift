internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Responses on their way back (RFC 3261 §16.7).
extension CallRouter {
    mutating func receive(response: SIPMessage, from flow: Flow, _ turn: Turn) {
        guard MessageValidation.fault(inResponse: response, topViaIsOurs: true) == nil else {
            return log(.debug, "dropped a malformed response from \(flow.remote)", of: response)
        }
        guard let status = response.status,
            case .matched(let client, let owner) = transactions.receive(
                response: response, at: turn.now, into: &outgoing)
        else { return }
        switch TransactionOwner(rawValue: owner) {
        case .nobody: break
        case .answered(let server): forwardLateAnswer(response, status, from: flow, to: server, turn)
        case .context(let id):
            if let context = contexts[id] { receive(response, status, from: flow, client, context, turn) }
        }
    }

    private mutating func receive(
        _ response: SIPMessage, _ status: Int, from flow: Flow, _ client: SlotID, _ context: ResponseContext,
        _ turn: Turn
    ) {
        guard let index = context.branchIndex(of: client) else {
            return receiveFromGivenUp(response, status, from: flow, client, context, turn)
        }
        let response = believed(response, from: flow, towards: context.flow.remote.address)
        let branch = context.branches[index]
        context.ledger?.received(response, branch.hop, at: turn.now)
        if status < 200, branch.isCancelled, !branch.hasSentCancel {
            branch.hasSentCancel = true
            context.ledger?.cancelled(branch.hop, at: turn.now)
        }
        switch status {
        case 200... where !hasFurtherVia(response):
            // §16.7 step 3: it was made for us alone, and means nothing to the caller.
            if !context.hasFinal { branchFailed(context, index, status: 502, cause: .received, turn) }
        case 100..<200: provisional(response, status, context, index, turn)
        case 200..<300: success(response, status, context, index, turn)
        default: failure(response, status, context, index, turn)
        }
        settle(context, turn)
    }

    /// A 2xx of another phone, or the same once more, after the call was answered: it goes on at once (§16.7 step 5).
    private mutating func forwardLateAnswer(
        _ response: SIPMessage, _ status: Int, from flow: Flow, to server: SlotID, _ turn: Turn
    ) {
        guard (200..<300).contains(status), hasFurtherVia(response), let caller = transactions.server(server)?.replyHop,
            let bytes = withoutOurVia(
                believed(response, from: flow, towards: caller.remote.address), of: nil, over: caller.transport)
        else { return }
        transactions.respond(server, status: status, bytes: bytes, at: turn.now, into: &outgoing)
    }

    func hasFurtherVia(_ response: SIPMessage) -> Bool {
        response.count(.via) > 1 || response.firstElement(.via)?.isAlone == false
    }

    private mutating func provisional(
        _ response: SIPMessage, _ status: Int, _ context: ResponseContext, _ index: Int, _ turn: Turn
    ) {
        let branch = context.branches[index]
        guard branch.isLive else { return }
        branch.state = .proceeding
        branch.hasProvisional = true
        // Step 2: timer C begins anew with every provisional response but 100.
        if status > 100 { branch.timerCDeadline = turn.now + configuration.timerC }
        if status == 180 { context.ledger?.rang(branch.leg, at: turn.now) }
        let stage = context.stages[branch.stage]
        if stage.plan != nil {
            tell(
                context, branch.stage,
                status == 100
                    ? .trying(branch: index) : status == 180 ? .ringing(branch: index) : .progressed(branch: index),
                turn)
        }
        // What a phone says that was given up already would only confuse the caller.
        let isGivenUp = branch.isCancelled || stage.isDiverted
        guard status > 100, !isGivenUp, !context.hasFinal, hasFurtherVia(response),
            context.method == .invite || status == 100
        else { return }
        forward(response, status, context, turn)
    }

    /// Step 5: every 2xx to an INVITE goes to the caller at once; the first of them ends the search.
    mutating func success(
        _ response: SIPMessage, _ status: Int, _ context: ResponseContext, _ index: Int, _ turn: Turn
    ) {
        let branch = context.branches[index]
        let isFirst = branch.isLive
        branch.state = .finished
        // One that was given up as silent answers all the same, as long as nobody else has.
        if isFirst || !context.hasFinal { context.ledger?.endedLeg(branch.leg, status: status, at: turn.now) }
        guard context.method == .invite else {
            guard isFirst, !context.hasFinal else { return }
            forward(response, status, context, turn)
            return finish(context, status, turn)
        }
        if isFirst {
            if context.stages[branch.stage].plan != nil {
                tell(context, branch.stage, .answered(branch: index), turn)
            } else {
                context.ledger?.note(.answered(by: branch.target.name))
            }
        } else if !context.hasFinal {
            let number = context.stages[branch.stage].number
            context.ledger?.note(.answered(by: number?.description ?? branch.target.name))
        }
        guard !context.hasFinal else { return forward(response, status, context, turn) }
        for other in context.branches where other !== branch {
            cancelBranch(context, other, reason: CancelReason.answeredElsewhere.headerValue, turn)
        }
        forward(response, status, context, turn)
        finish(context, status, turn)
    }

    private mutating func failure(
        _ response: SIPMessage, _ status: Int, _ context: ResponseContext, _ index: Int, _ turn: Turn
    ) {
        let branch = context.branches[index]
        guard branch.isLive else { return }
        if branch.isOvertime, status == 487 {
            return branchFailed(context, index, status: 408, cause: .timeout, turn)
        }
        let isStopped = context.isCancelled || branch.isCancelled
        if status == 503, !isStopped, branch.hasMoreWays {
            // RFC 3263 §4.3: this server is overloaded; the next one may not be.
            return addressFailed(context, index, status: 503, cause: .received, turn)
        }
        branch.state = .finished
        context.ledger?.endedLeg(branch.leg, status: status, at: turn.now)
        let stage = context.stages[branch.stage]
        guard !stage.isDiverted, !stage.isOver else { return }
        if (300..<400).contains(status), context.method == .invite, stage.plan != nil, !isStopped {
            return tell(
                context, branch.stage,
                .redirected(
                    branch: index, status: status, targetGroups: redirection(response, stage, context, turn)),
                turn)
        }
        if (300..<400).contains(status), !isPassingBy(stage, branch.target) {
            // A 3xx is not handed to the caller: it is no business of theirs where our phones and gateways send calls.
            stage.best.offer(status: 480, reason: "Temporarily Unavailable")
        } else if context.method == .invite || status != 408 {
            // RFC 4320 §4.2: a 408 to another request comes too late to be of use to anybody.
            stage.best.offer(response)
        }
        if stage.plan != nil {
            tell(context, branch.stage, .failed(branch: index, status: status), turn)
        } else {
            context.ledger?.note(.failed(number: branch.target.name, status: status))
            if status >= 600 { stopSearching(context, turn) }
        }
    }

    /// Whether a request leads to another domain, or within a dialog to its other side, with no service of ours in
    /// between: a 3xx from there is an answer like any other (§16.7 step 4).
    func isPassingBy(_ stage: Stage, _ target: Target) -> Bool {
        stage.plan == nil && stage.parent == nil && !target.isPhone && !target.isTrusted
    }

    /// Step 5: a 6xx ends all other branches, and no new one is begun.
    mutating func stopSearching(_ context: ResponseContext, _ turn: Turn) {
        context.isStopped = true
        for stage in context.stages {
            stage.waiting = []
            stage.waitingDestinations = []
            stage.isStopped = true
        }
        for branch in context.branches {
            cancelBranch(context, branch, reason: CancelReason.declinedElsewhere.headerValue, turn)
        }
    }

    /// The contacts of a 3xx that calls may be sent on to: groups by falling q (§16.5).
    private func redirection(
        _ response: SIPMessage, _ stage: Stage, _ context: ResponseContext, _ turn: Turn
    ) -> [[Destination]] {
        var contacts: [(q: Int, place: Int, destination: Destination)] = []
        for (place, element) in response.elements(.contact).enumerated() {
            guard contacts.count < Self.contactLimit, element.range.count <= RequestedContact.longestURI,
                let address = NameAddress(response.bytes, element.range),
                let destination = destination(response, address.uri)
            else { continue }
            if let flaw = tollFlaw(of: destination, turn) {
                context.ledger?.note(
                    .destinationForbidden(
                        number: stage.number?.description ?? "", to: destination.description, flaw: flaw))
                continue
            }
            let q = ParameterList(response.bytes, address.parameters)?.first("q")?.value
                .flatMap { QValue.thousandths(response.bytes[$0]) }
            // §16.5: a target is tried once.
            guard !contacts.contains(where: { $0.destination == destination }) else { continue }
            contacts.append((q ?? 1000, place, destination))
        }
        contacts.sort { ($1.q, $0.place) < ($0.q, $1.place) }
        var groups: [[Destination]] = []
        var last: Int?
        for contact in contacts {
            if contact.q == last {
                groups[groups.count - 1].append(contact.destination)
            } else {
                groups.append([contact.destination])
            }
            last = contact.q
        }
        return groups
    }

    /// Contacts of one 3xx that are tried.
    private static let contactLimit = 10

    /// A number if the contact names one of ours or a telephone; nil if it is nothing that can be called.
    private func destination(_ response: SIPMessage, _ range: Range<Int>) -> Destination? {
        guard let uri = SIPURI(response.bytes, range) else { return nil }
        if own.contain(uri), let number = number(in: uri) { return .number(number) }
        guard uri.scheme == .sip else { return nil }
        return String(validating: response.bytes[range], as: UTF8.self).map { .uri($0) }
    }

    /// Steps 3 and 9: our Via comes off, the rest goes back as it came.
    private mutating func forward(_ response: SIPMessage, _ status: Int, _ context: ResponseContext, _ turn: Turn) {
        let transport = context.receivedVia.replyHop.transport
        guard let bytes = withoutOurVia(response, of: context, over: transport) else { return }
        if status == 180 { countRinging(context, turn) }
        context.ledger?.sent(response, status, to: context.flow, at: turn.now)
        transactions.respond(context.server, status: status, bytes: bytes, at: turn.now, into: &outgoing)
    }

    private mutating func withoutOurVia(
        _ response: SIPMessage, of context: ResponseContext?, over transport: TransportProtocol, status: Int? = nil,
        extra: [[UInt8]] = []
    ) -> [UInt8]? {
        guard let top = response.firstElement(.via) else { return nil }
        editor.reset()
        if status == 500 {
            // Step 6: whoever is overloaded, it is not this server.
            editor.replace(0..<response.headersStart, with: "SIP/2.0 500 Server Internal Error\r\n")
            for field in response.fields where field.name == .retryAfter { editor.remove(field.line) }
        }
        editor.remove(top.removal)
        if transport.isReliable, response.first(.contentLength) == nil {
            // §18.3: a stream does not tell where a body ends.
            editor.insert("Content-Length: \(response.body.count)\r\n", at: response.headersEnd)
        }
        if let context, context.changesResponses { editIdentity(ofResponse: response, context) }
        if !extra.isEmpty {
            // Its own stay where they are; those of other branches come behind.
            let own = response.fields.map { response.bytes[$0.line] }
            for line in extra where !own.contains(line[...]) { editor.insert(line, at: response.headersEnd) }
        }
        return editor.apply(to: response)
    }

    /// No service of ours had a part in the call, and only one answer came: that goes on as it is, whatever it says.
    private func isMerelyPassedOn(_ context: ResponseContext) -> Bool {
        guard case .received? = context.best.source else { return false }
        return context.branches.count == 1 && !context.stages.contains { $0.plan != nil }
    }

    /// Step 6: everything has ended, so the best of what was said goes to the caller.
    mutating func sendBest(_ context: ResponseContext, _ turn: Turn) {
        // Whoever has given up is told so, whatever phones said before.
        if context.isCancelled, context.best.status != 487, context.best.status < 600, !isMerelyPassedOn(context) {
            context.best.decide(status: 487, reason: "Request Terminated")
        }
        guard let source = context.best.source else {
            // RFC 4320 §4.2: a request other than INVITE that nobody answers is not answered.
            guard context.method == .invite else { return abandon(context) }
            context.best.decide(status: 480, reason: "Temporarily Unavailable")
            return sendBest(context, turn)
        }
        let status = context.best.statusForCaller
        switch source {
        case .received(let response): sendBest(response, status, context, turn)
        case .local(let reason):
            respond(
                context, status: status, reason: status == context.best.status ? reason : "Server Internal Error", turn)
        case .decided(let reason, let headers):
            respond(context, status: status, reason: reason, headers: headers, turn)
        }
        finish(context, status, turn)
    }

    /// The best response is one that a branch gave.
    private mutating func sendBest(_ response: SIPMessage, _ status: Int, _ context: ResponseContext, _ turn: Turn) {
        let extra = context.best.status == 401 || context.best.status == 407 ? context.best.challenges : []
        guard
            let bytes = withoutOurVia(
                response, of: context, over: context.receivedVia.replyHop.transport,
                status: status == context.best.status ? nil : status, extra: extra)
        else { return }
        context.ledger?.sent(response, status, to: context.flow, at: turn.now)
        transactions.respond(context.server, status: status, bytes: bytes, at: turn.now, into: &outgoing)
    }

    /// Answers the caller with a response that is made here.
    private mutating func respond(
        _ context: ResponseContext, status: Int, reason: String, headers: String = "", _ turn: Turn
    ) {
        let bytes = ResponseWriter.response(
            to: context.request, status: status, reason: reason, toTag: context.localTag,
            topVia: context.receivedVia.value, headers: headers)
        context.ledger?.sent(status, reason, to: context.flow, at: turn.now)
        transactions.respond(context.server, status: status, bytes: bytes, at: turn.now, into: &outgoing)
    }

    private mutating func abandon(_ context: ResponseContext) {
        context.hasFinal = true
        transactions.abandon(context.server)
        contexts.remove(context.id)
    }

    /// The final response was sent: closes the books of the call.
    private mutating func finish(_ context: ResponseContext, _ status: Int, _ turn: Turn) {
        context.hasFinal = true
        if context.isNewCall { countEnd(of: context, status, turn) }
        if let record = context.ledger?.close(status: status, at: turn.now) { effects.append(.record(record)) }
        context.ledger = nil
        if context.method == .invite, (200..<300).contains(status) {
            guard !context.changesResponses else { return context.keepOnlyForLateAnswers() }
            let owner = TransactionOwner.answered(server: context.server).rawValue
            for branch in context.branches {
                if let client = branch.client { transactions.setOwner(owner, ofClient: client) }
                for attempt in branch.givenUp { transactions.setOwner(owner, ofClient: attempt.client) }
            }
        }
        // The server transaction repeats the response by itself, and takes no other but a 2xx.
        contexts.remove(context.id)
        transactions.setOwner(TransactionOwner.nobody.rawValue, of: context.server)
    }
}
