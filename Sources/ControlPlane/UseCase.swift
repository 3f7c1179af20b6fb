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
    /// The rules and saved destinations of a number are shown.
    case showForwarding
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
    /// Calls are listed.
    case listCalls
    /// One call is shown with its decisions.
    case showCall
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

    /// Completes "you may not …".
    var phrase: String {
        switch self {
        case .addCompany: "add companies"
        case .renameCompany: "rename companies"
        case .removeCompany: "remove companies"
        case .showCompany: "see companies"
        case .listCompanies: "list companies"
        case .listServiceKinds: "list the kinds of service"
        case .addContract: "add contracts"
        case .openContract: "open contracts"
        case .closeContract: "close contracts"
        case .removeContract: "remove contracts"
        case .showContract: "see contracts"
        case .listContracts: "list contracts"
        case .addContractOption: "add options to contracts"
        case .removeContractOption: "take options from contracts"
        case .addSite: "add sites"
        case .renameSite: "rename sites"
        case .setRepresentative: "choose representative sites"
        case .removeSite: "remove sites"
        case .listSites: "list sites"
        case .addVoiceContract: "add voice contracts"
        case .removeVoiceContract: "remove voice contracts"
        case .addNumber: "add numbers"
        case .assignNumber: "put numbers under contracts"
        case .removeNumber: "remove numbers"
        case .setNumberPassword: "set the passwords of phones"
        case .showNumber: "see numbers"
        case .listNumbers: "list numbers"
        case .importNumbers: "import numbers"
        case .giveNumberOption: "give options to numbers"
        case .withholdNumberOption: "withhold options from numbers"
        case .showNumberOptions: "see the options of numbers"
        case .setForwarding: "set forwarding"
        case .stopForwarding: "switch forwarding off"
        case .showForwarding: "see forwarding"
        case .listForwarding: "list the numbers that forward calls"
        case .saveDestination: "save destinations"
        case .removeDestination: "remove saved destinations"
        case .importDestinations: "import destinations"
        case .rejectAnonymous: "reject anonymous calls"
        case .acceptAnonymous: "accept anonymous calls"
        case .showAnonymous: "see what becomes of anonymous calls"
        case .blockCaller: "block callers"
        case .unblockCaller: "unblock callers"
        case .showBlockList: "see block lists"
        case .listRegistrations: "list registrations"
        case .removeRegistrations: "remove registrations"
        case .listCalls: "list calls"
        case .showCall: "see calls"
        case .listHistory: "see the history"
        case .showNumberHistory: "see the history of numbers"
        case .showContractHistory: "see the history of contracts"
        case .showCompanyHistory: "see the history of companies"
        case .verifyHistory: "verify the history"
        case .undoChange: "take changes back"
        case .addTrunk: "add trunks"
        case .removeTrunk: "remove trunks"
        case .listTrunks: "list trunks"
        case .showRealm: "see the realm"
        case .setRealm: "change the realm"
        case .showForbiddenDestinations: "see the forbidden destinations"
        case .setForbiddenDestinations: "choose the forbidden destinations"
        case .showTimeZone: "see the time zone"
        case .setTimeZone: "change the time zone"
        case .listHolidays: "list holidays"
        case .addHoliday: "add holidays"
        case .removeHoliday: "remove holidays"
        case .importHolidays: "import holidays"
        case .checkRules: "check the rules"
        case .recordRestoration: "restore backups"
        case .exportBlueprint: "export the configuration"
        case .applyBlueprint: "apply configurations"
        }
    }
}
