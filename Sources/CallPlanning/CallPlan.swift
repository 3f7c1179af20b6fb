package import Directory

/// The rules of one served number, applied to one call: events in, commands out.
///
/// A call that is forwarded to another of our numbers gets a plan of its own there
/// (``OfferedCall/forwarded(to:clock:)``), by that number's rules. This plan's rules are never applied again to the branch
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

    /// Of the called number's rules it has those that apply to this call.
    package let call: OfferedCall
    package let policy: PlanningPolicy
    /// What was decided so far and why, in order: what the call log keeps.
    package private(set) var decisions: [Decision] = []

    /// No rule touches the call.
    let isEmergency: Bool
    /// Why rules that have a schedule apply or not, and what lies over rules for a time: told when their condition comes
    /// up.
    let findings: [ForwardingCondition: Decision]
    var phase = Phase.notOffered
    var phones = PhoneOutcomes()
    private(set) var hasRungContacts = false
    /// A 6xx of one of its phones was the end of the whole call; it tells so when the others have ended.
    package internal(set) var hasEndedSearch = false
    var ringTimerRuns = false
    var progressTimerRuns = false

    package init(call: OfferedCall, policy: PlanningPolicy) {
        isEmergency = policy.emergencyNumbers.touch(call)
        self.policy = policy
        if call.callee.isTimed {
            let timing = RuleTiming(call.callee, at: call.moment)
            var timed = call
            timed.callee.forwarding = timing.rules
            self.call = timed
            findings = timing.findings
        } else {
            self.call = call
            findings = [:]
        }
    }

    var number: PhoneNumber { call.callee.number }
    var rules: ForwardingRules { call.callee.forwarding }

    mutating func note(_ decision: Decision) {
        decisions.append(decision)
    }

    /// Tells what the time of the call has made of the rule for a condition, if that matters.
    ///
    /// - Returns: whether it does.
    @discardableResult
    mutating func noteFinding(on condition: ForwardingCondition) -> Bool {
        guard let finding = findings[condition] else { return false }
        note(finding)
        return true
    }

    /// Nothing is set for what happened, or nothing that applies now.
    mutating func noteMissing(_ condition: ForwardingCondition) {
        if !noteFinding(on: condition) { note(.noRule(condition: condition, number: number.description)) }
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
            if !findings.isEmpty { noteFinding(on: .always) }
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
        guard call.callee.anonymousCalls.rejects(reason), anonymousRejectionApplies() else {
            note(.anonymousAccepted(reason, number: number.description))
            return nil
        }
        let status = policy.anonymousStatus
        note(.anonymousRejected(reason, number: number.description, status: status))
        return refuse(status: status)
    }

    /// By the time of the call, which is told where it matters.
    private mutating func anonymousRejectionApplies() -> Bool {
        guard let schedule = call.callee.anonymousCalls.schedule else { return true }
        guard let finding = call.moment.map(schedule.finding) else { return false }
        note(.anonymousScheduled(number: number.description, finding))
        return finding.applies
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
            noteMissing(.unreachable)
            return refuse(status: 480)
        }
        return forward(when: .unreachable, to: destination, cancelling: nil)
    }
}
