/// A point in time as the engine is told it: nanoseconds since the Unix epoch, on a clock that never goes back. The
/// core reads no clock; tests and replayed captures hand it whatever time they like.
@usableFromInline
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    @usableFromInline package let nanoseconds: UInt64

    @inlinable
    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// - Parameter milliseconds: since the Unix epoch; less than 0 counts as 0.
    package init(milliseconds: Int64) {
        nanoseconds = UInt64(max(0, milliseconds)) * 1_000_000
    }

    /// Since the Unix epoch, rounded down, as is ``seconds``.
    @inlinable
    package var milliseconds: Int64 { Int64(nanoseconds / 1_000_000) }
    @inlinable
    package var seconds: Int64 { Int64(nanoseconds / 1_000_000_000) }

    @inlinable
    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    @inlinable
    package static func + (instant: Instant, interval: Interval) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ UInt64(interval.milliseconds) &* 1_000_000)
    }

    /// Negative if it lies before `earlier`.
    @inlinable
    package func milliseconds(since earlier: Instant) -> Int64 { milliseconds - earlier.milliseconds }

    /// Seconds with three places.
    @usableFromInline package var description: String {
        "\(seconds).\(String(nanoseconds / 1_000_000 % 1000 + 1000).dropFirst())"
    }
}

/// A length of time, in whole milliseconds, never negative.
@usableFromInline
package struct Interval: Hashable, Comparable, Sendable {
    @usableFromInline package let milliseconds: Int64

    @inlinable
    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A negative count is no time, here and in seconds.
    @inlinable
    package static func milliseconds(_ count: Int64) -> Interval { Interval(milliseconds: max(0, count)) }
    @inlinable
    package static func seconds(_ count: Int) -> Interval { Interval(milliseconds: max(0, Int64(count)) * 1000) }

    @inlinable
    package static func < (left: Interval, right: Interval) -> Bool { left.milliseconds < right.milliseconds }
    @inlinable
    package static func * (interval: Interval, factor: Int64) -> Interval {
        .milliseconds(interval.milliseconds * factor)
    }
}

/// RFC 3261 Table 4.
package struct TimerSettings: Sendable {
    /// Round-trip time estimate: 500 ms by default.
    package var t1: Interval = .milliseconds(500)
    /// Longest interval between retransmissions of a non-INVITE request or an INVITE response: 4 s.
    package var t2: Interval = .seconds(4)
    /// How long a message may stay in the network: 5 s.
    package var t4: Interval = .seconds(5)
    /// Timer D: how long a client waits for retransmissions of a final response over UDP; at least 32 s.
    package var timerD: Interval = .seconds(32)
    /// When 100 Trying is sent if nothing else was: at most 200 ms (§17.2.1).
    package var trying: Interval = .milliseconds(120)

    /// Timers B, F, H, J, L and M.
    package var sixtyFourT1: Interval { t1 * 64 }

    /// As the RFC recommends them.
    package init() {}
}
