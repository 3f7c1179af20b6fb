import Testing

@testable import Metering

@Suite struct MetricsTextTests {
    @Test("each family has its meaning, its type and its samples, in this order")
    func families() {
        var text = MetricsText()
        text.counter("calls_total", "Calls.", 3)
        text.gauges("load", "How much.", [(["shard": "0"], 0.5), (["shard": "1"], 2.0)])
        #expect(
            text.text == """
                # HELP calls_total Calls.
                # TYPE calls_total counter
                calls_total 3
                # HELP load How much.
                # TYPE load gauge
                load{shard="0"} 0.5
                load{shard="1"} 2

                """)
    }

    @Test("a family of nothing is left out")
    func nothing() {
        var text = MetricsText()
        text.gauges("load", "How much.", [(MetricsText.Labels, Int)]())
        #expect(text.text.isEmpty)
    }

    @Test("a histogram ends with +Inf, its sum and its count")
    func histogram() {
        var lengths = DurationHistogram()
        lengths.add(.milliseconds(2))
        lengths.add(.seconds(1000))
        var text = MetricsText()
        text.histogram("wait_seconds", "How long.", lengths)
        let lines = text.text.split(separator: "\n")
        #expect(lines[1] == "# TYPE wait_seconds histogram")
        #expect(lines.contains("wait_seconds_bucket{le=\"0.001\"} 0"))
        #expect(lines.contains("wait_seconds_bucket{le=\"0.0025\"} 1"))
        #expect(
            lines.suffix(3) == [
                "wait_seconds_bucket{le=\"+Inf\"} 2", "wait_seconds_sum 1000.002", "wait_seconds_count 2",
            ])
    }

    @Test("what is special in the format is escaped, and reads back as it was")
    func escapes() {
        var text = MetricsText()
        text.gauges("odd", "a\\b\nc", [(["name": "\"a\\b\"\n{c}, d=\"e\""], 1), (["name": "x", "kind": ""], 2)])
        #expect(text.text.hasPrefix("# HELP odd a\\\\b\\nc\n"))
        let reading = MetricsReading(text.text)
        #expect(reading.samples.map(\.labels) == [["name": "\"a\\b\"\n{c}, d=\"e\""], ["name": "x", "kind": ""]])
        #expect(reading.samples.map(\.value) == [1, 2])
    }

    @Test("numbers are those of the format, however large or small")
    func numbers() {
        let values: [Double] = [0.00001, 1e300, .infinity, -.infinity, 12_345_678_901]
        #expect(values.map(\.metricText) == ["1e-05", "1e+300", "+Inf", "-Inf", "12345678901"])
        #expect(Double.nan.metricText == "NaN")
    }

    @Test("a reading adds up the samples that were asked for")
    func reads() {
        let reading = MetricsReading(
            """
            # HELP calls_total Calls.
            # TYPE calls_total counter
            calls_total{outcome="busy",shard="0"} 3 1700000000000
            calls_total{outcome="answered",shard="0"} 5
            calls_total{outcome="busy",shard="1"} 4
            up 1
            no value
            broken{a="b 1
            """)
        #expect(reading.samples.count == 4)
        #expect(reading.value("calls_total") == 12)
        #expect(reading.value("calls_total", ["outcome": "busy"]) == 7)
        #expect(reading.value("calls_total", ["outcome": "lost"]) == nil && reading.value("down") == nil)
        let outcomes = reading.values("calls_total", by: "outcome")
        #expect(outcomes.map(\.key) == ["busy", "answered"] && outcomes.map(\.value) == [7, 5])
    }
}
