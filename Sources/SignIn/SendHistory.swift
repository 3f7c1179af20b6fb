/// How many codes may be sent to one account: a flood of messages annoys people and costs money.
package struct SendLimit: Hashable, Sendable {
    /// In one ``window``; 1 at least.
    package let count: Int
    package let window: Duration
    /// Between one and the next.
    package let interval: Duration

    package init(count: Int = 5, window: Duration = .seconds(30 * 60), interval: Duration = .seconds(30)) {
        self.count = min(max(1, count), SendHistory.limit)
        self.window = window
        self.interval = interval
    }
}

/// When codes were sent to an account. It outlives the codes themselves.
package struct SendHistory: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case allowed
        case refused(until: Timestamp)
    }

    /// Times kept at most.
    static let limit = 100

    /// Oldest first.
    private var times: [Timestamp] = []

    package init() {}

    /// Asks for one more, and counts it when it is allowed.
    package mutating func take(at now: Timestamp, limit: SendLimit = SendLimit()) -> Verdict {
        times = counted(at: now, limit)
        if let until = nextAt(now, limit: limit) { return .refused(until: until) }
        times.append(now)
        return .allowed
    }

    /// The code that was sent last has come to the right person: those before it annoyed nobody, and count no longer. The
    /// last one keeps the next at its distance.
    package mutating func arrived() { times = times.suffix(1) }

    /// When one more may be sent; nil: now.
    package func nextAt(_ now: Timestamp, limit: SendLimit = SendLimit()) -> Timestamp? {
        let times = counted(at: now, limit)
        if let last = times.last, now < last + limit.interval { return last + limit.interval }
        return times.count < limit.count ? nil : times[times.count - limit.count] + limit.window
    }

    /// When one was sent last; nil: none that still counts.
    package var last: Timestamp? { times.last }

    /// Times ahead of the clock were written before it was set back; they would keep the account waiting for ever.
    private func counted(at now: Timestamp, _ limit: SendLimit) -> [Timestamp] {
        times.filter { now < $0 + limit.window && $0 <= now }
    }
}

extension SendHistory: StoredText {
    /// `sends/1 times=1763700000000,1763700030000`.
    package var stored: String {
        var fields = StoredFields("sends")
        fields.append("times", times.map { String($0.milliseconds) }.joined(separator: ","))
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "sends")
        for word in try fields.word("times").split(separator: ",").prefix(Self.limit) {
            guard let milliseconds = Int64(word) else { throw fields.malformed("times") }
            times.append(Timestamp(milliseconds: milliseconds))
        }
        try fields.finish()
        guard times == times.sorted(), self.stored == stored else { throw fields.malformed("times") }
    }
}
