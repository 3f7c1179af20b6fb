package import SIPMessage
package import SIPTransaction

/// What one source may ask of the server before it costs others something. A source is an IPv4 address, or the /64 of an
/// IPv6 address.
package struct SourceLimits: Sendable {
    /// Messages per second that one source may send for as long as it likes; 0: as many as it can.
    package var messagesPerSecond = 1_000
    /// Messages that may come at once beyond that, as when an office has its power back; and as many again that are
    /// refused before the source is banned.
    package var burst = 5_000
    /// Wrong passwords at once; beyond them there is one every ten seconds.
    package var wrongPasswords = 50
    /// Challenges at once that nobody answers; beyond them there are five a second.
    package var unansweredChallenges = 1_000
    /// Calls per second that one of our numbers may begin, with as many at once as in five seconds; 0: no limit.
    package var callsPerSecond = 50
    /// How long a source is banned that does not stop; nothing: none ever is.
    package var banTime: Interval = .seconds(600)
    /// Held to nothing, and never banned but by an administrator.
    package var exempt: [IPNetwork] = []

    package init() {}

    /// Nobody is held to anything.
    package static var none: SourceLimits {
        var limits = SourceLimits()
        (limits.messagesPerSecond, limits.callsPerSecond, limits.banTime) = (0, 0, .milliseconds(0))
        return limits
    }

    func isExempt(_ address: IPAddress) -> Bool { exempt.contains { $0.contains(address) } }

    var messages: BucketSize { BucketSize(perSecond: messagesPerSecond, holding: burst) }
    var passwords: BucketSize { BucketSize(nanosecondsForOne: 10_000_000_000, holding: wrongPasswords) }
    var challenges: BucketSize { BucketSize(perSecond: 5, holding: unansweredChallenges) }
    var calls: BucketSize { BucketSize(perSecond: callsPerSecond, holding: 5 * callsPerSecond) }
}

/// How much a ``LeakyBucket`` holds, and how fast it runs out.
struct BucketSize: Sendable {
    /// What one drop takes to run out.
    let drop: UInt64
    let capacity: UInt64

    init(nanosecondsForOne drop: UInt64, holding count: Int) {
        self.drop = drop
        capacity = drop * UInt64(max(1, count))
    }

    /// - Parameter rate: at least 1; a limit of 0 is no limit, and nobody asks for its size.
    init(perSecond rate: Int, holding count: Int) {
        self.init(nanosecondsForOne: 1_000_000_000 / UInt64(max(1, rate)), holding: count)
    }
}

/// Counts what comes too fast, in one word: when all that it holds will have run out.
struct LeakyBucket {
    private(set) var emptyAt: UInt64 = 0

    /// - Parameter count: drops that come at once. More than it holds may come when it is empty.
    /// - Returns: false if there is no room for them, which are then not taken.
    mutating func take(_ size: BucketSize, _ count: Int = 1, at now: Instant) -> Bool {
        let end = max(emptyAt, now.nanoseconds) + min(size.drop * UInt64(count), size.capacity)
        guard end - now.nanoseconds <= size.capacity else { return false }
        emptyAt = end
        return true
    }

    /// Takes out what need not have been counted.
    mutating func giveBack(_ size: BucketSize, _ count: Int = 1) {
        let part = size.drop * UInt64(count)
        emptyAt = emptyAt > part ? emptyAt - part : 0
    }
}
