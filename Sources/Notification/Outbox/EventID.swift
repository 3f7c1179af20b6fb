internal import Crypto
import Foundation

/// What stands for an event outside: the same for each message of it, and telling nothing of what happened.
enum EventID {
    /// 32 hexadecimal digits.
    static func text(of event: String) -> String {
        SHA256.hash(data: Data("tsunagi event \(event)".utf8)).prefix(16)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
