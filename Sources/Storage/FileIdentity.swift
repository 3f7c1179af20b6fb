import Glibc

/// Which file a path names. It tells whether another one has taken its place, without opening it: closing a database that
/// this process has open elsewhere would drop that one's locks (fcntl).
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// Nil: there is none.
    package init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}
