/// Metrics as they were read from a text in Prometheus' format: what ``MetricsText`` writes, and any other exporter.
package struct MetricsReading: Sendable {
    package struct Sample: Sendable, Equatable {
        package let name: String
        package let labels: [String: String]
        package let value: Double
    }

    package let samples: [Sample]

    /// Lines that are none of the format are left out.
    package init(_ text: String) {
        samples = text.split(separator: "\n").compactMap(Self.sample)
    }

    /// The sum of all samples of that name whose labels have these values; nil: there is none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    /// The samples of that name by the value of one label, in their order; those of the same value are added up.
    package func values(_ name: String, by label: String) -> [(key: String, value: Double)] {
        var values: [(key: String, value: Double)] = []
        for sample in samples where sample.name == name {
            guard let key = sample.labels[label] else { continue }
            if let place = values.firstIndex(where: { $0.key == key }) {
                values[place].value += sample.value
            } else {
                values.append((key, sample.value))
            }
        }
        return values
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard !line.hasPrefix("#"), let end = line.firstIndex(where: { $0 == "{" || $0 == " " }) else { return nil }
        var rest = line[end...]
        guard let labels = rest.hasPrefix("{") ? labels(&rest) : [:] else { return nil }
        // A time may follow.
        guard let value = rest.split(separator: " ").first.flatMap({ Double($0) }) else { return nil }
        return Sample(name: String(line[..<end]), labels: labels, value: value)
    }

    /// Takes `{name="value",…}` from the front.
    private static func labels(_ rest: inout Substring) -> [String: String]? {
        var labels: [String: String] = [:]
        rest.removeFirst()
        while let first = rest.first, first != "}" {
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].trimmed
            rest = rest[equals...].dropFirst()
            guard rest.popFirst() == "\"", let value = quoted(&rest) else { return nil }
            labels[name] = value
            if rest.first == "," { rest.removeFirst() }
        }
        guard rest.popFirst() == "}" else { return nil }
        return labels
    }

    /// Takes what goes up to the quotation mark that ends it.
    private static func quoted(_ rest: inout Substring) -> String? {
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped == "n" ? "\n" : escaped)
            default: value.append(character)
            }
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
