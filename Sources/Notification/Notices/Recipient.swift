package import Foundation
package import SignIn
package import Storage

/// Who gets a message: where, in which language, and in whose time.
package struct Recipient: Sendable {
    package enum Address: Sendable, Equatable {
        case mail(MailAddress)
        case mobile(MobileNumber)

        package var channel: OutboxChannel {
            switch self {
            case .mail: .mail
            case .mobile: .sms
            }
        }

        var text: String {
            switch self {
            case .mail(let address): address.text
            case .mobile(let number): number.digits
            }
        }
    }

    package let address: Address
    package let language: Language
    /// Every time in the message is told in it.
    package let timeZone: TimeZone

    package init(_ address: Address, language: Language, timeZone: TimeZone) {
        self.address = address
        self.language = language
        self.timeZone = timeZone
    }
}

/// Whose message it is: settings of the data directory, because a message is written by whichever process makes the
/// change, and a command has no server's configuration.
package struct Letterhead: Sendable, Equatable {
    package let serviceName: String
    /// Without a slash at the end.
    package let portalURL: String

    package init(serviceName: String, portalURL: String) {
        self.serviceName = serviceName
        self.portalURL = portalURL
    }

    package init(_ snapshot: ControlSnapshot) throws {
        self.init(
            serviceName: try snapshot.setting(.serviceName), portalURL: try snapshot.setting(.portalURL))
    }

    /// Where a mailed link leads: `https://portal.example/invitation/TOKEN`.
    package func link(_ purpose: Link.Purpose, _ token: LinkToken) -> String {
        "\(portalURL)/\(purpose.rawValue)/\(token.text)"
    }
}
