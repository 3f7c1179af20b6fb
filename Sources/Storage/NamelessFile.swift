import Glibc

/// A file without a name in a directory: gone with whoever made it, however that ends.
final class NamelessFile {
    let descriptor: Int32

    init(in directory: DataDirectory) throws {
        var template = Array("\(directory.path)/.new.XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { throw NewFile.failure(errno, directory.path) }
        unsafe unlink(&template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(descriptor)
    }

    /// In octets. The next that is read is the first.
    func rewind() -> Int64 {
        let length = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, 0, SEEK_SET)
        return Int64(length)
    }
}
