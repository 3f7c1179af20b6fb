import Foundation

/// A file that a command reads whole.
enum ReadFile {
    /// - Parameter path: `-` reads the standard input.
    /// - Returns: nil if it can't be read.
    static func contents(_ path: String) -> Data? {
        guard path == "-" else { return FileManager.default.contents(atPath: path) }
        return try? FileHandle.standardInput.readToEnd() ?? Data()
    }
}

/// Why a text can't be taken as it was given.
enum TextFileError: Error, CustomStringConvertible {
    case unreadable(file: String)
    /// What it is, such as a file or "the password".
    case notUTF8(String)

    var description: String {
        switch self {
        case .unreadable(let file): "\(file) can't be read: no such file, or not ours to read"
        case .notUTF8(let name): "\(name) is not UTF-8: give it in that encoding"
        }
    }
}
