/// Codes that follow from a shared secret and the time (RFC 6238): HMAC-SHA-1, six digits, a new one every 30 seconds,
/// which is what every authenticator app does. This is what is kept beside the secret.
///
/// Who has the password can guess codes: a sign-in ends after ``SignInProgress/wrongCodeLimit`` wrong ones, and a
/// ``Throttle`` by account bounds how many sign-ins follow each other.
package struct TOTP: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case accepted
        case wrong
        /// Right, but it or a later one was accepted before.
        case usedBefore
        /// Not six digits.
        case notACode
    }

    package static let digits = 6
    /// Seconds.
    package static let period = 30
    /// Steps that a telephone's clock may be wrong by, both ways (RFC 6238 §5.2).
    package static let drift: Int64 = 1

    /// RFC 6238 §5.2: no code is accepted twice. Nil: none was accepted yet.
    private var lastAcceptedStep: Int64?

    package init() {}

    /// Judges what a person typed: full-width digits, blanks and hyphens are forgiven. An accepted code counts only
    /// when the changed value is kept.
    package mutating func check(_ typed: String, secret: TOTPSecret, at now: Timestamp) -> Outcome {
        guard let text = HalfWidth.digits(typed, count: Self.digits), let code = UInt32(text) else { return .notACode }
        let current = Self.step(at: now)
        var matching: Int64?
        // All of them, every time: how long it takes must not tell which one it was.
        for step in current - Self.drift...current + Self.drift where step >= 0 {
            let isRight = code == HOTP.value(secret: secret.octets, counter: UInt64(step), digits: Self.digits)
            if isRight { matching = step }
        }
        guard let matching else { return .wrong }
        guard matching > lastAcceptedStep ?? -1 else { return .usedBefore }
        lastAcceptedStep = matching
        return .accepted
    }

    /// The code that an app shows at that time.
    package static func code(of secret: TOTPSecret, at now: Timestamp) -> String {
        let text = String(
            HOTP.value(secret: secret.octets, counter: UInt64(max(0, step(at: now))), digits: digits))
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// RFC 6238 §4.2, with T0 = 0.
    static func step(at now: Timestamp) -> Int64 { now.milliseconds / (Int64(period) * 1000) }
}

extension TOTP: StoredText {
    /// `totp/1`, `totp/1 last=58790000` (a step of 30 seconds since the Unix epoch).
    package var stored: String {
        var fields = StoredFields("totp")
        if let lastAcceptedStep { fields.append("last", String(lastAcceptedStep)) }
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "totp")
        lastAcceptedStep = try fields.optionalNumber("last", in: 0...(.max)).map(Int64.init)
        try fields.finish()
    }
}
