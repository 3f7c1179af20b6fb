internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Copies of a request on their way to its targets (RFC 3261 §16.6).
extension CallRouter {
    /// Starts all targets of the next group of a stage, in parallel.
    mutating func startNextGroup(_ context: ResponseContext, _ stage: Int, _ turn: Turn) {
        let waiting = context.stages[stage]
        guard !waiting.waiting.isEmpty, !context.isSearchOver else { return }
        let available = min(availableBreadth(context), waiting.breadth ?? .max)
        guard available >= 1, let group = waiting.waiting.first else { return }
        guard context.branches.count + group.count <= configuration.branchLimit else {
            counters.limits.add(.branches)
            waiting.waiting = []
            waiting.best.offer(status: 480, reason: "Too Many Branches")
            return
        }
        waiting.waiting.removeFirst()
        // A stage that goes on while its branches are being cancelled must not have given them all of the breadth.
        let breadth = waiting.mayGoOnWhileRinging ? max(group.count, (available + 1) / 2) : available
        let share = min(breadth, available)
        let count = min(group.count, share)
        // What the breadth does not allow at once is tried afterwards.
        if count < group.count { waiting.waiting.insert(Array(group[count...]), at: 0) }
        for place in 0..<count {
            start(group[place], context, stage, share / count + (place < share % count ? 1 : 0), turn)
        }
    }

    /// RFC 5393 §5.3: the breadth that came is divided among the branches of the moment; what one has had is free
    /// again when it has ended. With none left, what waits is begun then.
    func availableBreadth(_ context: ResponseContext) -> Int {
        var available = context.breadth
        for branch in context.branches where branch.isLive { available -= branch.breadth }
        return available
    }

    private mutating func start(
        _ target: Target, _ context: ResponseContext, _ stage: Int, _ breadth: Int, _ turn: Turn
    ) {
        let index = context.branches.count
        let branch = Branch(stage: stage, target: target, breadth: breadth)
        if let ledger = context.ledger { branch.leg = ledger.beganLeg(target.name, at: turn.now) }
        context.branches.append(branch)
        if target.isDialled(otherThan: context.stages[stage].number) { branch.doubt = tollDoubt(about: target, turn) }
        tryNextAddress(context, index, otherwise: 503, .transport, turn)
    }

    /// Sends the branch to the next address that is left; when none is, the branch has failed.
    mutating func tryNextAddress(
        _ context: ResponseContext, _ index: Int, otherwise status: Int, _ cause: FailureCause, _ turn: Turn
    ) {
        let branch = context.branches[index]
        if let name = branch.doubt?.names.last { return lookUp(name, .udp, 0, context, index, turn) }
        while true {
            while !branch.remaining.isEmpty {
                switch branch.remaining.removeFirst() {
                case .name(let transport, let name, let port):
                    lookUp(name, transport, port, context, index, turn)
                    return
                case .address(let transport, let endpoint):
                    if send(context, index, transport, endpoint, turn) { return }
                }
            }
            guard !branch.target.alternatives.isEmpty, !branch.isCancelled else { break }
            let next = branch.target.alternatives.removeFirst()
            next.alternatives = branch.target.alternatives
            branch.remaining = next.candidates[...]
            branch.target = next
            if let ledger = context.ledger {
                ledger.endedLeg(branch.leg, status: status, at: turn.now)
                branch.leg = ledger.beganLeg(next.name, at: turn.now)
            }
        }
        branchFailed(context, index, status: status, cause: cause, turn)
    }

    private mutating func lookUp(
        _ name: String, _ transport: TransportProtocol, _ port: UInt16, _ context: ResponseContext, _ index: Int,
        _ turn: Turn
    ) {
        let ticket = nextTicket()
        lookups[ticket] = (context.id, index)
        let branch = context.branches[index]
        branch.state = .resolving
        branch.lookup = (transport, port)
        logAttempt(of: branch, context, turn)
        timers.set(RouterTimer(.lookup(ticket: ticket), context.id), after: Self.lookupPatience, at: turn.now)
        effects.append(.resolve(name: name, ticket: ticket))
        watchSilence(context, index, turn)
    }

    /// Each attempt has a leg of its own in the call log.
    private func logAttempt(of branch: Branch, _ context: ResponseContext, _ turn: Turn) {
        guard let ledger = context.ledger else { return }
        branch.leg = ledger.leg(after: branch.leg, to: branch.target.name, at: turn.now)
    }

    /// A name service that answers later than this has not answered.
    static var lookupPatience: Interval { .seconds(20) }

    /// The addresses of a name have come.
    mutating func found(_ addresses: [IPAddress], for context: ResponseContext, _ index: Int, _ turn: Turn) {
        let branch = context.branches[index]
        guard branch.state == .resolving, let (transport, port) = branch.lookup else { return }
        if let doubt = branch.doubt, !doubt.names.isEmpty {
            doubt.found(addresses)
            return tryNextAddress(context, index, otherwise: 503, .transport, turn)
        }
        let found = addresses.map { Candidate.address(transport, Endpoint(address: $0, port: port)) }
        branch.remaining = found + branch.remaining
        // A domain that has no address is as unknown as a number that nobody has.
        let isUnknown = addresses.isEmpty && isPassingBy(context.stages[branch.stage], branch.target)
        tryNextAddress(context, index, otherwise: isUnknown ? 404 : 503, .dns, turn)
    }

