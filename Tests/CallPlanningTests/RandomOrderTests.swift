import CallPlanning
import Directory
import Testing

@Suite("Events in any order")
struct RandomOrderTests {
    private static func event(_ random: inout SeededGenerator) -> CallEvent {
        let branch = [0, 1, 2, 70].randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return .trying(branch: branch)
        case 1: return .progressed(branch: branch)
        case 2, 3: return .ringing(branch: branch)
        case 4: return .redirected(branch: branch, targetGroups: [[Sample.outside]])
        case 5, 6:
            let statuses = [302, 401, 404, 408, 480, 486, 487, 500, 503, 600, 603]
            return .failed(branch: branch, status: statuses.randomElement(using: &random) ?? 486)
        case 7: return .failed(branch: branch, status: 408, cause: .timeout)
        case 8: return .exhausted
        case 9: return .ringTimeExpired
        case 10: return .progressTimeExpired
        case 11: return .noProvisionalTimeExpired(branch: branch)
        case 12: return .answered(branch: branch)
        default: return .callerCancelled
        }
    }

    private static func plan(_ random: inout SeededGenerator) -> (plan: CallPlan, isEmergency: Bool) {
        let conditions = ForwardingCondition.allCases.filter {
            $0 == .always
                ? Int.random(in: 0..<8, using: &random) == 0 : Bool.random(using: &random)
        }
        let record = Sample.record(
            forwarding: conditions, to: Bool.random(using: &random) ? nil : .number(Sample.second),
            rejecting: Bool.random(using: &random) ? [.withheld] : [])
        let hidden = Int.random(in: 0..<8, using: &random) == 0
        let callback = Int.random(in: 0..<6, using: &random) == 0
        let plan = Sample.plan(
            record, caller: hidden ? CallerIdentity(presentation: .withheld(.withheld)) : Sample.identified,
            callback: callback, diversions: Int.random(in: 0...6, using: &random),
            path: Int.random(in: 0..<6, using: &random) == 0 ? [Sample.second] : [],
            policy: PlanningPolicy(busyStatuses: Bool.random(using: &random) ? [486] : [486, 600]))
        return (plan, callback)
    }

    @Test("No order of events leads to a wrong command", arguments: UInt64(1)...40)
    func anyOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var (plan, isEmergency) = Self.plan(&random)
            var watch = Invariants(isEmergency: isEmergency)
            var events = (0..<Int.random(in: 1...24, using: &random)).map { _ in Self.event(&random) }
            events.insert(
                .offered(registeredContacts: Int.random(in: 0...3, using: &random)),
                at: Int.random(in: 0..<8, using: &random) == 0 ? events.count / 2 : 0)
            for event in events {
                watch.check(event, plan.handle(event), plan.decisions)
            }
            if let broken = watch.broken {
                Issue.record("seed \(seed): \(broken)\nevents: \(events)\ncall: \(plan.call)")
                return
            }
        }
    }
}

/// What must hold after every event, whatever came before.
private struct Invariants {
    let isEmergency: Bool
    private(set) var broken: String?
    private var isOver = false
    private var hasRung = false
    private var hasDiverted = false
    private var hasEndedSearch = false
    private var finals = 0
    private var isProgressTimed = false
    private var timers: [String: Int] = [:]

    init(isEmergency: Bool) {
        self.isEmergency = isEmergency
    }

    mutating func check(_ event: CallEvent, _ commands: CommandList, _ decisions: [Decision]) {
        switch event {
        case .callerCancelled: isOver = true
        case .answered: isOver = isOver || hasRung
        case .progressTimeExpired: isProgressTimed = false
        default: break
        }
        for command in commands { check(command, decisions) }
        if Array(commands).count > CommandList.capacity { broken = "more commands than there is room for" }
    }

    private mutating func check(_ command: CallCommand, _ decisions: [Decision]) {
        if isEmergency { checkEmergency(command) }
        switch command {
        case .ringContacts:
            if isOver || hasDiverted || hasRung || finals > 0 { broken = "rings when it may not" }
            hasRung = true
        case .divert:
            if isOver { broken = "diverts after an answer or the caller's CANCEL" }
            if hasDiverted || hasEndedSearch || finals > 0 { broken = "diverts twice, or after the end" }
            hasDiverted = true
        case .tellCallerForwarding:
            if isOver || hasDiverted || finals > 0 { broken = "tells of forwarding when it may not" }
        case .reject(let status, _, _):
            if isOver || hasDiverted { broken = "rejects when it may not" }
            let isRefusedDiversion =
                switch decisions.last {
                case .forwardingLimitReached, .forwardingLoop: true
                default: false
                }
            let isUnfollowedRedirection = decisions.last == .failed(number: "05012345678", status: 302)
            if hasRung, !isRefusedDiversion, !(isUnfollowedRedirection && status == 480) {
                broken = "rejects after ringing"
            }
            finals += 1
        case .relayBestResponse:
            if hasDiverted && !isOver { broken = "relays the first phone's response after a diversion" }
            finals += 1
        case .startRingTimer: once("ring")
        case .startProgressTimer:
            if isOver || hasDiverted || isProgressTimed { broken = "starts the progress timer when it may not" }
            isProgressTimed = true
        case .startNoProvisionalTimer: once("no provisional")
        case .abandonBranch:
            if isOver || hasDiverted || !hasRung { broken = "gives a phone up when it may not" }
        case .cancelBranches:
            if !hasRung && !hasDiverted { broken = "cancels what was never begun" }
        case .endSearch:
            if isOver || hasDiverted || !hasRung { broken = "ends the search when it may not" }
            hasEndedSearch = true
        }
        if finals > 1 { broken = "two final responses" }
    }

    private mutating func checkEmergency(_ command: CallCommand) {
        switch command {
        case .ringContacts, .relayBestResponse, .cancelBranches, .endSearch, .reject(status: 480, _, _): break
        default: broken = "touches an emergency call: \(command)"
        }
    }

    private mutating func once(_ timer: String) {
        timers[timer, default: 0] += 1
        if isOver || hasDiverted || timers[timer] != 1 { broken = "starts the \(timer) timer when it may not" }
    }
}
