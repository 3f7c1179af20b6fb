internal import CallPlanning
package import Directory
internal import SIPMessage
internal import SIPTransaction

/// Writes down what happens to one call, for the call log. Cheap while the call runs: texts are made at the end.
struct CallLedger {
    private struct Step {
        let at: Instant
        let from: Endpoint
        let to: Endpoint
        let label: Label
    }

    private enum Label {
        case request(Method, target: String)
        case response(Int, String)
    }

    /// Characters of any one text that a peer gives: the log is for people, and kept for long.
    private static let longestText = 256

    private let id: String
    private let callID: String
    private let startedAt: Instant
    private let local: Endpoint
    private let flow: Flow
    private let ladder: RoutingConfiguration.LadderChoice
    var caller = CallerIdentity(presentation: .unknown)
    var callee: PhoneNumber?
    private let dialled: String
    private(set) var decisions: [Decision] = []
    /// How many decisions of each stage's plan are written down already.
    private var taken: [Int: Int] = [:]
    private var legs: [CallRecord.Leg] = []
    private var steps: [Step] = []
    private var hasActed = false
    private var answeredAt: Instant?

    init(_ context: ResponseContext, id: String, ladder: RoutingConfiguration.LadderChoice, at now: Instant) {
        self.id = id
        callID = Self.cleaned(context.request.value(.callID) ?? "")
        startedAt = now
        flow = context.flow
        local = context.flow.local
        self.ladder = ladder
        dialled = Self.cleaned(context.request.requestURI.map { context.request.text($0) } ?? "")
        step(from: flow.remote, to: local, .request(.invite, target: dialled), at: now)
    }

    mutating func note(_ decision: Decision) { decisions.append(decision) }

    /// Who calls, where no plan tells it.
    mutating func tell(_ caller: CallerIdentity) {
        self.caller = caller
        caller.tell(into: &decisions)
    }

    mutating func began(stage: Int) { taken[stage] = 0 }

    /// Takes over what a stage's plan has decided since the last time.
    mutating func take(_ all: [Decision], of stage: Int) {
        let known = taken[stage] ?? 0
        guard all.count > known else { return }
        taken[stage] = all.count
        for decision in all[known...] {
            // Every stage of a forwarded call hears of it; it happened once.
            if decision == .cancelledByCaller, decisions.last == decision { continue }
            decisions.append(decision)
            if decision.isRuleAtWork { hasActed = true }
        }
    }

    /// A rule has changed the way of the call.
    mutating func acted() { hasActed = true }

    mutating func beganLeg(_ target: String, at now: Instant) -> Int {
        legs.append(CallRecord.Leg(target: Self.cleaned(target), sentTo: "", startedAt: now.milliseconds))
        return legs.count - 1
    }

    mutating func renamedLeg(_ leg: Int?, _ target: String) {
        if let leg { legs[leg].target = Self.cleaned(target) }
    }

    mutating func sentRequest(_ leg: Int?, _ hop: Hop, at now: Instant) {
        guard let leg else { return }
        legs[leg].sentTo = hop.description
        step(from: hop.local, to: hop.remote, .request(.invite, target: legs[leg].target), at: now)
    }

    mutating func rang(_ leg: Int?, at now: Instant) {
        if let leg, legs[leg].ringingAt == nil { legs[leg].ringingAt = now.milliseconds }
    }

    mutating func endedLeg(_ leg: Int?, status: Int, at now: Instant) {
        guard let leg else { return }
        legs[leg].status = status
        legs[leg].endedAt = now.milliseconds
    }

    mutating func cancelled(_ hop: Hop?, at now: Instant) {
        if let hop { step(from: hop.local, to: hop.remote, .request(.cancel, target: ""), at: now) }
    }

    mutating func received(_ response: SIPMessage, _ hop: Hop?, at now: Instant) {
        guard ladder != .none, let hop, let status = response.status, case .response(_, let reason) = response.startLine
        else { return }
        step(from: hop.remote, to: hop.local, .response(status, Self.cleaned(response.text(reason))), at: now)
    }

    mutating func sent(_ status: Int, _ reason: String, to flow: Flow, at now: Instant) {
        if (200..<300).contains(status) { answeredAt = now }
        step(from: flow.local, to: flow.remote, .response(status, Self.cleaned(reason)), at: now)
    }

    private static func cleaned(_ text: String) -> String {
        let isPlain = text.utf8.count <= longestText && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return isPlain ? text : HeaderText.cleaned(text, longest: longestText)
    }

    private mutating func step(from: Endpoint, to: Endpoint, _ label: Label, at now: Instant) {
        guard ladder != .none, steps.count < 200 else { return }
        steps.append(Step(at: now, from: from, to: to, label: label))
    }

    /// The call has its final response.
    func close(status: Int, at now: Instant) -> CallRecord {
        let keepsLadder = ladder == .all || ladder == .acted && hasActed
        return CallRecord(
            id: id, callID: callID, startedAt: startedAt.milliseconds, answeredAt: answeredAt?.milliseconds,
            endedAt: now.milliseconds, caller: callerText, callee: callee?.description ?? dialled, status: status,
            decisions: decisions, legs: legs, ladder: keepsLadder ? steps.map(Self.ladderStep) : [])
    }

    private var callerText: String {
        if case .withheld = caller.presentation { return "anonymous" }
        return caller.number?.description ?? "unknown"
    }

    private static func ladderStep(_ step: Step) -> CallRecord.LadderStep {
        let label =
            switch step.label {
            case .request(let method, let target): (method.name ?? "") + (target.isEmpty ? "" : " " + target)
            case .response(let status, let reason): "\(status) \(reason)"
            }
        return CallRecord.LadderStep(
            at: step.at.milliseconds, from: step.from.description, to: step.to.description, label: label)
    }
}

extension Decision {
    /// Whether a rule that somebody has set changed the way of the call.
    var isRuleAtWork: Bool {
        switch self {
        case .anonymousRejected, .callerBlocked, .forwarded, .deflected, .forwardingLimitReached, .forwardingLoop: true
        default: false
        }
    }
}

extension CallRouter {
    /// What has been decided about calls of this Call-ID that have no final response yet, for those who watch a call
    /// on its way. Looks at every request in progress.
    package func decisionsSoFar(ofCall callID: String) -> [Decision] {
        contexts.ids.flatMap { id -> [Decision] in
            guard let context = contexts[id], context.ledger != nil, context.request.value(.callID) == callID else {
                return []
            }
            return context.ledger?.decisions ?? []
        }
    }

    /// Opens the books for a new call, if calls are logged.
    mutating func openLedger(_ context: ResponseContext, _ turn: Turn) {
        guard configuration.keepsCallLog else { return }
        // In the order of time, and different for every shard and process.
        let serial = random.next() & 0xFFFF_FFFF
        let id = String(turn.now.milliseconds, radix: 36) + "-" + String(shard, radix: 36) + String(serial, radix: 36)
        context.ledger = CallLedger(context, id: id, ladder: configuration.ladder, at: turn.now)
    }
}
