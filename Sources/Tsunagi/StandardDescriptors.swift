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
}
