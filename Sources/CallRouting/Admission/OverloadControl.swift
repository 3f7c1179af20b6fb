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

    /// Fewer observations one after the other say nothing: the processor was somebody else's for a while.
    private static let fewestLate = 8

    private let settings: Settings
    private var lateSince: Instant?
    private var lateCount = 0
    private var onTimeSince: Instant?
    /// It was found to be overloaded, and has not been calm for long enough since.
    private var isOverloaded = false
    /// Whether new requests are to be refused now.
    package private(set) var refuses = false
    /// How long the oldest message had waited when it was last looked at.
    package private(set) var delay: Interval = .milliseconds(0)
    /// How often it became overloaded, since the start.
    package private(set) var episodes = 0

    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// - Parameters:
    ///   - delay: how long the oldest message has waited that is worked on now.
    ///   - hasLost: whether some found no room to wait in.
    package mutating func observe(_ delay: Interval, hasLost: Bool = false, at now: Instant) {
        self.delay = delay
        guard settings.delay.milliseconds > 0 else { return }
        if delay > settings.delay || hasLost { late(at: now) } else { onTime(at: now) }
    }

    private mutating func late(at now: Instant) {
        onTimeSince = nil
        let since = lateSince ?? now
        lateSince = since
        lateCount += 1
        if !isOverloaded, lateCount >= Self.fewestLate, now >= since + settings.patience {
            isOverloaded = true
            episodes += 1
        }
        refuses = isOverloaded
    }

    private mutating func onTime(at now: Instant) {
        lateSince = nil
        lateCount = 0
        refuses = false
        guard isOverloaded else { return }
        let since = onTimeSince ?? now
        onTimeSince = since
        if now >= since + settings.calm { isOverloaded = false }
    }
}
