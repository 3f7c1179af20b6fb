import ControlPlane

/// What can't be read in a file of a blueprint: where it stands, and what may stand there.
enum BlueprintFileError: Error, CustomStringConvertible {
    /// Nothing is in it, or nothing but remarks.
    case empty(file: String)
    case notUTF8(file: String)
    case tooLong(file: String, limit: Int)
    case malformed(file: String, line: Int?, reason: String)
    case unknownKey(file: String, BlueprintPlace, nearest: String?, allowed: [String])
    case missingKey(file: String, BlueprintPlace, String)
    case wrongValue(file: String, BlueprintPlace, value: String, allowed: String)
    /// What was read, and can't be so.
    case refused(file: String, BlueprintRefusal)

    var description: String {
        switch self {
        case .empty(let file):
            "\(file) is empty: give what \"tsunagi export\" writes, or {} for a file that states nothing; if a command was to "
                + "write it, see whether that has failed"
        case .notUTF8(let file): TextFileError.notUTF8(file).description
        case .tooLong(let file, let limit):
            "\(file) is longer than \(limit >> 30) GiB: export contract by contract (\"tsunagi export --contract\"), or give "
                + "numbers as CSV with \"tsunagi number import\""
        case .malformed(let file, let line, let reason):
            file + (line.map { ", line \($0)" } ?? "") + ": this is not YAML (\(reason))"
        case .unknownKey(let file, let place, let nearest, let allowed):
            "\(file), \(place): there is no such key; "
                + (nearest.map { "did you mean \($0)?" } ?? "there are \(allowed.joined(separator: ", "))")
        case .missingKey(let file, let place, let key): "\(file), \(place): \(key) is missing"
        case .wrongValue(let file, let place, let value, let allowed):
            "\(file), \(place): this can't be \(value); it is \(allowed)"
        case .refused(let file, let refusal): "\(file), \(refusal)"
        }
    }
}
