/// What a person shows besides the password.
package enum SecondFactor: String, Sendable, CaseIterable {
    /// The account has none (SKIP).
    case none
    case sms
    case mail
    case totp
}

/// How a code that was typed was judged, whichever kind it is.
package enum CodeJudgement: Hashable, Sendable {
    case accepted
    case wrong
    /// Not of a code's form: no try was taken.
    case notACode
    /// There is no code that could be right: a new one is needed.
    case void
}

extension OneTimeCode.Outcome {
    package var judgement: CodeJudgement {
        switch self {
        case .accepted: .accepted
        case .wrong: .wrong
        case .notACode: .notACode
        // The try that made the code void was one.
        case .void(.tooManyTries): .wrong
        case .void(.expired), .void(.used), .void(.keyGone): .void
        }
    }
}

extension TOTP.Outcome {
    /// A code that was used before is a wrong one: who shows it may have seen it over a shoulder.
    package var judgement: CodeJudgement {
        switch self {
        case .accepted: .accepted
        case .wrong, .usedBefore: .wrong
        case .notACode: .notACode
        }
    }
}

extension RecoveryCodes.Outcome {
    package var judgement: CodeJudgement {
        switch self {
        case .accepted: .accepted
        case .wrong: .wrong
        case .notACode: .notACode
        }
    }
}
