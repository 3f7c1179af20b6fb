package import Directory

/// Why a company, a contract or what stands under it can't be as it was asked for.
package enum ContractRefusal: Error, Equatable, CustomStringConvertible {
    case invalidName(String)
    case companyExists(String)
    case noSuchCompany(String)
    case companyHasContracts(String, count: Int)
    case noSuchKind(String, known: [String])
    case invalidBaseNumber(String)
    case invalidVoiceGroup(String)
    case contractExists(String)
    case noSuchContract(String)
    /// A contract was to be another company's, or for another service.
    case contractIs(String, kind: String, company: String)
    case contractHasNumbers(String, count: Int)
    case contractHasSites(String, count: Int)
    /// Administrator IDs and login IDs.
    case contractHasAccounts(String, count: Int)
    case contractInGroups(String, groups: [String])
    case companyHasUsers(String, count: Int)
    case invalidDay(String)
    case noVoiceGroup(contract: String)
    case invalidSite(String)
    case siteExists(String, contract: String)
    /// Nil: no voice group has it.
    case noSuchSite(String, contract: String?)
    case siteHasVoiceContracts(String, voiceContracts: [String])
    case invalidVoiceContract(String)
    case voiceContractExists(String, contract: String)
    case noSuchVoiceContract(String)
    case voiceContractHasNumbers(String, first: PhoneNumber)
    /// A number of a voice group has to stand under one of its voice contracts.
    case needsVoiceContract(contract: String)
    case hasPilot(voiceContract: String, PhoneNumber)
    case notUnderContract(PhoneNumber)
    /// What was to be switched on belongs to an option that the number has not.
    case optionMissing(OptionService, PhoneNumber, contract: String)
    /// The contract has the option, but it is withheld from this number.
    case optionWithheld(OptionService, PhoneNumber)

    package var description: String {
        switch self {
        case .invalidName(let name): Self.invalidName(name)
        case .companyExists(let name): "there is a company \(name) already: see \"tsunagi company list\""
        case .noSuchCompany(let name):
            "there is no company \(name): see \"tsunagi company list\", or add it with \"tsunagi company add\""
        case .companyHasContracts(let name, let count):
            "\(name) has \(Self.counted(count, "contract")): remove them first, see "
                + "\"tsunagi contract list --company '\(name)'\""
        case .noSuchKind(let kind, let known):
            "there is no service \(kind): give one of \(known.joined(separator: ", "))"
        case .invalidBaseNumber(let text):
            "\"\(text)\" can't be a base contract number: give 2 to 32 letters, digits and hyphens, "
                + "but not Y or N with digits only, which are voice groups and voice contracts"
        case .invalidVoiceGroup(let text): "\"\(text)\" is not a voice group ID: give Y and digits, such as Y0001234"
        case .contractExists(let number):
            "there is a contract \(number) already: see \"tsunagi contract show \(number)\""
        case .noSuchContract(let number): "there is no contract \(number): see \"tsunagi contract list\""
        case .contractIs(let number, let kind, let company):
            "contract \(number) is one of \(company) for \(kind), and stays that: remove it, and add another one"
        case .contractHasNumbers(let number, let count):
            "\(Self.counted(count, "number")) \(count == 1 ? "stands" : "stand") under contract \(number): remove "
                + "them, or put them elsewhere with \"tsunagi number assign\"; "
                + "see \"tsunagi number list --contract \(number)\""
        case .contractHasSites(let number, let count):
            "voice group \(number) has \(Self.counted(count, "site")): remove them first, see "
                + "\"tsunagi site list \(number)\""
        case .contractHasAccounts(let number, let count):
            "\(Self.counted(count, "account")) \(count == 1 ? "stands" : "stand") under contract \(number): remove "
                + "them with \"tsunagi login remove\" and \"tsunagi admin remove\"; "
                + "see \"tsunagi login list --contract \(number)\" and \"tsunagi admin list\""
        case .contractInGroups(let number, let groups):
            "contract \(number) is one of those that the user groups \(groups.joined(separator: ", ")) give: take "
                + "it from them with \"tsunagi group contracts\""
        case .companyHasUsers(let name, let count):
            "\(name) has \(Self.counted(count, "portal user")) or user groups: remove the company as a whole with "
                + "\"tsunagi company remove '\(name)'\""
        case .invalidDay(let text): "\"\(text)\" is not a day: give it as 2026-12-01"
        case .noVoiceGroup(let contract):
            "contract \(contract) is no voice group, so it has neither sites nor voice contracts: its numbers stand "
                + "under it directly, with \"tsunagi number assign NUMBER --contract \(contract)\""
        case .invalidSite(let text): "\"\(text)\" can't be a site ID: give 1 to 32 letters, digits and hyphens"
        case .siteExists(let site, let contract):
            "voice group \(contract) has a site \(site) already: see \"tsunagi site list \(contract)\""
        case .noSuchSite(let site, nil):
            "there is no site \(site): see \"tsunagi site list CONTRACT\" for those of a voice group"
        case .noSuchSite(let site, let contract?):
            "voice group \(contract) has no site \(site): add it with "
                + "\"tsunagi site add \(contract) \(site) --name …\", or see \"tsunagi site list \(contract)\""
        case .siteHasVoiceContracts(let site, let voiceContracts):
            "site \(site) has the voice contracts \(voiceContracts.joined(separator: ", ")): remove them first with "
                + "\"tsunagi contract voice remove\""
        case .invalidVoiceContract(let text):
            "\"\(text)\" is not a voice contract number: give N and digits, such as N0005678"
        case .voiceContractExists(let number, let contract):
            "there is a voice contract \(number) already, under voice group \(contract): see "
                + "\"tsunagi site list \(contract)\""
        case .noSuchVoiceContract(let number):
            "there is no voice contract \(number): add it with \"tsunagi contract voice add \(number) "
                + "--contract Y… --site …\", or see \"tsunagi site list Y…\""
        case .voiceContractHasNumbers(let number, let first):
            "numbers stand under voice contract \(number), \(first) among them: remove them, or put them elsewhere "
                + "with \"tsunagi number assign\"; see \"tsunagi number list --voice-contract \(number)\""
        case .needsVoiceContract(let contract):
            "\(contract) is a voice group: give the voice contract (N…) under which the number stands with "
                + "--voice-contract, see \"tsunagi site list \(contract)\""
        case .hasPilot(let voiceContract, let pilot):
            "voice contract \(voiceContract) has the pilot number \(pilot) already: add the number with "
                + "--kind direct-dial or --kind multiple"
        case .notUnderContract(let number):
            "\(number) is under no contract, so nothing is held back from it: put it under one with "
                + "\"tsunagi number assign \(number) --contract …\""
        case .optionMissing(let option, let number, let contract):
            "\(number) can't use \(option.rawValue), which contract \(contract) has not contracted: add it with "
                + "\"tsunagi option add \(option.rawValue) --contract \(contract)\""
        case .optionWithheld(let option, let number):
            "\(number) can't use \(option.rawValue), which is withheld from it: give it back with "
                + "\"tsunagi option add \(option.rawValue) --number \(number)\""
        }
    }

    private static func invalidName(_ name: String) -> String {
        let refused = "\"\(name.inOneLine)\" can't be a name: "
        let scalars = name.unicodeScalars
        guard let control = scalars.first(where: \.isControl) ?? scalars.first(where: \.isObeyed) else {
            let isSeen = scalars.isEmpty || scalars.contains(where: \.isVisible)
            return refused + (isSeen ? "give 1 to 100 characters" : "nothing of it can be seen")
        }
        return refused + "it has a control character, \(control.escaped(asASCII: true)); leave that away"
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
