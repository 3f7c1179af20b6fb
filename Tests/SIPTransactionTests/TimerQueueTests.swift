import SIPTransaction
import Testing

@Suite("Timer queue")
struct TimerQueueTests {
    /// splitmix64, so that a run can be repeated.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    @Test(
        "Timers come out in the order of a sorted list, equal ones as they were set",
        arguments: 1...20 as ClosedRange<UInt64>)
    func order(seed: UInt64) {
        var random = Seeded(state: seed)
        var queue = TimerQueue<Int>()
        var model: [(deadline: Instant, token: Int)] = []
        var now = Instant(milliseconds: 5000)
        let lengths: [Int64] = [0, 1, 120, 500, 1000, 4000, 5000, 32000]
        for token in 0..<2000 {
            now = now + .milliseconds(Int64.random(in: 0...3, using: &random) * 50)
            let length = Interval.milliseconds(lengths.randomElement(using: &random) ?? 0)
            queue.set(token, after: length, at: now)
            model.append((now + length, token))
            if Bool.random(using: &random) { drain(&queue, &model, now) }
        }
        now = now + .seconds(100)
        drain(&queue, &model, now)
        #expect(queue.count == 0 && model.isEmpty)
        #expect(queue.nextDeadline == nil)
    }

    private func drain(_ queue: inout TimerQueue<Int>, _ model: inout [(deadline: Instant, token: Int)], _ now: Instant)
    {
        // Stable, so equal deadlines stay in the order in which they were set.
        model.sort { $0.deadline < $1.deadline }
        #expect(queue.nextDeadline == model.first?.deadline)
        while let due = queue.popDue(at: now) {
            guard let expected = model.first, expected.deadline <= now else {
                Issue.record("\(due.token) came too early")
                return
            }
            model.removeFirst()
            #expect(due.token == expected.token && due.deadline == expected.deadline)
        }
        #expect(model.first.map { $0.deadline > now } ?? true)
        #expect(queue.count == model.count)
    }

    @Test("Nothing comes out before it is due")
    func notEarly() {
        var queue = TimerQueue<String>()
        let start = Instant(milliseconds: 1)
        queue.set("a", after: .milliseconds(10), at: start)
        let early = queue.popDue(at: start + .milliseconds(9))
        let onTime = queue.popDue(at: start + .milliseconds(10))
        let late = queue.popDue(at: start + .seconds(10))
        #expect(early == nil && onTime?.token == "a" && late == nil)
    }

    @Test("However many timers of one length wait, none is lost and none overtakes another")
    func manyOfOneLength() {
        var queue = TimerQueue<Int>()
        var now = Instant(milliseconds: 1)
        var next = 0
        // Each time more of them wait, then fewer.
        for wave in 0..<20 {
            for token in (wave * 1000)..<((wave + 1) * 1000) {
                now = now + .milliseconds(1)
                queue.set(token, after: .milliseconds(3000), at: now)
            }
            now = now + .milliseconds(wave < 10 ? 0 : 700)
            while let due = queue.popDue(at: now) {
                #expect(due.token == next)
                next += 1
            }
            #expect(queue.count == (wave + 1) * 1000 - next)
        }
        while queue.popDue(at: now + .seconds(10)) != nil { next += 1 }
        #expect(next == 20_000 && queue.count == 0 && queue.nextDeadline == nil)
    }
}
