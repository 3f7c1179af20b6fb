import Foundation

/// Any JSON, for printing again what was stored as such.
enum JSONValue: Codable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Nil if it is no JSON.
    init?(text: String) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }

    /// A forwarding rule or a saved destination as a person would write it: `busy → 0312345678`, `1 0312345678`.
    private static func rule(_ values: [String: JSONValue]) -> String? {
        if let condition = values["when"], case .string(let end)? = values["until"] {
            let until = LocalTime.date(end).map { LocalTime.text($0) } ?? end
            return condition.text + (values["to"].map { " → \($0.text)" } ?? " off") + " until \(until)"
        }
        guard case .string(let to)? = values["to"] else { return nil }
        if let condition = values["when"] {
            return "\(condition.text) → \(to)" + (values["schedule"]?.scheduleText ?? "")
                + (values["resting"] == .bool(true) ? " (resting)" : "")
                + (values["lacking"].map { " (needs the option \($0.text))" } ?? "")
        }
        return values["slot"].map { "\($0.text) \(to)" }
    }

    /// Behind the destination of a rule: when it applies.
    var scheduleText: String? {
        guard case .object(let values) = self, case .string(let text)? = values["text"] else { return nil }
        return ", " + text
    }

    /// A schedule that is not behind a rule's destination.
    private func scheduleOnly(_ values: [String: JSONValue]) -> String? {
        guard case .string(let text)? = values["text"],
            Set(values.keys).isSubset(of: ["text", "hours", "days", "ends"])
        else { return nil }
        return text
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    /// Short, for people.
    var text: String {
        switch self {
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        case .number(let value): Int64(exactly: value).map(String.init) ?? String(value)
        case .string(let value): value
        case .array(let values): values.isEmpty ? "none" : values.map(\.text).joined(separator: ", ")
        case .object(let values):
            Self.rule(values) ?? scheduleOnly(values) ?? "{"
                + values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
        }
    }
}
