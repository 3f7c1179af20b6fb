package import Foundation

/// JSON as it is stored in the history and given to programs: members in the order of their names.
package enum JSONText {
    package static func encode(
        _ value: some Encodable, times: JSONEncoder.DateEncodingStrategy, isPretty: Bool = false
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.dateEncodingStrategy = times
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// With times of ISO 8601, in whole seconds.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }
}

extension JSONEncoder.DateEncodingStrategy {
    package static func text(_ text: @escaping @Sendable (Date) -> String) -> JSONEncoder.DateEncodingStrategy {
        .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(text(date))
        }
    }
}
