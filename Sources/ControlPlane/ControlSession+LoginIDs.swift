package import Directory
package import Foundation
package import SignIn
import Storage

/// A login ID, for showing and for history. No password is in it.
package struct LoginIDState: Codable, Sendable, Equatable {
    package let id: String
    package let loginID: String
    package let contract: String
    /// 利用者番号, as they are dialled.
    package let numbers: [String]
    /// Where its codes go; nil: nowhere yet.
    package let smsNumber: String?
    /// Of messages and pages; nil: none was chosen.
    package let language: Language?
    package let createdAt: Date
    /// What its numbers can use; nil in history, as all that follows.
    package let services: [NumberServices]?
    package let standing: AccountStanding?

    package struct NumberServices: Codable, Sendable, Equatable {
        package let number: String
        package let kind: ContractedNumberKind
        package let options: [OptionService]
    }

    /// As history keeps it.
    init(_ entry: LoginIDEntry) { self.init(entry, services: nil, standing: nil) }

    /// As it is shown.
    init(_ entry: LoginIDEntry, at now: Int64) throws {
        self.init(
            entry,
            services: entry.numbers.map {
                NumberServices(number: $0.number.national, kind: $0.kind, options: $0.options)
            }, standing: try AccountStanding(entry.account, at: now))
    }

    private init(_ entry: LoginIDEntry, services: [NumberServices]?, standing: AccountStanding?) {
        id = entry.account.id
        loginID = entry.account.name
        contract = entry.contract
        numbers = entry.numbers.map(\.number.national)
        smsNumber = entry.account.smsNumber
        language = entry.account.chosenLanguage
        createdAt = Date(milliseconds: entry.account.createdAt)
        self.services = services
        self.standing = standing
    }
}

/// 利用者番号一覧: some of the login IDs that are looked for, and how many there are.
package struct LoginIDPage: Sendable, Equatable {
    package let states: [LoginIDState]
    /// Of all pages.
    package let total: Int
    /// Which page it is, the first one being 1.
    package let page: Int
}

extension ControlSession {
    /// Adds a login ID for numbers of a contract. It has no password yet.
    ///
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addLoginID(_ text: String, to contractText: String, numbers: [PhoneNumber]) throws -> LoginIDState {
        try addLoginID(text, to: contractText, numbers: numbers, mayBeEmpty: false)
    }

