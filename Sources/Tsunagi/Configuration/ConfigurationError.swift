/// What is wrong with a configuration: the key, where it stands, and what is allowed.
enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// Where a value was given.
    enum Place: Equatable, CustomStringConvertible {
        case file(path: String, line: Int?)
        case environment(variable: String)
        case option(String)

        var description: String {
            switch self {
            case .file(let path, let line): path + (line.map { ", line \($0)" } ?? "")
            case .environment(let variable): "environment variable \(variable)"
            case .option(let name): "option \(name)"
            }
        }
    }

    case unreadable(path: String)
    case notUTF8(path: String)
    case malformed(Place, reason: String)
    /// YAML, and not what stands in a configuration.
    case unexpected(Place, reason: String)
    /// What "tsunagi apply" takes.
    case blueprint(path: String)
    case unknownKey(String, Place, nearest: String?)
    case repeatedKey(String, Place)
    case wrongValue(key: String, value: String, Place, allowed: String)
    /// Two values that are right by themselves and not together.
    case contradiction(String)

    var description: String {
        switch self {
        case .unreadable(let path): TextFileError.unreadable(file: path, option: "--config").description
        case .notUTF8(let path): TextFileError.notUTF8(path).description
        case .malformed(let place, let reason): "\(place): this is not YAML (\(reason))"
        case .unexpected(let place, let reason): "\(place): \(reason)"
        case .blueprint(let path):
            "\(path) is a file for \"tsunagi apply\": it says what is set in the data directory, not how the server runs; "
                + "give the server's configuration with --config"
        case .unknownKey(let key, let place, let nearest):
            "\(place): there is no key \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .repeatedKey(let key, let place): "\(place): \(key) is there twice; keep one"
        case .wrongValue(let key, let value, let place, let allowed):
            "\(place): \(key) can't be \"\(value)\"; it is \(allowed)"
        case .contradiction(let text): text
        }
    }
}
