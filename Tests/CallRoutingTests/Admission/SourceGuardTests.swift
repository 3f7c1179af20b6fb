import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("What one source may do, on virtual time")
struct SourceGuardTests {
    private let start = Instant(milliseconds: 1_700_000_000_000)
    private let flooder = IPAddress.v4(0xC000_0201)
    private let neighbour = IPAddress.v4(0xC000_0202)

    private func limits(_ change: (inout SourceLimits) -> Void = { _ in }) -> SourceLimits {
        var limits = SourceLimits()
        (limits.messagesPerSecond, limits.burst) = (100, 50)
        change(&limits)
        return limits
    }

    private func makeGuard(_ limits: SourceLimits) -> (SourceGuard, SourceLedger) {
        let ledger = SourceLedger(limits, seed: 1)
        return (SourceGuard(ledger, seed: 2), ledger)
    }

    @Test("who keeps to the rate is admitted for ever")
    func steady() {
        var (sources, _) = makeGuard(limits())
        for count in 0..<10_000 {
            #expect(sources.judge(flooder, at: start + .milliseconds(Int64(count) * 10)) == .admitted)
        }
        #expect(sources.counters == .init())
    }

    @Test("a burst is admitted, what is beyond it limited, and who goes on is banned; the others notice nothing")
    func flood() {
        var (sources, ledger) = makeGuard(limits())
        let verdicts = (0..<150).map { _ in sources.judge(flooder, at: start) }
        #expect(verdicts[..<50].allSatisfy { $0 == .admitted })
        #expect(verdicts[50..<100].allSatisfy { $0 == .limited })
        #expect(verdicts[100...].allSatisfy { $0 == .banned })
        #expect(sources.counters == .init(limited: 50, banned: 50))
        #expect(sources.judge(neighbour, at: start) == .admitted)
        #expect(ledger.takeUntold().map(\.source) == ["192.0.2.1"] && ledger.bansMade == 1)
    }

