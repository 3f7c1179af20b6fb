import Glibc
import NIOCore
import SIPTransaction

/// Turns a loop's monotonic time into the engine's: the wall clock as it stood when the server started, and from there
/// on the monotonic progress. So the engine's time never goes back, and two shards agree on it.
extension Interval {
    init(_ amount: TimeAmount) { self = .milliseconds(amount.nanoseconds / 1_000_000) }
}

struct ShardClock: Sendable {
    /// Nanoseconds since the Unix epoch.
    private let wallAtStart: UInt64
    private let start: NIODeadline

    init(startingAt start: NIODeadline) {
        var wall = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &wall)
        wallAtStart = UInt64(clamping: wall.tv_sec) * 1_000_000_000 + UInt64(clamping: wall.tv_nsec)
        self.start = start
    }

    func instant(_ deadline: NIODeadline) -> Instant {
        Instant(nanoseconds: wallAtStart &+ UInt64(clamping: (deadline - start).nanoseconds))
    }

    func deadline(_ instant: Instant) -> NIODeadline {
        guard instant.nanoseconds > wallAtStart else { return start }
        return start + .nanoseconds(Int64(clamping: instant.nanoseconds - wallAtStart))
    }
}
