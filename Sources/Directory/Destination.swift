/// Where a forwarded call goes.
package enum Destination: Hashable, Sendable, CustomStringConvertible {
    /// A number: one of ours, an extension, or one behind a trunk.
    case number(PhoneNumber)
    /// A sip: or sips: URI, kept as it was given.
    case uri(String)
    /// The voice-mail server that the configuration names (`voicemail.uri`).
    case voicemail

    /// The text from which ``init(stored:)`` makes the same destination: `voicemail`, a URI, or a canonical number.
    package var stored: String {
        switch self {
        case .number(let number): number.canonical
        case .uri(let uri): uri
        case .voicemail: "voicemail"
        }
    }

    package init(stored: String) {
        if stored == "voicemail" {
            self = .voicemail
        } else if stored.contains(":") {
            self = .uri(stored)
        } else {
            self = .number(PhoneNumber(trustedCanonical: stored))
        }
    }

    package var description: String {
        switch self {
        case .number(let number): number.description
        case .uri(let uri): uri
        case .voicemail: "voicemail"
        }
    }
}
