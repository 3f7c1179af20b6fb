import ControlPlane

/// What the portal calls the properties of its users.
extension PortalUserProfile.SecondFactor {
    func text(_ words: Catalogue) -> String { words("user.factor.\(rawValue)") }
}

extension PortalUserProfile.Role {
    func text(_ words: Catalogue) -> String { words("user.role.\(rawValue)") }
}

extension PortalUserStatus {
    func mark(_ words: Catalogue) -> StateMark {
        let text = words("user.status.\(rawValue)")
        return switch self {
        case .invited: StateMark(shape: .wait, text: text)
        case .active: StateMark(shape: .ok, text: text)
        case .suspended: StateMark(shape: .stop, text: text)
        case .locked: StateMark(shape: .lock, text: text)
        }
    }
}

extension ControlError {
    /// Why something of a user or a user group was refused, in the person's language.
    func userText(_ words: Catalogue) -> String { userReason(words) ?? words("user.refusal.other") }

    /// Nil: no text says it.
    func userReason(_ words: Catalogue) -> String? {
        switch self {
        case .account(let refusal): refusal.userReason(words)
        case .contract(.invalidName): words("user.refusal.name")
        case .contract(.noSuchContract): words("user.refusal.contract-of-another")
        case .changedSince(_, let by, _, _): words("user.refusal.changed-since", ["who": by])
        default: nil
        }
    }
}

extension AccountRefusal {
    fileprivate func userReason(_ words: Catalogue) -> String? {
        switch self {
        case .invalidEmail: words("user.refusal.email")
        case .userExists: words("user.refusal.user-exists")
        case .addressRefused: words("user.refusal.address")
        case .invalidTelephone: words("user.refusal.telephone")
        case .invalidTimeZone: words("user.refusal.time-zone")
        case .textTooLong(_, let limit): words("user.refusal.too-long", ["limit": "\(limit)"])
        case .controlCharacter: words("user.refusal.control-character")
        case .lastAdministrator: words("user.refusal.last-administrator")
        case .ownSecondFactor: words("user.refusal.own-second-factor")
        case .secondFactorOfOperator: words("user.refusal.second-factor-of-operator")
        case .noTOTP: words("user.refusal.no-totp")
        case .hasPassword: words("user.refusal.has-password")
        case .noPassword: words("user.refusal.no-password")
        case .suspended: words("user.refusal.suspended")
        case .linkTooSoon: words("user.refusal.link-too-soon")
        case .groupExists: words("user.refusal.group-exists")
        case .noSuchGroup: words("user.refusal.no-such-group")
        case .contractOfAnother: words("user.refusal.contract-of-another")
        case .userOfAnother, .noSuchUser: words("user.refusal.user-of-another")
        case .rightsChanged: words("user.refusal.rights-changed")
        case .invalidSignInName, .userBelongs, .administratorIDStands, .loginIDStands, .administratorIDExists,
            .noSuchAdministratorID, .hasAdministratorID, .noOptionService, .loginIDExists, .noSuchLoginID, .noNumbers,
            .multipleNumber, .numberNotUnder, .numberTaken, .smsNumbers, .signInForbidden, .noSuchSession, .signIn,
            .noSuchToken, .tokenWithoutName, .tooManyTokens, .tokenScope, .tokenDays:
            nil
        }
    }
}
