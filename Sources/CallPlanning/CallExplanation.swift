package import Directory

/// What would happen to a call if it came now: the dry run behind `tsunagi explain`.
///
/// The rules are those of ``CallPlan``, which is fed the events that such a call could bring. A chain of unconditional
/// forwards is followed through our own numbers to where the phones ring or the call leaves; what would happen then
/// when nobody answers is told for that last number, one step far.
package struct CallExplanation: Sendable, Equatable {
    /// What a call finds here.
    package struct Network {
        package let directory: any CallDirectory
        package let policy: PlanningPolicy
        /// How many contacts are registered for one of our numbers.
        package let registeredContacts: (PhoneNumber) -> Int
        /// The number of ours that a URI means; nil if it leads elsewhere.
        package let ownNumber: (String) -> PhoneNumber?
        /// Why nothing can be sent to a URI, as in "needs TLS"; nil: something can, as far as it says.
        package let flawOfWay: (String) -> String?
        /// Where voice mail is; nil if there is none.
        package let voicemail: String?

        package init(
            directory: any CallDirectory, policy: PlanningPolicy,
            registeredContacts: @escaping (PhoneNumber) -> Int,
            ownNumber: @escaping (String) -> PhoneNumber? = { _ in nil },
            flawOfWay: @escaping (String) -> String? = { _ in nil }, voicemail: String? = nil
        ) {
            self.directory = directory
            self.policy = policy
            self.registeredContacts = registeredContacts
            self.ownNumber = ownNumber
            self.flawOfWay = flawOfWay
            self.voicemail = voicemail
        }
    }

    /// In the order in which they would be taken.
    package private(set) var decisions: [Decision] = []

    /// - Parameters:
    ///   - dialled: What is called, with 184 or 186 already taken away.
    ///   - isEmergencyCallback: A trusted peer says that an emergency service is calling back.
    ///   - diversionsSoFar: How often the call has been diverted elsewhere.
    ///   - moment: When it would come, in milliseconds since the Unix epoch.
    package init(
        callFrom caller: CallerIdentity, to dialled: PhoneNumber, isEmergencyCallback: Bool = false,
        diversionsSoFar: Int = 0, at moment: Int64, in network: Network
    ) throws(DirectoryUnavailable) {
        guard let record = try network.directory.record(of: dialled) else {
            caller.tell(into: &decisions)
            if network.policy.emergencyNumbers.contains(dialled) {
                decisions.append(.emergency(number: dialled.description))
            }
            decisions.append(try Self.wayOut(to: dialled, in: network))
            return
        }
        try follow(
            OfferedCall(
                caller: caller, callee: record, isEmergencyCallback: isEmergencyCallback,
                diversionsSoFar: diversionsSoFar, offeredAt: moment, clock: network.directory),
            in: network)
    }

    /// Every turn of the loop adds a number to the call's path, and no plan forwards to a number on it: so it ends.
    private mutating func follow(_ offered: OfferedCall, in network: Network) throws(DirectoryUnavailable) {
        var next: OfferedCall? = offered
        while let call = next {
            next = nil
            var plan = CallPlan(call: call, policy: network.policy)
            let commands = plan.handle(.offered(registeredContacts: network.registeredContacts(call.callee.number)))
            decisions += plan.decisions
            for command in commands {
                switch command {
                case .divert(let diversion):
                    guard let destination = diversion.destination else { continue }
                    next = try leave(call, for: destination, in: network)
                case .ringContacts:
                    tellWhatMightFollow(plan, in: network)
                case .reject(let status, let reason, _):
                    tellEnd(status: status, reason: reason)
                default:
                    continue
                }
            }
        }
    }

    /// Tells what the caller is answered, which the call log keeps beside the decisions, unless the last of them says so.
    private mutating func tellEnd(status: Int, reason: String) {
        switch decisions.last {
        case .anonymousRejected, .callerBlocked, .forwardingLimitReached, .forwardingLoop: return
        default: decisions.append(.refused(status: status, reason: reason))
        }
    }

    /// Tells where a diverted call leaves us; if it comes to another of our numbers, returns it as offered there.
    private mutating func leave(
        _ call: OfferedCall, for destination: Destination, in network: Network
    ) throws(DirectoryUnavailable) -> OfferedCall? {
        switch destination {
        case .number(let number):
            if let record = try network.directory.record(of: number) {
                return try call.forwarded(to: record, clock: network.directory)
            }
            tellEmergency(at: destination, in: network)
            decisions.append(try Self.wayOut(to: number, in: network))
        case .uri(let uri):
            guard let number = network.ownNumber(uri) else {
                decisions.append(Self.refusal(of: destination, in: network) ?? .toURI(uri))
                return nil
            }
            if let record = try network.directory.record(of: number) {
                return try call.forwarded(to: record, clock: network.directory)
            }
            let tolls = TollPolicy(network.policy, forbidding: try network.directory.forbiddenDestinations())
            if let flaw = tolls.flaw(of: number) {
                let from = call.callee.number.description
                decisions += [
                    .destinationForbidden(number: from, to: uri, flaw: flaw),
                    .refused(status: 480, reason: "Temporarily Unavailable"),
                ]
            } else {
                decisions.append(try Self.wayOut(to: number, in: network))
            }
        case .voicemail:
            decisions.append(
                network.voicemail.map { .toVoicemail($0) }
                    ?? .refused(status: 480, reason: "no voice-mail server is configured (voicemail.uri)"))
        }
        return nil
    }

    /// Nothing is sent to a URI that asks for what there is none of here; nil where nothing keeps a call from leaving.
    private static func refusal(of destination: Destination?, in network: Network) -> Decision? {
        guard case .uri(let uri)? = destination, network.ownNumber(uri) == nil, let flaw = network.flawOfWay(uri) else {
            return nil
        }
        return .refused(status: 480, reason: "\(uri) \(flaw)")
    }

    /// As routing does, which puts through what a rule's number leads to: that was judged when it was set, without the
    /// configuration.
    private mutating func tellEmergency(at destination: Destination?, in network: Network) {
        guard case .number(let number)? = destination, network.policy.emergencyNumbers.contains(number) else { return }
        decisions.append(.emergency(number: number.description))
    }

    private static func wayOut(
        to number: PhoneNumber, in network: Network
    ) throws(DirectoryUnavailable) -> Decision {
        if let route = try network.directory.trunks().route(to: number), let hop = route.hops.first {
            return .toTrunk(prefix: route.prefix, number: number.description, hop: hop.description)
        }
        return number.kind == .global
            ? .noRoute(number.description) : .noSuchNumber(number.description)
    }

    /// Plays the three ways in which ringing can fail to copies of the plan.
    private mutating func tellWhatMightFollow(_ plan: CallPlan, in network: Network) {
        let branch = 0
        if let busy = plan.policy.busyStatuses.first {
            tell(plan, after: [.failed(branch: branch, status: busy), .exhausted], in: network)
        }
        tell(plan, after: [.ringing(branch: branch), .ringTimeExpired], in: network)
        tell(plan, after: [.failed(branch: branch, status: 408, cause: .timeout), .exhausted], in: network)
    }

    private mutating func tell(_ plan: CallPlan, after events: [CallEvent], in network: Network) {
        var probe = plan
        var (ringSeconds, destination): (Int?, Destination?) = (nil, nil)
        for event in events {
            for command in probe.handle(event) {
                switch command {
                case .startRingTimer(let seconds): ringSeconds = seconds
                case .divert(let diversion): destination = diversion.destination
                default: continue
                }
            }
        }
        for decision in probe.decisions.dropFirst(plan.decisions.count) {
            switch decision {
            case .forwarded(let condition, let number, let to):
                decisions.append(
                    .wouldForward(condition: condition, number: number, to: to, afterSeconds: ringSeconds))
                tellEmergency(at: destination, in: network)
                if let refusal = Self.refusal(of: destination, in: network) { decisions.append(refusal) }
            case .forwardingLimitReached, .forwardingLoop, .scheduled, .temporary:
                if !decisions.contains(decision) { decisions.append(decision) }
            default:
                continue
            }
        }
    }
}
