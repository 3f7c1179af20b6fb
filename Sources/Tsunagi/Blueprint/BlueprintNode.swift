import ControlPlane
import Yams

/// A node of a blueprint's file, with the way to it.
struct BlueprintNode {
    let node: Node
    /// Such as `numbers[3].forwarding`.
    let path: String
    let file: String
    /// Lines of the file before the piece of it that this is in.
    var linesBefore = 0

    var place: BlueprintPlace { place(of: node) }
    var isNull: Bool { node.null != nil }

    private func place(of node: Node, path: String? = nil) -> BlueprintPlace {
        BlueprintPlace(line: node.mark.map { $0.line + linesBefore }, path: path ?? self.path)
    }

    /// The members of a mapping, each of which has to be known here.
    func members(_ allowed: [String]) throws(BlueprintFileError) -> [String: BlueprintNode] {
        if isNull { return [:] }
        guard case .mapping(let mapping) = node else { throw wrong("keys with values") }
        var members: [String: BlueprintNode] = [:]
        for (keyNode, value) in mapping {
            guard let key = keyNode.scalar?.string else { throw wrong("keys that are words") }
            let member = BlueprintNode(
                node: value, path: path.isEmpty ? key : path + "." + key, file: file, linesBefore: linesBefore)
            guard allowed.contains(key) else {
                let place = place(of: keyNode, path: member.path)
                let nearest = Spelling.nearest(to: key, among: allowed)
                throw .unknownKey(file: file, place, nearest: nearest, allowed: allowed)
            }
            members[key] = member
        }
        return members
    }

    /// The members of a mapping, whatever their keys are.
    func entries() throws(BlueprintFileError) -> [(key: Stated<String>, value: BlueprintNode)] {
        if isNull { return [] }
        guard case .mapping(let mapping) = node else { throw wrong("keys with values") }
        var entries: [(key: Stated<String>, value: BlueprintNode)] = []
        for (keyNode, value) in mapping {
            guard let key = keyNode.scalar?.string else { throw wrong("keys that are words") }
            let member = BlueprintNode(node: value, path: path + "." + key, file: file)
            entries.append((Stated(key, BlueprintPlace(line: keyNode.mark?.line, path: member.path)), member))
        }
        return entries
    }

    /// The elements of a list; none where nothing stands.
    ///
    /// - Parameter first: the place of the first one in the list, if this is a piece of it.
    func elements(from first: Int = 0) throws(BlueprintFileError) -> [BlueprintNode] {
        if isNull { return [] }
        guard case .sequence(let sequence) = node else { throw wrong("a list") }
        return sequence.enumerated().map { index, element in
            BlueprintNode(node: element, path: "\(path)[\(first + index)]", file: file, linesBefore: linesBefore)
        }
    }

    /// A text; digits without quotation marks count as one too.
    func text() throws(BlueprintFileError) -> Stated<String> {
        guard !isNull, let text = node.scalar?.string else { throw wrong("a text") }
        return Stated(text, place)
    }

    func optionalText() throws(BlueprintFileError) -> Stated<String?> {
        isNull ? Stated(nil, place) : Stated(try text().value, place)
    }

    func texts() throws(BlueprintFileError) -> [Stated<String>] {
        var texts: [Stated<String>] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    /// The same, where only the whole of it has a place.
    func textList() throws(BlueprintFileError) -> Stated<[String]> { Stated(try texts().map(\.value), place) }

    func integer() throws(BlueprintFileError) -> Stated<Int> {
        guard let text = node.scalar?.string, let value = Int(text) else { throw wrong("a whole number") }
        return Stated(value, place)
    }

    func flag() throws(BlueprintFileError) -> Stated<Bool> {
        switch node.scalar?.string.lowercased() {
        case "true", "yes", "on": return Stated(true, place)
        case "false", "no", "off": return Stated(false, place)
        default: throw wrong("true or false")
        }
    }

    func choice<Value: RawRepresentable & CaseIterable & Sendable>(_ type: Value.Type) throws(BlueprintFileError)
        -> Stated<Value> where Value.RawValue == String
    {
        guard let value = node.scalar.flatMap({ Value(rawValue: $0.string.lowercased()) }) else {
            throw wrong("one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Stated(value, place)
    }

    func optionalChoice<Value: RawRepresentable & CaseIterable & Sendable>(_ type: Value.Type)
        throws(BlueprintFileError) -> Stated<Value?> where Value.RawValue == String
    {
        isNull ? Stated(nil, place) : Stated(try choice(type).value, place)
    }

    func choices<Value: RawRepresentable & CaseIterable & Sendable>(_ type: Value.Type) throws(BlueprintFileError)
        -> Stated<[Value]> where Value.RawValue == String
    {
        var values: [Value] = []
        for element in try elements() { values.append(try element.choice(type).value) }
        return Stated(values, place)
    }

    func wrong(_ allowed: String) -> BlueprintFileError {
        let value =
            switch node {
            case _ where isNull: "nothing"
            case .scalar(let scalar): "\"\(scalar.string)\""
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .alias: "an alias"
            }
        return .wrongValue(file: file, place, value: value, allowed: allowed)
    }
}

extension [String: BlueprintNode] {
    /// - Throws: ``BlueprintFileError/missingKey(file:_:_:)`` at the node that these are the members of.
    func required(_ key: String, of node: BlueprintNode) throws(BlueprintFileError) -> BlueprintNode {
        guard let member = self[key] else { throw .missingKey(file: node.file, node.place, key) }
        return member
    }
}
