import Glibc

/// The file of a database, with its log and the index of that, as they were when it was opened. They are asked by name
/// and never opened here: closing a descriptor of a database drops the locks (fcntl) of every connection that this process
/// has to it.
package struct OpenFile: Sendable {
    /// What its path names now. It is another database too if only the log or its index is another, or gone: what is
    /// committed is there for a while, and others would neither see it nor keep it.
    package enum Place: Sendable {
        case here, gone, another
    }

    private struct Identity: Equatable {
        let device: UInt
        let inode: UInt
    }

    private static let suffixes = ["-wal", "-shm"]

    let path: String
    private let identity: Identity?
    private let companions: [Identity?]

    init(_ path: String) {
        self.path = path
        identity = Self.identity(path)
        companions = Self.companions(path)
    }

    /// Octets of the file, and of the log of what was committed last; 0 where there is none.
    var sizes: (file: Int, log: Int) { (Self.size(path), Self.size(path + "-wal")) }

    package var place: Place {
        guard let now = Self.identity(path) else { return .gone }
        // A companion that was not there yet may have come since.
        let areSame = zip(companions, Self.companions(path)).allSatisfy { $0 == nil || $0 == $1 }
        return now == identity && areSame ? .here : .another
    }

    /// What is committed to a database that nobody else finds any more is lost.
    ///
    /// - Throws: ``StorageError/moved(path:)``.
    func checkPlace() throws(StorageError) {
        guard place == .here else { throw .moved(path: path) }
    }

    /// - Throws: ``StorageError/moved(path:)``, ``StorageError/notWritable(path:reason:)``.
    func check() throws(StorageError) {
        try checkPlace()
        guard unsafe access(path, R_OK | W_OK) == 0 else {
            throw .notWritable(path: path, reason: DataDirectory.systemReason(errno))
        }
    }

    private static func identity(_ path: String) -> Identity? {
        status(path).map { Identity(device: UInt($0.st_dev), inode: UInt($0.st_ino)) }
    }

    /// Takes away what the database has left behind when its file went: beside another one it would be read as the log of
    /// that.
    func removeLeftCompanions() {
        guard Self.identity(path) != identity else { return }
        for (suffix, companion) in zip(Self.suffixes, companions)
        where companion != nil && Self.identity(path + suffix) == companion {
            unsafe unlink(path + suffix)
        }
    }

    private static func companions(_ path: String) -> [Identity?] { suffixes.map { identity(path + $0) } }

    private static func size(_ path: String) -> Int {
        status(path).map { Int($0.st_size) } ?? 0
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status : nil
    }
}
