package import Directory

/// The rules of one served number, applied to one call: events in, commands out.
///
/// A call that is forwarded to another of our numbers gets a plan of its own there
/// (``OfferedCall/forwarded(to:)``), by that number's rules. This plan's rules are never applied again to the branch
/// they made: once it has diverted, it only watches for a late answer and for the caller's CANCEL.
///
/// Events may come in any order, late or twice; those that no longer matter lead to no command. In particular nothing
/// is rung or diverted after an answer or after the caller's CANCEL. So timers need not be stopped.
package struct CallPlan: Sendable {
    enum Phase: Sendable {
        case notOffered
        /// The number's phones are being rung.
        case ringing
        /// A 6xx came, which settles the outcome: the other phones are being cancelled.
        case declined(PhoneOutcomes.Outcome)
        case diverted
        case answered
        /// The plan, or the phones' best response, has ended the call.
        case refused
        case cancelled
    }

    package let call: OfferedCall
    package let policy: PlanningPolicy
    /// What was decided so far and why, in order: what the call log keeps.
    package private(set) var decisions: [Decision] = []

    /// No rule touches the call.
    private let isEmergency: Bool
    var phase = Phase.notOffered
    var phones = PhoneOutcomes()
    private var hasRungContacts = false
    private var ringTimerRuns = false
    private var progressTimerRuns = false

    package init(call: OfferedCall, policy: PlanningPolicy) {
        self.call = call
        self.policy = policy
        isEmergency = policy.emergencyNumbers.touch(call)
    }

    var number: PhoneNumber { call.callee.number }
    private var rules: ForwardingRules { call.callee.forwarding }

    mutating func note(_ decision: Decision) {
        decisions.append(decision)
    }

    /// Takes one event in, and says what is to be done now.
    @discardableResult
    package mutating func handle(_ event: CallEvent) -> CommandList {
        switch event {
        case .offered(let contacts):
            offered(registeredContacts: contacts)
        case .trying(let branch):
            heard(branch)
        case .progressed(let branch):
            progressed(branch)
        case .ringing(let branch):
            ringing(branch)
        case .redirected(let branch, let status, let groups):
            redirected(branch, status: status, to: groups)
        case .failed(let branch, let status, let cause):
            failed(branch, status: status, cause: cause)
        case .exhausted:
            exhausted()
        case .ringTimeExpired:
            ringTimeExpired()
        case .progressTimeExpired:
            progressTimeExpired()
        case .noProvisionalTimeExpired(let branch):
            noProvisionalTimeExpired(branch)
        case .answered:
            answered()
        case .callerCancelled:
            callerCancelled()
        }
    }
}

// MARK: - The call comes

extension CallPlan {
    /// Rejections before forwarding, forwarding before ringing.
    private mutating func offered(registeredContacts: Int) -> CommandList {
        guard case .notOffered = phase else { return CommandList() }
        decisions.reserveCapacity(8)
        // Who calls stays the same along a chain of our numbers, so only the first plan tells it.
        if call.path.isEmpty { call.caller.tell(into: &decisions) }
        if isEmergency {
            note(
                policy.emergencyNumbers.contains(number)
                    ? .emergency(number: number.description) : .emergencyCallback)
        } else {
            if let rejection = rejectAnonymous() ?? rejectBlocked() { return rejection }
            if call.path.contains(number) {
                return refuseLoop(over: number)
            }
            if let destination = rules.destination(when: .always) {
                return forward(when: .always, to: destination, cancelling: nil)
            }
        }
        guard registeredContacts > 0 else { return notRegistered() }
        phase = .ringing
        hasRungContacts = true
        note(.rings(number: number.description, contacts: registeredContacts))
        // Only for the sake of the unreachable rule is a silent phone given up before timer B.
        guard !isEmergency, rules.destination(when: .unreachable) != nil else { return CommandList(.ringContacts) }
        return CommandList(.ringContacts, .startNoProvisionalTimer(seconds: policy.noProvisionalSeconds))
    }

    private mutating func rejectAnonymous() -> CommandList? {
        guard let reason = call.caller.withheld else { return nil }
        guard call.callee.anonymousCalls.rejects(reason) else {
            note(.anonymousAccepted(reason, number: number.description))
            return nil
        }
        let status = policy.anonymousStatus
        note(.anonymousRejected(reason, number: number.description, status: status))
        return refuse(status: status)
    }

    private mutating func rejectBlocked() -> CommandList? {
        guard let caller = call.caller.number, call.callee.blockedCallers.contains(caller) else { return nil }
        // The log is the called party's: it may not learn a number that was withheld from it.
        let name = call.caller.presentation == .shown ? caller.description : "anonymous"
        note(.callerBlocked(caller: name, number: number.description, status: policy.blockedStatus))
        return refuse(status: policy.blockedStatus)
    }

    private mutating func notRegistered() -> CommandList {
        note(.notRegistered(number: number.description))
        guard !isEmergency else { return refuse(status: 480) }
        guard let destination = rules.destination(when: .unreachable) else {
            note(.noRule(condition: .unreachable, number: number.description))
            return refuse(status: 480)
        }
        return forward(when: .unreachable, to: destination, cancelling: nil)
    }
}

// MARK: - The phones ring

extension CallPlan {
    private mutating func heard(_ branch: Int) -> CommandList {
        phones.heard(branch)
        return CommandList()
    }

