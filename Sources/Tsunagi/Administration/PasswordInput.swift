import Foundation
import Glibc

/// Reads a password as one line from the standard input: never from the command line, which other users can see.
enum PasswordInput {
    static func read() -> String {
        guard isatty(STDIN_FILENO) == 1 else { return line() }
        FileHandle.standardError.write(Data("Password: ".utf8))
        let password = withoutEcho(line)
        FileHandle.standardError.write(Data("\n".utf8))
        return password
    }

    private static func line() -> String {
        var text = readLine(strippingNewline: true) ?? ""
        if text.hasSuffix("\r") { text.removeLast() }
        return text
    }

    private static func withoutEcho(_ work: () -> String) -> String {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return work() }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return work()
    }
}
