import Foundation

/// A file that comes to its place when all of it is on the disk; until then what is there stays.
package final class FileInPlace {
    private let work: WorkDirectory
    private let file: NewFile
    private let replaces: Bool

    /// - Parameter replaces: whether a file that is there already may go.
    /// - Throws: ``StorageError/fileExists(path:)``, ``StorageError/noFolder(path:folder:)``, ``StorageError/diskFull(path:)``.
    package init(_ path: String, replaces: Bool) throws {
        let target = WorkDirectory.resolved(path)
        guard replaces || !FileManager.default.fileExists(atPath: target) else {
            throw StorageError.fileExists(path: path)
        }
        self.replaces = replaces
        work = try WorkDirectory(beside: target)
        file = try NewFile(target, in: work.path)
    }

    package func write(_ octets: [UInt8]) throws { try file.write(octets) }

    package func putInPlace() throws { try file.putInPlace(replaces: replaces) }
}
