import Foundation
import Yams

/// Values by key, as a YAML (or JSON) file gives them: nested, or with dots in the key.
struct ConfigurationFile {
    struct Value: Equatable {
        let key: String
        let texts: [String]
        let place: ConfigurationError.Place
    }

    let values: [Value]

    /// - Throws: ``ConfigurationError``.
    init(path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
        guard let text = String(data: data, encoding: .utf8) else { throw .notUTF8(path: path) }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws(ConfigurationError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Self.malformed(error, path: path)
        }
        guard root.map(Self.isBlueprint) != true else { throw .blueprint(path: path) }
        var reader = Reader(path: path)
        if let root, root.null == nil { try reader.read(root, prefix: "") }
        values = reader.values
    }

    /// Whether all of its keys are those of the other file that there is. They have no word in common with ours.
    private static func isBlueprint(_ root: Node) -> Bool {
        guard case .mapping(let mapping) = root, !mapping.isEmpty else { return false }
        return mapping.keys.allSatisfy { BlueprintReader.sections.contains($0.scalar?.string ?? "") }
    }

    private static func malformed(_ error: any Error, path: String) -> ConfigurationError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .malformed(.file(path: path, line: mark.line), reason: problem)
        case .duplicatedKeysInMapping(let keys, let context):
            .repeatedKey(
                keys.map { "\($0)" }.joined(separator: ", "), .file(path: path, line: context.mark.line))
        case let error: .malformed(.file(path: path, line: nil), reason: error.map { "\($0)" } ?? "unknown")
        }
    }

    private struct Reader {
        let path: String
        var values: [Value] = []

        mutating func read(_ node: Node, prefix: String) throws(ConfigurationError) {
            guard case .mapping(let mapping) = node else {
                throw .unexpected(place(node), reason: "a key with its value is expected here, as \"shards: 2\"")
            }
            for (keyNode, valueNode) in mapping {
                guard let name = keyNode.scalar?.string else {
                    throw .unexpected(place(keyNode), reason: "a key is one word, as \"shards\"")
                }
                let key = prefix.isEmpty ? name : prefix + "." + name
                switch valueNode {
                case .mapping: try read(valueNode, prefix: key)
                case .sequence(let sequence):
                    var texts: [String] = []
                    for element in sequence {
                        guard let text = element.scalar?.string else {
                            throw .unexpected(
                                place(element), reason: "\(key) can't hold a list or keys in a list; give plain values")
                        }
                        texts.append(text)
                    }
                    values.append(Value(key: key, texts: texts, place: place(keyNode)))
                case .scalar(let scalar):
                    let isNull = valueNode.null != nil
                    values.append(Value(key: key, texts: isNull ? [] : [scalar.string], place: place(keyNode)))
                case .alias:
                    throw .unexpected(place(valueNode), reason: "an alias is not understood here; write the value out")
                }
            }
        }

        private func place(_ node: Node) -> ConfigurationError.Place {
            .file(path: path, line: node.mark?.line)
        }
    }
}
