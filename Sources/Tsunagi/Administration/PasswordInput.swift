import Glibc

/// Reads a password as one line from the standard input: never from the command line, which other users can see.
enum PasswordInput {
    /// - Throws: ``TextFileError/notUTF8(_:)``.
    static func read() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try line() }
        StandardError.write("Password: ")
        defer { StandardError.write("\n") }
        return try withoutEcho(line)
    }

    private static func line() throws -> String {
        // readLine would put U+FFFD for what is not UTF-8.
        var line: [UInt8] = []
        while case let octet = getchar(), octet != EOF, octet != 0x0A { line.append(UInt8(truncatingIfNeeded: octet)) }
        if line.last == 0x0D { line.removeLast() }
        guard let text = String(validating: line, as: UTF8.self) else { throw TextFileError.notUTF8("the password") }
        return text
    }

    private static func withoutEcho(_ work: () throws -> String) throws -> String {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return try work() }
        let former = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        // Whatever ends the process while it waits, such as Ctrl-C, leaves the terminal as it was.
        let signals = TakenSignals([SIGINT, SIGQUIT, SIGTERM, SIGHUP]) { number in
            restore(former)
            StandardError.write("\n")
            end(by: number)
        }
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        defer {
            restore(former)
            signals.giveBack()
        }
        return try work()
    }

    /// As if nobody had waited for it: whoever has started this process learns what has ended it.
    private static func end(by number: CInt) {
        _ = signal(number, SIG_DFL)
        // Dispatch keeps all signals from its threads.
        var alone = sigset_t()
        unsafe sigemptyset(&alone)
        unsafe sigaddset(&alone, number)
        unsafe pthread_sigmask(SIG_UNBLOCK, &alone, nil)
        raise(number)
    }

    private static func restore(_ settings: termios) {
        var settings = settings
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }
}
