import ControlPlane
import Foundation

/// JSON that was stored, for people.
extension JSONValue {
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

    /// Those on a block list; nil: this is none.
    var callers: [String]? {
        guard case .array(let entries) = self else { return nil }
        var callers: [String] = []
        for entry in entries {
            guard case .object(let values) = entry, case .string(let caller)? = values["caller"] else { return nil }
            callers.append(caller)
        }
        return callers
    }

    /// The same with times, which are stored in UTC (ISO 8601), as ``LocalTime`` tells them.
    var inLocalTime: JSONValue {
        switch self {
        case .string(let text) where text.hasSuffix("Z") && text.utf8.count == "2026-12-01T09:00:00Z".utf8.count:
            .string((try? Date(text, strategy: .iso8601)).map { LocalTime.text($0) } ?? text)
        case .array(let values): .array(values.map(\.inLocalTime))
        case .object(let values): .object(values.mapValues(\.inLocalTime))
        default: self
        }
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    /// Short, for people.
    var text: String {
        switch self {
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value.inOneLine
        case .array(let values): values.isEmpty ? "none" : values.map(\.text).joined(separator: ", ")
        case .object(let values):
            Self.rule(values) ?? scheduleOnly(values) ?? "{"
                + values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
        }
    }
}
