import Foundation

/// A file that a command reads whole.
enum ReadFile {
    /// - Parameter path: `-` reads the standard input.
    /// - Returns: nil if it can't be read.
    static func contents(_ path: String) -> Data? {
        guard path == "-" else { return FileManager.default.contents(atPath: path) }
        return try? FileHandle.standardInput.readToEnd() ?? Data()
    }

    /// Looks before somebody does who can't say which option names the file.
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
