import ControlPlane

/// What a use case refuses because of an address that was made up or has gone stale, as a page. Ids in addresses are never
/// trusted: whether something is not there or is somebody else's, the answer is the same.
extension ControlError {
    /// Nil: a refusal of what was typed, to be shown beside it.
    var asPage: PortalError? {
        switch self {
        case .noSuchNumber, .noSuchOperation, .noSuchTrunk, .noSuchCall, .noHistory, .noHistoryOf, .noSuchSlot,
            .noSavedDestination, .noSuchChange, .noNumbers, .notBanned:
            .notFound
        case .notPermitted, .outsideScope: .notPermitted
        // Only a page that is not of this database says so.
        case .notChangedYet: .unreadableForm
        case .account(let refusal): refusal.asPage
        case .contract(let refusal): refusal.asPage
        case .invalidNumber, .reservedName, .numberExists, .emptyPassword, .passwordTooLong, .ringSeconds,
            .destination, .endIsPast, .unknownTimeZone, .tooManyNumbers, .nothingToRestore, .holiday, .loop,
            .forwardingForm, .noFreeSlot, .blockListFull, .caller, .notBlocked, .invalidPrefix, .trunkExists,
            .invalidHop, .tooManyHops, .notRegistered, .invalidSource, .banTime, .invalidRealm, .realmInUse,
            .destinationSaved, .destinationInUse, .changedSince,
            .cannotUndo, .historyFlawed, .outbox, .serviceName, .portalURL, .signInPolicy, .loopElsewhere:
            nil
        }
    }
}

extension AccountRefusal {
    fileprivate var asPage: PortalError? {
        switch self {
        case .invalidSignInName, .noSuchUser, .noSuchGroup, .noSuchAdministratorID, .noSuchLoginID, .noSuchSession,
            .noSuchToken:
            .notFound
        case .rightsChanged, .signInForbidden: .overtaken
        case .invalidEmail, .invalidTelephone, .invalidTimeZone, .textTooLong, .controlCharacter, .userExists,
            .lastAdministrator, .ownSecondFactor, .secondFactorOfOperator, .noTOTP, .groupExists, .contractOfAnother,
            .userOfAnother, .userBelongs, .administratorIDStands, .loginIDStands, .administratorIDExists,
            .hasAdministratorID, .noOptionService, .loginIDExists, .noNumbers, .multipleNumber, .numberNotUnder,
            .numberTaken, .smsNumbers, .hasPassword, .noPassword, .suspended, .linkTooSoon, .signIn, .addressRefused,
            .tokenWithoutName, .tokenDays, .tooManyTokens, .tokenScope:
            nil
        }
    }
}

extension ContractRefusal {
    fileprivate var asPage: PortalError? {
        switch self {
        case .noSuchCompany, .noSuchContract, .noSuchSite, .noSuchVoiceContract: .notFound
        case .invalidName, .companyExists, .companyHasContracts, .noSuchKind, .invalidBaseNumber, .invalidVoiceGroup,
            .contractExists, .contractIs, .contractHasNumbers, .contractHasSites, .contractHasAccounts,
            .contractInGroups, .companyHasUsers, .invalidDay, .noVoiceGroup, .invalidSite, .siteExists,
            .siteHasVoiceContracts, .invalidVoiceContract, .voiceContractExists, .voiceContractHasNumbers,
            .needsVoiceContract, .hasPilot, .notUnderContract, .optionMissing, .optionWithheld:
            nil
        }
    }
}
