/// A change that a script makes to a message which is otherwise written for it.
enum MessageEdit: Sendable, Equatable {
    /// The first of a name takes the place of what was written; further ones stand behind it. `{}` in a value stands
    /// for what was written.
    case header(name: String, value: String)
    case noHeader(name: String)
    /// Its line ends are CRLF.
    case body(String)

    /// Reads the lines below a step: `Name: value`, `no Name`, and `| ` before each line of a body.
    static func list(_ lines: [ScriptLine], file: String) throws(ScriptError) -> [MessageEdit] {
        var edits: [MessageEdit] = []
        var body: String?
        for line in lines {
            guard line.children.isEmpty else {
                throw ScriptError(file, line.children[0].number, "nothing can be indented below a header line")
            }
            if let text = rawText(line) {
                body = (body ?? "") + text + "\r\n"
            } else if line.text.hasPrefix("no ") {
                edits.append(.noHeader(name: String(line.text.dropFirst(3))))
            } else if let colon = line.text.firstIndex(of: ":"), !line.text[..<colon].contains(" ") {
                let value = line.text[line.text.index(after: colon)...].drop { $0 == " " }
                edits.append(.header(name: String(line.text[..<colon]), value: String(value)))
            } else {
                throw ScriptError(
                    file, line.number, "\"\(line.text)\" is no header line, no \"no NAME\", no \"| body\"")
            }
        }
        if let body { edits.append(.body(body)) }
        return edits
    }

    /// What stands behind `| `, nil for another line.
    static func rawText(_ line: ScriptLine) -> String? {
        guard line.text.hasPrefix("|") else { return nil }
        return String(line.text.hasPrefix("| ") ? line.text.dropFirst(2) : line.text.dropFirst())
    }
}

/// A message as it is put together: header lines in order, not yet octets.
struct MessageDraft {
    var startLine: String
    private(set) var headers: [(name: String, value: String)] = []
    var body = ""
    private var lengthIsGiven = false

    init(_ startLine: String) { self.startLine = startLine }

    mutating func add(_ name: String, _ value: String) { headers.append((name, value)) }

    mutating func apply(_ edits: [MessageEdit]) {
        var given: Set<String> = []
        for edit in edits {
            switch edit {
            case .header(let name, let value):
                set(name, value, isFirst: given.insert(name.lowercased()).inserted)
            case .noHeader(let name):
                headers.removeAll { $0.name.lowercased() == name.lowercased() }
                if name.lowercased() == "content-length" { lengthIsGiven = true }
            case .body(let text): body = text
            }
        }
    }

    private mutating func set(_ name: String, _ value: String, isFirst: Bool) {
        let key = name.lowercased()
        if key == "content-length" || key == "l" { lengthIsGiven = true }
        func isSame(_ header: (name: String, value: String)) -> Bool { header.name.lowercased() == key }
        if isFirst, let place = headers.firstIndex(where: isSame) {
            let written = headers.filter(isSame).map(\.value).joined(separator: ", ")
            headers.removeAll(where: isSame)
            headers.insert((name, value.replacing("{}", with: written)), at: place)
        } else if let last = headers.lastIndex(where: isSame) {
            headers.insert((name, value), at: last + 1)
        } else {
            headers.append((name, value))
        }
    }

    /// Content-Length is the body's, unless an edit has said otherwise.
    var bytes: [UInt8] {
        var text = startLine + "\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if !lengthIsGiven { text += "Content-Length: \(body.utf8.count)\r\n" }
        return Array((text + "\r\n" + body).utf8)
    }
}
