package import Foundation
package import Storage

/// A change, as it is shown.
package struct HistoryLine: Encodable, Sendable {
    package let id: Int64
    package let at: Date
    package let actor: String
    package let source: String
    package let onBehalfOf: String?
    package let object: String
    package let key: String
    /// What people call the object: accounts and groups are recorded by ids, under which they outlive their names. Nil: it
    /// is not shown.
    package let name: String?
    package let action: String
    package let before: JSONValue?
    package let after: JSONValue?

    package init(_ entry: HistoryEntry, hasName: Bool = true) {
        id = entry.id
        at = Date(milliseconds: entry.at)
        actor = entry.actor
        source = entry.source
        onBehalfOf = entry.onBehalfOf
        object = entry.object
        key = entry.key
        action = entry.action
        before = entry.before.flatMap(JSONValue.init(text:))
        after = entry.after.flatMap(JSONValue.init(text:))
        name = hasName ? Self.name(ofObject: entry.object, key: entry.key, after ?? before) : nil
    }

    /// - Parameter state: what was recorded of the object.
    package static func name(ofObject object: String, key: String, _ state: JSONValue?) -> String {
        guard ["user", "group", "admin", "login"].contains(object), case .object(let state)? = state else { return key }
        for name in ["email", "group", "administratorID", "loginID", "name"] {
            if case .string(let text)? = state[name] { return text }
        }
        return key
    }
}
