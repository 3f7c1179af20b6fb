internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// The forwarding service: carries events to the plan of a served number and its commands out.
extension CallRouter {
    /// Begins with an address: rings what waits, or asks its plan what to do.
    mutating func startStage(_ context: ResponseContext, _ stage: Stage, _ turn: Turn) {
        let index = context.stages.count
        context.stages.append(stage)
        stage.breadth = context.stageBreadth.map { max(1, $0) }
        guard let number = stage.number else { return startNextGroup(context, index, turn) }
        tell(context, index, .offered(registeredContacts: locations.count(of: number, at: turn.now)), turn)
    }

    /// Hands one event to the plan of a stage and does what it says.
    mutating func tell(_ context: ResponseContext, _ stage: Int, _ event: CallEvent, _ turn: Turn) {
        guard let commands = context.stages[stage].plan?.handle(event) else { return }
        context.ledger?.takeDecisions(of: context.stages[stage])
        for place in 0..<commands.count { carryOut(commands[place], context, stage, turn) }
    }

    private mutating func carryOut(_ command: CallCommand, _ context: ResponseContext, _ stage: Int, _ turn: Turn) {
        switch command {
        case .ringContacts:
            guard let number = context.stages[stage].number else { return }
            context.stages[stage].waiting = contactGroups(of: number, turn)
            startNextGroup(context, stage, turn)
        case .startNoProvisionalTimer(let seconds):
            watchSilence(context, stage, .seconds(seconds), turn)
        case .startProgressTimer(let seconds):
            timers.set(RouterTimer(.progress(stage: stage), context.id), after: .seconds(seconds), at: turn.now)
        case .startRingTimer(let seconds):
            timers.set(RouterTimer(.ring(stage: stage), context.id), after: .seconds(seconds), at: turn.now)
        case .abandonBranch(let branch):
            let branch = context.branches[branch]
            cancelBranch(context, branch, reason: nil, turn)
            branch.state = .finished
            context.ledger?.endedLeg(branch.leg, status: 408, at: turn.now)
            context.stages[stage].best.offer(status: 408, reason: "Request Timeout")
        case .cancelBranches(let reason):
            cancelBranches(of: stage, context, reason, turn)
        case .tellCallerForwarding:
            sendForwarding(context, stage, turn)
        case .divert(let diversion):
            if let rule = RuleAtWork(diversion.reason) { counters.rules.add(rule) }
            divert(context, stage, diversion, turn)
        case .reject(let status, let reason, let warning):
            countRejection(context, stage)
            let headers = warning.map { "Warning: 399 \(configuration.warningAgent) \"\($0)\"\r\n" } ?? ""
            context.stages[stage].waiting = []
            context.stages[stage].best.decide(status: status, reason: reason, headers: headers)
            end(context, stage, turn)
        case .endSearch:
            stopSearching(context, turn)
        case .relayBestResponse:
            end(context, stage, turn)
        }
    }

    /// There is no way to one of the destinations of a stage, or, without a stage, to the one that was called.
    mutating func fail(
        _ context: ResponseContext, _ stage: Int?, status: Int, reason: String, headers: String = "", _ turn: Turn
    ) {
        var best = BestResponse()
        best.decide(status: status, reason: reason, headers: headers)
        if let stage {
            context.stages[stage].best.offer(best)
        } else {
            context.best.offer(best)
        }
    }

    /// A stage is over: what it has come to counts where it was sent from.
    mutating func end(_ context: ResponseContext, _ stage: Int, _ turn: Turn) {
        let stage = context.stages[stage]
        guard !stage.isOver else { return }
        stage.isOver = true
        let best = stage.best
        if let parent = stage.parent {
            context.stages[parent].best.offer(best)
        } else {
            context.best.offer(best)
        }
        if best.status >= 600, !context.isStopped { stopSearching(context, turn) }
    }

    private mutating func watchSilence(_ context: ResponseContext, _ stage: Int, _ interval: Interval, _ turn: Turn) {
        context.stages[stage].noProvisional = interval
        for index in context.branches.indices where context.branches[index].stage == stage {
            let branch = context.branches[index]
            if branch.isLive, branch.state == .resolving || !branch.hasMoreWays { watchSilence(context, index, turn) }
        }
    }

    /// A phone is reported as silent when the last of its addresses is (RFC 3263 §4.3), or the name service when it is asked
    /// for them.
    mutating func watchSilence(_ context: ResponseContext, _ index: Int, _ turn: Turn) {
        let branch = context.branches[index]
        guard let interval = context.stages[branch.stage].noProvisional else { return }
        timers.set(
            RouterTimer(.silence(branch: index, attempt: branch.attempt), context.id), after: interval, at: turn.now)
    }

