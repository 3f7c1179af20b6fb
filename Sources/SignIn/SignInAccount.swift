/// What a sign-in has to know of the account whose name was typed.
package struct SignInAccount: Hashable, Sendable {
    /// Whether there is a mobile number to send codes to.
    package enum MobileNumberStanding: String, Sendable, CaseIterable {
        case registered
        /// There is none, and this person may give one with the password: an administrator.
        case toBeGiven = "to-be-given"
        /// There is none, and somebody else has to set it.
        case missing
    }

    /// What has to be set up before the person gets any further.
    package enum SetUp: String, Sendable, CaseIterable {
        /// An authenticator app: none was set up yet, or it was lost and forgotten.
        case totp
        /// The person chooses between an authenticator app and codes by mail.
        case choice
    }

    /// What identifies it for ever: not the name that was typed.
    package let id: String
    /// Neither suspended, nor invited and without a password yet.
    package let isActive: Bool
    /// ``Lockout/lockedUntil(at:)`` has a time.
    package let isLocked: Bool
    package let secondFactor: SecondFactor
    /// Whether any are left.
    package let hasRecoveryCodes: Bool
    /// Matters for ``SecondFactor/sms`` only.
    package let mobileNumber: MobileNumberStanding
    /// Nil: nothing. The second factor is asked for first: where an app is to be set up, that is a code by mail.
    package let setUp: SetUp?
    package let mustChangePassword: Bool
    /// The version of the terms that the person has not accepted yet; nil: nothing to accept.
    package let terms: String?

    package init(
        id: String, isActive: Bool = true, isLocked: Bool = false, secondFactor: SecondFactor,
        hasRecoveryCodes: Bool = false, mobileNumber: MobileNumberStanding = .registered,
        setUp: SetUp? = nil, mustChangePassword: Bool = false, terms: String? = nil
    ) {
        self.id = id
        self.isActive = isActive
        self.isLocked = isLocked
        self.secondFactor = secondFactor
        self.hasRecoveryCodes = hasRecoveryCodes
        self.mobileNumber = mobileNumber
        self.setUp = setUp
        self.mustChangePassword = mustChangePassword
        self.terms = terms
    }
}
