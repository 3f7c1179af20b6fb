import CallPlanning
import CallRouting
import Directory
import SIPMessage

/// What is known of one call, and what must always be true of it: looked at whenever the engine takes or sends one of its
/// messages.
final class CallWatch {
    /// One request that the engine has sent.
    private final class Branch {
        let method: Method?
        let startedAt: Int64
        /// When a final response to it came.
        var finalAt: Int64?

        init(_ method: Method?, at now: Int64) {
            self.method = method
            startedAt = now
        }
    }

    private static let lifetime: Int64 = 64 * 500
    private static let causes = [
        "unconditional": ["302"], "user-busy": ["486"], "no-answer": ["408"], "unavailable": ["503"],
        "deflection": ["480", "487"],
    ]
    private static let conditions: [String: ForwardingCondition] = [
        "unconditional": .always, "user-busy": .busy, "no-answer": .noAnswer, "unavailable": .unreachable,
    ]

    let script: CallScript
    private let town: Town
    private let diversionLimit: Int
    private(set) var events: [CallEvent] = []
    private(set) var broken: [String] = []
    /// When the engine was started anew after the call had begun.
    private(set) var restarts: [Int64] = []
    private var isDisturbed: Bool { !restarts.isEmpty }
    /// A part of the network that it needed has failed.
    var isCut = false

    private var branches: [String: Branch] = [:]
    /// Final responses to the INVITE as the engine has sent them to the caller: status and tag.
    private(set) var finals: [String] = []
    private var finalAt: Int64?
    private var isAcknowledged = false
    private var isCancelled = false
    private(set) var records: [CallRecord] = []
    private(set) var wasForwarded = false
    /// The phones of each number that the call might come to, as they were known when it began.
    private(set) var bindings: [PhoneNumber: [Binding]] = [:]
    /// Numbers of which a phone has said that it is busy.
    private var busy: Set<PhoneNumber> = []
    /// Numbers that phones have sent the call on to.
    private var deflectedTo: Set<PhoneNumber> = []

    init(_ script: CallScript, in town: Town) {
        self.script = script
        self.town = town
        diversionLimit = town.configuration.planning.diversionLimit.limit
    }

    var isEmergency: Bool { Town.emergencyNumbers.contains(script.called) }
    private var called: PhoneNumber { Town.number(script.called) }

    var ladder: String { events.compactMap(\.line).joined(separator: "\n") }

    func draw(_ message: SIPMessage, from: Endpoint, to: Endpoint, lost: Bool, at now: Int64) {
        events.append(CallEvent(time: now, from: from, to: to, message: message, way: .sent(isLost: lost)))
    }

    func restarted(at now: Int64) {
        if !events.isEmpty { restarts.append(now) }
    }

    /// Of the message that the engine has sent last.
    private func check(_ holds: Bool, _ text: @autoclosure () -> String) {
        guard !holds, !isDisturbed else { return }
        broken.append(text())
        if let last = events.indices.last { events[last].flaws.append(text()) }
    }

    // MARK: - What reaches the engine

    /// - Parameter phones: those of a number now.
    func arrived(_ message: SIPMessage, from: Endpoint, at now: Int64, phones: (PhoneNumber) -> [Binding]) {
        if bindings.isEmpty { remember(town.reachable(from: called), phones) }
        events.append(CallEvent(time: now, from: from, to: Town.engine, message: message, way: .arrived))
        guard let branch = message.topVia?.branch else { return }
        if message.isRequest {
            if message.method == .ack, from == script.endpoint, finalAt != nil { isAcknowledged = true }
            return
        }
        guard let status = message.status, status >= 200, let known = branches[branch] else { return }
        if message.cseqMethod == known.method, known.finalAt == nil { known.finalAt = now }
        guard known.method == .invite, let owner = town.owners[from] else { return }
        if status == 486 { busy.insert(owner) }
        if status == 302 {
            for contact in message.values(.contact) {
                guard let number = Self.number(in: contact) else { continue }
                deflectedTo.insert(number)
                remember(town.reachable(from: number), phones)
            }
        }
    }

    private func remember(_ numbers: Set<PhoneNumber>, _ phones: (PhoneNumber) -> [Binding]) {
        for number in numbers where bindings[number] == nil { bindings[number] = phones(number) }
    }

    // MARK: - What the engine sends

    func left(_ message: SIPMessage, to: Endpoint, at now: Int64) {
        guard let branch = message.topVia?.branch else {
            return check(false, "a message without a Via went to \(to)")
        }
        if message.isRequest {
            sent(message, branch, to, now)
        } else if to == script.endpoint, let status = message.status, let method = message.cseqMethod {
            let isFirst = message.cseq?.number == CallingParty.firstCSeq
            if method == .invite, status >= 200, isFirst { ended(status, message, now) }
            check(
                status != 181 || !script.reliability.isRequired, "a 181 for somebody who wants all 1xx to be reliable")
            if method == .cancel, status == 200, finals.isEmpty { isCancelled = true }
        }
    }

    private func ended(_ status: Int, _ message: SIPMessage, _ now: Int64) {
        let final = "\(status) \(message.toTag ?? "")"
        if !finals.contains(final) {
            let isRepeatedAnswer = status < 300 && finals.allSatisfy { $0 < "3" }
            check(finals.isEmpty || isRepeatedAnswer, "two final responses: \(finals) and \(final)")
            finals.append(final)
        }
        check(
            now - (finalAt ?? now) <= Self.lifetime || status < 300,
            "\(status) was sent \(now - (finalAt ?? now)) ms after the first time")
        check(status < 300 || !isAcknowledged, "\(status) was sent again after its ACK")
        finalAt = finalAt ?? now
    }

