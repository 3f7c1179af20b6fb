package import Metering
package import SIPMessage

/// What an engine has done since it was made: plain integers of one shard, which nobody else touches. Whoever wants the
/// whole adds those of all shards up.
package struct RoutingCounters: Sendable {
    /// A limit of the engine that something came up against.
    package enum Limit: UInt8, Sendable, CaseIterable {
        /// A request that there was no transaction for: 503.
        case transactions
        /// A new request beyond its source's rate: 503.
        case sources
        /// A call beyond its caller's rate: 503.
        case callers
        /// A new request while the shard had more to do than it can: 503.
        case overload
        /// Too many branches of one request: 480.
        case branches
        /// RFC 5393: 440.
        case breadth
        /// Too many contacts of a number: 403.
        case contacts
        /// ACKs that wait for an address: dropped.
        case acknowledgements

        package var name: String { "\(self)" }
    }

    /// What became of credentials, or of a request that should have had them.
    package enum Authentication: UInt8, Sendable, CaseIterable {
        case succeeded, missing, wrong, stale, malformed

        package var name: String { "\(self)" }
    }

    /// Of a response: 1xx to 6xx.
    package enum StatusClass: UInt8, Sendable, CaseIterable {
        case provisional = 1
        case success, redirection, clientError, serverError, globalError

        package var name: String { "\(rawValue)xx" }
    }

    package internal(set) var requestsReceived = Tally<Method>()
    package internal(set) var requestsSent = Tally<Method>()
    package internal(set) var responsesReceived = Tally<StatusClass>()
    package internal(set) var responsesSent = Tally<StatusClass>()
    /// New calls: INVITEs outside of a dialog that were neither refused nor challenged before anything was done for them.
    package internal(set) var callsBegun = 0
    /// Those that have ended, in an answer or otherwise.
    package internal(set) var outcomes = Tally<CallOutcome>()
    package internal(set) var rules = Tally<RuleAtWork>()
    package internal(set) var limits = Tally<Limit>()
    package internal(set) var authentications = Tally<Authentication>()
    /// From a call's INVITE to the first 180 that its caller was sent.
    package internal(set) var ringing = DurationHistogram()
    /// From a call's INVITE to a 2xx, and to any other final response.
    package internal(set) var answered = DurationHistogram()
    package internal(set) var failed = DurationHistogram()

    package init() {}

    /// Calls that are being set up.
    package var callsInProgress: Int { callsBegun - outcomes.sum }

    package mutating func add(_ other: RoutingCounters) {
        requestsReceived.add(other.requestsReceived)
        requestsSent.add(other.requestsSent)
        responsesReceived.add(other.responsesReceived)
        responsesSent.add(other.responsesSent)
        callsBegun += other.callsBegun
        outcomes.add(other.outcomes)
        rules.add(other.rules)
        limits.add(other.limits)
        authentications.add(other.authentications)
        ringing.add(other.ringing)
        answered.add(other.answered)
        failed.add(other.failed)
    }

    mutating func received(_ message: SIPMessage) {
        switch message.startLine {
        case .request(let method, _, _): requestsReceived.add(method)
        case .response(let status, _):
            if let kind = StatusClass(rawValue: UInt8(clamping: status / 100)) { responsesReceived.add(kind) }
        }
    }

    /// Looks at the first octets only: what is sent was made or changed here.
    mutating func sent(_ bytes: [UInt8]) {
        let octets = bytes.span
        // "SIP/2.0 200": no method has a slash in it.
        guard octets.count > 11, octets[3] == UInt8(ascii: "/") else { return requestsSent.add(Self.method(octets)) }
        if let kind = StatusClass(rawValue: octets[8] &- UInt8(ascii: "0")) { responsesSent.add(kind) }
    }

    private static func method(_ octets: Span<UInt8>) -> Method {
        var end = 0
        while end < octets.count, octets[end] != ASCII.space { end += 1 }
        return Method(octets, 0..<end)
    }
}

extension RoutingCounters.Authentication {
    init(_ verdict: DigestAuthenticator.Verdict) {
        switch verdict {
        case .authenticated: self = .succeeded
        case .missing: self = .missing
        case .wrong: self = .wrong
        case .stale: self = .stale
        case .malformed: self = .malformed
        }
    }
}
