package import Foundation
package import SignIn
import Storage

/// The web sites that people sign in at, each with accounts of its own.
package enum SignInSite: String, Sendable, CaseIterable {
    /// 管理者用設定ホームページ.
    case administrator
    /// サービス設定用ホームページ.
    case user
    /// ビジネスポータル.
    case portal

    var accountKind: AccountKind {
        switch self {
        case .administrator: .administratorID
        case .user: .loginID
        case .portal: .portalUser
        }
    }
}

/// What comes next in a sign-in.
package enum SignInReply: Sendable, Equatable {
    /// Never ``SignInProgress/Step/signedIn`` or `over`. The token goes into a cookie, and names the sign-in.
    ///
    /// - Parameter code: nil unless a code was to be sent.
    case next(SignInToken, SignInProgress.Step, code: SentCode?)
    /// The token goes into the session's cookie; that of the sign-in is worth nothing any more.
    case signedIn(SessionToken)
    /// What an invitation was for is done: the person signs in.
    case done
}

/// What became of a code that was to be sent.
package struct SentCode: Sendable, Equatable {
    /// Nil: none was sent, because one was sent a moment ago, or too many; that one is still valid, if it has not expired.
    package let expires: Timestamp?
    /// When another one can be asked for, if none was sent.
    package let nextAt: Timestamp?
}

/// How it stands with the codes that are sent to an account.
package struct CodeStanding: Sendable, Equatable {
    /// When the code was sent that is still to be typed; nil: there is none.
    package let sentAt: Timestamp?
    /// When another one can be asked for; nil: now.
    package let nextAt: Timestamp?
    /// The one that the person's messages tell times in.
    package let zone: TimeZone
}

/// What an authenticator app is set up with; it is shown to nobody else, and not twice.
package struct TOTPOffer: Sendable, Equatable {
    /// For typing.
    package let secret: String
    /// For the QR code.
    package let uri: String
}

/// What a person who was invited has to know of themselves.
package struct ClaimedIdentity: Sendable, Equatable {
    package let email: String
    package let name: String
    package let telephone: String

    package init(email: String, name: String, telephone: String) {
        self.email = email
        self.name = name
        self.telephone = telephone
    }

    /// However it was typed: in upper case, full width, with or without blanks and hyphens.
    func matches(_ user: PortalUserEntry) -> Bool {
        Self.plain(email) == Self.plain(user.account.name) && Self.plain(name) == Self.plain(user.details.name)
            && Self.digits(telephone) == Self.digits(user.details.telephone)
    }

    private static func plain(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace }
    }

    private static func digits(_ text: String) -> String {
        plain(text).filter { $0.isASCII && ($0.isNumber || $0 == "+") }
    }
}