    private mutating func cancelBranches(
        of stage: Int, _ context: ResponseContext, _ reason: CancelReason, _ turn: Turn
    ) {
        context.stages[stage].waiting = []
        context.stages[stage].isStopped = true
        for branch in context.branches where branch.stage == stage {
            cancelBranch(context, branch, reason: reason.headerValue, turn)
        }
    }

    /// 181 (RFC 3261 §21.1.3), unless the caller wants provisional responses to be reliable: then PRACK would have to
    /// be answered here (RFC 3262 §3).
    private mutating func sendForwarding(_ context: ResponseContext, _ stage: Int, _ turn: Turn) {
        let requires = context.request.elements(.require).map { context.request.text($0.range).lowercased() }
        guard !context.hasFinal, !requires.contains("100rel"), takesForwarding(context.flow, turn) else { return }
        let bytes = ResponseWriter.response(
            to: context.request, status: 181, reason: "Call Is Being Forwarded", toTag: context.localTag + "-\(stage)",
            topVia: context.receivedVia.value)
        context.ledger?.sent(181, "Call Is Being Forwarded", to: context.flow, at: turn.now)
        transactions.respond(context.server, status: 181, bytes: bytes, at: turn.now, into: &outgoing)
    }

    /// A gateway that is told of no diversions gets no 181 either: some stop the ringing tone on it.
    private func takesForwarding(_ flow: Flow, _ turn: Turn) -> Bool {
        guard let routes = try? turn.directory.trunks().routes else { return true }
        return !routes.lazy.flatMap(\.hops).contains { hop in
            !hop.sendsDiversion && IPAddress(hop.host) == flow.remote.address
        }
    }

    /// The call goes on: what the phones said before no longer counts.
    private mutating func divert(_ context: ResponseContext, _ stage: Int, _ diversion: Diversion, _ turn: Turn) {
        context.stages[stage].isDiverted = true
        context.stages[stage].best.reset()
        context.ledger?.acted()
        var groups = diversion.targetGroups
        guard !groups.isEmpty else { return }
        let first = groups.removeFirst()
        context.stages[stage].waitingDestinations = groups
        context.stages[stage].diversion = diversion
        send(context, stage, to: first, turn)
    }

    /// Sends the call on to several destinations at once, among which the breadth is divided.
    private mutating func send(
        _ context: ResponseContext, _ parent: Int, to group: [Destination], _ turn: Turn
    ) {
        for (place, destination) in group.enumerated() {
            let share = min(availableBreadth(context), context.stages[parent].breadth ?? .max)
            context.stageBreadth =
                group.count == 1 ? context.stages[parent].breadth : max(1, share / (group.count - place))
            send(context, parent, to: destination, turn)
        }
        context.stageBreadth = nil
    }

    /// Sends the call on to one destination, in a stage of its own.
    private mutating func send(_ context: ResponseContext, _ parent: Int, to destination: Destination, _ turn: Turn) {
        guard let diversion = context.stages[parent].diversion, !context.isSearchOver else { return }
        guard context.stages.count < configuration.branchLimit else {
            counters.limits.add(.branches)
            return fail(context, parent, status: 480, reason: "Too Many Branches", turn)
        }
        let diversions = context.stages[parent].diversions + [diversion]
        do throws(DirectoryUnavailable) {
            switch resolve(destination) {
            case .number(let number):
                guard let record = try turn.directory.record(of: number) else {
                    if case .uri(let text) = destination, let flaw = try tollFlaw(of: number, turn) {
                        context.ledger?.note(
                            .destinationForbidden(number: diversion.from.description, to: text, flaw: flaw))
                        return fail(context, parent, status: 480, reason: "Temporarily Unavailable", turn)
                    }
                    return try directToTrunk(context, number, diversions: diversions, parent: parent, turn)
                }
                guard let call = context.stages[parent].plan?.call else { return }
                let next = try call.forwarded(to: record, clock: turn.directory)
                let plan = CallPlan(call: next, policy: configuration.planning)
                startStage(context, Stage(plan: plan, diversions: diversions, parent: parent), turn)
            case .uri(let text):
                sendToURI(context, parent, text, diversions, turn)
            case .voicemail:
                sendToVoicemail(context, parent, diversion, diversions, turn)
            }
        } catch {
            log(.error, error.description, of: context.request)
            fail(context, parent, status: 503, reason: "Rules Unavailable", turn)
        }
    }

    /// A URI that names one of our numbers is that number.
    private func resolve(_ destination: Destination) -> Destination {
        guard case .uri(let text) = destination, let uri = SIPURI(text), uri.scheme != .sips,
            let number = number(in: uri), own.contain(uri)
        else { return destination }
        return .number(number)
    }

