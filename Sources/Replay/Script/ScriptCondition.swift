internal import SIPMessage

/// Something that a message which is expected must have.
struct ScriptCondition: Sendable {
    enum Field: Sendable {
        case requestURI
        case phrase
        case body
        /// - Parameter index: which of its elements, counted from 1, over all lines of that name; nil: any of its lines.
        case header(String, index: Int?)
        case whole
    }

    enum Test: Sendable {
        case equals(String)
        case contains(String)
        case lacks(String)
        case absent
        case count(Int)
        /// Everything that nobody had to change is as the other side has sent it.
        case unchanged
    }

    let line: Int
    let field: Field
    let test: Test

    init(_ line: ScriptLine, file: String) throws(ScriptError) {
        self.line = line.number
        var words = ScriptWords(line, file: file)
        if words.take("unchanged") {
            (field, test) = (.whole, .unchanged)
        } else if words.take("no") {
            (field, test) = (.header(try words.next("a header name"), index: nil), .absent)
        } else {
            field = try Self.field(try words.next("a header name, URI, phrase or body"), words)
            switch try words.next("is, contains, lacks or times") {
            case "is": test = .equals(words.takeRest())
            case "contains": test = .contains(words.takeRest())
            case "lacks": test = .lacks(words.takeRest())
            case let word:
                guard let count = Int(word), words.take("times") || words.take("time") else {
                    throw words.error(
                        "after a name comes is, contains, lacks, or a number and \"times\"; not \"\(word)\"")
                }
                test = .count(count)
            }
        }
        try words.expectEnd()
    }

    private static func field(_ word: String, _ words: ScriptWords) throws(ScriptError) -> Field {
        switch word {
        case "URI": return .requestURI
        case "phrase": return .phrase
        case "body": return .body
        default:
            guard let bracket = word.firstIndex(of: "[") else { return .header(word, index: nil) }
            guard let index = Int(word[word.index(after: bracket)...].dropLast()), word.hasSuffix("]"), index > 0 else {
                throw words.error("\"\(word)\": an element is named as in Diversion[2]")
            }
            return .header(String(word[..<bracket]), index: index)
        }
    }

    /// What is wrong with a message; nil if nothing is.
    ///
    /// - Parameter original: the message as the other side has sent it, if it is known.
    func fault(in message: SIPMessage, original: SIPMessage?) -> String? {
        let (name, values) = values(in: message)
        switch test {
        case .equals(let wanted):
            return values.contains(wanted) ? nil : "\(name) is \(Self.quoted(values)), not \"\(wanted)\""
        case .contains(let wanted):
            return values.contains { $0.contains(wanted) }
                ? nil : "\(name) is \(Self.quoted(values)), without \"\(wanted)\""
        case .lacks(let unwanted):
            return values.contains { $0.contains(unwanted) }
                ? "\(name) is \(Self.quoted(values)), with \"\(unwanted)\"" : nil
        case .absent:
            return values.isEmpty ? nil : "there is \(name): \(Self.quoted(values))"
        case .count(let wanted):
            return values.count == wanted ? nil : "\(name) stands there \(values.count) times, not \(wanted)"
        case .unchanged:
            guard let original else { return "nobody has sent such a message" }
            let differences = PassThrough.differences(original, message)
            return differences.isEmpty ? nil : differences.joined(separator: "; ")
        }
    }

    private func values(in message: SIPMessage) -> (name: String, [String]) {
        switch field {
        case .requestURI: return ("the Request-URI", message.requestURI.map { [message.text($0)] } ?? [])
        case .phrase:
            if case .response(_, let reason) = message.startLine { return ("the phrase", [message.text(reason)]) }
            return ("the phrase", [])
        case .body: return ("the body", [message.text(message.body)])
        case .whole: return ("the message", [])
        case .header(let name, nil): return (name, message.lines(named: name))
        case .header(let name, let index?):
            let elements = message.elements(named: name)
            return ("\(name)[\(index)]", index <= elements.count ? [elements[index - 1]] : [])
        }
    }

    private static func quoted(_ values: [String]) -> String {
        values.isEmpty ? "missing" : values.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}

extension SIPMessage {
    /// The values of all lines of a header; the name in any case, or its compact form in the message.
    func lines(named name: String) -> [String] { fields(named: name).map { text($0.value) } }

    /// Cut at the commas that separate elements. A challenge or credentials are one element each, commas and all.
    func elements(named name: String) -> [String] {
        guard let known = HeaderName.allCases.first(where: { $0.text.lowercased() == name.lowercased() }),
            !name.lowercased().hasSuffix("authenticate"), !name.lowercased().hasSuffix("authorization")
        else { return lines(named: name) }
        return elements(known).map { text($0.range) }
    }

    private func fields(named name: String) -> [HeaderField] {
        if let known = HeaderName.allCases.first(where: { $0.text.lowercased() == name.lowercased() }) {
            return all(known)
        }
        return fields.filter { text($0.nameRange).lowercased() == name.lowercased() }
    }
}
