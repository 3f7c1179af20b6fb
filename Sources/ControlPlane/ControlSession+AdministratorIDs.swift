package import Foundation
package import SignIn
import Storage

/// An administrator ID, for showing and for history. No password is in it.
package struct AdministratorIDState: Codable, Sendable, Equatable {
    package let id: String
    package let administratorID: String
    package let company: String
    package let contract: String
    /// Where its codes go; nil: nowhere yet.
    package let smsNumber: String?
    /// Of messages and pages; nil: none was chosen.
    package let language: Language?
    package let createdAt: Date
    /// Nil in history.
    package let standing: AccountStanding?

    /// As history keeps it.
    init(_ entry: AdministratorIDEntry) { self.init(entry, standing: nil) }

    /// As it is shown.
    init(_ entry: AdministratorIDEntry, at now: Int64) throws {
        self.init(entry, standing: try AccountStanding(entry.account, at: now))
    }

    private init(_ entry: AdministratorIDEntry, standing: AccountStanding?) {
        id = entry.account.id
        administratorID = entry.account.name
        company = entry.company
        contract = entry.contract
        smsNumber = entry.account.smsNumber
        language = entry.account.chosenLanguage
        createdAt = Date(milliseconds: entry.account.createdAt)
        self.standing = standing
    }
}

extension ControlSession {
    /// Gives a contract that has an option service its administrator ID, which has no password yet.
    ///
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addAdministratorID(_ text: String, to contractText: String) throws -> AdministratorIDState {
        try addAdministratorID(text, to: contractText, needsOption: true)
    }

    /// - Parameter needsOption: false: it is kept although the contract has no option service any more.
    func addAdministratorID(_ text: String, to contractText: String, needsOption: Bool) throws
        -> AdministratorIDState
    {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.addAdministratorID, on: .contract(contractText)) { transaction in
                let id = Self.newID()
                let contract = try require(contract: contractText, in: transaction.snapshot).number
                try addAdministratorID(
                    name, as: id, to: contract, needsOption: needsOption, createdAt: now, transaction)
                let entry = try require(administratorID: name, in: transaction.snapshot)
                try record(
                    "admin add", of: .administratorID(id), from: Nothing.none, to: AdministratorIDState(entry),
                    in: transaction)
                return try AdministratorIDState(entry, at: now)
            }
        }
    }

    package func removeAdministratorID(_ text: String) throws -> AdministratorIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.removeAdministratorID, on: .administratorID(name)) { transaction in
                let entry = try require(administratorID: name, in: transaction.snapshot)
                try transaction.removeAccount(entry.account.id)
                let before = AdministratorIDState(entry)
                try record(
                    "admin remove", of: .administratorID(entry.account.id), from: before, to: Nothing.none,
                    in: transaction)
                return before
            }
        }
    }

    package func administratorID(_ text: String) throws -> AdministratorIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try read(.showAdministratorID, on: .administratorID(name)) {
                try AdministratorIDState(try require(administratorID: name, in: $0), at: now)
            }
        }
    }

    /// A page in the order of names: those after `name`, or the first ones.
    package func administratorIDs(after name: String? = nil, limit: Int) throws -> [AdministratorIDState] {
        try refusing {
            try read(.listAdministratorIDs, on: .service) {
                try $0.administratorIDs(after: name, limit: limit).map { try AdministratorIDState($0, at: now) }
            }
        }
    }

    func require(administratorID name: String, in snapshot: ControlSnapshot) throws -> AdministratorIDEntry {
        guard let entry = try snapshot.administratorID(name) else { throw AccountRefusal.noSuchAdministratorID(name) }
        return entry
    }

    func addAdministratorID(
        _ name: String, as id: String, to contractText: String, needsOption: Bool = true, createdAt: Int64,
        _ transaction: ControlTransaction
    ) throws {
        let contract = try require(contract: contractText, in: transaction.snapshot)
        guard !needsOption || !contract.options.isEmpty else {
            throw AccountRefusal.noOptionService(contract: contract.number)
        }
        guard try transaction.snapshot.administratorID(name) == nil else {
            throw AccountRefusal.administratorIDExists(name)
        }
        if let other = try transaction.snapshot.administratorID(of: contract.number) {
            throw AccountRefusal.hasAdministratorID(contract: contract.number, other.account.name)
        }
        try transaction.addAdministratorID(id, named: name, to: contract.number, createdAt: createdAt)
    }
}
