internal import SIPMessage

/// The final responses of the branches, and which of them goes to the caller (RFC 3261 §16.7 steps 4 to 7).
struct BestResponse {
    enum Source {
        /// A branch gave it; it goes on as it came.
        case received(SIPMessage)
        /// It stands for the silence or failure of a branch (§16.9).
        case local(reason: String)
        /// A decision of ours: a rule, a refusal.
        case decided(reason: String, headers: String)
    }

    /// Header lines of challenges that are handed on together.
    private static let challengeLimit = 32

    private(set) var status = 0
    private(set) var source: Source?
    /// Header lines of all 401 and 407 responses, which are handed on together (step 7).
    private(set) var challenges: [[UInt8]] = []

    var isEmpty: Bool { source == nil }

    /// Forgets what the phones of a number said once the call has gone on to another.
    mutating func reset() { self = BestResponse() }

    mutating func offer(_ response: SIPMessage) {
        guard let status = response.status else { return }
        if status == 401 || status == 407 {
            for field in response.fields
            where (field.name == .wwwAuthenticate || field.name == .proxyAuthenticate)
                && challenges.count < Self.challengeLimit
            {
                challenges.append(Array(response.bytes[field.line]))
            }
        }
        offer(status, .received(response))
    }

    mutating func offer(status: Int, reason: String) {
        offer(status, .local(reason: reason))
    }

    /// Ends the comparison: this is the answer.
    mutating func decide(status: Int, reason: String, headers: String = "") {
        self = BestResponse()
        offer(status, .decided(reason: reason, headers: headers))
    }

    /// Takes part in another comparison with what was best in this one.
    mutating func offer(_ other: BestResponse) {
        guard let source = other.source else { return }
        challenges.append(contentsOf: other.challenges.prefix(max(0, Self.challengeLimit - challenges.count)))
        offer(other.status, source)
    }

    private mutating func offer(_ status: Int, _ source: Source) {
        guard self.source == nil || Self.rank(status) < Self.rank(self.status) else { return }
        self.status = status
        self.source = source
    }

    /// 6xx before all, then the lowest class. Within 4xx those that tell the caller how to go on are preferred
    /// (step 6: 401, 407, 415, 420, 484), and anything that somebody said before the end of a branch that we cancelled
    /// and before silence.
    private static func rank(_ status: Int) -> Int {
        switch status {
        case 600...699: 0
        case 300...399: 10
        case 401, 407: 20
        case 415, 420, 484: 21
        case 487: 28
        case 408: 29
        case 400...499: 25
        case 503: 39
        default: 30
        }
    }

    /// The status as the caller gets it: a 503 of one branch says nothing about us (step 6), our own does.
    var statusForCaller: Int {
        if case .decided? = source { return status }
        return status == 503 ? 500 : status
    }
}
