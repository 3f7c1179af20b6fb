/// When what is due: one lane for each length of time that timers are set to.
///
/// A SIP engine sets its timers to few different lengths (T1, 64·T1, T4, …), and the engine's time never goes back,
/// so each lane is in order by itself and nothing has to be sorted: setting a timer is an append. A timer that is no
/// longer wanted stays until it is due; whoever set it recognises by its token that it is stale.
///
/// Inlinable, because another module's token would otherwise be moved through witness tables.
@usableFromInline
package struct TimerQueue<Token: Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let deadline: Instant
        @usableFromInline let token: Token

        @inlinable
        init(deadline: Instant, token: Token) {
            self.deadline = deadline
            self.token = token
        }
    }

    @usableFromInline
    struct Lane: Sendable {
        @usableFromInline let length: Interval
        /// Of the first entry; ``never`` without one.
        @usableFromInline var deadline: Instant
        @usableFromInline var entries = WaitingLine<Entry>()

        @inlinable
        init(length: Interval, deadline: Instant) {
            self.length = length
            self.deadline = deadline
        }
    }

    @usableFromInline static var never: Instant { Instant(nanoseconds: .max) }

    @usableFromInline var lanes: ContiguousArray<Lane> = []
    /// The lane whose first entry is the earliest of all, and when that is due.
    @usableFromInline var earliestLane = 0
    @usableFromInline var earliest = Self.never
    /// Timers that are set, stale ones included.
    @usableFromInline package private(set) var count = 0

    @inlinable
    package init() {}

    /// Sets one more timer. None is ever taken out: whoever is told of one that is due has to know whether it still
    /// means anything.
    @inlinable
    package mutating func set(_ token: Token, after length: Interval, at now: Instant) {
        count += 1
        let lane = lane(of: length)
        let deadline = now + length
        lanes[lane].entries.append(Entry(deadline: deadline, token: token))
        guard lanes[lane].deadline == Self.never else { return }
        lanes[lane].deadline = deadline
        if deadline < earliest { (earliestLane, earliest) = (lane, deadline) }
    }

    @inlinable
    mutating func lane(of length: Interval) -> Int {
        for index in lanes.indices where lanes[index].length == length { return index }
        lanes.append(Lane(length: length, deadline: Self.never))
        return lanes.count - 1
    }

    /// When the earliest timer is due.
    @inlinable
    package var nextDeadline: Instant? { earliest == Self.never ? nil : earliest }

    /// Takes the earliest timer that is due at `now`; those due at the same instant come in the order in which they
    /// were set.
    @inlinable
    package mutating func popDue(at now: Instant) -> (token: Token, deadline: Instant)? {
        guard earliest <= now, count > 0, let entry = lanes[earliestLane].entries.first else { return nil }
        count -= 1
        lanes[earliestLane].entries.dropFirst()
        lanes[earliestLane].deadline = lanes[earliestLane].entries.first?.deadline ?? Self.never
        findEarliest()
        return (entry.token, entry.deadline)
    }

    /// Of lanes whose first timers are due at the same instant, the longest has set its timer first.
    @inlinable
    mutating func findEarliest() {
        earliest = Self.never
        var length = Interval.milliseconds(0)
        for index in lanes.indices {
            let deadline = lanes[index].deadline
            guard deadline <= earliest else { continue }
            guard deadline < earliest || lanes[index].length > length else { continue }
            (earliestLane, earliest, length) = (index, deadline, lanes[index].length)
        }
    }
}
