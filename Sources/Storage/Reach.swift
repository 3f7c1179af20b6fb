package import Directory
import Foundation
import GRDB

/// How far a person's rights go: every limit has to hold. Without any it is the whole service.
///
/// What it lets through is decided by the rows as they are when a statement runs, not when the person signed in.
package struct Reach: Sendable, Equatable {
    package enum Limit: Sendable, Equatable {
        /// The company, its contracts and their numbers.
        case company(String)
        /// These contracts and their numbers, if they are this company's; nil: whosesoever they are.
        case contracts([String], of: String?)
        /// These numbers alone.
        case numbers([PhoneNumber])
    }

    package static let everything = Reach([])

    package let limits: [Limit]

    package init(_ limits: [Limit]) { self.limits = limits }

    package var isEverything: Bool { limits.isEmpty }

    /// Something that is within reach or not.
    package enum Object: Sendable {
        case company(String)
        case contract(String)
        case voiceContract(String)
        case number(PhoneNumber)
        /// By the e-mail address.
        case portalUser(String)
        case userGroup(String, company: String)
        case administratorID(String)
        case loginID(String)
        /// By its id; one of the owner's, an account's, is within reach in any case.
        case session(String, owner: String?)
        /// By its id, in the same way.
        case apiToken(String, owner: String?)
        /// By its id, in the same way.
        case account(String, owner: String?)
    }
}

extension ControlSnapshot {
    /// Whether an object is there and within reach.
    package func has(_ object: Reach.Object, within reach: Reach) throws -> Bool {
        let condition = object.rows.and(reach.limits.map(object.condition(of:)))
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM \(condition.sql))")
        return try Bool.fetchOne(statement, arguments: condition.arguments) ?? false
    }
}

extension Reach.Object {
    /// Where its row is.
    fileprivate var rows: Condition {
        switch self {
        case .company(let name): Condition("company y WHERE y.name = ?", [name])
        case .contract(let number): Condition("contract t WHERE t.number = ?", [number])
        case .voiceContract(let number):
            Condition("voice_contract v JOIN contract t ON t.id = v.contract_id WHERE v.number = ?", [number])
        case .number(let number): Condition("number n WHERE n.canonical = ?", [number.canonical])
        case .portalUser(let email):
            Condition(
                "portal_user u JOIN account a ON a.id = u.account_id WHERE a.kind = 'portal-user' AND a.name = ?",
                [email])
        case .userGroup(let name, let company):
            Condition(
                "user_group g WHERE g.name = ? AND g.company_id = (SELECT id FROM company WHERE name = ?)",
                [name, company])
        case .administratorID(let name):
            Condition(
                """
                administrator_id d JOIN account a ON a.id = d.account_id JOIN contract t ON t.id = d.contract_id
                WHERE a.kind = 'administrator-id' AND a.name = ?
                """, [name])
        case .loginID(let name):
            Condition(
                """
                login_id l JOIN account a ON a.id = l.account_id JOIN contract t ON t.id = l.contract_id
                WHERE a.kind = 'login-id' AND a.name = ?
                """, [name])
        case .session(let id, _): Condition("session s WHERE s.id = ?", [id])
        case .apiToken(let id, _): Condition("api_token k WHERE k.id = ?", [id])
        case .account(let id, _): Condition("account a WHERE a.id = ?", [id])
        }
    }

    /// What a limit asks of that row.
    fileprivate func condition(of limit: Reach.Limit) -> Condition {
        switch self {
        case .company: limit.onCompany
        case .contract, .voiceContract: limit.onContract
        case .number: limit.onNumber
        case .portalUser: limit.onPortalUser
        case .userGroup: limit.onUserGroup
        case .administratorID: limit.onAdministratorID
        case .loginID: limit.onLoginID
        case .session(_, let owner): limit.onSession(ownedBy: owner)
        case .apiToken(_, let owner): limit.onAccount("k.account_id", ownedBy: owner)
        case .account(_, let owner): limit.onAccount("a.id", ownedBy: owner)
        }
    }
}

/// A part of a statement, with what stands for its question marks.
struct Condition {
    var sql: String
    var arguments: StatementArguments

    init(_ sql: String, _ arguments: StatementArguments = []) {
        self.sql = sql
        self.arguments = arguments
    }

    func and(_ others: [Condition]) -> Condition {
        others.reduce(self) { Condition("\($0.sql) AND \($1.sql)", $0.arguments + $1.arguments) }
    }
}

/// Each as a condition on a row of one table, `y` for `company`, `t` for `contract`, `n` for `number`. The lists are
/// one argument each, so that a statement is the same however many there are.
extension Reach.Limit {
    var onCompany: Condition {
        switch self {
        case .company(let name): Condition("y.name = ?", [name])
        case .contracts(_, let company): Condition("y.name = ?", [company])
        case .numbers: Condition("FALSE")
        }
    }

    var onContract: Condition {
        switch self {
        case .company(let name): Self.contract(of: name)
        case .contracts(let numbers, let company):
            Condition("t.number IN (SELECT value FROM json_each(?))", [Self.json(numbers)])
                .and(company.map { [Self.contract(of: $0)] } ?? [])
        case .numbers: Condition("FALSE")
        }
    }

    /// Asked of one number after the other: what it costs does not grow with how many others there are.
    var onNumber: Condition {
        switch self {
        case .company, .contracts:
            let contract = onContract
            return Condition(
                """
                EXISTS (SELECT 1 FROM contracted_number a JOIN contract t ON t.id = a.contract_id
                        WHERE a.number_id = n.id AND \(contract.sql))
                """, contract.arguments)
        case .numbers(let numbers):
            return Condition("n.canonical IN (SELECT value FROM json_each(?))", [Self.json(numbers.map(\.canonical))])
        }
    }

    /// The same, of numbers that are known to be one contract's: asked of the contract, once, where that decides it.
    func onNumber(ofContract number: String) -> Condition {
        switch self {
        case .company, .contracts:
            let contract = onContract
            return Condition(
                "EXISTS (SELECT 1 FROM contract t WHERE t.number = ? AND \(contract.sql))",
                [number] + contract.arguments)
        case .numbers: return onNumber
        }
    }

    /// The same numbers, found from the other end: those that are not within reach are not read at all, but all that are.
    var amongNumbers: Condition {
        switch self {
        case .company, .contracts:
            let contract = onContract
            return Condition(
                """
                n.id IN (SELECT a.number_id FROM contract t JOIN contracted_number a ON a.contract_id = t.id
                         WHERE \(contract.sql))
                """, contract.arguments)
        case .numbers: return onNumber
        }
    }

    private static func contract(of company: String) -> Condition {
        Condition("t.company_id = (SELECT id FROM company WHERE name = ?)", [company])
    }

    static func json(_ values: [String]) -> String {
        let data = (try? JSONEncoder().encode(values)) ?? Data("[]".utf8)
        return String(decoding: data, as: UTF8.self)
    }

    /// What ``json(_:)`` or SQLite has made of a list.
    static func list(_ text: String) -> [String] {
        (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }
}
