package import SIPTransaction

/// Decides when a shard has more to do than it can, by how long messages wait for it: not by how many wait, which says
/// nothing without knowing how long each takes.
///
/// What waits a while and is then worked off is a burst, and the queue is there for it. Only when messages have waited too
/// long all the time for ``Settings/patience`` does it count as overload, as in CoDel (RFC 8289). From then on new requests
/// are refused whenever the oldest message has waited too long, and taken whenever it has not: refusing costs so little
/// that the queue stays about that long, and what is accepted meets no retransmission timer.
package struct OverloadControl: Sendable {
    package struct Settings: Sendable {
        /// How long messages may wait; nothing: as long as they like.
        package var delay: Interval = .milliseconds(25)
        /// How long they may wait longer than that.
        package var patience: Interval = .milliseconds(100)
        /// How long they must not, until a burst is a burst again.
        package var calm: Interval = .seconds(1)

        package init() {}
    }

    /// One of those in which messages wait for a shard. That one is short says nothing of another.
    package struct Queue: Sendable, Hashable {
        /// Of the shard's thread: its alarm, and what comes by streams.
        package static let thread = Queue(index: 0)
        /// Of what other shards have received.
        package static let handOver = Queue(index: 1)
        /// Of a UDP socket, by its place among the shard's.
        package static func datagrams(_ socket: Int) -> Queue { Queue(index: 2 + socket) }

        fileprivate let index: Int
    }

    private struct State {
        var lateSince: Instant?
        var lateCount = 0
        /// Of the last observation.
        var delay: Interval = .milliseconds(0)
        var observedAt = Instant(nanoseconds: 0)
    }

    /// Fewer observations one after the other say nothing: the processor was somebody else's for a while.
    private static let fewestLate = 8

    private let settings: Settings
    /// By the queues' indices.
    private var states: [State] = []
    private var onTimeSince: Instant?
    /// It was found to be overloaded, and has not been calm for long enough since.
    private var isOverloaded = false
    /// Whether new requests are to be refused now.
    package private(set) var refuses = false
    /// How often it became overloaded, since the start.
    package private(set) var episodes = 0

    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// How long the oldest message had waited when its queue was last looked at: in the slowest of the queues.
    package var delay: Interval { states.map(\.delay).max() ?? .milliseconds(0) }

    /// - Parameters:
    ///   - delay: how long the oldest message of the queue has waited that is worked on now.
    ///   - hasLost: whether some found no room to wait in.
    package mutating func observe(_ delay: Interval, of queue: Queue, hasLost: Bool = false, at now: Instant) {
        while states.count <= queue.index { states.append(State()) }
        states[queue.index].delay = delay
        states[queue.index].observedAt = now
        guard settings.delay.milliseconds > 0 else { return }
        if delay > settings.delay || hasLost { late(queue.index, at: now) } else { onTime(queue.index, at: now) }
    }

    private mutating func late(_ index: Int, at now: Instant) {
        onTimeSince = nil
        let since = states[index].lateSince ?? now
        states[index].lateSince = since
        states[index].lateCount += 1
        if !isOverloaded, states[index].lateCount >= Self.fewestLate, now >= since + settings.patience {
            isOverloaded = true
            episodes += 1
        }
        refuses = isOverloaded
    }

    private mutating func onTime(_ index: Int, at now: Instant) {
        states[index].lateSince = nil
        states[index].lateCount = 0
        guard isOverloaded else { return }
        refuses = isAnyLate(at: now)
        guard !refuses else { return }
        let since = onTimeSince ?? now
        onTimeSince = since
        if now >= since + settings.calm { isOverloaded = false }
    }

    /// A queue that was not looked at for so long that a burst would be a burst again is forgotten.
    private func isAnyLate(at now: Instant) -> Bool {
        states.contains { $0.lateSince != nil && now < $0.observedAt + settings.calm }
    }
}
