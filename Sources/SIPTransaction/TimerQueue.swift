internal import DequeModule

/// When what is due: one lane for each length of time that timers are set to.
///
/// A SIP engine sets its timers to few different lengths (T1, 64·T1, T4, …), and the engine's time never goes back,
/// so each lane is in order by itself and nothing has to be sorted: setting a timer is an append. A timer that is no
/// longer wanted stays until it is due; whoever set it recognises by its token that it is stale.
package struct TimerQueue<Token: Sendable>: Sendable {
    private struct Entry: Sendable {
        let deadline: Instant
        let order: UInt64
        let token: Token
    }

    private struct Lane: Sendable {
        let length: Interval
        var entries: Deque<Entry> = []
    }

    private var lanes: [Lane] = []
    private var order: UInt64 = 0
    /// Timers that are set, stale ones included.
    package private(set) var count = 0

    package init() {}

    package mutating func set(_ token: Token, after length: Interval, at now: Instant) {
        order &+= 1
        count += 1
        let entry = Entry(deadline: now + length, order: order, token: token)
        for index in lanes.indices where lanes[index].length == length {
            lanes[index].entries.append(entry)
            return
        }
        lanes.append(Lane(length: length, entries: [entry]))
    }

    /// When the earliest timer is due.
    package var nextDeadline: Instant? {
        earliest().map { lanes[$0].entries[0].deadline }
    }

    /// Takes the earliest timer that is due at `now`; those due at the same instant come in the order in which they
    /// were set.
    package mutating func popDue(at now: Instant) -> (token: Token, deadline: Instant)? {
        guard let lane = earliest(), lanes[lane].entries[0].deadline <= now else { return nil }
        count -= 1
        let entry = lanes[lane].entries.removeFirst()
        return (entry.token, entry.deadline)
    }

    private func earliest() -> Int? {
        var best: Int?
        var bestDeadline = Instant(nanoseconds: .max)
        var bestOrder = UInt64.max
        for index in lanes.indices {
            guard let head = lanes[index].entries.first else { continue }
            if head.deadline < bestDeadline || (head.deadline == bestDeadline && head.order < bestOrder) {
                best = index
                bestDeadline = head.deadline
                bestOrder = head.order
            }
        }
        return best
    }
}
