internal import Crypto
import Foundation

/// What a token is for. Its name goes into the hash, so that a token of one use is nothing in another.
package protocol TokenUse: Sendable {
    static var name: StaticString { get }
}

/// The use of a token in a mailed link.
package enum LinkUse: TokenUse {
    package static let name: StaticString = "link"
}

/// The use of a token in a session's cookie.
package enum SessionUse: TokenUse {
    package static let name: StaticString = "session"
}

/// The use of a token in the cookie of a sign-in that is under way: it opens no session, and is done with when one
/// starts.
package enum SignInUse: TokenUse {
    package static let name: StaticString = "sign-in"
}

package typealias LinkToken = SecretToken<LinkUse>
package typealias SessionToken = SecretToken<SessionUse>
package typealias SignInToken = SecretToken<SignInUse>

/// 256 random bits that a person holds: the right to something, as long as nobody else knows them. Kept is only their
/// ``TokenHash``.
package struct SecretToken<Use: TokenUse>: Hashable, Sendable, CustomStringConvertible {
    package static var length: Int { 32 }

    private let octets: [UInt8]

    package init(using generator: inout some RandomNumberGenerator) {
        octets = generator.octets(Self.length)
    }

    /// Reads what came in a link or a cookie; nil when it can't be a token.
    package init?(_ text: String) {
        guard text.utf8.count == 43, let octets = BaseEncoding.base64URL.octets(text) else { return nil }
        self.octets = octets
    }

    /// 43 characters of base64url, for the link or the cookie.
    package var text: String { BaseEncoding.base64URL.text(octets) }

    package var hash: TokenHash<Use> {
        TokenHash(octets: Array(SHA256.hash(data: Data("\(Use.name) ".utf8) + Data(octets))))
    }

    /// Without the secret, so that no log holds it.
    package var description: String { "SecretToken(\(Use.name))" }
}

/// SHA-256 of a ``SecretToken``: what is kept, and what a presented token is looked up by. Looking up is safe: how far
/// a hash agrees with another one tells nothing about the token, and the token is too long to be guessed.
package struct TokenHash<Use: TokenUse>: Hashable, Sendable {
    private let octets: [UInt8]

    fileprivate init(octets: [UInt8]) {
        self.octets = octets
    }

    /// 43 characters of base64url; nil when `text` is not that.
    init?(text: some StringProtocol) {
        guard let octets = BaseEncoding.base64URL.octets(text), octets.count == SHA256.byteCount else { return nil }
        self.octets = octets
    }

    /// The key of the table.
    package var text: String { BaseEncoding.base64URL.text(octets) }
}
