@unsafe @preconcurrency import Glibc
import Synchronization

/// Where a command gives its answer. Who asked has to be told when not all of it could be written.
enum StandardOutput {
    /// A part of the answer could not be written: the first reason why.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let code: CInt

        var description: String { unsafe "the answer can't be written (\(String(cString: strerror(code))))" }
    }

    private static let failure = Mutex<Failure?>(nil)

    /// Writes later, and more at once. Of what can't be written ``flush()`` and ``check()`` tell.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { unsafe write(UnsafeRawBufferPointer($0)) }
    }

    static func write(_ octets: [UInt8]) throws(Failure) {
        unsafe octets.withUnsafeBytes { unsafe write($0) }
        try check()
    }

    private static func write(_ octets: UnsafeRawBufferPointer) {
        guard unsafe fwrite(octets.baseAddress, 1, octets.count, stdout) < octets.count else { return }
        failed(errno)
    }

    /// - Throws: when something could not be written before, now or earlier.
    static func flush() throws(Failure) {
        if unsafe fflush(stdout) != 0 { failed(errno) }
        try check()
    }

    /// - Throws: when something could not be written before, so that nobody goes on for nothing.
    static func check() throws(Failure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private static func failed(_ code: CInt) {
        // Whoever reads wants no more: the usual end of such a program, of which nothing is told.
        if code == EPIPE {
            _ = signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        failure.withLock { if $0 == nil { $0 = Failure(code: code) } }
    }
}
