/// When an account locks by itself, and for how long.
package struct LockoutPolicy: Hashable, Sendable {
    /// Consecutive wrong passwords after which it locks; 1 at least.
    package let failures: Int
    package let duration: Duration

    package init(failures: Int = 5, duration: Duration = .seconds(30 * 60)) {
        self.failures = max(1, failures)
        self.duration = duration
    }
}

/// How near an account is to being locked, or until when it is. Only wrong passwords count; wrong codes never do.
package struct Lockout: Hashable, Sendable {
    /// What a wrong password has done.
    package enum Effect: Hashable, Sendable {
        /// So many more, and the account locks.
        case counted(left: Int)
        case locked(until: Timestamp)
        /// It was locked already: the lock neither grows nor ends.
        case alreadyLocked(until: Timestamp)
    }

    /// Consecutive ones, since the last right password, the last lock or the last unlocking.
    package private(set) var failures = 0
    private var until: Timestamp?

    package init() {}

    /// Nil: it is not locked.
    package func lockedUntil(at now: Timestamp) -> Timestamp? { until.flatMap { now < $0 ? $0 : nil } }

    package mutating func failed(at now: Timestamp, policy: LockoutPolicy = LockoutPolicy()) -> Effect {
        if let end = lockedUntil(at: now) { return .alreadyLocked(until: end) }
        until = nil
        failures += 1
        guard failures >= policy.failures else { return .counted(left: policy.failures - failures) }
        let end = now + policy.duration
        self = Lockout()
        until = end
        return .locked(until: end)
    }

    /// A right password while it is locked is refused, and changes nothing.
    package mutating func succeeded(at now: Timestamp) {
        if lockedUntil(at: now) == nil { self = Lockout() }
    }

    /// By an administrator.
    package mutating func unlock() { self = Lockout() }
}

extension Lockout: StoredText {
    /// `lockout/1 failures=3`, `lockout/1 failures=0 until=1763700000000` (milliseconds since the Unix epoch).
    package var stored: String {
        var fields = StoredFields("lockout")
        fields.set("failures", failures)
        fields.set("until", until)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "lockout")
        failures = try fields.number("failures", in: 0...1_000_000)
        until = try fields.optionalMoment("until")
        try fields.finish()
    }
}
