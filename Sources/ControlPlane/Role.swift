package import Directory
package import Storage

/// What a person is here, with that which their rights are judged by.
package enum Role: Sendable, Equatable {
    /// The system account on the machine.
    case `operator`
    /// ポータル管理者: an account of a company, for all of its users, contracts and numbers.
    case portalAdministrator(company: String)
    /// 一般ユーザー: an account of a company, for those contracts of it that the account's user groups give.
    case generalUser(company: String, contracts: [String])
    /// 管理者ID: for every login ID and number under one base contract.
    case administratorID(contract: String)
    /// ログインID: for its own number or numbers.
    case loginID(numbers: [PhoneNumber])

    /// The role without whom it is for.
    package enum Kind: String, CaseIterable, Sendable {
        case `operator`, portalAdministrator, generalUser, administratorID, loginID

        /// As a text names those who may do something.
        var phrase: String {
            switch self {
            case .operator: "the operator"
            case .portalAdministrator: "portal administrators"
            case .generalUser: "general users"
            case .administratorID: "administrator IDs"
            case .loginID: "login IDs"
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .operator: .operator
        case .portalAdministrator: .portalAdministrator
        case .generalUser: .generalUser
        case .administratorID: .administratorID
        case .loginID: .loginID
        }
    }

    /// What is there for this role; all else is as if it did not exist.
    package var limits: [Reach.Limit] {
        switch self {
        case .operator: []
        case .portalAdministrator(let company): [.company(company)]
        case .generalUser(let company, let contracts): [.contracts(contracts, of: company)]
        case .administratorID(let contract): [.contracts([contract], of: nil)]
        case .loginID(let numbers): [.numbers(numbers)]
        }
    }
}
