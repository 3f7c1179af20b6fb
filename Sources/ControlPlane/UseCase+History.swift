import Storage

extension UseCase {
    /// The use case whose right it takes to take a change back: the one that made it. A change that was itself such a
    /// step back takes the right to set the same.
    ///
    /// Nil: of a release that this one does not know, so nobody's but the operator's.
    static func making(_ entry: HistoryEntry) -> UseCase? {
        if let sameAccount = accountUndo(entry) { return sameAccount }
        return switch (entry.object, entry.action) {
        case ("company", "company add"), ("company", "company undo"): .addCompany
        case ("company", "company rename"): .renameCompany
        case ("company", "company remove"): .removeCompany
        case ("contract", "contract add"), ("contract", "contract undo"): .addContract
        case ("contract", "contract open"): .openContract
        case ("contract", "contract close"): .closeContract
        case ("contract", "contract remove"): .removeContract
        case ("contract", "option add"), ("contract", "option undo"): .addContractOption
        case ("contract", "option remove"): .removeContractOption
        case ("contract", "site add"), ("contract", "site undo"): .addSite
        case ("contract", "site rename"): .renameSite
        case ("contract", "site remove"): .removeSite
        case ("contract", "representative set"), ("contract", "representative undo"): .setRepresentative
        case ("contract", "voice-contract add"), ("contract", "voice-contract undo"): .addVoiceContract
        case ("contract", "voice-contract remove"): .removeVoiceContract
        case ("number", "number add"): .addNumber
        case ("number", "number assign"), ("number", "number undo"): .assignNumber
        case ("number", "number remove"): .removeNumber
        case ("number", "number password"): .setNumberPassword
        case ("number", "option add"), ("number", "option undo"): .giveNumberOption
        case ("number", "option remove"): .withholdNumberOption
        case ("number", "forward set"), ("number", "forward undo"): .setForwarding
        case ("number", "forward form"): .fillForwardingForm
        case ("number", "forward off"): .stopForwarding
        case ("number", "forward clear"), ("number", "temporary clear"), ("number", "anonymous clear"),
            ("number", "block clear"):
            .assignNumber
        case ("number", "temporary set"), ("number", "temporary undo"): .setForwarding
        case ("number", "temporary off"): .stopForwarding
        case ("number", "temporary restore"): .restoreForwarding
        case ("number", "destination set"), ("number", "destination undo"): .saveDestination
        case ("number", "destination remove"): .removeDestination
        case ("number", "anonymous reject"), ("number", "anonymous set"), ("number", "anonymous undo"):
            .rejectAnonymous
        case ("number", "anonymous accept"): .acceptAnonymous
        case ("number", "block add"), ("number", "block undo"): .blockCaller
        case ("number", "block remove"): .unblockCaller
        case ("number", "registrations remove"): .removeRegistrations
        case ("source", "ban add"): .addBan
        case ("source", "ban remove"): .removeBan
        case ("trunk", "trunk add"), ("trunk", "trunk set"), ("trunk", "trunk undo"): .addTrunk
        case ("trunk", "trunk remove"): .removeTrunk
        case ("setting", "settings realm"): .setRealm
        case ("setting", "settings forbidden-destinations"), ("setting", "settings undo"): .setForbiddenDestinations
        case ("user", "user add"), ("user", "user undo"): .addUser
        case ("user", "user edit"): .editUser
        case ("user", "user suspend"): .suspendUser
        case ("user", "user resume"): .resumeUser
        case ("user", "user remove"): .removeUser
        case ("user", "user unlock"): .unlockUser
        case ("user", "user totp"): .resetUserTOTP
        case ("user", "user password"): .issueUserPassword
        case ("user", "user invite"): .inviteUser
        case ("user", "user reset-link"): .sendResetLink
        case ("user", "user session"), ("admin", "admin session"), ("login", "login session"): .endSession
        case ("setting", "settings sign-in"): .setSignInPolicy
        case ("terms", "terms publish"): .publishTerms
        case ("group", "group add"), ("group", "group undo"): .addGroup
        case ("group", "group rename"): .renameGroup
        case ("group", "group remove"): .removeGroup
        case ("user", "token add"), ("admin", "token add"), ("login", "token add"): .addToken
        case ("user", "token end"), ("admin", "token end"), ("login", "token end"): .endToken
        case ("group", "group contracts"): .setGroupContracts
        case ("group", "group members"): .setGroupMembers
        case ("admin", "admin add"), ("admin", "admin undo"): .addAdministratorID
        case ("admin", "admin remove"): .removeAdministratorID
        case ("admin", "admin edit"): .editAdministratorID
        case ("admin", "admin unlock"): .unlockAdministratorID
        case ("admin", "admin password"): .issueAdministratorPassword
        case ("login", "login add"), ("login", "login undo"): .addLoginID
        case ("login", "login remove"): .removeLoginID
        case ("login", "login assign"): .assignLoginNumbers
        case ("login", "login edit"): .editLoginID
        case ("login", "login unlock"): .unlockLoginID
        case ("login", "login password"): .issueLoginPassword
        case ("admin", "admin sms"), ("login", "login sms"): .setSMSNumbers
        case ("setting", "settings service-name"): .setServiceName
        case ("setting", "settings portal-url"): .setPortalURL
        case ("message", "outbox retry"): .retryMessage
        case ("message", "outbox discard"): .discardMessage
        case ("message", "outbox send-test"): .sendTestMessage
        case ("setting", "settings time-zone"): .setTimeZone
        case ("holiday", "holiday add"), ("holiday", "holiday undo"): .addHoliday
        case ("holiday", "holiday remove"): .removeHoliday
        case ("holiday", "holiday import"): .importHolidays
        case ("backup", "backup restore"): .recordRestoration
        default: nil
        }
    }

    /// A step back that changed no more than one thing of an account is what sets the same.
    private static func accountUndo(_ entry: HistoryEntry) -> UseCase? {
        switch (entry.object, entry.action) {
        case ("admin", "admin undo"):
            guard let (old, new) = states(AdministratorIDState.self, entry) else { return nil }
            return only([
                (old.smsNumber != new.smsNumber, .setSMSNumbers), (old.language != new.language, .editAdministratorID),
            ])
        case ("login", "login undo"):
            guard let (old, new) = states(LoginIDState.self, entry) else { return nil }
            return only([
                (old.smsNumber != new.smsNumber, .setSMSNumbers), (old.language != new.language, .editLoginID),
                (old.numbers != new.numbers, .assignLoginNumbers),
            ])
        default: return nil
        }
    }

    private static func states<State: Decodable>(_ type: State.Type, _ entry: HistoryEntry) -> (State, State)? {
        guard let before = entry.before.flatMap({ try? HistoryText.decode(type, from: $0) }),
            let after = entry.after.flatMap({ try? HistoryText.decode(type, from: $0) })
        else { return nil }
        return (before, after)
    }

    private static func only(_ changes: [(isMade: Bool, useCase: UseCase)]) -> UseCase? {
        let made = changes.filter(\.isMade)
        return made.count == 1 ? made[0].useCase : nil
    }
}