    private mutating func sendToURI(
        _ context: ResponseContext, _ parent: Int, _ text: String, _ diversions: [Diversion], _ turn: Turn
    ) {
        guard let uri = SIPURI(text), [.sip, .sips].contains(uri.scheme) else {
            return fail(context, parent, status: 416, reason: "Unsupported URI Scheme", turn)
        }
        if let flaw = uri.flawOfWay {
            context.ledger?.note(.refused(status: 480, reason: "\(text) \(flaw)"))
            return fail(context, parent, status: 480, reason: "Temporarily Unavailable", turn)
        }
        var bytes = Self.requestURI(text, uri)
        if let last = diversions.last { bytes += Array(";cause=\(last.reason.cause)".utf8) }
        context.ledger?.note(.toURI(text))
        let target = target(of: uri, bytes: bytes, name: text)
        // What a rule names the operator has chosen.
        if diversions.last?.reason.isDeflection == true { target.dialling = dialling(of: uri) }
        startStage(context, Stage(diversions: diversions, waiting: [[target]], parent: parent), turn)
    }

    /// A destination as it may stand in a Request-URI, ready for our own cause: whatever a phone or an administrator has
    /// written as one, Diversion, History-Info and the Request-URI are to name the same (RFC 4458 §2).
    private static func requestURI(_ text: String, _ uri: SIPURI) -> [UInt8] {
        var bytes = Array(text.utf8)
        if uri.has("cause") {
            var plain = uri
            plain.removeCause()
            bytes = Array(plain.description.utf8)
        }
        removeForeign(&bytes)
        return bytes
    }

    /// RFC 4458 §2: whose mailbox it is stands in `target`, why the call comes there in `cause`.
    private mutating func sendToVoicemail(
        _ context: ResponseContext, _ parent: Int, _ diversion: Diversion, _ diversions: [Diversion], _ turn: Turn
    ) {
        guard let text = configuration.voicemailURI, let uri = SIPURI(text) else {
            context.ledger?.note(.refused(status: 480, reason: "no voice-mail server is configured (voicemail.uri)"))
            return fail(context, parent, status: 480, reason: "No Voice Mail", turn)
        }
        let domain = configuration.domains.sorted().first ?? uri.host
        let mailbox = Escaping.encoded("sip:\(diversion.from.national)@\(domain)")
        let bytes = Self.requestURI(text, uri) + Array(";target=\(mailbox);cause=\(diversion.reason.cause)".utf8)
        context.ledger?.note(.toVoicemail(text))
        let target = target(of: uri, bytes: bytes, name: text)
        target.isTrusted = true
        startStage(context, Stage(diversions: diversions, waiting: [[target]], parent: parent), turn)
    }

    /// Goes on until nothing changes: stages whose phones have all failed ask their plan, the next group of phones or
    /// of destinations is tried, and when everything has ended the best response goes to the caller.
    mutating func settle(_ context: ResponseContext, _ turn: Turn) {
        guard !context.hasFinal else { return }
        // Every round ends a stage, starts a group or a destination, of each of which there are few.
        var rounds = 0
        while rounds < 1000, settleOneStage(context, turn) { rounds += 1 }
        guard !context.hasFinal, !context.stages.contains(where: { !$0.isOver }),
            !context.branches.contains(where: { context.awaits($0) })
        else { return }
        sendBest(context, turn)
    }

    private mutating func settleOneStage(_ context: ResponseContext, _ turn: Turn) -> Bool {
        for index in context.stages.indices where !context.stages[index].isOver {
            let stage = context.stages[index]
            if stage.isDiverted {
                guard !context.stages.contains(where: { $0.parent == index && !$0.isOver }) else { continue }
                if stage.waitingDestinations.isEmpty || context.isSearchOver {
                    end(context, index, turn)
                } else {
                    let group = context.stages[index].waitingDestinations.removeFirst()
                    send(context, index, to: group, turn)
                }
                return true
            }
            guard !context.branches.contains(where: { $0.stage == index && context.awaits($0) }) else { continue }
            if !stage.waiting.isEmpty, !stage.isStopped, !context.isSearchOver {
                guard availableBreadth(context) >= 1 else { continue }
                startNextGroup(context, index, turn)
            } else {
                // Once the search is over, only the plan that has ended it has something to tell.
                if let plan = stage.plan, !context.isStopped || plan.hasEndedSearch {
                    tell(context, index, .exhausted, turn)
                }
                // A plan that was answered or cancelled has nothing more to say.
                if !context.stages[index].isDiverted { end(context, index, turn) }
            }
            return true
        }
        return false
    }
}

extension CancelReason {
    /// The value of a Reason header (RFC 3326); nil where nothing is to be said.
    var headerValue: String? {
        sipCause.map { "SIP;cause=\($0);text=\"\(text)\"" }
    }
}

extension RoutingConfiguration {
    /// Who warns (RFC 3261 §20.43).
    var warningAgent: String { domains.sorted().first ?? "tsunagi" }
}
