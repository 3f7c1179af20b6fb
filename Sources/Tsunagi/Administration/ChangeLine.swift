import Directory
import Storage

/// A change as a plan shows it, from its entry in the history.
struct ChangeLine: Encodable {
    enum Kind: String, Encodable {
        case added, changed, removed

        var sign: String {
            switch self {
            case .added: "+"
            case .changed: "~"
            case .removed: "-"
            }
        }
    }

    /// What differs.
    struct Part: Encodable, Equatable {
        /// `busy`, `destination 1`, `options`.
        let name: String
        let before: String?
        let after: String?
    }

    let kind: Kind
    let object: String
    let key: String
    let action: String
    let parts: [Part]

    init(_ entry: HistoryEntry) {
        kind = entry.before == nil ? .added : entry.after == nil ? .removed : .changed
        object = entry.object
        key = entry.object == "number" ? PhoneNumber(trustedCanonical: entry.key).national : entry.key
        action = entry.action
        let (before, after) = (Self.parts(of: entry.before), Self.parts(of: entry.after))
        parts = Set(before.keys).union(after.keys).sorted().filter {
            // A list with nothing in it is as good as none.
            (before[$0] ?? "none") != (after[$0] ?? "none")
        }.map {
            Part(name: $0, before: before[$0], after: after[$0])
        }
    }

    var text: String {
        let lines = parts.map { part in
            let after = part.after ?? "none"
            return "    \(part.name): "
                + (kind == .changed ? "\(part.before ?? "none") → \(after)" : part.before ?? after)
        }
        return (["\(kind.sign) \(object) \(key)  (\(action))"] + lines).joined(separator: "\n")
    }

    /// What tells nothing beside the object's own name.
    private static let selfEvident: Set<String> = ["number", "canonical", "createdAt", "name", "prefix"]

    private static func parts(of text: String?) -> [String: String] {
        guard let value = text.flatMap(JSONValue.init(text:)) else { return [:] }
        guard case .object(let members) = value else { return ["value": value.text] }
        var parts: [String: String] = [:]
        for (name, member) in members {
            guard case .array(let elements) = member, elements.contains(where: \.isObject) else {
                if !selfEvident.contains(name), member != .null { parts[name] = member.text }
                continue
            }
            for (index, element) in elements.enumerated() {
                guard case .object(let values) = element else { continue }
                if let condition = values["when"]?.text {
                    parts[condition] = rule(values)
                } else if let slot = values["slot"]?.text {
                    parts["destination \(slot)"] = values["typed"]?.text
                } else if let caller = values["caller"]?.text {
                    parts["blocks \(caller)"] = "yes"
                } else {
                    parts["\(name) \(index + 1)"] = element.text
                }
            }
        }
        return parts
    }

    private static func rule(_ values: [String: JSONValue]) -> String {
        let lacking = values["lacking"].map { " (needs the option \($0.text))" }
        var schedule: String?
        if case .object(let members)? = values["schedule"] { schedule = members["text"].map { " \($0.text)" } }
        return (values["to"]?.text ?? "") + (schedule ?? "") + (values["resting"] == .bool(true) ? " (resting)" : "")
            + (lacking ?? "")
    }
}
