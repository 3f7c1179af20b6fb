@testable import ControlPlane

/// What becomes of the changes that each use case writes down when they are taken back, the latest first: the action of
/// one that is, `!` before one that never is, `?` before one that something stands in the way of.
enum UndoMatrix {
    /// Nothing is written down of these.
    static let silent: Set<UseCase> = [
        .showCompany, .listCompanies, .listServiceKinds, .showContract, .listContracts, .listSites, .showNumber,
        .listNumbers, .showNumberOptions, .showForwarding, .listForwardingOperations, .listForwarding, .showAnonymous,
        .showBlockList, .listRegistrations, .listBans, .listCalls, .showCall, .explainCall, .listHistory,
        .showNumberHistory,
        .showContractHistory, .showCompanyHistory, .verifyHistory, .listTrunks, .showRealm,
        .showForbiddenDestinations, .showTimeZone, .listHolidays, .checkRules, .exportBlueprint, .showLetterhead,
        .listMessages, .showMessage, .showSignInPolicy, .showTerms, .listSessions, .listTokens, .representLoginID,
        .showOwnUser, .showUser, .listUsers, .showGroup, .listGroups, .showAdministratorID, .listAdministratorIDs,
        .showLoginID, .listLoginIDs,
    ]

    static let rows: [UseCase: [String]] = [
        .addCompany: ["company add"], .renameCompany: ["company rename"],
        // Of who went with a company only its name is left, and that has changed hands since.
        .removeCompany: ["company remove", "?user remove", "?user remove"],
        .addContract: ["contract add"], .openContract: ["contract open"], .closeContract: ["contract close"],
        .removeContract: ["contract remove"],
        .addContractOption: ["option add"], .removeContractOption: ["option remove"],
        .addSite: ["site add"], .renameSite: ["site rename"], .setRepresentative: ["representative set"],
        .removeSite: ["site remove"],
        .addVoiceContract: ["voice-contract add"], .removeVoiceContract: ["voice-contract remove"],
        .addNumber: ["number add"], .assignNumber: ["number assign", "forward clear"],
        .removeNumber: ["!number remove"],
        .setNumberPassword: ["!number password"], .importNumbers: ["number add"],
        .giveNumberOption: ["option add"], .withholdNumberOption: ["option remove"],
        .setForwarding: ["forward set"], .stopForwarding: ["forward off"], .fillForwardingForm: ["forward form"],
        .setForwardingOfMany: ["forward set"], .stopForwardingOfMany: ["temporary off"],
        .restoreForwarding: ["temporary restore"],
        .saveDestination: ["destination set"], .removeDestination: ["destination remove"],
        .importDestinations: ["forward set"],
        .rejectAnonymous: ["anonymous reject"], .acceptAnonymous: ["anonymous accept"],
        .blockCaller: ["block add"], .unblockCaller: ["block remove"],
        .removeRegistrations: ["!registrations remove"], .undoChange: ["forward undo"],
        .addBan: ["!ban add"], .removeBan: ["!ban remove"],
        .addTrunk: ["trunk add"], .removeTrunk: ["trunk remove"],
        .setRealm: ["!settings realm"], .setForbiddenDestinations: ["settings forbidden-destinations"],
        .setTimeZone: ["settings time-zone"], .setServiceName: ["settings service-name"],
        .setPortalURL: ["settings portal-url"], .setSignInPolicy: ["settings sign-in"],
        .addHoliday: ["holiday add"], .removeHoliday: ["holiday remove"], .importHolidays: ["holiday import"],
        .recordRestoration: ["!backup restore"], .applyBlueprint: ["number add"],
        // A message that waits already goes on waiting.
        .retryMessage: [], .discardMessage: ["!outbox discard"],
        .sendTestMessage: ["!outbox send-test"], .publishTerms: ["!terms publish"],
        .inviteUser: ["!user invite"], .sendResetLink: ["!user reset-link"], .endSession: ["!user session"],
        .addToken: ["!token add"], .endToken: ["!token end"],
        .addUser: ["user add"], .editUser: ["user edit"], .suspendUser: ["user suspend"],
        .resumeUser: ["user resume"], .removeUser: ["user remove"],
        .unlockUser: ["!user unlock"], .resetUserTOTP: ["!user totp"],
        .issueUserPassword: ["!user password"],
        .addGroup: ["group add"], .renameGroup: ["group rename"], .removeGroup: ["group remove"],
        .setGroupContracts: ["group contracts"], .setGroupMembers: ["group members"],
        .addAdministratorID: ["admin add"], .editAdministratorID: ["admin edit"],
        .removeAdministratorID: ["admin remove"], .unlockAdministratorID: ["!admin unlock"],
        .issueAdministratorPassword: ["!admin password"],
        .addLoginID: ["login add"], .editLoginID: ["login edit"], .removeLoginID: ["login remove"],
        .assignLoginNumbers: ["login assign"], .importLoginIDs: ["login sms"], .unlockLoginID: ["!login unlock"],
        .issueLoginPassword: ["!login password"], .setSMSNumbers: ["login sms", "admin sms"],
    ]
}
