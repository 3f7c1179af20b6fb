import Directory

/// What the phones of the served number do, and what follows from it.
extension CallPlan {
    mutating func heard(_ branch: Int) -> CommandList {
        phones.heard(branch)
        return CommandList()
    }

    mutating func progressed(_ branch: Int) -> CommandList {
        guard case .ringing = phase, phones.progressed(branch), !isEmergency, !ringTimerRuns, !progressTimerRuns,
            rules.destination(when: .noAnswer) != nil
        else { return CommandList() }
        progressTimerRuns = true
        return CommandList(.startProgressTimer(seconds: policy.progressAsRingingSeconds))
    }

    mutating func ringing(_ branch: Int) -> CommandList {
        guard case .ringing = phase, phones.rang(branch) else { return CommandList() }
        return startRingTimer()
    }

    /// No phone has rung, but one is doing something else: it is taken for ringing, so that a phone which only sends
    /// 183 does not keep the caller for ever.
    mutating func progressTimeExpired() -> CommandList {
        guard case .ringing = phase, progressTimerRuns else { return CommandList() }
        progressTimerRuns = false
        return phones.takeProgressForRinging() ? startRingTimer() : CommandList()
    }

    /// Without a rule for no answer a phone may ring as long as the caller waits.
    private mutating func startRingTimer() -> CommandList {
        guard !isEmergency, !ringTimerRuns, rules.destination(when: .noAnswer) != nil else { return CommandList() }
        ringTimerRuns = true
        return CommandList(.startRingTimer(seconds: rules.ringSeconds))
    }

    mutating func ringTimeExpired() -> CommandList {
        guard case .ringing = phase, ringTimerRuns, let destination = rules.destination(when: .noAnswer) else {
            return CommandList()
        }
        note(.notAnswered(number: number.description, afterSeconds: rules.ringSeconds))
        return forward(when: .noAnswer, to: destination, cancelling: .noAnswer)
    }

    mutating func noProvisionalTimeExpired(_ branch: Int) -> CommandList {
        guard case .ringing = phase, !isEmergency, phones.fellSilent(branch) else { return CommandList() }
        return CommandList(.abandonBranch(branch))
    }
}

// MARK: - The phones fail

extension CallPlan {
    mutating func failed(_ branch: Int, status: Int, cause: FailureCause) -> CommandList {
        guard case .ringing = phase else { return CommandList() }
        let meaning = StatusMeaning(status: status, cause: cause, hasRung: phones.hasRung(branch), policy: policy)
        guard phones.failed(branch, meaning: meaning, status: status) else { return CommandList() }
        // RFC 3261 §16.7 step 5: a 6xx ends the other branches, and no new one is begun.
        guard cause == .received, (600...699).contains(status) else { return CommandList() }
        let isTakenUp = meaning == .busy && !isEmergency && rules.destination(when: .busy) != nil
        phase = .declined(meaning == .busy ? .busy(status: status) : .refused(status: status))
        hasEndedSearch = !isTakenUp
        return CommandList(.cancelBranches(.declinedElsewhere), isTakenUp ? nil : .endSearch)
    }

    /// The phone sends the call on: the whole call goes there, whichever other phones of the number still ring.
    mutating func redirected(_ branch: Int, status: Int, to groups: [[Destination]]) -> CommandList {
        guard policy.allowsDeflection, !isEmergency, groups.contains(where: { !$0.isEmpty }) else {
            return failed(branch, status: status, cause: .received)
        }
        guard case .ringing = phase, phones.failed(branch, meaning: .redirection, status: status) else {
            return CommandList()
        }
        return deflect(to: groups, status: status, rang: phones.hasRung(branch))
    }

    mutating func exhausted() -> CommandList {
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
            noteMissing(condition)
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
    mutating func answered() -> CommandList {
        switch phase {
        case .diverted where !hasRungContacts:
            return CommandList()
        case .ringing, .declined, .diverted:
            phase = .answered
            note(.answered(by: number.description))
            return CommandList(.cancelBranches(.answeredElsewhere))
        case .cancelled, .refused:
            // The answer was faster than the CANCEL, and reaches the caller.
            phase = .answered
            note(.answered(by: number.description))
            return CommandList()
        case .notOffered, .answered:
            return CommandList()
        }
    }

    mutating func callerCancelled() -> CommandList {
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
