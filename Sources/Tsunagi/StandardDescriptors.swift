import Glibc

/// The first three descriptors, by which a process finds its standard streams.
enum StandardDescriptors {
    /// Where one of them is closed, the next file that is opened would get its number, and be written to as if it were the
    /// stream. What stands there instead fails when it is used, as a closed one does.
    static func keep() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest that is free is taken, and that is this one.
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes as much of a text as can be written at once. Nothing depends on its arriving: a disk that is full or a terminal
    /// that is gone ends nothing.
    static func tell(_ text: String, at descriptor: CInt) {
        var text = text
        text.withUTF8 { octets in
            var written = 0
            while written < octets.count {
                let start = unsafe octets.baseAddress.map { unsafe $0 + written }
                let count = unsafe write(descriptor, start, octets.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
