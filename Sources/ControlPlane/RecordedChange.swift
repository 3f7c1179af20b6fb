package import Directory
package import Foundation
package import Storage

/// What a change was, read from the history: for those who tell it in words.
package enum RecordedChange: Sendable, Equatable {
    /// The rules and saved destinations of a number.
    case forwarding(before: ForwardingState, after: ForwardingState)
    /// What lies over a number's rules for a time.
    case temporary(before: [TemporaryRule], after: [TemporaryRule])
    /// What a number does with calls that show no number.
    case anonymous(before: [NonPresentationReason], after: [NonPresentationReason])
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
            return states(AnonymousState.self).map { .anonymous(before: $0.rejected, after: $1.rejected) }
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
        let members = json.flatMap { try? HistoryText.decode([String: RecordedValue].self, from: $0) } ?? [:]
        return members.mapValues(\.texts)
    }
}

extension HistoryEntry {
    /// What people call the object, whose ``key`` may be an id; nil: its state does not say.
    package var objectName: String? {
        let members: [String] =
            switch object {
            case "number": ["number"]
            case "user": ["email", "name"]
            case "group": ["group"]
            case "admin": ["administratorID", "name"]
            case "login": ["loginID", "name"]
            default: []
            }
        let states = [after, before].compactMap { $0 }.compactMap {
            try? HistoryText.decode([String: RecordedValue].self, from: $0)
        }
        return members.lazy.compactMap { member in states.lazy.compactMap { $0[member]?.texts.first }.first }.first
    }
}

/// A value in a state whose type is not known here.
private struct RecordedValue: Decodable {
    /// Of a list: of each scalar in it. Nothing of what is empty, and of what lies deeper.
    let texts: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            texts = [String(flag)]
        } else if let number = try? container.decode(Int64.self) {
            texts = [String(number)]
        } else if let plain = try? container.decode(String.self) {
            texts = plain.isEmpty ? [] : [plain]
        } else if let list = try? container.decode([RecordedValue].self) {
            texts = list.flatMap(\.texts)
        } else {
            texts = []
        }
    }
}
