/// What is wrong with a script, or went otherwise than it says; with the place.
package struct ScriptError: Error, Equatable, CustomStringConvertible {
    package let file: String
    /// Counted from 1; nil if it is about the whole file.
    package let line: Int?
    package let text: String

    init(_ file: String, _ line: Int?, _ text: String) {
        self.file = file
        self.line = line
        self.text = text
    }

    /// `no-answer.script:12: bob received nothing; expected CANCEL`
    package var description: String { file + (line.map { ":\($0)" } ?? "") + ": " + text }
}
