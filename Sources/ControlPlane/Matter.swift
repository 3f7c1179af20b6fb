import Directory
import Storage

/// What a use case is about, and so what it is judged by.
enum Matter {
    /// The service as a whole: its settings, its trunks, who is in it at all.
    case service
    /// All that the principal reaches: a list, which is cut to that.
    case reached
    /// By its name as it is stored.
    case company(String)
    /// A base contract number or a voice group ID, as typed.
    case contract(String)
    /// As typed.
    case voiceContract(String)
    case number(PhoneNumber)
    /// By the e-mail address, as it is stored.
    case user(String)
    /// By names as they are stored.
    case group(String, company: String)
    case administratorID(String)
    case loginID(String)
    /// By its id. Those of the owner, an account, are its own whatever else is in its care.
    case session(String, owner: String?)
    /// By its id, in the same way.
    case token(String, owner: String?)
    /// By its id; one's own is within reach whatever else is in one's care.
    case account(String, name: String, AccountKind, owner: String?)

    var object: Reach.Object? {
        switch self {
        case .service, .reached: nil
        case .company(let name): .company(name)
        case .contract(let text): .contract(ContractText.code(text))
        case .voiceContract(let text): .voiceContract(ContractText.code(text))
        case .number(let number): .number(number)
        case .user(let email): .portalUser(email)
        case .group(let name, let company): .userGroup(name, company: company)
        case .administratorID(let name): .administratorID(name)
        case .loginID(let name): .loginID(name)
        case .session(let id, let owner): .session(id, owner: owner)
        case .token(let id, let owner): .apiToken(id, owner: owner)
        case .account(let id, _, _, let owner): .account(id, owner: owner)
        }
    }

    /// What is said of something that is not there, and of what is another's.
    var absence: ControlError? {
        switch self {
        case .service, .reached: nil
        case .company(let name): .contract(.noSuchCompany(name))
        case .contract(let text): .contract(.noSuchContract(ContractText.code(text)))
        case .voiceContract(let text): .contract(.noSuchVoiceContract(ContractText.code(text)))
        case .number(let number): .noSuchNumber(number)
        case .user(let email): .account(.noSuchUser(email))
        case .group(let name, let company): .account(.noSuchGroup(name, company: company))
        case .administratorID(let name): .account(.noSuchAdministratorID(name))
        case .loginID(let name): .account(.noSuchLoginID(name))
        case .session(let id, _): .account(.noSuchSession(id))
        case .token(let id, _): .account(.noSuchToken(id))
        case .account(_, let name, let kind, _): .account(kind.absence(name))
        }
    }
}
