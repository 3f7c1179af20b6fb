internal import CallPlanning
package import Directory
internal import SIPMessage
internal import SIPTransaction

/// Writes down what happens to one call, for the call log. Cheap while the call runs: texts are made at the end.
final class CallLedger {
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

    private struct Leg {
        let target: String
        let startedAt: Instant
        var hop: Hop?
        var ringingAt: Instant?
        var endedAt: Instant?
        var status = 0
    }

    /// Characters of any one text that a peer gives: the log is for people, and kept for long.
    private static let longestText = 256
    /// Legs, and steps of the ladder, that are kept of one call.
    private static let limit = 200

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
    private var legs: [Leg] = []
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
        decisions.reserveCapacity(8)
        if ladder != .none { steps.reserveCapacity(8) }
        dialled = Self.cleaned(context.request.requestURI.map { context.request.text($0) } ?? "")
        step(from: flow.remote, to: local, .request(.invite, target: dialled), at: now)
    }

    /// Letters and digits in the order of time.
    static func identifier(at now: Instant, shard: Int, serial: UInt64) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(UInt64(clamping: now.milliseconds), digits: 9, to: &text)
        text.append(UInt8(ascii: "-"))
        append(UInt64(clamping: shard), digits: 2, to: &text)
        append(serial, digits: 7, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// In base 32.
    private static func append(_ number: UInt64, digits: Int, to text: inout [UInt8]) {
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: number >> (5 * UInt64(place))) & 31
            text.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
    }

    func note(_ decision: Decision) { decisions.append(decision) }

    /// Who calls, where no plan tells it.
    func tell(_ caller: CallerIdentity) {
        self.caller = caller
        caller.tell(into: &decisions)
    }

    /// Takes over what a stage's plan has decided since the last time.
    func takeDecisions(of stage: Stage) {
        guard let all = stage.plan?.decisions, all.count > stage.decisionsTaken else { return }
        for place in stage.decisionsTaken..<all.count {
            let decision = all[place]
            // Every stage of a forwarded call hears of it; it happened once.
            if case .cancelledByCaller = decision, decisions.last == decision { continue }
            decisions.append(decision)
            if decision.isRuleAtWork { hasActed = true }
        }
        stage.decisionsTaken = all.count
    }

    /// A rule has changed the way of the call.
    func acted() { hasActed = true }

    /// - Returns: nil if the call has had too many.
    func beganLeg(_ target: String, at now: Instant) -> Int? {
        guard legs.count < Self.limit else { return nil }
        legs.append(Leg(target: Self.cleaned(target), startedAt: now))
        return legs.count - 1
    }

    /// The leg of a branch's next attempt: a new one, if what was tried on its last one has failed.
    func leg(after leg: Int?, to target: @autoclosure () -> String, at now: Instant) -> Int? {
        guard let leg, legs[leg].endedAt != nil else { return leg }
        return beganLeg(target(), at: now)
    }

    func sentRequest(_ leg: Int?, _ hop: Hop, at now: Instant) {
        guard let leg else { return }
        legs[leg].hop = hop
        step(from: hop.local, to: hop.remote, .request(.invite, target: legs[leg].target), at: now)
    }

    func rang(_ leg: Int?, at now: Instant) {
        if let leg, legs[leg].ringingAt == nil { legs[leg].ringingAt = now }
    }

    func endedLeg(_ leg: Int?, status: Int, at now: Instant) {
        guard let leg else { return }
        legs[leg].status = status
        legs[leg].endedAt = now
    }

    func cancelled(_ hop: Hop?, at now: Instant) {
        if let hop { step(from: hop.local, to: hop.remote, .request(.cancel, target: ""), at: now) }
    }

    func received(_ response: SIPMessage, _ hop: Hop?, at now: Instant) {
        guard ladder != .none, let hop, case .response(let status, let reason) = response.startLine else { return }
        step(from: hop.remote, to: hop.local, .response(status, Self.cleaned(response.text(reason))), at: now)
    }

    /// A response that somebody else made goes to the caller, perhaps with another status.
    func sent(_ response: SIPMessage, _ status: Int, to flow: Flow, at now: Instant) {
        guard case .response(_, let reason) = response.startLine else { return }
        sent(status, response.text(reason), to: flow, at: now)
    }

    func sent(_ status: Int, _ reason: String, to flow: Flow, at now: Instant) {
        if (200..<300).contains(status) { answeredAt = now }
        step(from: flow.local, to: flow.remote, .response(status, Self.cleaned(reason)), at: now)
    }

    private static func cleaned(_ text: String) -> String {
        isPlain(text.utf8.span) ? text : HeaderText.cleaned(text, longest: longestText)
    }

    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        guard text.count <= longestText else { return false }
        for place in text.indices where text[place] < 0x20 || text[place] > 0x7E { return false }
        return true
    }

    private func step(from: Endpoint, to: Endpoint, _ label: Label, at now: Instant) {
        guard ladder != .none, steps.count < Self.limit else { return }
        steps.append(Step(at: now, from: from, to: to, label: label))
    }

    /// The call has its final response.
    func close(status: Int, at now: Instant) -> CallRecord {
        let keepsLadder = ladder == .all || ladder == .acted && hasActed
        return CallRecord(
            id: id, callID: callID, startedAt: startedAt.milliseconds, answeredAt: answeredAt?.milliseconds,
            endedAt: now.milliseconds, caller: callerText, callee: callee?.description ?? dialled, status: status,
            decisions: decisions, legs: legs.map(Self.recordLeg), ladder: keepsLadder ? steps.map(Self.ladderStep) : [])
    }

    private var callerText: String {
        if case .withheld = caller.presentation { return "anonymous" }
        return caller.number?.description ?? "unknown"
    }

    private static func recordLeg(_ leg: Leg) -> CallRecord.Leg {
        CallRecord.Leg(
            target: leg.target, sentTo: leg.hop?.description ?? "", startedAt: leg.startedAt.milliseconds,
            ringingAt: leg.ringingAt?.milliseconds, endedAt: leg.endedAt?.milliseconds, status: leg.status)
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
        case .anonymousRejected, .callerBlocked, .forwarded, .deflected, .destinationForbidden, .forwardingLimitReached,
            .forwardingLoop:
            true
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
        let id = CallLedger.identifier(at: turn.now, shard: shard, serial: serial)
        context.ledger = CallLedger(context, id: id, ladder: configuration.ladder, at: turn.now)
    }
}
