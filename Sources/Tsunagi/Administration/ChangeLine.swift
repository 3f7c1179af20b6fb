import ControlPlane
import SignIn
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
        let (old, new) = (Self.state(entry.before), Self.state(entry.after))
        kind = old == nil ? .added : new == nil ? .removed : .changed
        object = entry.object
        key = HistoryLine.name(ofObject: entry.object, key: entry.key, new ?? old)
        action = entry.action
        let isWhole = kind != .changed
        let selfEvident = isWhole ? Self.selfEvident(entry.object) : []
        var (before, after) = (Self.parts(of: old, selfEvident), Self.parts(of: new, selfEvident))
        if isWhole {
            // What something is made with unless it is said otherwise tells nothing of it.
            let usual = Self.usual(entry.object)
            before = before.filter { !Self.means(nothing: $0.value) && usual[$0.key] != $0.value }
            after = after.filter { !Self.means(nothing: $0.value) && usual[$0.key] != $0.value }
        }
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
        return (["\(kind.sign) \(object) \(key.inOneLine)  (\(action))"] + lines).joined(separator: "\n")
    }

    /// What there was or is; nil: nothing.
    private static func state(_ text: String?) -> JSONValue? {
        guard let value = text.flatMap(JSONValue.init(text:)) else { return nil }
        // A day that is in the table of holidays or not: the day itself is there either way.
        if case .object(let members) = value, case .array(let days)? = members["days"],
            case .array(let holidays)? = members["holidays"]
        {
            return days.count == 1 ? holidays.first : namesByDay(holidays)
        }
        return value
    }

    /// Of many days.
    private static func namesByDay(_ holidays: [JSONValue]) -> JSONValue {
        var names: [String: JSONValue] = [:]
        for case .object(let holiday) in holidays { names[holiday["day"]?.text ?? ""] = holiday["name"] }
        return .object(names)
    }

    /// What tells nothing beside the object's own name, of what is added or removed.
    private static func selfEvident(_ object: String) -> Set<String> {
        switch object {
        case "user": ["id", "email", "createdAt"]
        case "group": ["id", "group"]
        case "admin": ["id", "administratorID", "createdAt"]
        case "login": ["id", "loginID", "createdAt"]
        case "holiday": ["day", "national", "weekday"]
        // Its kind says what service it is; sites and voice contracts name it again.
        case "contract": ["number", "contract", "createdAt", "service"]
        default: ["number", "canonical", "createdAt", "name", "prefix"]
        }
    }

    private static func means(nothing text: String) -> Bool { ["", "no", "none"].contains(text) }

    private static func usual(_ object: String) -> [String: String] {
        guard object == "user" else { return [:] }
        let user = PortalUserProfile(email: "", name: "", telephone: "")
        return [
            "language": user.language.rawValue, "secondFactor": user.secondFactor.rawValue,
            "role": user.role.rawValue, "timeZone": user.timeZone,
            "wantsNotifications": user.wantsNotifications ? "yes" : "no",
        ]
    }

    private static func parts(of value: JSONValue?, _ selfEvident: Set<String>) -> [String: String] {
        guard let value else { return [:] }
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
                } else if let gateway = values["uri"]?.text {
                    parts["gateway \(index + 1)"] = gateway + hop(values, index)
                } else if let caller = values["caller"]?.text {
                    parts["blocks \(caller)"] = "yes"
                } else {
                    parts["\(name) \(index + 1)"] = element.text
                }
            }
        }
        return parts
    }

    /// What of a gateway is not as usual: one after the other, in the order in which they are given.
    private static func hop(_ values: [String: JSONValue], _ index: Int) -> String {
        [("weight", 1), ("priority", index)].map { name, usual in
            guard let value = values[name], value != .integer(usual) else { return "" }
            return ";\(name)=\(value.text)"
        }.joined()
            + (values["sendsDiversion"] == .bool(false) ? " (no Diversion)" : "")
            + (values["sendsHistoryInfo"] == .bool(false) ? " (no History-Info)" : "")
    }

    private static func rule(_ values: [String: JSONValue]) -> String {
        let lacking = values["lacking"].map { " (needs the option \($0.text))" }
        return (values["to"]?.text ?? "") + (values["schedule"]?.scheduleText ?? "")
            + (values["resting"] == .bool(true) ? " (resting)" : "") + (lacking ?? "")
    }
}
