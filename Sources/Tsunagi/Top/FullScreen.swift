import Foundation
import Glibc

/// The whole terminal, for something that is drawn anew again and again; what was there before is there again
/// afterwards.
final class FullScreen {
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    private var former = termios()
    /// Whatever ends the process is to leave the terminal as it was.
    private let signals: TakenSignals
    /// Becomes readable when a signal wants it to end.
    private let signalled: CInt

    /// Nil: input and output are not both a terminal.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            unsafe tcgetattr(STDIN_FILENO, &former) == 0
        else { return nil }
        var ends: [CInt] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { return nil }
        let (reading, writing) = (ends[0], ends[1])
        signalled = reading
        signals = TakenSignals([SIGTERM, SIGHUP, SIGINT]) { _ in _ = unsafe write(writing, [1], 1) }
        var raw = former
        // Keys come one by one, unseen; Ctrl-C is a key like the others.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        print(Self.enter)
    }

    func end() {
        print(Self.leave)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &former)
        signals.giveBack()
    }

    /// Columns and lines.
    static var size: (width: Int, height: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    func draw(_ lines: [TopScreen.Line]) {
        let shown = lines.prefix(Self.size.height)
        print("\u{1B}[H" + shown.map { Self.styled($0) + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
    }

    private static func styled(_ line: TopScreen.Line) -> String {
        switch line.style {
        case .plain: line.text
        case .title: "\u{1B}[1m\(line.text)\u{1B}[0m"
        case .quiet: "\u{1B}[2m\(line.text)\u{1B}[0m"
        case .alarm: "\u{1B}[31m\(line.text)\u{1B}[0m"
        }
    }

    /// Waits for so long, or until somebody wants it to end: by q, Ctrl-C or a signal.
    ///
    /// - Returns: whether it is to go on.
    func pause(for length: Duration) -> Bool {
        let end = ContinuousClock.now + length
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero else { return true }
            var waiting = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signalled, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = CInt(left / .milliseconds(1)) + 1
            guard unsafe poll(&waiting, nfds_t(waiting.count), milliseconds) > 0 else { continue }
            if waiting[1].revents != 0 || isEnding(waiting[0].revents) { return false }
        }
    }

    private func isEnding(_ events: Int16) -> Bool {
        guard events != 0 else { return false }
        var key: UInt8 = 0
        guard unsafe read(STDIN_FILENO, &key, 1) == 1 else { return true }
        return key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") || key == 3
    }

    private func print(_ text: String) { StandardDescriptors.tell(text, at: STDOUT_FILENO) }
}
