/// Everything that can be done here, one case each: what permissions are given for.
package enum UseCase: String, CaseIterable, Sendable {
    // Companies
    /// A company is added.
    case addCompany
    /// A company is given another name.
    case renameCompany
    /// A company without contracts is removed.
    case removeCompany
    /// One company is shown.
    case showCompany
    /// The companies are listed.
    case listCompanies

    // Contracts
    /// The kinds of service that can be contracted are listed.
    case listServiceKinds
    /// A contract is added to a company.
    case addContract
    /// A contract is opened.
    case openContract
    /// A contract counts as not opened again.
    case closeContract
    /// An empty contract is removed.
    case removeContract
    /// One contract is shown.
    case showContract
    /// The contracts of a company, or all, are listed.
    case listContracts
    /// An option is added to a contract.
    case addContractOption
    /// An option is taken from a contract.
    case removeContractOption

    // Sites and voice contracts
    /// A site is added to a voice group.
    case addSite
    /// A site is given another name.
    case renameSite
    /// A site represents its voice group from now on.
    case setRepresentative
    /// A site without voice contracts is removed.
    case removeSite
    /// The sites of a voice group are listed.
    case listSites
    /// A voice contract is added at a site.
    case addVoiceContract
    /// An empty voice contract is removed.
    case removeVoiceContract

    // Numbers
    /// A number is made ours.
    case addNumber
    /// A number is put under a contract, or taken from under it.
    case assignNumber
    /// A number is removed with all that is set for it.
    case removeNumber
    /// The password that a number's phones register with is set or taken away.
    case setNumberPassword
    /// One number is shown.
    case showNumber
    /// Numbers are listed.
    case listNumbers
    /// Numbers are added and set as the rows of a table say.
    case importNumbers
    /// An option that was withheld from a number is given back.
    case giveNumberOption
    /// An option of its contract is withheld from a number.
    case withholdNumberOption
    /// The options of a number are shown.
    case showNumberOptions

    // What is set for a number
    /// Forwarding is switched on.
    case setForwarding
    /// Forwarding is switched off.
    case stopForwarding
    /// All that a number's forwarding is made of is set at once.
    case fillForwardingForm
    /// The rules and saved destinations of a number are shown.
    case showForwarding
    /// Forwarding of many numbers is switched on, or laid over their rules for a time.
    case setForwardingOfMany
    /// Forwarding of many numbers is switched off.
    case stopForwardingOfMany
    /// What lies over rules is taken off, or a change of many numbers is taken back.
    case restoreForwarding
    /// What was done to many numbers at once is listed.
    case listForwardingOperations
    /// The numbers that forward calls are listed.
    case listForwarding
    /// A destination is saved.
    case saveDestination
    /// A saved destination is forgotten.
    case removeDestination
    /// The saved destinations of many numbers are set as the rows of a table say.
    case importDestinations
    /// Calls without a caller's number are turned away.
    case rejectAnonymous
    /// They are accepted again.
    case acceptAnonymous
    /// What a number does with them is shown.
    case showAnonymous
    /// A caller is put on a number's block list.
    case blockCaller
    /// A caller is taken off it.
    case unblockCaller
    /// A number's block list is shown.
    case showBlockList

    // What happened
    /// The phones that are registered are listed.
    case listRegistrations
    /// A number's phones are taken off.
    case removeRegistrations
    /// The addresses that nothing is taken from are listed.
    case listBans
    /// An address is banned for a time.
    case addBan
    /// A ban is taken off.
    case removeBan
    /// Calls are listed.
    case listCalls
    /// One call is shown with its decisions.
    case showCall
    /// It is told what would happen to a call to a number.
    case explainCall
    /// Changes of everything that is reached are listed.
    case listHistory
    /// The changes of a number are shown.
    case showNumberHistory
    /// The changes of a contract, its sites and its voice contracts are shown.
    case showContractHistory
    /// The changes of a company are shown.
    case showCompanyHistory
    /// The history is looked through for entries that were altered or removed.
    case verifyHistory
    /// A change is taken back, which takes the right to the use case that made it, too.
    case undoChange

    // The service
    /// Numbers with a prefix are sent to gateways.
    case addTrunk
    /// A trunk is removed.
    case removeTrunk
    /// The trunks are listed.
    case listTrunks
    /// The realm of the phones' passwords is shown.
    case showRealm
    /// It is changed.
    case setRealm
    /// The classes of numbers that calls are not forwarded to are shown.
    case showForbiddenDestinations
    /// They are chosen.
    case setForbiddenDestinations
    /// The time zone and the clock that rules are judged by are shown.
    case showTimeZone
    /// It is changed.
    case setTimeZone
    /// The holidays are listed.
    case listHolidays
    /// A day is made a holiday.
    case addHoliday
    /// A holiday is an ordinary day again.
    case removeHoliday
    /// A table of national holidays is taken up.
    case importHolidays
    /// All rules are looked through for those that can't do their work.
    case checkRules
    /// It is written down that the data directory was restored.
    case recordRestoration
    /// What is configured is written out as a whole.
    case exportBlueprint
    /// What is configured is made to be as a file says, by the use cases that each change is.
    case applyBlueprint
    /// What messages call the service, and where its web sites are, is shown.
    case showLetterhead
    /// The service is given another name.
    case setServiceName
    /// The web sites are said to be elsewhere.
    case setPortalURL

    // Mails and short messages
    /// Messages are listed.
    case listMessages
    /// One message is shown with its text, with the code or the link in it as long as it is there.
    case showMessage
    /// A message that failed or waits is sent at the next opportunity.
    case retryMessage
    /// A message that failed or waits is given up.
    case discardMessage
    /// A message is sent that shows whether messages go out.
    case sendTestMessage

    // Signing in
    /// How strict signing in is, is shown.
    case showSignInPolicy
    /// It is changed.
    case setSignInPolicy
    /// The terms that portal users accept are shown.
    case showTerms
    /// Others take their place.
    case publishTerms
    /// A user who has no password yet is mailed another invitation.
    case inviteUser
    /// A user is mailed a link for another password.
    case sendResetLink
    /// Who is signed in is listed: oneself, and those in one's care.
    case listSessions
    /// What is kept of oneself is shown.
    case showOwnUser
    /// A session is ended.
    case endSession
    /// A token is made, for a program to sign in with.
    case addToken
    /// Tokens are listed: one's own, and those of the accounts in one's care.
    case listTokens
    /// A token is ended.
    case endToken
    /// An administrator ID opens the screen of a login ID, to act for it.
    case representLoginID

    // Portal users and their groups
    /// A user is added to a company's portal.
    case addUser
    /// What is kept of a user is changed.
    case editUser
    /// A user can no longer sign in.
    case suspendUser
    /// A suspended user can sign in again.
    case resumeUser
    /// A user is removed.
    case removeUser
    /// One user is shown.
    case showUser
    /// The users are listed.
    case listUsers
    /// A user who has typed too many wrong passwords is let in before the lock ends by itself.
    case unlockUser
    /// A lost authenticator app is forgotten.
    case resetUserTOTP
    /// A user gets a random password.
    case issueUserPassword
    /// A user group is added to a company.
    case addGroup
    /// A group is given another name.
    case renameGroup
    /// A group is removed.
    case removeGroup
    /// It is chosen which contracts a group gives.
    case setGroupContracts
    /// It is chosen who is in a group.
    case setGroupMembers
    /// One group is shown.
    case showGroup
    /// The groups are listed.
    case listGroups

    // Administrator IDs and login IDs
    /// An administrator ID is added to a contract.
    case addAdministratorID
    /// An administrator ID is removed.
    case removeAdministratorID
    /// What is kept of an administrator ID is changed.
    case editAdministratorID
    /// One administrator ID is shown.
    case showAdministratorID
    /// The administrator IDs are listed.
    case listAdministratorIDs
    /// A locked administrator ID is let in before the lock ends by itself.
    case unlockAdministratorID
    /// An administrator ID gets a random password.
    case issueAdministratorPassword
    /// A login ID is added to a contract.
    case addLoginID
    /// A login ID is removed.
    case removeLoginID
    /// It is chosen which numbers a login ID has.
    case assignLoginNumbers
    /// What is kept of a login ID is changed.
    case editLoginID
    /// Login IDs are added and set as the rows of a table say.
    case importLoginIDs
    /// One login ID is shown.
    case showLoginID
    /// The login IDs are listed with their numbers.
    case listLoginIDs
    /// A locked login ID is let in before the lock ends by itself.
    case unlockLoginID
    /// A login ID gets a random password.
    case issueLoginPassword
    /// The mobile numbers that codes go to are set for a contract's administrator ID and login IDs.
    case setSMSNumbers
}
