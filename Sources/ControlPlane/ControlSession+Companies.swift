package import Foundation
import Storage

/// A company, for showing and for history.
package struct CompanyState: Codable, Sendable, Equatable {
    package let name: String
    package let createdAt: Date

    init(_ entry: CompanyEntry) {
        name = entry.name
        createdAt = Date(milliseconds: entry.createdAt)
    }
}

extension ControlSession {
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addCompany(named text: String) throws -> CompanyState {
        try refusing {
            let name = try ContractText.name(text)
            return try write(.addCompany, on: .service) { transaction in
                guard try transaction.snapshot.company(named: name) == nil else {
                    throw ContractRefusal.companyExists(name)
                }
                try transaction.addCompany(name, createdAt: now)
                let state = CompanyState(try require(company: name, in: transaction.snapshot))
                try record("company add", of: .company(name), from: Nothing.none, to: state, in: transaction)
                return state
            }
        }
    }

    /// The history goes on under the new name.
    package func renameCompany(_ text: String, to newText: String) throws -> CompanyState {
        try refusing {
            let (name, newName) = (try ContractText.knownName(text), try ContractText.name(newText))
            return try write(.renameCompany, on: .company(name)) { transaction in
                let before = CompanyState(try require(company: name, in: transaction.snapshot))
                guard try name == newName || transaction.snapshot.company(named: newName) == nil else {
                    throw ContractRefusal.companyExists(newName)
                }
                try transaction.renameCompany(name, to: newName)
                let state = CompanyState(try require(company: newName, in: transaction.snapshot))
                try record("company rename", of: .company(newName), from: before, to: state, in: transaction)
                return state
            }
        }
    }

    /// Removes a company that has no contracts left, with its users and groups.
    package func removeCompany(named text: String) throws -> CompanyState {
        try refusing {
            let name = try ContractText.knownName(text)
            return try write(.removeCompany, on: .company(name)) { transaction in
                let entry = try require(company: name, in: transaction.snapshot)
                guard entry.contractCount == 0 else {
                    throw ContractRefusal.companyHasContracts(name, count: entry.contractCount)
                }
                try removeUsersAndGroups(of: name, transaction)
                try transaction.removeCompany(name)
                let before = CompanyState(entry)
                try record("company remove", of: .company(name), from: before, to: Nothing.none, in: transaction)
                return before
            }
        }
    }

    package func company(named text: String) throws -> CompanyState {
        try refusing {
            let name = try ContractText.knownName(text)
            return try read(.showCompany, on: .company(name)) { CompanyState(try require(company: name, in: $0)) }
        }
    }

    /// A page in the order of names: those after `name`, or the first ones.
    package func companies(after name: String? = nil, limit: Int) throws -> [CompanyState] {
        try read(.listCompanies, on: .reached) {
            try $0.companies(after: name, within: reach, limit: limit).map(CompanyState.init)
        }
    }

    func require(company name: String, in snapshot: ControlSnapshot) throws -> CompanyEntry {
        guard let entry = try snapshot.company(named: name) else { throw ContractRefusal.noSuchCompany(name) }
        return entry
    }

    /// Tells a refusal as this module's error.
    func refusing<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let refusal as ContractRefusal {
            throw ControlError.contract(refusal)
        } catch let refusal as AccountRefusal {
            throw ControlError.account(refusal)
        }
    }
}
