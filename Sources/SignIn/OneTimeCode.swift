internal import Crypto
import Foundation

/// A code of six digits that goes to a person's telephone or mailbox, as it is kept: a keyed hash, and how long and how
/// often it may be tried.
///
/// An account has one of these, and a new one takes its place: with that the former code is void.
package struct OneTimeCode: Hashable, Sendable {
    /// How a code travels.
    package enum Channel: String, Sendable, CaseIterable {
        case sms, mail

        /// How long a code is valid that comes this way: 30 and 10 minutes.
        package var defaultLifetime: Duration {
            switch self {
            case .sms: .seconds(30 * 60)
            case .mail: .seconds(10 * 60)
            }
        }
    }

    package enum Outcome: Hashable, Sendable {
        case accepted
        case wrong(triesLeft: Int)
        /// Not six digits: no try was taken.
        case notACode
        case void(VoidReason)
    }

    /// Why no code is accepted any more.
    package enum VoidReason: Hashable, Sendable {
        case expired
        case tooManyTries
        case used
        /// Hashed with a key that is not here any more.
        case keyGone
    }

    package static let length = 6
    package static let tryLimit = 10

    private static let nonceLength = 16

    package let channel: Channel
    package let expires: Timestamp
    private let keyID: String
    private let nonce: [UInt8]
    private let hash: [UInt8]
    private var wrongTries = 0
    private var isUsed = false

    /// Makes a code.
    ///
    /// - Parameters:
    ///   - account: what identifies the account for ever; the code is worth nothing for another one.
    ///   - lifetime: nil: the channel's.
    /// - Returns: the code for the message, which is kept nowhere, and what is kept.
    package static func issue(
        for account: String, by channel: Channel, lifetime: Duration? = nil, at now: Timestamp, with keys: KeyRing,
        using generator: inout some RandomNumberGenerator
    ) -> (code: String, kept: OneTimeCode) {
        let digits = String(Int.random(in: 0..<1_000_000, using: &generator))
        let code = String(repeating: "0", count: length - digits.utf8.count) + digits
        let nonce = generator.octets(nonceLength)
        let hash = HMAC<SHA256>.authenticationCode(
            for: text(code, of: account, nonce: nonce), using: keys.current.key(for: .codes))
        let kept = OneTimeCode(
            channel: channel, expires: now + (lifetime ?? channel.defaultLifetime), keyID: keys.current.id,
            nonce: nonce, hash: Array(hash))
        return (code, kept)
    }

    private init(channel: Channel, expires: Timestamp, keyID: String, nonce: [UInt8], hash: [UInt8]) {
        self.channel = channel
        self.expires = expires
        self.keyID = keyID
        self.nonce = nonce
        self.hash = hash
    }

    /// Judges what a person typed: full-width digits, blanks and hyphens are forgiven. The outcome counts only when the
    /// changed value is kept.
    package mutating func check(_ typed: String, of account: String, at now: Timestamp, with keys: KeyRing) -> Outcome {
        if isUsed { return .void(.used) }
        if wrongTries >= Self.tryLimit { return .void(.tooManyTries) }
        guard now < expires else { return .void(.expired) }
        guard let code = HalfWidth.digits(typed, count: Self.length) else { return .notACode }
        guard let key = try? keys.key(id: keyID) else { return .void(.keyGone) }
        // Crypto compares authentication codes in constant time.
        let isRight = HMAC<SHA256>.isValidAuthenticationCode(
            hash, authenticating: Self.text(code, of: account, nonce: nonce), using: key.key(for: .codes))
        guard isRight else {
            wrongTries += 1
            let left = Self.tryLimit - wrongTries
            return left > 0 ? .wrong(triesLeft: left) : .void(.tooManyTries)
        }
        isUsed = true
        return .accepted
    }

    /// Whether a code could still be right.
    package func isOpen(at now: Timestamp) -> Bool { !isUsed && wrongTries < Self.tryLimit && now < expires }

    private static func text(_ code: String, of account: String, nonce: [UInt8]) -> Data {
        Data(nonce) + Data("\(code) \(account)".utf8)
    }
}

extension OneTimeCode: StoredText {
    /// `code/1 by=sms expires=1763700000000 key=0123456789abcdef nonce=… hash=… wrong=0 used=0`; nonce and hash in
    /// base64url.
    package var stored: String {
        var fields = StoredFields("code")
        fields.set("by", channel)
        fields.set("expires", expires)
        fields.set("key", text: keyID)
        fields.set("nonce", nonce)
        fields.set("hash", hash)
        fields.set("wrong", wrongTries)
        fields.set("used", isUsed)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "code")
        channel = try fields.choice("by")
        expires = try fields.moment("expires")
        keyID = try fields.text("key")
        nonce = try fields.octets("nonce", count: Self.nonceLength)
        hash = try fields.octets("hash", count: SHA256.byteCount)
        wrongTries = try fields.number("wrong", in: 0...Self.tryLimit)
        isUsed = try fields.flag("used")
        try fields.finish()
    }
}
