import SignIn
import Testing

@Suite("Lockout")
struct LockoutTests {
    @Test("five wrong passwords in a row lock an account for thirty minutes")
    func locks() {
        var lockout = Lockout()
        for left in [4, 3, 2, 1] { #expect(lockout.failed(at: newYear) == .counted(left: left)) }
        #expect(lockout.lockedUntil(at: newYear) == nil)
        let end = newYear + .minutes(30)
        #expect(lockout.failed(at: newYear) == .locked(until: end))
        #expect(lockout.lockedUntil(at: newYear) == end)
        #expect(lockout.lockedUntil(at: end + .milliseconds(-1)) == end)
        #expect(lockout.lockedUntil(at: end) == nil)
    }

    @Test("tries while it is locked neither lengthen nor end the lock")
    func alreadyLocked() {
        var lockout = Lockout()
        let policy = LockoutPolicy(failures: 1, duration: .minutes(1))
        let end = newYear + .minutes(1)
        #expect(lockout.failed(at: newYear, policy: policy) == .locked(until: end))
        #expect(lockout.failed(at: newYear + .seconds(30), policy: policy) == .alreadyLocked(until: end))
        lockout.succeeded(at: newYear + .seconds(40))
        #expect(lockout.lockedUntil(at: newYear + .seconds(50)) == end)
    }

    @Test("after the lock counting begins anew")
    func countsAnew() {
        var lockout = Lockout()
        for _ in 0..<5 { _ = lockout.failed(at: newYear) }
        #expect(lockout.failed(at: newYear + .minutes(30)) == .counted(left: 4))
    }

    @Test("a right password resets the count")
    func resets() {
        var lockout = Lockout()
        for _ in 0..<4 { _ = lockout.failed(at: newYear) }
        lockout.succeeded(at: newYear)
        #expect(lockout == Lockout())
        #expect(lockout.failed(at: newYear) == .counted(left: 4))
    }

    @Test("an administrator unlocks earlier")
    func unlocks() {
        var lockout = Lockout()
        for _ in 0..<5 { _ = lockout.failed(at: newYear) }
        lockout.unlock()
        #expect(lockout.lockedUntil(at: newYear) == nil)
        #expect(lockout.failures == 0)
    }
}

@Suite("Throttle")
struct ThrottleTests {
    private let rate = ThrottleRate(burst: 3, interval: .seconds(10))

    @Test("a burst is allowed, then one try in each interval")
    func burst() {
        var throttle = Throttle<String>(rate)
        for _ in 0..<3 { #expect(throttle.take("a", at: newYear) == .allowed) }
        #expect(throttle.take("a", at: newYear) == .refused(until: newYear + .seconds(10)))
        #expect(throttle.take("a", at: newYear + .milliseconds(9999)) == .refused(until: newYear + .seconds(10)))
        #expect(throttle.take("a", at: newYear + .seconds(10)) == .allowed)
        #expect(throttle.take("a", at: newYear + .seconds(10)) == .refused(until: newYear + .seconds(20)))
    }

    @Test("who waits long enough has the whole burst again, and no more")
    func refills() {
        var throttle = Throttle<String>(rate)
        for _ in 0..<3 { _ = throttle.take("a", at: newYear) }
        let later = newYear + .seconds(1000)
        for _ in 0..<3 { #expect(throttle.take("a", at: later) == .allowed) }
        #expect(throttle.take("a", at: later) == .refused(until: later + .seconds(10)))
    }

    @Test("one address does not slow down another")
    func separate() {
        var throttle = Throttle<String>(rate)
        for _ in 0..<4 { _ = throttle.take("a", at: newYear) }
        #expect(throttle.take("b", at: newYear) == .allowed)
    }

    @Test("a key that was right begins anew")
    func forgets() {
        var throttle = Throttle<String>(rate)
        for _ in 0..<4 { _ = throttle.take("a", at: newYear) }
        throttle.forget("a")
        #expect(throttle.take("a", at: newYear) == .allowed)
        #expect(throttle.count == 1)
    }

    @Test("a flood of addresses can't make the table grow, nor push out one that keeps trying")
    func bounded() {
        var throttle = Throttle<Int>(rate, capacity: 100)
        var (largest, passed) = (0, 0)
        for address in 0..<10_000 {
            _ = throttle.take(address, at: newYear)
            if address.isMultiple(of: 40), throttle.take(-1, at: newYear) == .allowed { passed += 1 }
            largest = max(largest, throttle.count)
        }
        #expect((51...100).contains(largest))
        #expect(passed == 3)
    }

    @Test("a key is in the table once, however old")
    func countedOnce() {
        var throttle = Throttle<String>(rate, capacity: 4)
        for key in ["a", "b", "c", "a"] { _ = throttle.take(key, at: newYear) }
        #expect(throttle.count == 3)
        _ = throttle.take("a", at: newYear)
        #expect(throttle.take("a", at: newYear) == .refused(until: newYear + .seconds(10)))
    }

    @Test("a clock that was set back keeps nobody out for longer than an emptied bucket does")
    func clockSetBack() {
        var throttle = Throttle<String>(rate)
        for _ in 0..<3 { _ = throttle.take("a", at: newYear) }
        let earlier = newYear + .minutes(-600)
        #expect(throttle.take("a", at: earlier) == .refused(until: earlier + .seconds(10)))
    }

    @Test(
        "an IPv6 subscriber is one origin, and so is an IPv4 address however it is written",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
            ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::1", "0:0:0:0::/64"),
            ("local", "local"), ("", ""),
        ])
    func origins(address: String, origin: String) {
        #expect(NetworkOrigin(address: address).description == origin)
    }

    @Test("what is not an address is cut")
    func longOrigin() {
        #expect(NetworkOrigin(address: String(repeating: "x", count: 10_000)).description.count == 64)
    }
}
