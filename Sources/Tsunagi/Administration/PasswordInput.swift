import Foundation
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
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return try work()
    }
}
