import Directory

/// Sending the call on, or refusing to: every kind of diversion passes through here, under the same limit and the same
/// protection against circles.
extension CallPlan {
    mutating func forward(
        when condition: ForwardingCondition, to destination: Destination, causingStatus: Int? = nil,
        cancelling reason: CancelReason?
    ) -> CommandList {
        let diversion = Diversion(
            reason: DiversionReason(condition), from: number, targetGroups: [[destination]],
            causingStatus: causingStatus)
        if let refusal = refusal(of: diversion, cancelling: reason) { return refusal }
        if !findings.isEmpty { noteFinding(on: condition) }
        note(.forwarded(condition: condition, number: number.description, to: destination.description))
        return divert(diversion, cancelling: reason)
    }

    mutating func deflect(to groups: [[Destination]], status: Int, rang: Bool) -> CommandList {
        // RFC 3261 §16.5: where the call has been it does not come again; the others are tried.
        let open = groups.map { $0.filter { numberAlreadyVisited($0) == nil } }.filter { !$0.isEmpty }
        let diversion = Diversion(
            reason: rang ? .deflectionAlerting : .deflectionImmediate, from: number,
            targetGroups: open.isEmpty ? groups.filter { !$0.isEmpty } : open, causingStatus: status)
        if let refusal = refusal(of: diversion, cancelling: .deflected) { return refusal }
        for destination in diversion.targetGroups.joined() {
            note(.deflected(number: number.description, to: destination.description))
        }
        return divert(diversion, cancelling: .deflected)
    }

    private mutating func divert(_ diversion: Diversion, cancelling reason: CancelReason?) -> CommandList {
        phase = .diverted
        return CommandList(
            reason.map { .cancelBranches($0) }, policy.tellsCaller ? .tellCallerForwarding : nil, .divert(diversion))
    }

    /// What takes the place of a diversion that may not be; nil if it may.
    private mutating func refusal(of diversion: Diversion, cancelling reason: CancelReason?) -> CommandList? {
        if let visited = diversion.targetGroups.joined().lazy.compactMap(numberAlreadyVisited).first {
            return refuseLoop(over: visited, cancelling: reason)
        }
        guard policy.diversionLimit.isReached(after: call.diversionsSoFar) else { return nil }
        let status = DiversionLimit.status(inPlaceOf: diversion.reason)
        note(.forwardingLimitReached(limit: policy.diversionLimit.limit, status: status))
        return refuse(status: status, warning: DiversionLimit.warning, cancelling: reason)
    }

    private func numberAlreadyVisited(_ destination: Destination) -> PhoneNumber? {
        guard case .number(let next) = destination, next == number || call.path.contains(next) else { return nil }
        return next
    }

    mutating func refuseLoop(over visited: PhoneNumber, cancelling reason: CancelReason? = nil) -> CommandList {
        var path = call.path.map(\.description)
        path.append(number.description)
        if path.count == 1 || visited != number { path.append(visited.description) }
        note(.forwardingLoop(path: path, status: 482))
        return refuse(status: 482, cancelling: reason)
    }

    mutating func refuse(status: Int, warning: String? = nil, cancelling reason: CancelReason? = nil) -> CommandList {
        phase = .refused
        return CommandList(
            reason.map { .cancelBranches($0) },
            .reject(status: status, reason: Self.reasonPhrase(of: status), warning: warning))
    }

    /// The phrases of the statuses that a plan gives by itself, settings included (RFC 3261 §21, RFC 5079).
    private static func reasonPhrase(of status: Int) -> String {
        if let anonymity = PlanningPolicy.anonymousStatuses.first(where: { $0.key == status }) {
            return anonymity.value
        }
        return switch status {
        case 404: "Not Found"
        case 480: "Temporarily Unavailable"
        case 482: "Loop Detected"
        case 486: "Busy Here"
        case 600: "Busy Everywhere"
        case 603: "Decline"
        default: "Rejected"
        }
    }
}
