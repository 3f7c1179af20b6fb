package import SignIn
package import Storage

/// Why a message can't be written. Each text names the thing and the remedy.
package enum NotificationError: Error, Equatable, CustomStringConvertible {
    case mailAddress(String)
    /// The notice goes by one channel, and the recipient has an address of the other.
    case wrongChannel(NoticeKind, needed: OutboxChannel)
    case noText(NoticeKind, Language)
    case lineBreak(header: String)
    case noSecret(path: String, reason: String)
    case noCertificates(path: String)

    package var description: String {
        switch self {
        case .mailAddress(let text): "\"\(text)\" is not a mail address: give one such as taro@example.jp"
        case .wrongChannel(let kind, let needed):
            "\(kind.rawValue) goes by \(needed.rawValue): give an address of that kind"
        case .noText(let kind, let language): "there is no text for \(kind.rawValue) in \(language.rawValue)"
        case .lineBreak(let header): "the \(header) of a mail is one line: take the line break out"
        case .noSecret(let path, let reason):
            "\(path) can't be read (\(reason)): it has to hold the secret in its first line"
        case .noCertificates(let path):
            "\(path) can't be read: it has to hold the certificates to trust, in PEM, or be left out for the system's"
        }
    }
}
