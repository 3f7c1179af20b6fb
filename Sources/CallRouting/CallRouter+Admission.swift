internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// What is refused before any work is done for it, and who goes on asking.
extension CallRouter {
    /// The To tag of answers that nothing is remembered of.
    static let statelessTag = "stateless"

    /// Header lines, written once: whoever is refused must cost little.
    private static let waits = (5...10).map { "Retry-After: \($0)\r\n" }

    /// Whether a request may begin something new while that is not open to all: what is in a dialog already may, and an
    /// emergency call always.
    func isAlwaysAdmitted(_ request: SIPMessage) -> Bool {
        switch request.method {
        case .ack, .bye, .cancel, .prack: true
        case .register: false
        default: request.tag(.to) != nil || isEmergencyCall(request)
        }
    }

    private func isEmergencyCall(_ request: SIPMessage) -> Bool {
        guard request.method == .invite, let range = request.requestURI, mayBeEmergency(request.bytes[range]),
            let uri = SIPURI(request.bytes, range), let user = uri.decodedUser,
            let number = number(ofUser: String(DialledPrefix(user).number))
        else { return false }
        return configuration.planning.emergencyNumbers.contains(number)
    }

    /// Whether a URI's user part has no more digits than an emergency number behind a prefix: most have, and are not worth
    /// reading when there is more to do than can be done.
    private func mayBeEmergency(_ uri: ArraySlice<UInt8>) -> Bool {
        var digitsLeft = DialledPrefix.length + configuration.planning.emergencyNumbers.longest
        guard let scheme = uri.firstIndex(of: ASCII.colon) else { return false }
        for octet in uri[(scheme + 1)...] {
            switch octet {
            // The end of the user part; or an escape, which may be of anything.
            case UInt8(ascii: "@"), ASCII.colon, ASCII.semicolon, UInt8(ascii: "?"), UInt8(ascii: "%"): return true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digitsLeft == 0 { return false }
                digitsLeft -= 1
            default: break
            }
        }
        return true
    }

    /// Answers 503 without a transaction: it costs a fraction of what the request would.
    mutating func refuseForLackOfRoom(_ request: SIPMessage, _ via: ReceivedVia, _ admission: Admission) {
        switch admission {
        case .open: counters.limits.add(.transactions)
        case .limited: counters.limits.add(.sources)
        case .overloaded: counters.limits.add(.overload)
        }
        // Those who are refused together must not come back together.
        let wait = Self.waits[Int(random.next() % UInt64(Self.waits.count))]
        refuseStatelessly(request, via, status: 503, reason: "Overloaded", headers: wait)
    }

    /// Whether an ACK is for an answer that nothing is remembered of: it ends here (RFC 3261 §8.2.7).
    func acknowledgesRefusal(_ request: SIPMessage) -> Bool {
        guard let tag = request.tag(.to) else { return false }
        return request.bytes[tag].elementsEqual(Self.statelessTag.utf8)
    }

    /// Nothing is answered to programs that look for servers to break into: whoever hears nothing goes elsewhere.
    ///
    /// - Returns: whether the request came from one, and has been dropped.
    mutating func dropScanner(_ arrival: Arrival, _ turn: Turn) -> Bool {
        let address = arrival.flow.remote.address
        guard arrival.request.tag(.to) == nil, ScannerSignature.matches(arrival.request), let sources,
            sources.watches(address)
        else { return false }
        if arrival.flow.isProven { sources.note(.scanner, by: address, at: turn.now) }
        transactions.abandon(arrival.server)
        return true
    }

    /// Counts what a verdict tells of the sender.
    func note(_ verdict: DigestAuthenticator.Verdict, from flow: Flow, _ turn: Turn) {
        guard let sources else { return }
        let address = flow.remote.address
        switch verdict {
        case .authenticated: sources.proved(address, at: turn.now)
        case .wrong(_, let asked?):
            // Whoever has received the nonce is the one who tries passwords with it, wherever that seems to come from.
            sources.note(.wrongPassword, by: asked == SourceKey(address) ? address : asked.address, at: turn.now)
        case .wrong(_, nil), .missing, .malformed, .stale: break
        }
    }

    /// Whether a source may be sent one more challenge. One that over UDP answers too few is sent none for a while: it may
    /// be the one in whose name they are asked for.
    func admitsChallenge(_ flow: Flow, _ turn: Turn) -> Bool {
        guard let sources else { return true }
        return sources.admitsChallenge(to: flow.remote.address, isProven: flow.isProven, at: turn.now)
    }

    /// - Returns: false if the caller begins too many calls, and this one has been refused.
    mutating func admitsCall(of caller: PhoneNumber, _ arrival: Arrival, _ turn: Turn) -> Bool {
        guard arrival.isNewCall, let sources, !isEmergencyCall(arrival.request),
            !sources.admitsCall(of: caller, at: turn.now)
        else { return true }
        counters.limits.add(.callers)
        refuse(arrival, status: 503, reason: "Too Many Calls", headers: "Retry-After: 5\r\n", turn)
        return false
    }
}

extension Flow {
    /// Whether what comes by it is known to come from where it seems to: over UDP anybody can write any address.
    var isProven: Bool { transport.isReliable }
}
