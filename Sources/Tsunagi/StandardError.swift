import Glibc

/// Where a process tells what belongs beside its answer: a log, notes, the picture of a terminal. Nothing depends on its
/// arriving, and a disk that is full or a terminal that is gone ends nothing.
enum StandardError {
    /// Writes as much of it as can be written.
    ///
    /// - Parameter descriptor: another one than the standard error, of which the same holds.
    static func write(_ text: String, to descriptor: CInt = STDERR_FILENO) {
        var text = text
        text.withUTF8 { octets in
            var written = 0
            while written < octets.count {
                let start = unsafe octets.baseAddress.map { unsafe $0 + written }
                let count = unsafe Glibc.write(descriptor, start, octets.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
