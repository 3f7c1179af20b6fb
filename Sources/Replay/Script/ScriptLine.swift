/// A line of a script with the lines that are indented below it.
struct ScriptLine: Sendable {
    /// Counted from 1.
    let number: Int
    /// Without its indent.
    let text: String
    var children: [ScriptLine] = []

    /// Cuts a script into its tree. Blank lines and lines that begin with `#` are left out.
    ///
    /// - Throws: ``ScriptError`` for a line that is indented like none above it.
    static func tree(of text: String, file: String) throws(ScriptError) -> [ScriptLine] {
        var flat: [(indent: Int, line: ScriptLine)] = []
        // A CRLF is one character: by scalars, so that scripts with either line end are read.
        for (place, raw) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let indent = raw.prefix { $0 == " " }.count
            var content = String(raw.dropFirst(indent))
            while content.hasSuffix(" ") || content.hasSuffix("\r") { content.unicodeScalars.removeLast() }
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            guard !content.contains("\t") || content.hasPrefix("|") else {
                throw ScriptError(file, place + 1, "a tab: indent with blanks")
            }
            flat.append((indent, ScriptLine(number: place + 1, text: content)))
        }
        var rest = flat[...]
        let lines = try take(&rest, indent: rest.first?.indent ?? 0, depth: 0, file)
        if let next = rest.first { throw misplaced(next.line, file) }
        return lines
    }

    private static func take(
        _ rest: inout ArraySlice<(indent: Int, line: ScriptLine)>, indent: Int, depth: Int, _ file: String
    ) throws(ScriptError) -> [ScriptLine] {
        var lines: [ScriptLine] = []
        while let next = rest.first, next.indent >= indent {
            if next.indent == indent {
                lines.append(next.line)
                rest.removeFirst()
            } else {
                guard let last = lines.indices.last, lines[last].children.isEmpty, depth < 4 else {
                    throw misplaced(next.line, file)
                }
                lines[last].children = try take(&rest, indent: next.indent, depth: depth + 1, file)
            }
        }
        return lines
    }

    private static func misplaced(_ line: ScriptLine, _ file: String) -> ScriptError {
        ScriptError(file, line.number, "\"\(line.text)\" is indented like no line above it")
    }
}

/// Takes the words of a line one after the other.
struct ScriptWords {
    let line: ScriptLine
    let file: String
    private var rest: Substring

    init(_ line: ScriptLine, file: String) {
        self.line = line
        self.file = file
        rest = line.text[...]
    }

    /// What is left of the line.
    mutating func takeRest() -> String {
        defer { rest = "" }
        return String(rest)
    }

    /// Nil at the end of the line.
    mutating func next() -> String? {
        rest = rest.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        let word = rest.prefix { $0 != " " }
        rest = rest[word.endIndex...].drop { $0 == " " }
        return String(word)
    }

    /// - Parameter meaning: completes "expected …".
    mutating func next(_ meaning: String) throws(ScriptError) -> String {
        guard let word = next() else { throw error("expected \(meaning) at the end of \"\(line.text)\"") }
        return word
    }

    /// Takes these words if they come next.
    mutating func take(_ words: String) -> Bool {
        guard rest == words || rest.hasPrefix(words + " ") else { return false }
        rest = rest.dropFirst(words.count).drop { $0 == " " }
        return true
    }

    mutating func expect(_ words: String) throws(ScriptError) {
        guard take(words) else { throw error("expected \"\(words)\" in \"\(line.text)\"") }
    }

    func expectEnd() throws(ScriptError) {
        guard rest.isEmpty else { throw error("\"\(rest)\" is not understood in \"\(line.text)\"") }
    }

    func error(_ text: String) -> ScriptError { ScriptError(file, line.number, text) }
}
