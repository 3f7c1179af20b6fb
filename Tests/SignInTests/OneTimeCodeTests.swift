import Testing

@testable import SignIn

@Suite("One-time codes")
struct OneTimeCodeTests {
    private let keys: KeyRing

    init() throws {
        keys = try .fixture()
    }

    private func issue(by channel: OneTimeCode.Channel = .sms, seed: UInt64 = 1) -> (code: String, kept: OneTimeCode) {
        var generator = RepeatableGenerator(seed: seed)
        return OneTimeCode.issue(for: "u1", by: channel, at: newYear, with: keys, using: &generator)
    }

    private func wrong(_ code: String) -> String { code == "000000" ? "000001" : "000000" }

    @Test("a code has six digits and is accepted once")
    func accepted() {
        var (code, kept) = issue()
        #expect(code.count == 6)
        #expect(code.allSatisfy { ("0"..."9").contains($0) })
        #expect(kept.check(code, of: "u1", at: newYear, with: keys) == .accepted)
        #expect(kept.check(code, of: "u1", at: newYear, with: keys) == .void(.used))
        #expect(!kept.isOpen(at: newYear))
    }

    @Test("full-width digits, blanks and hyphens are forgiven")
    func forgiving() {
        let (code, kept) = issue()
        let fullWidth = String(String.UnicodeScalarView(code.unicodeScalars.compactMap { .init($0.value + 0xFEE0) }))
        for typed in [fullWidth, " \(code)\u{3000}", "\(code.prefix(3))-\(code.suffix(3))"] {
            var kept = kept
            #expect(kept.check(typed, of: "u1", at: newYear, with: keys) == .accepted)
        }
    }

    @Test("what is not six digits takes no try", arguments: ["", "12345", "1234567", "abcdef", "１２３", "٠١٢٣٤٥"])
    func notACode(typed: String) {
        var (_, kept) = issue()
        let before = kept
        #expect(kept.check(typed, of: "u1", at: newYear, with: keys) == .notACode)
        #expect(kept == before)
    }

    @Test(
        "an SMS code is valid for 30 minutes, a mailed one for 10",
        arguments: [(OneTimeCode.Channel.sms, 30), (.mail, 10)])
    func expires(channel: OneTimeCode.Channel, minutes: Int) {
        let (code, kept) = issue(by: channel)
        let end = newYear + .minutes(minutes)
        var (early, late) = (kept, kept)
        #expect(early.check(code, of: "u1", at: end + .milliseconds(-1), with: keys) == .accepted)
        #expect(late.check(code, of: "u1", at: end, with: keys) == .void(.expired))
        #expect(!late.isOpen(at: end))
    }

    @Test("after ten wrong tries even the right code is void")
    func tries() {
        var (code, kept) = issue()
        for left in (1...9).reversed() {
            #expect(kept.check(wrong(code), of: "u1", at: newYear, with: keys) == .wrong(triesLeft: left))
        }
        #expect(kept.check(wrong(code), of: "u1", at: newYear, with: keys) == .void(.tooManyTries))
        #expect(kept.check(code, of: "u1", at: newYear, with: keys) == .void(.tooManyTries))
    }

    @Test("a new code voids the old one, whose place it takes")
    func replaced() {
        let (old, _) = issue(seed: 1)
        var (_, kept) = issue(seed: 2)
        #expect(kept.check(old, of: "u1", at: newYear, with: keys) == .wrong(triesLeft: 9))
    }

    @Test("a code is worth nothing for another account, nor with another key")
    func bound() throws {
        let (code, kept) = issue()
        var (moved, rekeyed, rotated) = (kept, kept, kept)
        #expect(moved.check(code, of: "u2", at: newYear, with: keys) == .wrong(triesLeft: 9))
        #expect(rekeyed.check(code, of: "u1", at: newYear, with: try .fixture(2)) == .void(.keyGone))
        #expect(rotated.check(code, of: "u1", at: newYear, with: try .fixture(2, former: [1])) == .accepted)
    }

    @Test("what is kept does not hold the code")
    func hashed() {
        let (code, kept) = issue()
        #expect(!kept.stored.contains(code))
    }

    @Test("codes are spread over all of the million")
    func unbiased() {
        var generator = RepeatableGenerator()
        var byFirstDigit = [Int](repeating: 0, count: 10)
        for _ in 0..<5000 {
            let (code, _) = OneTimeCode.issue(for: "u1", by: .sms, at: newYear, with: keys, using: &generator)
            #expect(code.utf8.count == 6)
            byFirstDigit[Int(code.utf8.first ?? 0x30) - 0x30] += 1
        }
        #expect(byFirstDigit.allSatisfy { (400...600).contains($0) })
    }

    @Test("five codes are sent in half an hour, and never two within half a minute")
    func sends() {
        var sends = SendHistory()
        #expect(sends.take(at: newYear) == .allowed)
        #expect(sends.take(at: newYear + .seconds(29)) == .refused(until: newYear + .seconds(30)))
        for minute in 1...4 { #expect(sends.take(at: newYear + .minutes(minute)) == .allowed) }
        #expect(sends.take(at: newYear + .minutes(5)) == .refused(until: newYear + .minutes(30)))
        #expect(sends.take(at: newYear + .minutes(30)) == .allowed)
        #expect(sends.take(at: newYear + .minutes(30) + .seconds(30)) == .refused(until: newYear + .minutes(31)))
    }

    @Test("codes before one that has arrived count no longer, and the next keeps its distance")
    func sendsAfterArrival() {
        var sends = SendHistory()
        for minute in 0...4 { _ = sends.take(at: newYear + .minutes(minute)) }
        sends.arrived()
        #expect(sends.nextAt(newYear + .minutes(4) + .seconds(29)) == newYear + .minutes(4) + .seconds(30))
        for minute in 5...8 { #expect(sends.take(at: newYear + .minutes(minute)) == .allowed) }
        #expect(sends.take(at: newYear + .minutes(9)) == .refused(until: newYear + .minutes(34)))
    }

    @Test("who asks when another code may be sent is told, and counts for nothing")
    func nextSend() {
        var sends = SendHistory()
        #expect(sends.nextAt(newYear) == nil && sends.last == nil)
        for minute in 0...4 { _ = sends.take(at: newYear + .minutes(minute)) }
        #expect(sends.last == newYear + .minutes(4))
        #expect(sends.nextAt(newYear + .minutes(4)) == newYear + .minutes(4) + .seconds(30))
        #expect(sends.nextAt(newYear + .minutes(5)) == newYear + .minutes(30))
        #expect(sends.nextAt(newYear + .minutes(30)) == nil)
    }

    @Test("a clock that was set back does not keep codes from being sent")
    func sendsAfterClockSetBack() {
        var sends = SendHistory()
        for minute in 0...4 { _ = sends.take(at: newYear + .minutes(minute)) }
        #expect(sends.take(at: newYear + .minutes(-600)) == .allowed)
    }
}