    @Test("a connection that is opened counts as five messages, with them")
    func connections() {
        var (sources, ledger) = makeGuard(limits())
        for _ in 0..<25 { #expect(sources.judge(flooder, at: start) == .admitted) }
        let verdicts = (0..<56).map { _ in sources.judgeConnection(from: flooder, at: start) }
        #expect(verdicts[..<5].allSatisfy { $0 == .admitted })
        #expect(verdicts[5..<55].allSatisfy { $0 == .limited })
        #expect(verdicts[55] == .banned)
        #expect(sources.judge(flooder, at: start) == .banned)
        #expect(sources.judgeConnection(from: neighbour, at: start) == .admitted)
        #expect(ledger.bansMade == 1)
    }

    @Test("connections that bring messages count as one message each: a whole office comes back at once")
    func connectionsOfPhones() {
        var (sources, _) = makeGuard(limits())
        for _ in 0..<22 {
            #expect(sources.judgeConnection(from: flooder, at: start) == .admitted)
            sources.excuseConnection(from: flooder)
            #expect(sources.judge(flooder, at: start) == .admitted)
        }
        // Of the 50, 44 are used.
        for _ in 0..<6 { #expect(sources.judge(flooder, at: start) == .admitted) }
        #expect(sources.judge(flooder, at: start) == .limited)
    }

    @Test("who may send fewer messages at once than a connection counts for may still open one")
    func connectionBeyondBurst() {
        var (sources, _) = makeGuard(limits { $0.burst = 3 })
        #expect(sources.judgeConnection(from: flooder, at: start) == .admitted)
        #expect(sources.judgeConnection(from: flooder, at: start) == .limited)
        #expect(sources.judgeConnection(from: flooder, at: start + .milliseconds(30)) == .admitted)
    }

    @Test("a ban ends by itself, and then the source begins anew")
    func banEnds() {
        var (sources, _) = makeGuard(limits { $0.banTime = .seconds(60) })
        for _ in 0..<200 { _ = sources.judge(flooder, at: start) }
        #expect(sources.judge(flooder, at: start + .milliseconds(59_999)) == .banned)
        let verdicts = (0..<50).map { _ in sources.judge(flooder, at: start + .seconds(60)) }
        #expect(verdicts.allSatisfy { $0 == .admitted })
    }

    @Test("who sends half as much again as it may gets its rate, and is not banned")
    func slightlyTooFast() {
        var (sources, ledger) = makeGuard(limits())
        var admitted = 0
        for count in 0..<15_000
        where sources.judge(flooder, at: start + .milliseconds(Int64(count) * 20 / 3)) == .admitted {
            admitted += 1
        }
        #expect((9_950...10_150).contains(admitted))
        #expect(ledger.bansMade == 0)
    }

    @Test("the addresses of one /64 are one source, those of the next another")
    func sixtyFour() {
        var (sources, _) = makeGuard(limits())
        for low in 0..<200 { _ = sources.judge(.v6(high: 0x2001_0db8_0000_0001, low: UInt64(low)), at: start) }
        #expect(sources.judge(.v6(high: 0x2001_0db8_0000_0001, low: 9_999), at: start) == .banned)
        #expect(sources.judge(.v6(high: 0x2001_0db8_0000_0002, low: 0), at: start) == .admitted)
    }

    @Test("an IPv4 address in IPv6's clothes is the same source")
    func mapped() {
        var (sources, _) = makeGuard(limits())
        for _ in 0..<200 { _ = sources.judge(flooder, at: start) }
        #expect(sources.judge(.v6(high: 0, low: 0xFFFF_C000_0201), at: start) == .banned)
    }

    @Test("whoever is exempt is held to nothing, but an administrator's ban holds for everybody")
    func exempt() {
        var (sources, ledger) = makeGuard(limits { $0.exempt = [IPNetwork("192.0.2.0/24")].compactMap { $0 } })
        for _ in 0..<1_000 { #expect(sources.judge(flooder, at: start) == .admitted) }
        #expect(!ledger.note(.scanner, by: flooder, at: start))
        ledger.replaceBans([
            Ban(
                source: "192.0.2.1", reason: .administrator, since: start.milliseconds,
                until: start.milliseconds + 1_000)
        ])
        #expect(sources.judge(flooder, at: start) == .banned)
        ledger.replaceBans([])
        #expect(sources.judge(flooder, at: start) == .admitted)
    }

    @Test("without a time for bans nobody is banned, but only limited")
    func noBans() {
        var (sources, ledger) = makeGuard(limits { $0.banTime = .milliseconds(0) })
        let verdicts = (0..<1_000).map { _ in sources.judge(flooder, at: start) }
        #expect(verdicts[50...].allSatisfy { $0 == .limited })
        #expect(ledger.takeUntold().isEmpty)
    }

    @Test("a million sources take no more memory than a few, and one that floods is found among them")
    func manySources() {
        var (sources, ledger) = makeGuard(limits())
        var banned = false
        for count in 0..<200_000 {
            _ = sources.judge(.v4(UInt32(truncatingIfNeeded: count &* 2_654_435_761)), at: start)
            for _ in 0..<2 { banned = sources.judge(flooder, at: start) == .banned || banned }
        }
        #expect(banned)
        #expect(ledger.takeUntold().map(\.source) == ["192.0.2.1"])
    }

    @Test("wrong passwords are counted apart, and each source's by itself")
    func passwords() {
        let ledger = SourceLedger(limits { $0.wrongPasswords = 5 }, seed: 1)
        for _ in 0..<5 { #expect(!ledger.note(.wrongPassword, by: flooder, at: start)) }
        #expect(!ledger.note(.wrongPassword, by: neighbour, at: start))
        // One more is forgiven after ten seconds.
        #expect(!ledger.note(.wrongPassword, by: flooder, at: start + .seconds(10)))
        #expect(ledger.note(.wrongPassword, by: flooder, at: start + .seconds(11)))
        let bans = ledger.takeUntold()
        #expect(bans.map(\.reason) == [.passwords] && bans.map(\.source) == ["192.0.2.1"])
    }

    @Test("challenges that are answered don't count, however many; those that nobody answers do")
    func challenges() {
        let ledger = SourceLedger(limits { $0.unansweredChallenges = 10 }, seed: 1)
        for _ in 0..<1_000 {
            #expect(ledger.admitsChallenge(to: neighbour, isProven: true, at: start))
            ledger.proved(neighbour, at: start)
        }
        for _ in 0..<10 { #expect(ledger.admitsChallenge(to: flooder, isProven: true, at: start)) }
        #expect(!ledger.admitsChallenge(to: flooder, isProven: true, at: start))
        #expect(ledger.takeUntold().map(\.reason) == [.guessing])
    }

    @Test("whose address may be forged is sent no more challenges for a while, and not banned")
    func forgedChallenges() {
        let ledger = SourceLedger(limits { $0.unansweredChallenges = 10 }, seed: 1)
        for _ in 0..<10 { #expect(ledger.admitsChallenge(to: flooder, isProven: false, at: start)) }
        #expect(!ledger.admitsChallenge(to: flooder, isProven: false, at: start))
        #expect(ledger.admitsChallenge(to: neighbour, isProven: false, at: start))
        #expect(ledger.admitsChallenge(to: flooder, isProven: false, at: start + .seconds(1)))
        #expect(ledger.takeUntold().isEmpty)
    }

    @Test("what could not be kept is told again, and stays when others' bans come from the disk")
    func keeping() {
        var (sources, ledger) = makeGuard(limits())
        ledger.note(.scanner, by: flooder, at: start)
        let bans = ledger.takeUntold()
        #expect(ledger.takeUntold().isEmpty)
        ledger.untell(bans)
        ledger.replaceBans([])
        #expect(sources.judge(flooder, at: start) == .banned)
        #expect(ledger.takeUntold() == bans)
        ledger.replaceBans([])
        #expect(sources.judge(flooder, at: start) == .admitted)
    }

    @Test("bans that nobody takes are bounded, the latest of them are told, and others' bans leave room for them")
    func bounded() throws {
        var (sources, ledger) = makeGuard(limits())
        func address(_ number: Int) -> IPAddress { .v4(0x0A00_0000 + UInt32(number)) }
        for number in 0..<2 * Ban.limit { ledger.note(.scanner, by: address(number), at: start) }
        let told = ledger.takeUntold()
        #expect((Ban.limit - Ban.limit / 10...Ban.limit).contains(told.count))
        #expect(told.last?.source == "\(address(2 * Ban.limit - 1))")
        #expect(told.first?.source == "\(address(2 * Ban.limit - told.count))")
        ledger.note(.scanner, by: flooder, at: start)
        for _ in 0..<2 { ledger.untell(told) }
        let again = ledger.takeUntold()
        #expect(again.count == Ban.limit)
        #expect(again.last?.source == "192.0.2.1")
        ledger.untell(again)
        ledger.replaceBans(told)
        #expect(sources.judge(flooder, at: start) == .banned)
        var known = SourceLedger.KnownBans()
        ledger.tellChanges(to: &known)
        #expect(known.until.count <= Ban.limit)
    }

    @Test("a shard that follows each ban and one that looks late know the same, also of bans taken back and made anew")
    func followedBans() {
        let ledger = SourceLedger(limits(), seed: 1)
        func address(_ index: Int) -> IPAddress { .v4(0x0A00_0000 + UInt32(index)) }
        var follower = SourceLedger.KnownBans()
        for index in 0..<25_000 {
            let now = start + .milliseconds(Int64(index))
            ledger.ban(address(index % 13_000), for: .scanner, at: now)
            ledger.tellChanges(to: &follower)
            if index % 5_000 == 4_999 {
                let kept = Ban(source: "203.0.113.9", reason: .administrator, since: 0, until: 1_800_000_000_000)
                ledger.replaceBans([kept])
                ledger.tellChanges(to: &follower)
            }
            guard index % 500 == 0 else { continue }
            var late = SourceLedger.KnownBans()
            ledger.tellChanges(to: &late)
            #expect(follower.until == late.until)
            #expect(follower.until.count <= Ban.limit)
        }
    }

    @Test("one caller begins as many calls as it may, and its neighbours theirs")
    func callers() throws {
        let ledger = SourceLedger(limits { $0.callsPerSecond = 2 }, seed: 1)
        let (alice, bob) = (try PhoneNumber("05011111111"), try PhoneNumber("05022222222"))
        #expect((0..<20).map { _ in ledger.admitsCall(of: alice, at: start) }.filter { $0 }.count == 10)
        #expect(ledger.admitsCall(of: bob, at: start))
        #expect((0..<20).map { _ in ledger.admitsCall(of: alice, at: start + .seconds(1)) }.filter { $0 }.count == 2)
    }
}
