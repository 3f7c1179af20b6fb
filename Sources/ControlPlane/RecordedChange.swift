package import Directory
package import Foundation
package import Storage

/// What a change was, read from the history: for those who tell it in words.
package enum RecordedChange: Sendable, Equatable {
    /// The rules and saved destinations of a number.
    case forwarding(before: ForwardingState, after: ForwardingState)
    /// What lies over a number's rules for a time.
    case temporary(before: [TemporaryRule], after: [TemporaryRule])
    /// What a number does with calls that show no number, and when.
    case anonymous(before: AnonymousState, after: AnonymousState)
    /// The callers that a number turns away.
    case blockList(before: [String], after: [String])
    /// Anything else: the members of its state that differ.
    case other([Member])

    package struct TemporaryRule: Sendable, Equatable {
        package let when: ForwardingCondition
        /// A number as it is dialled, a URI, or `voicemail`; nil: calls are not forwarded.
        package let to: String?
        package let until: Date
    }

    package struct Member: Sendable, Equatable {
        package let name: String
        /// One text, or those of a list; empty: there was none.
        package let before: [String]
        /// Empty: there is none any more.
        package let after: [String]
    }

    package init(_ entry: HistoryEntry) {
        self =
            Self.ofNumber(entry)
            ?? .other(Self.members(entry.before, entry.after))
    }

    private static func ofNumber(_ entry: HistoryEntry) -> RecordedChange? {
        guard entry.object == "number" else { return nil }
        func states<State: Decodable>(_ type: State.Type) -> (State, State)? {
            guard let before = entry.before.flatMap({ try? HistoryText.decode(type, from: $0) }),
                let after = entry.after.flatMap({ try? HistoryText.decode(type, from: $0) })
            else { return nil }
            return (before, after)
        }
        switch entry.subject {
        case "forward", "destination":
            return states(ForwardingState.self).map { .forwarding(before: $0, after: $1) }
        case "temporary":
            return states(TemporaryState.self).map { .temporary(before: rules($0), after: rules($1)) }
        case "anonymous":
            return states(AnonymousState.self).map { .anonymous(before: $0, after: $1) }
        case "block":
            return states(BlockListState.self).map {
                .blockList(before: $0.callers.map(\.caller), after: $1.callers.map(\.caller))
            }
        default: return nil
        }
    }

    private static func rules(_ state: TemporaryState) -> [TemporaryRule] {
        state.rules.map { TemporaryRule(when: $0.when, to: $0.to, until: $0.until) }
    }

    private static func members(_ before: String?, _ after: String?) -> [Member] {
        let (old, new) = (texts(before), texts(after))
        return Set(old.keys).union(new.keys).sorted().map {
            Member(name: $0, before: old[$0] ?? [], after: new[$0] ?? [])
        }.filter { $0.before != $0.after }
    }

    /// The scalars of an object, and its lists of scalars; what lies deeper is left out.
    private static func texts(_ json: String?) -> [String: [String]] {
        guard case .object(let members)? = json.flatMap(JSONValue.init(text:)) else { return [:] }
        return members.mapValues(scalars)
    }

    /// Of a list: of each scalar in it. Nothing of what is empty.
    private static func scalars(_ value: JSONValue) -> [String] {
        switch value {
        case .bool(let flag): [String(flag)]
        case .integer(let number): [String(number)]
        case .string(let text): text.isEmpty ? [] : [text]
        case .array(let values): values.flatMap(scalars)
        case .null, .number, .object: []
        }
    }

    /// What people call the object of a change, whose key may be an id; nil: its state does not say.
    fileprivate static func name(of entry: HistoryEntry) -> String? {
        let members: [String] =
            switch entry.object {
            case "number": ["number"]
            case "user": ["email", "name"]
            case "group": ["group"]
            case "admin": ["administratorID", "name"]
            case "login": ["loginID", "name"]
            default: []
            }
        let states = [texts(entry.after), texts(entry.before)]
        return members.lazy.compactMap { member in states.lazy.compactMap { $0[member]?.first }.first }.first
    }
}

extension HistoryEntry {
    /// What people call the object, whose ``key`` may be an id; nil: its state does not say.
    package var objectName: String? { RecordedChange.name(of: self) }
}
