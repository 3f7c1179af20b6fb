import Directory
import SIPMessage

/// What a phone does with a call.
enum PhoneBehaviour {
    /// Says nothing at all.
    case silent
    case ringsOn
    /// Milliseconds until it rings (nil: it does not), and from the INVITE until its final response.
    case ends(status: Int, ringing: Int64?, earlyMedia: Bool, after: Int64)
    case deflects(after: Int64)
}

/// A phone, a gateway or a voice-mail server: takes calls (RFC 3261 §13.3, §17.2.1).
final class Phone: UserAgent {
    /// An INVITE that has come.
    private final class Incoming {
        let request: SIPMessage
        let tag: String
        var status = 0
        var lastResponse: [UInt8] = []
        var repetition: Repetition?
        /// Of the provisional response that waits for its PRACK.
        var reliable: Repetition?
        var isAcknowledged = false

        init(_ request: SIPMessage, tag: String) {
            self.request = request
            self.tag = tag
        }

        /// It changes a session that is there already (RFC 3261 §14).
        var isWithinDialog: Bool { request.toTag != nil }

        /// Whether its provisional responses are to be acknowledged (RFC 3262 §3).
        var wantsReliability: Bool { request.isReliable || request.values(.supported).contains("100rel") }
    }

    let endpoint: Endpoint
    private unowned let simulation: Simulation
    /// By their branches.
    private var incoming: [String: Incoming] = [:]
    private var byes: [String: Repetition] = [:]
    private var serial = 0
    /// What makes it known; nil: it is known from the start.
    var registration: Registration?

    init(_ endpoint: Endpoint, in simulation: Simulation) {
        self.endpoint = endpoint
        self.simulation = simulation
    }

    func receive(_ message: SIPMessage) {
        guard let branch = message.topVia?.branch else { return }
        guard message.isRequest else {
            if message.cseqMethod == .bye, (message.status ?? 0) >= 200 { byes[branch]?.end() }
            if message.cseqMethod == .register { registration?.receive(message) }
            return
        }
        switch message.method {
        case .invite: ring(message, branch)
        case .ack: acknowledge(message, branch)
        case .cancel: cancel(message, branch)
        case .prack:
            for call in incoming.values where call.tag == message.toTag { call.reliable?.end() }
            send(message.response(200, tag: "x"))
        default: send(message.response(200, tag: "x"))
        }
    }

    private func send(_ bytes: [UInt8]) { simulation.send(bytes, from: endpoint, to: Town.engine) }

    private func ring(_ request: SIPMessage, _ branch: String) {
        if let known = incoming[branch] {
            if !known.lastResponse.isEmpty { send(known.lastResponse) }
            return
        }
        serial += 1
        let call = Incoming(request, tag: request.toTag ?? "\(endpoint.address)-\(serial)")
        incoming[branch] = call
        guard !call.isWithinDialog else { return respond(200, to: call) }
        switch simulation.behaviour(of: endpoint) {
        case .silent: break
        case .ringsOn: respond(180, to: call)
        case .deflects(let after):
            simulation.after(after) {
                let target = self.simulation.anyNumber()
                self.respond(302, to: call, headers: ["Contact: <sip:\(target)@\(Town.domain)>"])
            }
        case .ends(let status, let ringing, let earlyMedia, let after):
            if let ringing { simulation.after(ringing) { self.respond(earlyMedia ? 183 : 180, to: call) } }
            simulation.after(after) { self.respond(status, to: call) }
        }
    }

    private func respond(_ status: Int, to call: Incoming, headers: [String] = []) {
        guard call.status < 200 else { return }
        call.status = status
        var headers = headers
        if (101..<300).contains(status) { headers.append("Contact: <sip:phone@\(endpoint)>") }
        let isReliable = status < 200 && call.wantsReliability
        if isReliable { headers += ["Require: 100rel", "RSeq: \(serial)"] }
        call.lastResponse = call.request.response(status, tag: call.tag, headers: headers)
        if isReliable {
            call.reliable = Repetition(call.lastResponse, from: endpoint, longest: nil, in: simulation)
            return
        }
        if status < 200 { return send(call.lastResponse) }
        call.reliable?.end()
        call.repetition = Repetition(call.lastResponse, from: endpoint, longest: Repetition.t2, in: simulation)
    }

    private func cancel(_ request: SIPMessage, _ branch: String) {
        send(request.response(incoming[branch] == nil ? 481 : 200, tag: "c"))
        guard let call = incoming[branch], call.status < 200 else { return }
        // Now and then somebody picks up at that very moment.
        respond(simulation.happens(0.05) ? 200 : 487, to: call)
    }

    private func acknowledge(_ request: SIPMessage, _ branch: String) {
        let tag = request.toTag
        func isOf(_ call: Incoming) -> Bool {
            call.tag == tag && call.request.cseq?.number == request.cseq?.number
        }
        let call = incoming[branch] ?? incoming.values.first(where: isOf)
        guard let call, isOf(call), call.status >= 200 else { return }
        call.repetition?.end()
        guard call.status < 300, !call.isAcknowledged, !call.isWithinDialog else { return }
        call.isAcknowledged = true
        guard let party = simulation.party(of: request), !party.script.callerHangsUp else { return }
        simulation.after(party.script.hold) { self.hangUp(call) }
    }

    private func hangUp(_ call: Incoming) {
        let invite = call.request
        serial += 1
        let branch = "z9hG4bK-\(endpoint.address)-\(serial)"
        let to = (invite.value(.to) ?? "") + ";tag=\(call.tag)"
        var bye = WrittenRequest(
            method: "BYE", uri: invite.contactURI, from: to, to: invite.value(.from) ?? "",
            callID: invite.value(.callID) ?? "", cseq: 9, branch: branch, sender: endpoint)
        bye.headers = invite.values(.recordRoute).map { "Route: \($0)" }
        byes[branch] = Repetition(bye.bytes, from: endpoint, longest: Repetition.t2, in: simulation)
    }
}
