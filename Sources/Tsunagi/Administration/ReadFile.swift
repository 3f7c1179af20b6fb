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
        guard let data else { throw failure(path, option: option) }
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
        guard FileManager.default.isReadableFile(atPath: path), !isDirectory(path) else {
            throw failure(path, option: option)
        }
    }

    /// Why this could not be read.
    ///
    /// - Parameters: as in ``data(_:option:)``.
    static func failure(_ path: String, option: String? = nil) -> TextFileError {
        if path == "-" { return .unreadableInput }
        return isDirectory(path) ? .directory(path, option: option) : .unreadable(file: path, option: option)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// Why a file or a text can't be taken as it was given.
enum TextFileError: Error, CustomStringConvertible {
    /// The option is what names the file; nil: an argument.
    case unreadable(file: String, option: String? = nil)
    case directory(String, option: String? = nil)
    case unreadableInput
    /// What it is, such as a file or "the password".
    case notUTF8(String)

    var description: String {
        switch self {
        case .unreadable(let file, let option):
            "\(file) can't be read: no such file, or not ours to read; give another one"
                + (option.map { " with \($0)" } ?? "")
        case .directory(let path, let option):
            "\(path) is a directory: give a file in it" + (option.map { " with \($0)" } ?? "")
        case .unreadableInput:
            "the standard input can't be read: it is closed, or a directory; have a file or a command there, or name a file"
        case .notUTF8(let name): "\(name) is not UTF-8: give it in that encoding"
        }
    }
}
