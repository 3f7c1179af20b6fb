package import Metering

/// What a transaction layer has done since it was made, beyond what its core above hears of.
package struct TransactionCounters: Sendable {
    /// Requests that came once more.
    package internal(set) var repeated = 0
    /// Requests and responses that were sent once more, because nothing had come.
    package internal(set) var retransmitted = 0
    /// Timers B and F, and INVITEs that were cancelled in vain.
    package internal(set) var timedOut = 0
    /// From an INVITE to its 100.
    package internal(set) var trying = DurationHistogram()

    package init() {}

    /// Sums those of several shards.
    package mutating func add(_ other: TransactionCounters) {
        repeated += other.repeated
        retransmitted += other.retransmitted
        timedOut += other.timedOut
        trying.add(other.trying)
    }
}
