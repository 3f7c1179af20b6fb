import Storage

/// Takes out of what servers say whom it is about: they quote the recipient, as in `550 5.1.1 <taro@example.jp>`.
struct LogMask {
    private static let mask = "***"
    /// Fewer are a status, a port or a date.
    private static let leastDigits = 9

    private let recipient: String

    init(_ message: OutboxEntry) {
        recipient = message.recipient
    }

    /// The text without mail addresses and telephone numbers, the recipient's or anybody's, and without the recipient's
    /// name alone.
    func text(_ reason: String) -> String {
        var masked = reason.replacing(recipient, with: Self.mask)
        masked = masked.replacing(/[^\s<>"'=:,;@]+(@|%40)[^\s<>"',;]+/, with: Self.mask)
        // What follows the end of an enhanced status code (RFC 3463 §2) is no part of it.
        masked = masked.replacing(/\.[0-9]+|\+?[0-9](?:[-() ]{0,2}[0-9])+/) { run in
            run.output.count(where: \.isNumber) < Self.leastDigits ? String(run.output) : Self.mask
        }
        let name = recipient.prefix { $0 != "@" }
        return name.isEmpty ? masked : Self.replacing(word: name, in: masked)
    }

    /// Where it stands by itself: `info` is a name, and a part of `information`.
    private static func replacing(word: Substring, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let place = rest.firstRange(of: word) {
            let before = rest[..<place.lowerBound].last ?? result.last
            let after = rest[place.upperBound...].first
            let isWord = [before, after].allSatisfy { !($0?.isLetter ?? false) && !($0?.isNumber ?? false) }
            result += rest[..<place.lowerBound]
            result += isWord ? mask[...] : rest[place]
            rest = rest[place.upperBound...]
        }
        return result + rest
    }
}
