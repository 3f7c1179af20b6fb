/// Times of a ladder, relative to its earliest event.
struct LadderTime {
    /// From this on, a pause between two events is shown as one: timers of seconds, not of retransmissions, make it.
    static let pause: UInt64 = 2_000_000_000

    private let origin: UInt64

    init(of events: [Ladder.Event]) {
        origin = events.lazy.map(\.time).min() ?? 0
    }

    /// Seconds with milliseconds: `20.003`.
    func seconds(at time: UInt64) -> String {
        Self.seconds(time - min(origin, time), digits: 3)
    }

    /// How long nothing happened before the event at `index`, nil if not long enough to show.
    func pause(before index: Int, in events: [Ladder.Event]) -> String? {
        guard index > 0 else { return nil }
        let (before, after) = (events[index - 1].time, events[index].time)
        return after > before && after - before >= Self.pause ? Self.seconds(after - before, digits: 1) + " s" : nil
    }

    /// - Parameter digits: of the fraction, at most 9; what is beyond is cut, not rounded.
    private static func seconds(_ nanoseconds: UInt64, digits: Int) -> String {
        let fraction = String(1_000_000_000 + nanoseconds % 1_000_000_000).dropFirst().prefix(digits)
        return "\(nanoseconds / 1_000_000_000).\(fraction)"
    }
}
