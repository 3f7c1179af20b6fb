import SIPTransaction
import Testing

@testable import CallRouting

@Suite("When a shard has too much to do, on virtual time")
struct OverloadControlTests {
    private let start = Instant(milliseconds: 1_700_000_000_000)

    /// Observes a delay every millisecond.
    private func observe(
        _ control: inout OverloadControl, _ delay: Int64, _ milliseconds: Range<Int64>,
        of queue: OverloadControl.Queue = .datagrams(0), hasLost: Bool = false
    ) {
        for offset in milliseconds {
            control.observe(.milliseconds(delay), of: queue, hasLost: hasLost, at: start + .milliseconds(offset))
        }
    }

    @Test("a burst that is worked off is none of its business, however long its queue was")
    func burst() {
        var control = OverloadControl()
        observe(&control, 400, 0..<99)
        #expect(!control.refuses)
        observe(&control, 3, 99..<100)
        observe(&control, 400, 100..<199)
        #expect(!control.refuses && control.episodes == 0)
    }

    @Test("a queue that stays too long is overload, and new requests are refused until it is short")
    func standingQueue() {
        var control = OverloadControl()
        observe(&control, 30, 0..<101)
        #expect(control.refuses && control.episodes == 1)
        observe(&control, 20, 101..<102)
        #expect(!control.refuses)
        // It is known to be overloaded now: no patience.
        observe(&control, 30, 102..<103)
        #expect(control.refuses && control.episodes == 1)
    }

    @Test("a processor that is somebody else's now and then is no overload")
    func starved() {
        var control = OverloadControl()
        for offset in stride(from: Int64(0), to: 350, by: 50) { observe(&control, 40, offset..<offset + 1) }
        #expect(!control.refuses)
    }

    @Test("what finds no room to wait counts as having waited too long")
    func losses() {
        var control = OverloadControl()
        observe(&control, 1, 0..<101, hasLost: true)
        #expect(control.refuses)
    }

    @Test("after a second without a long queue a burst is a burst again")
    func calm() {
        var control = OverloadControl()
        observe(&control, 30, 0..<200)
        observe(&control, 1, 200..<1_201)
        observe(&control, 30, 1_201..<1_300)
        #expect(!control.refuses)
        observe(&control, 30, 1_300..<1_302)
        #expect(control.refuses && control.episodes == 2)
    }

    @Test("a queue that stays too long is overload also where others are short, as the alarm's is")
    func otherQueues() {
        var control = OverloadControl()
        for offset in Int64(0)..<101 {
            observe(&control, 400, offset..<offset + 1)
            observe(&control, 2, offset..<offset + 1, of: .thread)
            observe(&control, 0, offset..<offset + 1, of: .datagrams(1))
        }
        #expect(control.refuses && control.episodes == 1 && control.delay == .milliseconds(400))
        observe(&control, 20, 101..<102)
        #expect(!control.refuses)
    }

    @Test("a long queue that nothing comes out of any more is forgotten")
    func forgottenQueue() {
        var control = OverloadControl()
        observe(&control, 400, 0..<101)
        observe(&control, 2, 101..<1_099, of: .thread)
        #expect(control.refuses)
        observe(&control, 2, 1_100..<1_101, of: .thread)
        #expect(!control.refuses)
    }

    @Test("without a limit nothing is refused")
    func noLimit() {
        var settings = OverloadControl.Settings()
        settings.delay = .milliseconds(0)
        var control = OverloadControl(settings: settings)
        observe(&control, 5_000, 0..<5_000, hasLost: true)
        #expect(!control.refuses && control.delay == .milliseconds(5_000))
    }
}
