internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Somebody outside while a script runs: answers what any phone's transaction layer answers by itself (RFC 3261 §17),
/// and keeps what came for the steps to look at.
///
/// A class, because steps and deliveries change it in turn.
final class ScriptPhone {
    struct Arrival {
        let message: SIPMessage
        let at: Instant
    }

    /// A request that came.
    struct Served {
        let request: SIPMessage
        let origin: ScriptOrigin
        let tag: String
        var lastResponse: [UInt8]?
        var finalStatus: Int?
        /// What was sent, by status.
        var responses: [Int: [UInt8]] = [:]
        var isAcknowledged = false

        var needsAcknowledgement: Bool {
            request.method == .invite && (finalStatus ?? 0) >= 300 && !isAcknowledged
        }
    }

    /// A request that was sent.
    struct Asked {
        let request: SIPMessage
        var final: SIPMessage?
        var acknowledgement: [UInt8]?
    }

    let description: PhoneDescription
    let domain: String
    var presence = ScriptStep.Presence.here
    private(set) var inbox: [Arrival] = []
    /// How often each message came, retransmissions included.
    private(set) var counts: [MessageKind: Int] = [:]
    var served: [Served] = []
    var asked: [Asked] = []
    var dialogs: [PhoneDialog] = []
    /// The last octets sent of each kind.
    var sent: [MessageKind: [UInt8]] = [:]
    var challengeCounts: [String: Int] = [:]
    private var tags = 0
    private var branches = 0
    private var calls = 0
    var cseq: UInt32 = 0

    init(_ description: PhoneDescription, domain: String) {
        self.description = description
        self.domain = domain
    }

    var name: String { description.name }

    /// What stands in From, without tag.
    var identity: String {
        if let identity = description.identity { return identity.contains("<") ? identity : "<\(identity)>" }
        if let number = description.number { return "<sip:\(number.national)@\(domain)>" }
        return "<sip:\(name)@\(description.endpoint.address.hostText)>"
    }

    var contact: String {
        "sip:\(name)@\(description.endpoint)" + (description.transport == .tcp ? ";transport=tcp" : "")
    }

    func newTag() -> String {
        tags += 1
        return "\(name)-\(tags)"
    }

    func newBranch() -> String {
        branches += 1
        return "z9hG4bK-\(name)-\(branches)"
    }

    func newCallID() -> String {
        calls += 1
        return "call-\(calls)@\(name)"
    }

    // MARK: What comes

    /// - Returns: what goes back at once.
    func receive(_ message: SIPMessage, from origin: ScriptOrigin, at now: Instant) -> [[UInt8]] {
        counts[MessageKind(message) ?? .request(""), default: 0] += 1
        guard presence == .here else { return [] }
        return message.isRequest ? receive(request: message, origin, now) : receive(response: message, now)
    }

    private func receive(request: SIPMessage, _ origin: ScriptOrigin, _ now: Instant) -> [[UInt8]] {
        let branch = request.topVia?.branch
        func isSameTransaction(_ other: Served) -> Bool { other.request.topVia?.branch == branch }
        if request.method == .ack {
            if let place = served.lastIndex(where: { isSameTransaction($0) && ($0.finalStatus ?? 0) >= 300 }) {
                served[place].isAcknowledged = true
            } else {
                inbox.append(Arrival(message: request, at: now))
            }
            return []
        }
        if let known = served.last(where: { isSameTransaction($0) && $0.request.methodText == request.methodText }) {
            return description.isByHand ? [] : known.lastResponse.map { [$0] } ?? []
        }
        inbox.append(Arrival(message: request, at: now))
        let tag = request.tag(.to).map { request.text($0) } ?? newTag()
        served.append(Served(request: request, origin: origin, tag: tag))
        guard request.method == .cancel, !description.isByHand else { return [] }
        let isKnown = served.contains { isSameTransaction($0) && $0.request.method == .invite }
        return [answer(served.count - 1, status: isKnown ? 200 : 481, phrase: nil, edits: [])]
    }

    private func receive(response: SIPMessage, _ now: Instant) -> [[UInt8]] {
        let branch = response.topVia?.branch
        let isOld = inboxHistory.contains(response.bytes)
        guard
            let place = asked.lastIndex(where: {
                $0.request.topVia?.branch == branch && $0.request.methodText == response.cseqMethodText
            })
        else {
            inbox.append(Arrival(message: response, at: now))
            return []
        }
        if isOld { return description.isByHand ? [] : asked[place].acknowledgement.map { [$0] } ?? [] }
        inboxHistory.insert(response.bytes)
        if (response.status ?? 0) >= 200 { asked[place].final = response }
        learnDialog(from: response, to: asked[place].request)
        inbox.append(Arrival(message: response, at: now))
        return []
    }

    /// Responses that came, to tell retransmissions.
    private var inboxHistory: Set<[UInt8]> = []

    /// The next message; 100 Trying only for those who ask for it.
    func takeNext(wantsTrying: Bool) -> Arrival? {
        if !wantsTrying { inbox.removeAll { $0.message.status == 100 } }
        return inbox.isEmpty ? nil : inbox.removeFirst()
    }

    var hasNext: Bool { inbox.contains { $0.message.status != 100 } }

    /// Messages that no step has asked for.
    var unread: [Arrival] { inbox.filter { $0.message.status != 100 } }

    func hasNext(_ kind: MessageKind) -> Bool { kind == .response(100) ? !inbox.isEmpty : hasNext }
}

/// Where a message came from.
enum ScriptOrigin: Equatable {
    case server
    case phone(String)
}

extension SIPMessage {
    /// The method that stands in CSeq, as it came.
    var cseqMethodText: String { cseq.map { text($0.method) } ?? "" }
}
