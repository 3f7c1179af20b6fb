import Foundation
import Glibc

/// Where the file systems of this process begin. Such a directory can't be renamed, nor can another take its place.
enum MountPoints {
    private static let table = "/proc/self/mountinfo"

    /// - Parameter path: absolute, without symbolic links.
    static func has(_ path: String) -> Bool {
        if let table = FileManager.default.contents(atPath: table) {
            return paths(in: String(decoding: table, as: UTF8.self)).contains(path)
        }
        var (own, parent) = (stat(), stat())
        return unsafe stat(path, &own) == 0 && stat(WorkDirectory.parent(of: path), &parent) == 0
            && own.st_dev != parent.st_dev
    }

    /// The fifth word of each line (proc_pid_mountinfo(5)).
    static func paths(in table: String) -> [String] {
        table.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count > 4 ? unescaped(words[4]) : nil
        }
    }

    /// What the kernel escapes; the backslash last, since it begins the others.
    private static let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\043", "#"), ("\\134", "\\")]

    private static func unescaped(_ word: Substring) -> String {
        escapes.reduce(String(word)) { text, escape in text.replacingOccurrences(of: escape.0, with: escape.1) }
    }
}
