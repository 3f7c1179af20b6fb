/// A file that takes the place of what is there, when all of it is on the disk; until then that stays.
package final class ReplacedFile {
    private let work: WorkDirectory
    private let file: NewFile

    /// - Throws: ``StorageError`` when nothing can be written there.
    package init(_ path: String) throws {
        let target = WorkDirectory.resolved(path)
        work = try WorkDirectory(beside: target)
        file = try NewFile(target, in: work.path)
    }

    package func write(_ octets: [UInt8]) throws { try file.write(octets) }

    package func putInPlace() throws { try file.putInPlace(replaces: true) }
}
