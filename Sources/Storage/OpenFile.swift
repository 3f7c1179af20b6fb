import Glibc

/// The file of a database as it was when it was opened. It is asked by name and never opened here: closing a descriptor
/// of a database drops the locks (fcntl) of every connection that this process has to it.
package struct OpenFile: Sendable {
    /// What its path names now.
    package enum Place: Sendable {
        case here, gone, another
    }

    private struct Identity: Equatable {
        let device: UInt
        let inode: UInt
    }

    let path: String
    private let identity: Identity?

    init(_ path: String) {
        self.path = path
        identity = Self.identity(path)
    }

    /// Octets of the file, and of the log of what was committed last; 0 where there is none.
    var sizes: (file: Int, log: Int) { (Self.size(path), Self.size(path + "-wal")) }

    package var place: Place {
        guard let now = Self.identity(path) else { return .gone }
        return now == identity ? .here : .another
    }

    /// - Throws: ``StorageError/moved(path:)``, ``StorageError/notWritable(path:reason:)``.
    func check() throws(StorageError) {
        guard place == .here else { throw .moved(path: path) }
        guard unsafe access(path, R_OK | W_OK) == 0 else {
            throw .notWritable(path: path, reason: DataDirectory.systemReason(errno))
        }
    }

    private static func identity(_ path: String) -> Identity? {
        status(path).map { Identity(device: UInt($0.st_dev), inode: UInt($0.st_ino)) }
    }

    private static func size(_ path: String) -> Int {
        status(path).map { Int($0.st_size) } ?? 0
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status : nil
    }
}
