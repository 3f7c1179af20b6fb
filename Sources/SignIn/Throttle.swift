/// How often one key (an address, an account) may try: `burst` times at once, then once in each `interval`.
package struct ThrottleRate: Hashable, Sendable {
    package let burst: Int
    package let interval: Duration

    /// - Parameters:
    ///   - burst: 1 at least.
    ///   - interval: a millisecond at least.
    package init(burst: Int = 20, interval: Duration = .seconds(6)) {
        self.burst = max(1, burst)
        self.interval = max(.milliseconds(1), interval)
    }
}

/// Slows down whoever tries too often: a token bucket for each key, in a table that can't grow without bound.
///
/// A bucket is one moment, that at which it is full again (the generic cell rate algorithm, ITU-T I.371). The table has
/// two generations: when the newer one is full, the older one is dropped. Then the keys that were not seen for that
/// long begin anew, which is what most of them would do by then anyhow; an attacker with so many addresses is met by
/// the lockout of each account.
package struct Throttle<Key: Hashable & Sendable>: Sendable {
    package enum Verdict: Hashable, Sendable {
        case allowed
        case refused(until: Timestamp)
    }

    private let rate: ThrottleRate
    private let generationLimit: Int
    private var newer: [Key: Timestamp] = [:]
    private var older: [Key: Timestamp] = [:]

    /// - Parameter capacity: keys kept at most; 2 at least.
    package init(_ rate: ThrottleRate, capacity: Int = 65_536) {
        self.rate = rate
        generationLimit = max(1, capacity / 2)
    }

    /// Keys in the table.
    package var count: Int { newer.count + older.count }

    /// Takes one try. A refused one costs nothing.
    package mutating func take(_ key: Key, at now: Timestamp) -> Verdict {
        let interval = rate.interval.milliseconds
        let (span, overflows) = interval.multipliedReportingOverflow(by: Int64(rate.burst))
        let window: Duration = .milliseconds(overflows ? .max : span)
        // A clock that was set back must not keep anybody out for longer than an emptied bucket does.
        let fullAt = min(max(newer[key] ?? older[key] ?? now, now), now + window)
        let next = fullAt + rate.interval
        let limit = now + window
        guard next <= limit else {
            keep(fullAt, for: key)
            return .refused(until: now + .milliseconds(next.milliseconds - limit.milliseconds))
        }
        keep(next, for: key)
        return .allowed
    }

    private mutating func keep(_ fullAt: Timestamp, for key: Key) {
        older[key] = nil
        if newer[key] == nil, newer.count >= generationLimit {
            (older, newer) = (newer, [:])
        }
        newer[key] = fullAt
    }

    /// A key that has shown itself to be right begins anew.
    package mutating func forget(_ key: Key) {
        newer[key] = nil
        older[key] = nil
    }
}
