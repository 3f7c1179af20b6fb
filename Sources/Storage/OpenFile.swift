import Glibc

/// The file of a database as it was when it was opened. It is asked by name and never opened here: closing a descriptor
/// of a database drops the locks (fcntl) of every connection that this process has to it.
struct OpenFile: Sendable {
    let path: String
    let identity: FileIdentity?

    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Octets of the file, and of the log of what was committed last; 0 where there is none.
    var sizes: (file: Int, log: Int) { (Self.size(path), Self.size(path + "-wal")) }

    /// - Throws: ``StorageError/moved(path:)``, ``StorageError/notWritable(path:reason:)``.
    func check() throws(StorageError) {
        guard let identity, FileIdentity(path) == identity else { throw .moved(path: path) }
        guard unsafe access(path, R_OK | W_OK) == 0 else {
            throw .notWritable(path: path, reason: DataDirectory.systemReason(errno))
        }
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