    /// - Parameter mayBeEmpty: it is taken without numbers, as one is that has lost them.
    func addLoginID(_ text: String, to contractText: String, numbers: [PhoneNumber], mayBeEmpty: Bool) throws
        -> LoginIDState
    {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.addLoginID, on: .contract(contractText)) { transaction in
                let entry = try add(
                    login: name, to: contractText, numbers: numbers, mayBeEmpty: mayBeEmpty, in: transaction)
                return try LoginIDState(entry, at: now)
            }
        }
    }

    func add(
        login name: String, to contractText: String, numbers: [PhoneNumber], mayBeEmpty: Bool = false,
        in transaction: ControlTransaction
    ) throws -> LoginIDEntry {
        let contract = ContractText.code(contractText)
        guard try transaction.snapshot.hasVoiceGroup(contract: contract) != nil else {
            throw ContractRefusal.noSuchContract(contract)
        }
        guard try transaction.snapshot.loginID(name) == nil else { throw AccountRefusal.loginIDExists(name) }
        guard mayBeEmpty || !numbers.isEmpty else { throw AccountRefusal.noNumbers }
        let id = Self.newID()
        try transaction.addLoginID(id, named: name, to: contract, createdAt: now)
        try give(numbers, to: try require(loginID: name, in: transaction.snapshot), transaction)
        let entry = try require(loginID: name, in: transaction.snapshot)
        try record("login add", of: .loginID(id), from: Nothing.none, to: LoginIDState(entry), in: transaction)
        return entry
    }

    /// Lets a login ID have these numbers, and no others.
    package func assignNumbers(_ numbers: [PhoneNumber], toLogin text: String) throws -> LoginIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.assignLoginNumbers, on: .loginID(name)) { transaction in
                let before = try require(loginID: name, in: transaction.snapshot)
                return try LoginIDState(assign(numbers, to: before, in: transaction), at: now)
            }
        }
    }

    func assign(_ numbers: [PhoneNumber], to before: LoginIDEntry, in transaction: ControlTransaction) throws
        -> LoginIDEntry
    {
        guard !numbers.isEmpty else { throw AccountRefusal.noNumbers }
        try give(numbers, to: before, transaction)
        let entry = try require(loginID: before.account.name, in: transaction.snapshot)
        try record(
            "login assign", of: .loginID(entry.account.id), from: LoginIDState(before), to: LoginIDState(entry),
            in: transaction)
        return entry
    }

    package func removeLoginID(_ text: String) throws -> LoginIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.removeLoginID, on: .loginID(name)) { transaction in
                let entry = try require(loginID: name, in: transaction.snapshot)
                try transaction.removeAccount(entry.account.id)
                let before = LoginIDState(entry)
                try record(
                    "login remove", of: .loginID(entry.account.id), from: before, to: Nothing.none, in: transaction)
                return before
            }
        }
    }

    package func loginID(_ text: String) throws -> LoginIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try read(.showLoginID, on: .loginID(name)) {
                try LoginIDState(try require(loginID: name, in: $0), at: now)
            }
        }
    }

    /// 利用者番号一覧: a page in the order of login IDs, those after `name`, or the first ones.
    ///
    /// - Parameter contract: nil: of all.
    package func loginIDs(after name: String? = nil, of contract: String? = nil, limit: Int) throws
        -> [LoginIDState]
    {
        try refusing {
            try read(.listLoginIDs, on: contract.map(Matter.contract) ?? .reached) { snapshot in
                let number = try contract.map { try require(contract: $0, in: snapshot).number }
                return try snapshot.loginIDs(after: name, of: number, within: reach, limit: limit)
                    .map { try LoginIDState($0, at: now) }
            }
        }
    }

    /// 利用者番号一覧 page by page, in the order of login IDs.
    ///
    /// - Parameters:
    ///   - text: a part of a login ID or of one of its numbers, as it was typed; empty: all.
    ///   - page: the first one is 1; the last one stands for those behind it.
    ///   - size: how many login IDs a page has.
    package func loginIDs(matching text: String, page: Int, size: Int) throws -> LoginIDPage {
        try refusing {
            try read(.listLoginIDs, on: .reached) { snapshot in
                // Nothing of ours is longer.
                let text = String(NumberPlan.halfWidth(text).prefix(64))
                let found = try snapshot.loginIDs(matching: text, within: reach, page: page, size: size)
                return LoginIDPage(
                    states: try found.entries.map { try LoginIDState($0, at: now) }, total: found.total,
                    page: found.page)
            }
        }
    }

    func require(loginID name: String, in snapshot: ControlSnapshot) throws -> LoginIDEntry {
        guard let entry = try snapshot.loginID(name) else { throw AccountRefusal.noSuchLoginID(name) }
        return entry
    }

    /// Gives a login ID these numbers and no others, each of which has to be one that it can have.
    func give(_ numbers: [PhoneNumber], to entry: LoginIDEntry, _ transaction: ControlTransaction) throws {
        for number in numbers {
            guard let place = try transaction.snapshot.entry(of: number)?.place, place.contract == entry.contract
            else { throw AccountRefusal.numberNotUnder(number, contract: entry.contract) }
            guard place.kind != .multiple else { throw AccountRefusal.multipleNumber(number) }
            let holder = try transaction.snapshot.loginID(of: number) ?? entry.account.name
            guard holder == entry.account.name else { throw AccountRefusal.numberTaken(number, login: holder) }
        }
        try transaction.takeNumbers(fromLogin: entry.account.id)
        try transaction.giveNumbers(numbers, toLogin: entry.account.id)
    }
}
