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

/// One call as its caller sees it (RFC 3261 §13.2, §17.1).
final class CallingParty {
    /// A dialog that a 2xx has begun.
    private struct Dialog {
        let acknowledgement: [UInt8]
        /// What every request in it looks like.
        let request: WrittenRequest
    }

    static let firstCSeq: UInt32 = 1

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
    /// By the tags of the other sides.
    private var dialogs: [String: Dialog] = [:]
    private var cseq = 1
    /// Requests within dialogs, by their branches.
    private var requests: [String: (request: WrittenRequest, repetition: Repetition)] = [:]
    /// Reliable provisional responses that were acknowledged, by tag and RSeq.
    private var acknowledged: Set<String> = []
    private var ended: Set<String> = []
    /// Methods of requests within dialogs that nobody has ever answered.
    private(set) var unanswered: [String] = []

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
        request.headers = ["Contact: <sip:\(user)@\(script.endpoint)>"] + script.headers
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
        guard response.cseq?.number == Self.firstCSeq else { return answered(status, method, response) }
        switch method {
        case .invite where status < 200:
            sending?.end()
            hasProvisional = true
            if status > 100, response.isReliable { acknowledge(reliable: response) }
            if wantsToCancel { giveUp() }
        case .invite: end(status, response)
        case .cancel: cancelling?.end()
        default: break
        }
    }

    private func end(_ status: Int, _ response: SIPMessage) {
        sending?.end()
        let tag = response.toTag ?? ""
        if status >= 300 {
            if !finals.contains("\(status) \(tag)") { finals.append("\(status) \(tag)") }
            send(invite.following("ACK", to: response.value(.to)).bytes)
            return
        }
        if let dialog = dialogs[tag] { return send(dialog.acknowledgement) }
        let isWanted = finals.isEmpty && !wantsToCancel
        finals.append("\(status) \(tag)")
        var request = request(inDialogOf: response)
        request.method = "ACK"
        request.branch = "z9hG4bK-\(callID)-ack-\(tag)"
        let dialog = Dialog(acknowledgement: request.bytes, request: request)
        dialogs[tag] = dialog
        send(dialog.acknowledgement)
        guard isWanted else { return hangUp(tag) }
        if script.invitesAgain { simulation.after(script.hold / 2) { self.inviteAgain(tag) } }
        if script.callerHangsUp { simulation.after(script.hold) { self.hangUp(tag) } }
    }

    // MARK: - Within dialogs

    private func send(_ bytes: [UInt8]) { simulation.send(bytes, from: script.endpoint, to: Town.engine) }

    private func request(inDialogOf response: SIPMessage) -> WrittenRequest {
        var request = invite
        request.uri = response.contactURI
        request.to = response.value(.to) ?? ""
        request.headers = response.values(.recordRoute).reversed().map { "Route: \($0)" }
        return request
    }

    /// Sends it until it is answered.
    private func ask(_ method: String, like request: WrittenRequest, headers: [String] = []) {
        var request = request
        cseq += 1
        request.method = method
        request.cseq = cseq
        request.branch = "z9hG4bK-\(callID)-\(cseq)"
        request.headers += headers
        let longest = method == "INVITE" ? nil : Repetition.t2
        let repetition = Repetition(request.bytes, from: script.endpoint, longest: longest, in: simulation) {
            self.unanswered.append(method)
        }
        requests[request.branch] = (request, repetition)
    }

    private func answered(_ status: Int, _ method: Method, _ response: SIPMessage) {
        guard let branch = response.topVia?.branch, let (asked, repetition) = requests[branch] else { return }
        if status >= 200 || method == .invite { repetition.end() }
        guard method == .invite, status >= 200 else { return }
        var acknowledgement = asked.following("ACK", to: response.value(.to))
        if status < 300 { acknowledgement.branch += "-ack" }
        send(acknowledgement.bytes)
    }

    /// RFC 3262 §4.
    private func acknowledge(reliable response: SIPMessage) {
        guard finals.isEmpty, let tag = response.toTag, let number = response.line(named: "RSeq"),
            acknowledged.insert("\(tag) \(number)").inserted
        else { return }
        ask("PRACK", like: request(inDialogOf: response), headers: ["RAck: \(number) \(invite.cseq) INVITE"])
    }

    /// The session is changed, as for holding it (§14.1).
    private func inviteAgain(_ tag: String) {
        guard let dialog = dialogs[tag], !ended.contains(tag) else { return }
        ask("INVITE", like: dialog.request, headers: invite.headers.filter { $0.hasPrefix("Contact:") })
    }

    private func hangUp(_ tag: String) {
        guard let dialog = dialogs[tag], ended.insert(tag).inserted else { return }
        ask("BYE", like: dialog.request)
    }

    func receive(request: SIPMessage) {
        if request.method == .bye, let tag = request.tag(.from).map({ request.text($0) }) { ended.insert(tag) }
        guard request.method != .ack else { return }
        send(request.response(200, tag: callID))
    }
}