    /// - Returns: false if there is no way from here to that address.
    private mutating func send(
        _ context: ResponseContext, _ index: Int, _ transport: TransportProtocol, _ remote: Endpoint, _ turn: Turn
    ) -> Bool {
        guard
            let local = configuration.listeners.local(
                for: transport, to: remote.address, preferring: context.flow.local)
        else { return false }
        if let doubt = context.branches[index].doubt, doubt.forbids(remote.address) {
            forbid(context, index, doubt, turn)
            return true
        }
        var hop = Hop(transport: transport, remote: remote, local: local)
        guard var client = reserveClient(context, hop) else {
            counters.limits.add(.transactions)
            branchFailed(context, index, status: 503, cause: .transport, turn)
            return true
        }
        let branch = context.branches[index]
        let stage = context.stages[branch.stage]
        var bytes = compose(context, branch.target, stage, branch.breadth, hop, client)
        if branch.withoutStream != remote,
            let stream = streamHop(insteadOf: hop, forOctets: bytes.count, of: context, to: branch.target)
        {
            // If TCP fails, it is sent over UDP all the same.
            hop = stream
            transactions.forgetClient(client.transaction)
            branch.withoutStream = remote
            guard let stream = reserveClient(context, hop) else { return false }
            client = stream
            bytes = compose(context, branch.target, stage, branch.breadth, hop, client)
        }
        launch(context, index, client.transaction, hop, bytes, turn)
        return true
    }

    /// RFC 3261 §18.1.1: how a request that is too large to be sure of UDP is sent first; nil: as it is. Through an address
    /// translator nothing leads but the way that it was opened by.
    func streamHop(insteadOf hop: Hop, forOctets count: Int, of request: ProxiedRequest, to target: Target) -> Hop? {
        guard hop.transport == .udp, count > configuration.datagramComfort, !target.isBehindNAT else { return nil }
        return configuration.listeners.local(
            for: .tcp, to: hop.remote.address, preferring: request.flow.local
        ).map { Hop(transport: .tcp, remote: hop.remote, local: $0) }
    }

    private mutating func reserveClient(_ context: ResponseContext, _ hop: Hop) -> BranchParameter? {
        transactions.reserveClient(
            method: context.method, hop: hop, owner: context.owner, loopHash: context.loopHash)
    }

    private mutating func launch(
        _ context: ResponseContext, _ index: Int, _ client: SlotID, _ hop: Hop, _ bytes: [UInt8], _ turn: Turn
    ) {
        let branch = context.branches[index]
        branch.client = client
        branch.hop = hop
        branch.state = .calling
        branch.hasProvisional = false
        branch.attempt += 1
        logAttempt(of: branch, context, turn)
        context.ledger?.sentRequest(branch.leg, hop, at: turn.now)
        transactions.start(client, request: bytes, at: turn.now, into: &outgoing)
        guard context.method == .invite else { return }
        if branch.hasMoreWays {
            // A silent address is given up for the next one long before timer B.
            timers.set(
                RouterTimer(.silentAttempt(branch: index, attempt: branch.attempt), context.id),
                after: .seconds(configuration.planning.noProvisionalSeconds), at: turn.now)
        } else {
            watchSilence(context, index, turn)
        }
        branch.timerCDeadline = turn.now + configuration.timerC
        setTimerC(context, index, configuration.timerC, turn)
    }

    /// An address could not be reached: the next one is tried.
    mutating func addressFailed(
        _ context: ResponseContext, _ index: Int, status: Int, cause: FailureCause, _ turn: Turn
    ) {
        let branch = context.branches[index]
        guard branch.isLive else { return }
        branch.client = nil
        if context.isCancelled || branch.isCancelled {
            return branchFailed(context, index, status: branch.isOvertime ? 408 : 487, cause: cause, turn)
        }
        context.ledger?.endedLeg(branch.leg, status: status, at: turn.now)
        if cause == .transport, branch.hop?.transport == .tcp, let remote = branch.withoutStream {
            // §18.1.1: no TCP there, so it is sent over UDP, however large it is.
            branch.remaining = [.address(.udp, remote)] + branch.remaining
        }
        tryNextAddress(context, index, otherwise: status, cause, turn)
    }

    /// A branch has ended without a response that anybody gave: what it counts as (§16.9).
    mutating func branchFailed(
        _ context: ResponseContext, _ index: Int, status: Int, cause: FailureCause, _ turn: Turn
    ) {
        let branch = context.branches[index]
        guard branch.isLive else { return }
        branch.state = .finished
        context.ledger?.endedLeg(branch.leg, status: status, at: turn.now)
        let stage = context.stages[branch.stage]
        guard !stage.isDiverted, !stage.isOver else { return }
        // RFC 4320 §4.2: no 408 is made up for a request other than INVITE.
        if context.method == .invite || status != 408 {
            stage.best.offer(status: status, reason: Self.reason(ofLocal: status))
        }
        if stage.plan != nil {
            tell(context, branch.stage, .failed(branch: index, status: status, cause: cause), turn)
        } else {
            context.ledger?.note(.failed(number: branch.target.name, status: status))
        }
    }

    private static func reason(ofLocal status: Int) -> String {
        switch status {
        case 404: "No Address"
        case 408: "Request Timeout"
        case 480: "Temporarily Unavailable"
        case 487: "Request Terminated"
        case 502: "Bad Gateway"
        default: "Service Unavailable"
        }
    }
}
