import Testing

@testable import Metering

@Suite struct DurationHistogramTests {
    @Test("a length falls into the first class whose bound it does not pass")
    func classes() {
        for (place, bound) in DurationHistogram.bounds.enumerated() {
            var histogram = DurationHistogram()
            histogram.add(nanoseconds: UInt64((bound * 1e9).rounded()))
            #expect(histogram.cumulative[place] == 1 && (place == 0 || histogram.cumulative[place - 1] == 0))
            var longer = DurationHistogram()
            longer.add(nanoseconds: UInt64((bound * 1e9).rounded()) + 1)
            #expect(longer.cumulative[place] == 0 && longer.count == 1)
        }
    }

    @Test("what several shards have counted is added up")
    func sums() {
        var (one, other) = (DurationHistogram(), DurationHistogram())
        one.add(.milliseconds(3))
        other.add(.milliseconds(3))
        other.add(.seconds(200))
        one.add(other)
        #expect(one.count == 3 && one.cumulative.last == 2)
        #expect(abs(one.sum - 200.006) < 1e-9)
    }
}
