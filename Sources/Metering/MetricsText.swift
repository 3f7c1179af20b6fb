/// Metrics in Prometheus' text format, version 0.0.4: families one after the other, each with what it means and of which
/// type it is.
package struct MetricsText {
    /// Written in the order of their names.
    package typealias Labels = [String: String]

    /// Said of a text of this kind.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    // MARK: - One value

    /// - Parameter name: ends in `_total`.
    package mutating func counter(_ name: String, _ help: String, _ value: some MetricValue) {
        family(name, help, "counter")
        sample(name, [:], value)
    }

    package mutating func gauge(_ name: String, _ help: String, _ value: some MetricValue) {
        family(name, help, "gauge")
        sample(name, [:], value)
    }

    package mutating func histogram(_ name: String, _ help: String, _ value: DurationHistogram) {
        histograms(name, help, [([:], value)])
    }

    // MARK: - A value for each of several things

    package mutating func counters(_ name: String, _ help: String, _ values: [(Labels, some MetricValue)]) {
        samples("counter", name, help, values)
    }

    package mutating func gauges(_ name: String, _ help: String, _ values: [(Labels, some MetricValue)]) {
        samples("gauge", name, help, values)
    }

    private mutating func samples(
        _ type: String, _ name: String, _ help: String, _ values: [(Labels, some MetricValue)]
    ) {
        guard !values.isEmpty else { return }
        family(name, help, type)
        for (labels, value) in values { sample(name, labels, value) }
    }

    package mutating func histograms(_ name: String, _ help: String, _ values: [(Labels, DurationHistogram)]) {
        guard !values.isEmpty else { return }
        family(name, help, "histogram")
        for (labels, value) in values {
            for (bound, count) in zip(DurationHistogram.bounds, value.cumulative) {
                sample(name + "_bucket", labels, count, bound: bound.metricText)
            }
            sample(name + "_bucket", labels, value.count, bound: "+Inf")
            sample(name + "_sum", labels, value.sum)
            sample(name + "_count", labels, value.count)
        }
    }

    // MARK: - Lines

    private mutating func family(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: some MetricValue, bound: String? = nil) {
        var parts = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value, quotes: true))\"" }
        if let bound { parts.append("le=\"\(bound)\"") }
        text += name + (parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}") + " \(value.metricText)\n"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}

/// What a metric can be: a number, as the text format writes it.
package protocol MetricValue {
    var metricText: String { get }
}

extension Int: MetricValue {
    package var metricText: String { String(self) }
}

extension Double: MetricValue {
    package var metricText: String {
        guard isFinite else { return isNaN ? "NaN" : self > 0 ? "+Inf" : "-Inf" }
        return self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self)
    }
}
