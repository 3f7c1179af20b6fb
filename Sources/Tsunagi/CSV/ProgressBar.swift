import Foundation
import Glibc

/// Tells on a terminal how far something has come: one line of the standard error, which is gone at the end.
final class ProgressBar {
    private static let width = 30
    private static let interval = Duration.milliseconds(100)

    private let isShown: Bool
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant?

    /// Where the standard error is no terminal, nothing is shown.
    init() { isShown = isatty(STDERR_FILENO) == 1 }

    func show(_ fraction: Double, _ text: @autoclosure () -> String) {
        guard isShown, last.map({ ContinuousClock.now - $0 >= Self.interval }) ?? true else { return }
        last = .now
        StandardError.write("\r" + Self.line(fraction, text(), after: ContinuousClock.now - start) + "\u{1B}[K")
    }

    func clear() {
        if last != nil { StandardError.write("\r\u{1B}[K") }
        last = nil
    }

    /// `[###      ]  33 %  330,000 rows  0:41, about 1:22 left`
    static func line(_ fraction: Double, _ text: String, after time: Duration) -> String {
        let share = min(max(fraction, 0), 1)
        let done = Int(share * Double(width))
        let bar = String(repeating: "#", count: done) + String(repeating: " ", count: width - done)
        let percent = "\(Int(share * 100))"
        let seconds = Double(time.components.seconds)
        let left = share > 0.02 && share < 1 && seconds >= 2 ? seconds / share - seconds : nil
        return "[\(bar)] " + String(repeating: " ", count: 3 - percent.count) + percent + " %  \(text)  "
            + clock(seconds) + (left.map { ", about \(clock($0)) left" } ?? "")
    }

    private static func clock(_ seconds: Double) -> String {
        "\(Int(seconds) / 60):" + String(100 + Int(seconds) % 60).dropFirst()
    }
}
