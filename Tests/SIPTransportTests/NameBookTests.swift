import NIOCore
import SIPMessage
import Testing

@testable import SIPTransport

@Suite("What is known of names") struct NameBookTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private static let freshness = TimeAmount.seconds(30)
    private static let validity = TimeAmount.seconds(300)
    private static let patience = TimeAmount.seconds(20)

    private var book = NameBook<Int>(TransportLimits())

    /// Asks for a name of which nothing is known, and has it answered.
    private mutating func learn(_ name: String, _ addresses: [IPAddress], at now: NIODeadline) {
        let (known, _) = book.take(0, for: name, isTrunk: false, at: now)
        #expect(known == nil)
        #expect(book.begin(name, at: now).asks)
        #expect(book.end(name, addresses, at: now) == [0])
    }

    @Test("An answer that has expired is served while the name is asked for anew, once")
    mutating func servedWhileAskedAnew() {
        learn("gw.test", [.v4(1)], at: Self.start)
        #expect(book.fresh("gw.test", at: Self.start + Self.freshness - .nanoseconds(1)) == [.v4(1)])
        let later = Self.start + Self.freshness
        #expect(book.fresh("gw.test", at: later) == nil)
        let (first, line) = book.take(1, for: "gw.test", isTrunk: false, at: later)
        #expect(first == [.v4(1)] && line == .reserved)
        let (second, none) = book.take(2, for: "gw.test", isTrunk: false, at: later)
        #expect(second == [.v4(1)] && none == nil)
        #expect(book.waitingCount == 0)
        #expect(book.begin("gw.test", at: later).asks)
        #expect(book.end("gw.test", [.v4(2)], at: later) == [])
        #expect(book.fresh("gw.test", at: later) == [.v4(2)])
    }

    @Test("An answer is served for so long, and then the call waits")
    mutating func boundedStaleness() {
        learn("gw.test", [.v4(1)], at: Self.start)
        let (served, _) = book.take(1, for: "gw.test", isTrunk: false, at: Self.start + Self.validity - .nanoseconds(1))
        #expect(served == [.v4(1)])
        let (none, _) = book.take(2, for: "gw.test", isTrunk: false, at: Self.start + Self.validity)
        #expect(none == nil && book.waitingCount == 1)
    }

    @Test("A name service that is away takes no answer back, and is not asked at every call")
    mutating func failureKeepsAnswer() {
        learn("gw.test", [.v4(1)], at: Self.start)
        let later = Self.start + Self.freshness
        _ = book.take(1, for: "gw.test", isTrunk: false, at: later)
        _ = book.begin("gw.test", at: later)
        _ = book.end("gw.test", [], at: later)
        #expect(book.fresh("gw.test", at: later) == [.v4(1)])
        let again = later + .seconds(5)
        #expect(book.fresh("gw.test", at: again) == nil)
        // It may not find an answer this time either, and must not keep others from theirs.
        let (served, line) = book.take(2, for: "gw.test", isTrunk: false, at: again)
        #expect(served == [.v4(1)] && line == .common)
        _ = book.begin("gw.test", at: Self.start + Self.validity)
        _ = book.end("gw.test", [], at: Self.start + Self.validity)
        #expect(book.fresh("gw.test", at: Self.start + Self.validity) == [])
    }

    @Test("A name without an address is asked for again after a while")
    mutating func failureExpires() {
        learn("none.test", [], at: Self.start)
        #expect(book.fresh("none.test", at: Self.start + .seconds(5) - .nanoseconds(1)) == [])
        let (known, line) = book.take(1, for: "none.test", isTrunk: false, at: Self.start + .seconds(5))
        #expect(known == nil && line == .common)
    }

    @Test("A trunk's name asked for as any other before comes into the better line, and is asked for once")
    mutating func trunkChangesLine() {
        #expect(book.take(1, for: "gw.test", isTrunk: false, at: Self.start).line == .common)
        #expect(book.take(2, for: "gw.test", isTrunk: true, at: Self.start).line == .reserved)
        #expect(book.take(3, for: "gw.test", isTrunk: true, at: Self.start).line == nil)
        #expect(book.begin("gw.test", at: Self.start).asks)
        #expect(!book.begin("gw.test", at: Self.start).asks)
        #expect(book.end("gw.test", [.v4(1)], at: Self.start) == [1, 2, 3])
        #expect(book.waitingCount == 0)
        #expect(!book.begin("gw.test", at: Self.start).asks)
    }

    @Test("A name that no call waits for any more is not asked for")
    mutating func forsaken() {
        _ = book.take(1, for: "slow.test", isTrunk: false, at: Self.start)
        let late = Self.start + Self.patience + .nanoseconds(1)
        guard case .leave(let questions) = book.begin("slow.test", at: late) else {
            Issue.record("it is asked for")
            return
        }
        #expect(questions == [1])
        #expect(book.waitingCount == 0)
        #expect(book.take(2, for: "slow.test", isTrunk: false, at: late).line == .common)
    }

    @Test("Names that nobody knows leave places to those that will be answered")
    mutating func places() {
        var limits = TransportLimits()
        limits.resolverEntries = 8
        book = NameBook(limits)
        for number in 0..<6 {
            #expect(book.take(number, for: "slow\(number).test", isTrunk: false, at: Self.start).line == .common)
        }
        let (refused, none) = book.take(6, for: "slow6.test", isTrunk: false, at: Self.start)
        #expect(refused == [] && none == nil && book.refused == 1)
        for number in 0..<2 {
            #expect(book.take(number, for: "gw\(number).test", isTrunk: true, at: Self.start).line == .reserved)
        }
        #expect(book.take(8, for: "gw2.test", isTrunk: true, at: Self.start).addresses == [])
        #expect(book.waitingCount == 8 && book.refused == 2)
    }
}

extension NameBook.Turn {
    fileprivate var asks: Bool { if case .ask = self { true } else { false } }
}
