import Foundation
import Glibc

/// A directory of its owner only, beside what is to be made, and gone with all that is left in it when nobody needs it
/// any more.
final class WorkDirectory {
    let path: String

    /// - Parameter target: what will be made; its name stands in that of the directory.
    /// - Throws: ``StorageError/noFolder(path:folder:)``, ``StorageError/diskFull(path:)``.
    init(beside target: String) throws {
        let (parent, name) = (Self.parent(of: target), Self.name(of: target))
        var template = Array("\(parent)/.\(name).XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else {
            switch errno {
            case ENOENT, ENOTDIR, EACCES, EPERM, EROFS: throw StorageError.noFolder(path: target, folder: parent)
            case let code: throw NewFile.failure(code, target)
            }
        }
        path = unsafe String(cString: made)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The path without symbolic links, of what need not be there yet.
    static func resolved(_ path: String) -> String {
        func real(_ path: String) -> String? {
            guard let text = unsafe realpath(path, nil) else { return nil }
            defer { unsafe free(text) }
            return unsafe String(cString: text)
        }
        return real(path) ?? real(parent(of: path)).map { ($0 == "/" ? "" : $0) + "/" + name(of: path) } ?? path
    }

    /// Waits until what was made, renamed or written there is on the disk.
    static func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw NewFile.failure(errno, path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw NewFile.failure(errno, path) }
    }
}
