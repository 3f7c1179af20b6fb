import Storage
import Testing

@testable import Notification

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(initialDelay: 10, maximumDelay: 60, patience: 1_000)
    private let start: Int64 = 1_800_000_000_000

    private func entry(attempts: Int = 1, isRepeatable: Bool = true) -> OutboxEntry {
        OutboxEntry(
            id: 1, event: "e", kind: "invitation", channel: .mail, recipient: "a@b.jp", language: "ja", subject: "s",
            body: "b", isSecret: true, isRepeatable: isRepeatable, createdAt: start - 999_000, queuedAt: start,
            expiresAt: nil, state: .sending, attempts: attempts, nextAttemptAt: nil, lastError: nil, settledAt: nil)
    }

    private func settlement(
        _ outcome: DeliveryOutcome, attempts: Int = 1, isRepeatable: Bool = true, at seconds: Int64 = 0,
        seed: UInt64 = 1
    ) -> OutboxSettlement {
        var generator = SeededGenerator(state: seed &* 0x9E37_79B9_7F4A_7C15)
        return policy.settlement(
            of: entry(attempts: attempts, isRepeatable: isRepeatable), after: outcome, at: start + seconds * 1000,
            using: &generator)
    }

    @Test("each wait is twice the one before, up to the longest, with a part of it left to chance")
    func backsOff() {
        for (attempts, seconds) in [(1, 10), (2, 20), (3, 40), (4, 60), (9, 60), (5_000, 60)] as [(Int, Int64)] {
            var waits: Set<Int64> = []
            for seed in 1...20 as ClosedRange<UInt64> {
                guard
                    case .waiting(let moment, "no") = settlement(
                        .postponed(reason: "no"), attempts: attempts, seed: seed)
                else {
                    Issue.record("it does not wait")
                    return
                }
                #expect((seconds * 750...seconds * 1000).contains(moment - start), "\(attempts): \(moment - start)")
                waits.insert(moment)
            }
            #expect(waits.count > 10)
        }
    }

    @Test("what the other side asks for is the least that is waited")
    func honoursRetryAfter() {
        #expect(settlement(.postponed(reason: "no", after: 300)) == .waiting(until: start + 300_000, reason: "no"))
    }

    @Test("a message is given up when its time in the line is over, counted from when it was put there")
    func givesUp() {
        guard case .waiting = settlement(.postponed(reason: "no"), attempts: 3, at: 950) else {
            Issue.record("it was given up early")
            return
        }
        let last = settlement(.postponed(reason: "no"), attempts: 3, at: 975)
        #expect(last == .failed(reason: "given up after 3 attempts; the last time: no"))
        guard case .failed = settlement(.postponed(reason: "no", after: .max)) else {
            Issue.record("it waits for ever")
            return
        }
    }

    @Test("a refusal is final, and so is success")
    func settlesAtOnce() {
        #expect(settlement(.refused(reason: "550")) == .failed(reason: "550"))
        #expect(settlement(.accepted) == .sent)
        #expect(settlement(.kept) == .kept)
        #expect(settlement(.stopped) == .returned)
    }

    @Test("what may have arrived is sent again if that does no harm, and not if it is a code")
    func unknownOutcome() {
        guard case .waiting(_, "timeout") = settlement(.unknown(reason: "timeout")) else {
            Issue.record("a mail that may be repeated is tried again")
            return
        }
        guard
            case .failed(let reason, let mayHaveArrived) = settlement(.unknown(reason: "timeout"), isRepeatable: false)
        else {
            Issue.record("a code is sent at most once")
            return
        }
        #expect(reason == "timeout; it may have arrived, and is not sent a second time")
        #expect(mayHaveArrived)
        #expect(
            settlement(.unknown(reason: "x"), at: 999)
                == .failed(
                    reason: "given up after 1 attempts; the last time: x", mayHaveArrived: true))
    }

    @Test("while nothing goes out whatever it is, a message waits, be it a code or not")
    func waitsOut() {
        for isRepeatable in [true, false] {
            guard
                case .waiting(_, "535") = settlement(
                    .unavailable(reason: "535", cause: 535), isRepeatable: isRepeatable)
            else {
                Issue.record("it does not wait")
                return
            }
        }
    }
}

/// xorshift64: a fixed seed gives a fixed run.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
