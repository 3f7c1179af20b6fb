import SIPMessage

/// Somebody at an address who takes what is sent there.
protocol UserAgent: AnyObject {
    func receive(_ message: SIPMessage)
}

/// Where calls come from.
final class Caller: UserAgent {
    var calls: [String: CallingParty] = [:]

    func receive(_ message: SIPMessage) {
        guard let call = message.value(.callID).flatMap({ calls[$0] }) else { return }
        if message.isRequest { call.receive(request: message) } else { call.receive(response: message) }
    }
}

/// What a caller is going to do.
struct CallScript {
    /// As dialled: a number of ours, one outside, or an emergency number.
    let called: String
    let caller: String
    let isAnonymous: Bool
    let endpoint: Endpoint
    /// Milliseconds after which the caller gives up; nil: never.
    let patience: Int64?
    /// Milliseconds that a call lasts.
    let hold: Int64
    let callerHangsUp: Bool
}

/// One call as its caller sees it (RFC 3261 §13.2, §17.1).
final class CallingParty {
    let script: CallScript
    let callID: String
    private unowned let simulation: Simulation
    private let invite: WrittenRequest
    private var sending: Repetition?
    private var cancelling: Repetition?
    private var hasProvisional = false
    private var wantsToCancel = false
    private(set) var hasGivenUp = false
    /// Each different final response, by its status and tag.
    private(set) var finals: [String] = []
    /// ACKs by the tags of the dialogs.
    private var dialogs: [String: (acknowledgement: [UInt8], bye: WrittenRequest)] = [:]
    private var byes: [String: Repetition] = [:]
    private var ended: Set<String> = []
    private(set) var lostByes = 0

    init(_ script: CallScript, callID: String, in simulation: Simulation) {
        self.script = script
        self.callID = callID
        self.simulation = simulation
        let host = script.isAnonymous ? "anonymous.invalid" : "carrier.example"
        let user = script.isAnonymous ? "anonymous" : script.caller
        var request = WrittenRequest(
            method: "INVITE", uri: "sip:\(script.called)@\(Town.domain)", from: "<sip:\(user)@\(host)>;tag=\(callID)",
            to: "<sip:\(script.called)@\(Town.domain)>", callID: callID, cseq: 1, branch: "z9hG4bK-\(callID)-1",
            sender: script.endpoint)
        request.headers = ["Contact: <sip:\(user)@\(script.endpoint)>"] + (script.isAnonymous ? ["Privacy: id"] : [])
        invite = request
    }

    func start() {
        sending = Repetition(invite.bytes, from: script.endpoint, longest: nil, in: simulation) {
            self.hasGivenUp = true
        }
        if let patience = script.patience { simulation.after(patience) { self.giveUp() } }
    }

    /// A CANCEL waits for the first provisional response (§9.1).
    private func giveUp() {
        wantsToCancel = true
        guard hasProvisional, finals.isEmpty, cancelling == nil, !hasGivenUp else { return }
        cancelling = Repetition(
            invite.following("CANCEL").bytes, from: script.endpoint, longest: Repetition.t2, in: simulation)
    }

    func receive(response: SIPMessage) {
        guard let status = response.status, let method = response.cseqMethod else { return }
        switch method {
        case .invite where status < 200:
            sending?.end()
            hasProvisional = true
            if wantsToCancel { giveUp() }
        case .invite: end(status, response)
        case .cancel: cancelling?.end()
        case .bye where status >= 200: response.topVia?.branch.flatMap { byes[$0] }?.end()
        default: break
        }
    }

    private func end(_ status: Int, _ response: SIPMessage) {
        sending?.end()
        let tag = response.toTag ?? ""
        if status >= 300 {
            if !finals.contains("\(status) \(tag)") { finals.append("\(status) \(tag)") }
            let ack = invite.following("ACK", to: response.value(.to))
            simulation.send(ack.bytes, from: script.endpoint, to: Town.engine)
            return
        }
        if let dialog = dialogs[tag] {
            return simulation.send(dialog.acknowledgement, from: script.endpoint, to: Town.engine)
        }
        let isWanted = finals.isEmpty && !wantsToCancel
        finals.append("\(status) \(tag)")
        var request = invite
        request.uri = response.contactURI
        request.to = response.value(.to) ?? ""
        request.headers = response.values(.recordRoute).reversed().map { "Route: \($0)" }
        request.method = "ACK"
        request.branch = "z9hG4bK-\(callID)-ack-\(tag)"
        let acknowledgement = request.bytes
        request.method = "BYE"
        request.cseq = 2
        request.branch = "z9hG4bK-\(callID)-bye-\(tag)"
        dialogs[tag] = (acknowledgement, request)
        simulation.send(acknowledgement, from: script.endpoint, to: Town.engine)
        if !isWanted {
            hangUp(tag)
        } else if script.callerHangsUp {
            simulation.after(script.hold) { self.hangUp(tag) }
        }
    }

    private func hangUp(_ tag: String) {
        guard let bye = dialogs[tag]?.bye, !ended.contains(tag), byes[bye.branch] == nil else { return }
        byes[bye.branch] = Repetition(bye.bytes, from: script.endpoint, longest: Repetition.t2, in: simulation) {
            self.lostByes += 1
        }
    }

    func receive(request: SIPMessage) {
        if request.method == .bye, let tag = request.tag(.from).map({ request.text($0) }) { ended.insert(tag) }
        guard request.method != .ack else { return }
        simulation.send(request.response(200, tag: callID), from: script.endpoint, to: Town.engine)
    }
}
