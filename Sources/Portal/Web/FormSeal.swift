import Crypto
import Foundation
import SignIn

/// The use of a token in the cookie that names a browser to its forms. It opens nothing.
enum VisitorUse: TokenUse {
    static let name: StaticString = "visitor"
}

typealias VisitorToken = SecretToken<VisitorUse>

/// What every form carries: a value that only we can make, for the browser that the form was given to. A page of somebody
/// else can neither read it nor make it, and so can't have a browser send our forms (cross-site request forgery).
struct FormSeal: Sendable {
    static let field = "seal"

    private let key: SymmetricKey

    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    func text(for visitor: VisitorToken) -> String {
        Data(code(for: visitor)).base64EncodedString()
    }

    func isValid(_ text: String?, for visitor: VisitorToken) -> Bool {
        guard let text, let octets = Data(base64Encoded: text) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(octets, authenticating: Self.message(visitor), using: key)
    }

    private func code(for visitor: VisitorToken) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Self.message(visitor), using: key)
    }

    private static func message(_ visitor: VisitorToken) -> Data { Data("form \(visitor.text)".utf8) }
}
