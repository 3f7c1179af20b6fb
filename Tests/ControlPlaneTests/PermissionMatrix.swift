@testable import ControlPlane

/// Who may do what to what, written out by hand: for each use case the five roles, for each role three places: what is
/// its own, what is under another contract of its company, what is another company's.
///
/// `A`: allowed. `x`: not permitted. `-`: as if it were not there. A list stands for whether the place is in it.
enum PermissionMatrix {
    enum Outcome: Character {
        case allowed = "A"
        case notPermitted = "x"
        case absent = "-"
    }

    static let rows: [UseCase: String] = [
        // operator, portal administrator, general user, administrator ID, login ID
        .addCompany: "AAA xxx xxx xxx xxx",
        .renameCompany: "AAA xx- xx- --- ---",
        .removeCompany: "AAA xx- xx- --- ---",
        .showCompany: "AAA AA- AA- --- ---",
        .listCompanies: "AAA AA- AA- xxx xxx",
        .listServiceKinds: "AAA AAA AAA AAA AAA",
        .addContract: "AAA xx- xx- --- ---",
        .openContract: "AAA xx- x-- x-- ---",
        .closeContract: "AAA xx- x-- x-- ---",
        .removeContract: "AAA xx- x-- x-- ---",
        .showContract: "AAA AA- A-- A-- ---",
        .listContracts: "AAA AA- A-- A-- xxx",
        .addContractOption: "AAA xx- x-- x-- ---",
        .removeContractOption: "AAA xx- x-- x-- ---",
        .addSite: "AAA xx- x-- x-- ---",
        .renameSite: "AAA xx- x-- x-- ---",
        .setRepresentative: "AAA xx- x-- x-- ---",
        .removeSite: "AAA xx- x-- x-- ---",
        .listSites: "AAA AA- A-- A-- ---",
        .addVoiceContract: "AAA xx- x-- x-- ---",
        .removeVoiceContract: "AAA xx- x-- x-- ---",
        .addNumber: "AAA xxx xxx xxx xxx",
        .assignNumber: "AAA xx- x-- x-- x--",
        .removeNumber: "AAA xx- x-- x-- x--",
        .setNumberPassword: "AAA xx- x-- x-- x--",
        .showNumber: "AAA AA- A-- A-- A--",
        .listNumbers: "AAA AA- A-- A-- A--",
        .importNumbers: "AAA xxx xxx xxx xxx",
        .giveNumberOption: "AAA xx- x-- x-- x--",
        .withholdNumberOption: "AAA xx- x-- x-- x--",
        .showNumberOptions: "AAA AA- A-- A-- A--",
        .setForwarding: "AAA AA- A-- A-- A--",
        .stopForwarding: "AAA AA- A-- A-- A--",
        .showForwarding: "AAA AA- A-- A-- A--",
        .listForwarding: "AAA AA- A-- A-- A--",
        .saveDestination: "AAA AA- A-- A-- A--",
        .removeDestination: "AAA AA- A-- A-- A--",
        .importDestinations: "AAA xxx xxx xxx xxx",
        .rejectAnonymous: "AAA AA- A-- A-- A--",
        .acceptAnonymous: "AAA AA- A-- A-- A--",
        .showAnonymous: "AAA AA- A-- A-- A--",
        .blockCaller: "AAA AA- A-- A-- A--",
        .unblockCaller: "AAA AA- A-- A-- A--",
        .showBlockList: "AAA AA- A-- A-- A--",
        .listRegistrations: "AAA AA- A-- xxx xxx",
        .removeRegistrations: "AAA xx- x-- x-- x--",
        .listCalls: "AAA AA- A-- A-- A--",
        .showCall: "AAA AA- A-- A-- A--",
        .listHistory: "AAA AA- A-- A-- A--",
        .showNumberHistory: "AAA AA- A-- A-- A--",
        .showContractHistory: "AAA AA- A-- A-- ---",
        .showCompanyHistory: "AAA AA- xx- --- ---",
        .verifyHistory: "AAA xxx xxx xxx xxx",
        .undoChange: "AAA AA- A-- A-- A--",
        .addTrunk: "AAA xxx xxx xxx xxx",
        .removeTrunk: "AAA xxx xxx xxx xxx",
        .listTrunks: "AAA xxx xxx xxx xxx",
        .showRealm: "AAA xxx xxx xxx xxx",
        .setRealm: "AAA xxx xxx xxx xxx",
        .showForbiddenDestinations: "AAA xxx xxx xxx xxx",
        .setForbiddenDestinations: "AAA xxx xxx xxx xxx",
        .showTimeZone: "AAA AAA AAA AAA AAA",
        .setTimeZone: "AAA xxx xxx xxx xxx",
        .listHolidays: "AAA AAA AAA AAA AAA",
        .addHoliday: "AAA xxx xxx xxx xxx",
        .removeHoliday: "AAA xxx xxx xxx xxx",
        .importHolidays: "AAA xxx xxx xxx xxx",
        .checkRules: "AAA xxx xxx xxx xxx",
        .recordRestoration: "AAA xxx xxx xxx xxx",
        .exportBlueprint: "AAA xxx xxx xxx xxx",
        .applyBlueprint: "AAA xxx xxx xxx xxx",
    ]

    static func expected(_ useCase: UseCase) -> [[Outcome]] {
        (rows[useCase] ?? "").split(separator: " ").map { $0.compactMap(Outcome.init) }
    }
}
