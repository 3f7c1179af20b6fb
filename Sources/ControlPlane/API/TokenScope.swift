/// How much of what its account may do a token is good for.
package struct TokenScope: Sendable, Equatable {
    /// Nothing can be changed without.
    package let mayWrite: Bool
    /// Only what is set for numbers and what happened to them: no users, no sessions, no tokens.
    package let numbersOnly: Bool

    package init(mayWrite: Bool, numbersOnly: Bool) {
        self.mayWrite = mayWrite
        self.numbersOnly = numbersOnly
    }

    func allows(_ useCase: UseCase) -> Bool {
        (mayWrite || useCase.isReading) && (!numbersOnly || useCase.isAboutNumbers)
    }

    /// Whether whoever has this scope may give the other one.
    func covers(_ other: TokenScope) -> Bool {
        (mayWrite || !other.mayWrite) && (!numbersOnly || other.numbersOnly)
    }

    /// As a text names it.
    package var phrase: String {
        (mayWrite ? "read and write" : "read") + (numbersOnly ? ", numbers only" : "")
    }
}

extension UseCase {
    /// Nothing is changed by it.
    var isReading: Bool { rawValue.hasPrefix("show") || rawValue.hasPrefix("list") || self == .explainCall }

    /// It is about what is set for numbers, or what happened to them, or what has to be known for that.
    var isAboutNumbers: Bool {
        switch self {
        case .showNumber, .listNumbers, .showNumberOptions, .setForwarding, .stopForwarding, .showForwarding,
            .fillForwardingForm,
            .setForwardingOfMany, .stopForwardingOfMany, .restoreForwarding, .listForwardingOperations,
            .listForwarding, .saveDestination, .removeDestination, .rejectAnonymous, .acceptAnonymous,
            .showAnonymous, .blockCaller, .unblockCaller, .showBlockList, .listCalls, .showCall, .explainCall,
            .showNumberHistory, .listRegistrations, .showTimeZone, .listHolidays, .listServiceKinds, .listContracts,
            .showContract,
            .listSites:
            true
        default: false
        }
    }
}
