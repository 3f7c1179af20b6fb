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