    private func sent(_ request: SIPMessage, _ branch: String, _ to: Endpoint, _ now: Int64) {
        guard request.method != .ack else { return }
        if request.method == .cancel {
            return check(branches[branch]?.method == .invite, "a CANCEL of nothing went to \(to)")
        }
        guard let known = branches[branch] else {
            branches[branch] = Branch(request.method, at: now)
            if request.method == .invite, request.toTag == nil { began(request, to) }
            return
        }
        check(known.finalAt == nil, "\(request.methodText) was sent again to \(to) after its final response")
        check(now - known.startedAt <= Self.lifetime, "\(request.methodText) was sent again to \(to) too late")
    }

    /// Somebody is rung.
    private func began(_ invite: SIPMessage, _ to: Endpoint) {
        check(finals.isEmpty, "\(to) was rung after the caller had been told \(finals)")
        check(!isCancelled, "\(to) was rung after the caller had given up")
        let diversions = invite.values(.diversion)
        if !diversions.isEmpty { wasForwarded = true }
        let history = invite.values(.historyInfo)
        if isEmergency {
            check(Town.gateways.contains(to), "an emergency call went to \(to)")
            check(diversions.isEmpty && history.isEmpty, "an emergency call was diverted")
            check(Self.user(in: invite.requestURIText) == script.called, "an emergency call went to another number")
            return
        }
        if let record = town.record(of: called) {
            check(!(script.isAnonymous && record.anonymousCalls.rejects(.withheld)), "an anonymous call reached \(to)")
            let caller = Town.number(script.caller)
            check(
                script.isAnonymous || !record.blockedCallers.contains(caller), "a blocked caller reached \(to)")
        }
        check(diversions.count <= diversionLimit, "\(diversions.count) diversions")
        let reasons = diversions.map { Self.parameter("reason", in: $0) ?? "" }
        let told = history.compactMap { Self.parameter("cause", in: $0) }
        let agree =
            reasons.count == told.count
            && zip(reasons.reversed(), told).allSatisfy { reason, cause in
                Self.causes[reason]?.contains(cause) ?? false
            }
        check(agree, "Diversion says \(reasons), History-Info \(told)")
        if let cause = Self.parameter("cause", in: invite.requestURIText) {
            check(cause == told.last, "the Request-URI says \(cause), History-Info \(told)")
        }
        checkRule(reasons.first, diverting: diversions.first.flatMap(Self.number(in:)), to, invite)
    }

    /// A phone is rung because its number was called, or because a rule or a phone sent the call on to it.
    private func checkRule(_ reason: String?, diverting: PhoneNumber?, _ to: Endpoint, _ invite: SIPMessage) {
        let owner = town.owners[to]
        if let owner {
            let rules = town.record(of: owner)?.forwarding
            check(rules?.active[.always] == nil, "\(to) was rung, all of whose calls are forwarded")
        }
        guard let reason else {
            return check(
                owner == nil ? town.record(of: called) == nil : owner == called, "\(to) was rung and not \(called)")
        }
        guard let diverting else { return check(false, "a diversion of nobody's to \(to)") }
        if reason == "deflection" {
            return check(owner.map(deflectedTo.contains) ?? true, "no phone has sent the call on to \(to)")
        }
        guard let condition = Self.conditions[reason],
            let destination = town.record(of: diverting)?.forwarding.destination(when: condition)
        else { return check(false, "\(diverting) has no rule for \(reason)") }
        switch destination {
        case .voicemail: check(to == Town.voicemail, "\(diverting) has its voice mail elsewhere than at \(to)")
        case .number(let number):
            check(owner.map { $0 == number } ?? Town.gateways.contains(to), "\(diverting) does not forward to \(to)")
        case .uri: check(false, "\(diverting) has no such rule")
        }
        if condition == .busy { check(busy.contains(diverting), "no phone of \(diverting) is busy") }
    }

    func recorded(_ record: CallRecord) { records.append(record) }

    /// When all is over.
    ///
    /// - Parameter party: how the caller sees it.
    func settle(_ party: CallingParty) {
        // A dialog ends through whatever engine is there: all that it needs lies in the route that it was given.
        if !isCut, !party.unanswered.isEmpty {
            broken.append("never answered: \(party.unanswered.joined(separator: ", "))")
        }
        func check(_ holds: Bool, _ text: @autoclosure () -> String) {
            if !holds, !isDisturbed { broken.append(text()) }
        }
        check(records.count <= 1, "\(records.count) entries in the log")
        if let record = records.first {
            check(
                finals.first.map { $0.hasPrefix("\(record.status) ") } ?? false,
                "the log says \(record.status), the caller was told \(finals)")
        } else {
            check(finals.isEmpty, "no entry in the log for \(finals)")
        }
        check(party.finals.allSatisfy(finals.contains), "the caller has \(party.finals), the engine sent \(finals)")
        check(!finals.isEmpty || party.hasGivenUp, "no final response")
        check(isCut || !party.finals.isEmpty || party.hasGivenUp, "the caller has never heard of the end: \(finals)")
    }

    // MARK: - Reading

    private static func parameter(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: ";\(name)=") else { return nil }
        return String(text[start.upperBound...].prefix { !";>?\"".contains($0) })
    }

    private static func user(in uri: String) -> String? {
        guard let start = uri.firstRange(of: ":"), let end = uri.firstIndex(of: "@") else { return nil }
        return String(uri[start.upperBound..<end])
    }

    private static func number(in text: String) -> PhoneNumber? {
        guard let start = text.firstRange(of: "sip:") else { return nil }
        return try? PhoneNumber(String(text[start.upperBound...].prefix { $0 != "@" }))
    }
}