    private mutating func progressed(_ branch: Int) -> CommandList {
        guard case .ringing = phase, phones.progressed(branch), !isEmergency, !ringTimerRuns, !progressTimerRuns,
            rules.destination(when: .noAnswer) != nil
        else { return CommandList() }
        progressTimerRuns = true
        return CommandList(.startProgressTimer(seconds: policy.progressAsRingingSeconds))
    }

    private mutating func ringing(_ branch: Int) -> CommandList {
        guard case .ringing = phase, phones.rang(branch) else { return CommandList() }
        return startRingTimer()
    }

    /// No phone has rung, but one is doing something else: it is taken for ringing, so that a phone which only sends
    /// 183 does not keep the caller for ever.
    private mutating func progressTimeExpired() -> CommandList {
        guard case .ringing = phase, phones.takeProgressForRinging() else { return CommandList() }
        return startRingTimer()
    }

    /// Without a rule for no answer a phone may ring as long as the caller waits.
    private mutating func startRingTimer() -> CommandList {
        guard !isEmergency, !ringTimerRuns, rules.destination(when: .noAnswer) != nil else { return CommandList() }
        ringTimerRuns = true
        return CommandList(.startRingTimer(seconds: rules.ringSeconds))
    }

    private mutating func ringTimeExpired() -> CommandList {
        guard case .ringing = phase, ringTimerRuns, let destination = rules.destination(when: .noAnswer) else {
            return CommandList()
        }
        note(.notAnswered(number: number.description, afterSeconds: rules.ringSeconds))
        return forward(when: .noAnswer, to: destination, cancelling: .noAnswer)
    }

    private mutating func noProvisionalTimeExpired(_ branch: Int) -> CommandList {
        guard case .ringing = phase, !isEmergency, phones.fellSilent(branch) else { return CommandList() }
        return CommandList(.abandonBranch(branch))
    }
}

// MARK: - The phones fail

extension CallPlan {
    private mutating func failed(_ branch: Int, status: Int, cause: FailureCause) -> CommandList {
        guard case .ringing = phase else { return CommandList() }
        let meaning = StatusMeaning(status: status, cause: cause, hasRung: phones.hasRung(branch), policy: policy)
        guard phones.failed(branch, meaning: meaning, status: status) else { return CommandList() }
        // RFC 3261 §16.7 step 5: a 6xx ends the other branches, and no new one is begun.
        guard cause == .received, (600...699).contains(status) else { return CommandList() }
        phase = .declined(meaning == .busy ? .busy(status: status) : .refused(status: status))
        return CommandList(.cancelBranches(.declinedElsewhere))
    }

    /// The phone sends the call on: the whole call goes there, whichever other phones of the number still ring.
    private mutating func redirected(_ branch: Int, status: Int, to groups: [[Destination]]) -> CommandList {
        guard policy.allowsDeflection, !isEmergency, groups.contains(where: { !$0.isEmpty }) else {
            return failed(branch, status: status, cause: .received)
        }
        guard case .ringing = phase, phones.failed(branch, meaning: .redirection, status: status) else {
            return CommandList()
        }
        return deflect(to: groups, status: status, rang: phones.hasRung(branch))
    }

    private mutating func exhausted() -> CommandList {
        switch phase {
        case .ringing: return conclude(phones.outcome)
        case .declined(let outcome): return conclude(outcome)
        case .cancelled: return relayBestResponse()
        case .notOffered, .diverted, .answered, .refused: return CommandList()
        }
    }

    private mutating func conclude(_ outcome: PhoneOutcomes.Outcome) -> CommandList {
        let name = number.description
        switch outcome {
        case .notAnswered(let status):
            note(.notAnswered(number: name, afterSeconds: nil))
            return forwardOrRelay(when: .noAnswer, status: status)
        case .busy(let status):
            note(.busy(number: name))
            return forwardOrRelay(when: .busy, status: status)
        case .unreachable(let status):
            note(.unreachable(number: name, status: status))
            return forwardOrRelay(when: .unreachable, status: status)
        case .redirected(let status):
            // The caller is never handed another's addresses.
            note(.failed(number: name, status: status))
            return refuse(status: 480)
        case .refused(let status):
            note(.failed(number: name, status: status))
            return relayBestResponse()
        }
    }

    private mutating func forwardOrRelay(when condition: ForwardingCondition, status: Int) -> CommandList {
        if !isEmergency {
            if let destination = rules.destination(when: condition) {
                return forward(when: condition, to: destination, causingStatus: status, cancelling: nil)
            }
            note(.noRule(condition: condition, number: number.description))
        }
        return relayBestResponse()
    }

    private mutating func relayBestResponse() -> CommandList {
        phase = .refused
        return CommandList(.relayBestResponse)
    }
}

// MARK: - The call ends

extension CallPlan {
    /// After a diversion this is a phone that was answered before its CANCEL came: both answers reach the caller.
    private mutating func answered() -> CommandList {
        switch phase {
        case .diverted where !hasRungContacts:
            return CommandList()
        case .ringing, .declined, .diverted:
            phase = .answered
            note(.answered(by: number.description))
            return CommandList(.cancelBranches(.answeredElsewhere))
        case .notOffered, .answered, .refused, .cancelled:
            return CommandList()
        }
    }

    private mutating func callerCancelled() -> CommandList {
        switch phase {
        case .ringing, .declined, .diverted:
            phase = .cancelled
            note(.cancelledByCaller)
            return CommandList(.cancelBranches(.callerCancelled))
        case .notOffered:
            phase = .cancelled
            note(.cancelledByCaller)
            return CommandList()
        case .answered, .refused, .cancelled:
            return CommandList()
        }
    }
}
