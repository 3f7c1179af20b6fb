package import Storage

/// What people are told. Each has a text in each language.
package enum NoticeKind: String, Sendable, CaseIterable {
    /// How to get into the portal for the first time.
    case invitation
    /// How to give oneself a new password.
    case passwordReset = "password-reset"
    case mailCode = "mail-code"
    case smsCode = "sms-code"
    /// An administrator has given the account a new password, which the administrator hands over.
    case passwordReissued = "password-reissued"
    case passwordChanged = "password-changed"
    /// An administrator has taken a lost authenticator app off the account.
    case secondFactorReset = "second-factor-reset"
    case locked
    case unlocked
    case mailTest = "mail-test"
    case smsTest = "sms-test"

    package var channel: OutboxChannel {
        switch self {
        case .smsCode, .smsTest: .sms
        case .invitation, .passwordReset, .mailCode, .passwordReissued, .passwordChanged, .secondFactorReset, .locked,
            .unlocked, .mailTest:
            .mail
        }
    }

    /// Whether it carries a link or a code.
    var isSecret: Bool {
        switch self {
        case .invitation, .passwordReset, .mailCode, .smsCode: true
        case .passwordReissued, .passwordChanged, .secondFactorReset, .locked, .unlocked, .mailTest, .smsTest: false
        }
    }

    /// Whether it only tells of what has happened: the person can do without it what there is to do.
    package var isOptional: Bool {
        switch self {
        case .passwordReissued, .passwordChanged, .secondFactorReset, .locked, .unlocked: true
        case .invitation, .passwordReset, .mailCode, .smsCode, .mailTest, .smsTest: false
        }
    }

    /// Whether it may be sent once more when nobody knows if it has arrived.
    ///
    /// A mail may: it carries the same Message-ID, by which a mail system recognises a repeat. A code may not: whoever
    /// misses it asks for a new one. Short messages have nothing to recognise them by.
    var isRepeatable: Bool {
        switch self {
        case .invitation, .passwordReset, .passwordReissued, .passwordChanged, .secondFactorReset, .locked, .unlocked,
            .mailTest:
            true
        case .mailCode, .smsCode, .smsTest: false
        }
    }
}
