internal import SIPMessage

/// The final responses of the branches, and which of them goes to the caller (RFC 3261 §16.7 steps 4 to 7).
struct BestResponse {
    /// A response of a branch, as it came, or one of ours where nothing came.
    enum Source {
        case received(SIPMessage)
        case local(reason: String, headers: String)
    }

    private(set) var status = 0
    private(set) var source: Source?
    /// Header lines of all 401 and 407 responses, which are handed on together (step 7).
    private(set) var challenges: [[UInt8]] = []

    var isEmpty: Bool { source == nil }

    /// Nobody said it: it stands for a silence or a failure.
    var isLocal: Bool {
        if case .local? = source { return true }
        return false
    }

    /// Forgets what the phones of a number said once the call has gone on to another.
    mutating func reset() { self = BestResponse() }

    mutating func offer(_ response: SIPMessage) {
        guard let status = response.status else { return }
        if status == 401 || status == 407 {
            for field in response.fields where field.name == .wwwAuthenticate || field.name == .proxyAuthenticate {
                challenges.append(Array(response.bytes[field.line]))
            }
        }
        offer(status, .received(response))
    }

    mutating func offer(status: Int, reason: String, headers: String = "") {
        offer(status, .local(reason: reason, headers: headers))
    }

    private mutating func offer(_ status: Int, _ source: Source) {
        guard self.source == nil || Self.rank(status) < Self.rank(self.status) else { return }
        self.status = status
        self.source = source
    }

    /// 6xx before all, then the lowest class. Within 4xx those that tell the caller how to go on are preferred
    /// (step 6: 401, 407, 415, 420, 484), and anything that somebody said before a 408 of our own.
    private static func rank(_ status: Int) -> Int {
        switch status {
        case 600...699: 0
        case 300...399: 10
        case 401, 407: 20
        case 415, 420, 484: 21
        case 408: 29
        case 400...499: 25
        case 503: 39
        default: 30
        }
    }

    /// The status as the caller gets it: a 503 of one branch says nothing about us (step 6).
    var statusForCaller: Int { status == 503 ? 500 : status }
}
