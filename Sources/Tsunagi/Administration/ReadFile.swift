import Foundation

/// A file that a command reads whole.
enum ReadFile {
    /// - Parameters:
    ///   - path: `-` reads the standard input.
    ///   - option: as ``TextFileError/unreadable(file:option:)`` tells it.
    static func data(_ path: String, option: String? = nil) throws(TextFileError) -> Data {
        let data =
            path == "-"
            ? try? FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw .unreadable(file: path, option: option) }
        return data
    }

    /// The same, in UTF-8.
    static func text(_ path: String, option: String? = nil) throws(TextFileError) -> String {
        guard let text = String(data: try data(path, option: option), encoding: .utf8) else {
            throw .notUTF8(path == "-" ? "the standard input" : path)
        }
        return text
    }

    /// Looks before another room opens the file, which does not know what on the command line names it.
    ///
    /// - Parameter option: as ``TextFileError/unreadable(file:option:)`` tells it.
    static func require(_ path: String, option: String? = nil) throws(TextFileError) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadable(file: path, option: option)
        }
    }
}

/// Why a file or a text can't be taken as it was given.
enum TextFileError: Error, CustomStringConvertible {
    /// The option is what names the file; nil: an argument.
    case unreadable(file: String, option: String? = nil)
    /// What it is, such as a file or "the password".
    case notUTF8(String)

    var description: String {
        switch self {
        case .unreadable(let file, let option):
            "\(file) can't be read: no such file, or not ours to read; give another one"
                + (option.map { " with \($0)" } ?? "")
        case .notUTF8(let name): "\(name) is not UTF-8: give it in that encoding"
        }
    }
}
