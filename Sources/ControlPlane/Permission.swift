/// Who may do what: the one table that permissions are judged by.
enum Permission {
    /// How far a use case goes for a role.
    enum Extent {
        case nothing
        /// What the role is for: its company, its contracts, its numbers. See ``Role/limits``.
        case own
        /// The service as a whole too.
        case everything
    }

    static func extent(of useCase: UseCase, for role: Role.Kind) -> Extent {
        let row = row(useCase)
        return switch role {
        case .operator: .everything
        case .portalAdministrator: row.portalAdministrator
        case .generalUser: row.generalUser
        case .administratorID: row.administratorID
        case .loginID: row.loginID
        }
    }

    /// Those who may do it at all, to what is theirs.
    static func roles(for useCase: UseCase) -> [Role.Kind] {
        Role.Kind.allCases.filter { extent(of: useCase, for: $0) != .nothing }
    }

    private typealias Row = (
        portalAdministrator: Extent, generalUser: Extent, administratorID: Extent, loginID: Extent
    )

    /// The operator may do everything and has no column.
    private static func row(_ useCase: UseCase) -> Row {
        switch useCase {
        // The operator's alone: who is in the service with which contracts, numbers, passwords and gateways.
        case .addCompany, .renameCompany, .removeCompany, .addContract, .openContract, .closeContract,
            .removeContract, .addContractOption, .removeContractOption, .addSite, .renameSite, .setRepresentative,
            .removeSite, .addVoiceContract, .removeVoiceContract, .addNumber, .assignNumber, .removeNumber,
            .setNumberPassword, .giveNumberOption, .withholdNumberOption, .removeRegistrations, .verifyHistory,
            .listBans, .addBan, .removeBan,
            .addTrunk, .removeTrunk, .listTrunks, .showRealm, .setRealm, .showForbiddenDestinations,
            .setForbiddenDestinations, .issueUserPassword, .addAdministratorID, .removeAdministratorID,
            .listAdministratorIDs, .unlockAdministratorID, .issueAdministratorPassword, .addLoginID, .removeLoginID,
            .assignLoginNumbers, .setTimeZone, .addHoliday, .removeHoliday, .importHolidays, .checkRules,
            .recordRestoration, .exportBlueprint, .applyBlueprint, .importNumbers, .importDestinations,
            .importLoginIDs, .showLetterhead, .setServiceName, .setPortalURL, .listMessages, .showMessage,
            .retryMessage, .discardMessage, .sendTestMessage, .showSignInPolicy, .setSignInPolicy, .publishTerms:
            (.nothing, .nothing, .nothing, .nothing)
        // The company as such.
        case .showCompanyHistory:
            (.own, .nothing, .nothing, .nothing)
        // Who may sign in to a company's portal, and for which of its contracts.
        case .addUser, .editUser, .suspendUser, .resumeUser, .removeUser, .showUser, .listUsers, .unlockUser,
            .resetUserTOTP, .inviteUser, .sendResetLink, .addGroup, .renameGroup, .removeGroup, .setGroupContracts,
            .setGroupMembers, .showGroup,
            .listGroups:
            (.own, .nothing, .nothing, .nothing)
        // The login IDs under a contract: for its administrator.
        case .showAdministratorID, .editAdministratorID, .editLoginID, .listLoginIDs, .unlockLoginID,
            .issueLoginPassword, .setSMSNumbers, .representLoginID:
            (.nothing, .nothing, .own, .nothing)
        case .showLoginID:
            (.nothing, .nothing, .own, .own)
        // What belongs to a company beside its numbers' settings: for those who have its accounts.
        case .showCompany, .listCompanies, .listRegistrations:
            (.own, .own, .nothing, .nothing)
        // What stands above a number: for those who have more than one in their care.
        case .showContract, .listContracts, .listSites, .showContractHistory:
            (.own, .own, .own, .nothing)
        // What is set for a number, and what happened to it: for all who have to do with it.
        case .showNumber, .listNumbers, .showNumberOptions, .setForwarding, .stopForwarding, .fillForwardingForm,
            .showForwarding,
            .setForwardingOfMany, .stopForwardingOfMany, .restoreForwarding, .listForwardingOperations,
            .listForwarding, .saveDestination, .removeDestination, .rejectAnonymous, .acceptAnonymous,
            .showAnonymous, .blockCaller, .unblockCaller, .showBlockList, .listCalls, .showCall, .explainCall,
            .listHistory,
            .showNumberHistory, .undoChange:
            (.own, .own, .own, .own)
        // Who one is, who is signed in, and what signs in for them: everybody sees and ends their own.
        case .listSessions, .endSession, .addToken, .listTokens, .endToken, .showOwnUser:
            (.own, .own, .own, .own)
        // What anybody may know.
        case .listServiceKinds, .showTimeZone, .listHolidays, .showTerms:
            (.everything, .everything, .everything, .everything)
        }
    }
}
