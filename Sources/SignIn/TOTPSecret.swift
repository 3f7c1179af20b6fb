/// What an authenticator app and the server share: 160 random bits (RFC 4226 §4, R6). Kept as a ``SealedSecret``.
package struct TOTPSecret: Hashable, Sendable, CustomStringConvertible {
    package static let length = 20

    /// For ``SealedSecret``.
    package let octets: [UInt8]

    package init(using generator: inout some RandomNumberGenerator) {
        octets = generator.octets(Self.length)
    }

    /// - Parameter octets: from a ``SealedSecret``; at least 128 bits (RFC 4226 §4, R6).
    /// - Throws: ``SignInError/totpSecret``.
    package init(octets: [UInt8]) throws(SignInError) {
        guard (16...64).contains(octets.count) else { throw .totpSecret }
        self.octets = octets
    }

    /// Reads the text form, in either case, with blanks and padding or without.
    ///
    /// - Throws: ``SignInError/totpSecret``.
    package init(base32 text: String) throws(SignInError) {
        let bare = text.uppercased().filter { $0 != " " && $0 != "-" }
        let end = bare.lastIndex { $0 != "=" }.map(bare.index(after:)) ?? bare.startIndex
        guard let octets = BaseEncoding.base32.octets(bare[..<end]) else { throw .totpSecret }
        try self.init(octets: octets)
    }

    /// RFC 4648 §6, without padding, for typing into an app that can't read the QR code.
    package var base32: String { BaseEncoding.base32.text(octets) }

    /// What the QR code says (the Key URI format that authenticator apps read).
    ///
    /// - Parameters:
    ///   - issuer: whose service it is. A colon is left out here and in `account`: it separates the two.
    ///   - account: what the person signs in with.
    package func uri(issuer: String, account: String) -> String {
        let issuer = PercentEncoding.text(issuer.filter { $0 != ":" })
        let account = PercentEncoding.text(account.filter { $0 != ":" })
        return "otpauth://totp/\(issuer):\(account)?secret=\(base32)&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=\(TOTP.digits)&period=\(TOTP.period)"
    }

    package var description: String { "TOTPSecret" }
}
