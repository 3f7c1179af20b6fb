package import Directory
import Foundation
package import Storage

/// A contract, for showing and for history.
package struct ContractState: Codable, Sendable, Equatable {
    /// A base contract number, or a voice group ID (`Y…`).
    package let number: String
    package let company: String
    /// Such as `ip-voice`.
    package let kind: String
    package let service: ServiceName
    /// `2026-12-01`; nil: not opened.
    package let openedOn: String?
    package let options: [OptionService]
    /// Whether its number is a 音声グループID; false for one out of the history, which has not that.
    package private(set) var isVoiceGroup = false

    enum CodingKeys: CodingKey {
        case number, company, kind, service, openedOn, options
    }

    /// What the service is called.
    package struct ServiceName: Codable, Sendable, Equatable {
        package let ja: String
        package let en: String
    }

    init(_ entry: ContractEntry) {
        number = entry.number
        company = entry.company
        kind = entry.kind.kind
        service = ServiceName(ja: entry.kind.nameInJapanese, en: entry.kind.nameInEnglish)
        openedOn = entry.openedOn
        options = entry.options
        isVoiceGroup = entry.kind.hasVoiceGroup
    }
}

extension ControlSession {
    package func serviceKinds() throws -> [ServiceKind] {
        try read(.listServiceKinds, on: .service) { try $0.serviceKinds() }
    }

    /// Adds a contract that is not opened yet and has no options.
    ///
    /// - Parameters:
    ///   - text: a base contract number; a voice group ID for a service that has voice groups.
    ///   - kind: one of ``serviceKinds()``.
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addContract(_ text: String, kind name: String, company companyText: String) throws -> ContractState {
        try refusing {
            let company = try ContractText.knownName(companyText)
            return try write(.addContract, on: .company(company)) { transaction in
                let snapshot = transaction.snapshot
                let kinds = try snapshot.serviceKinds()
                guard let kind = kinds.first(where: { $0.kind == name.lowercased() }) else {
                    throw ContractRefusal.noSuchKind(name, known: kinds.map(\.kind))
                }
                let number = try kind.hasVoiceGroup ? ContractText.voiceGroup(text) : ContractText.baseNumber(text)
                _ = try require(company: company, in: snapshot)
                guard try snapshot.contract(number) == nil else { throw ContractRefusal.contractExists(number) }
                try transaction.addContract(number, kind: kind.kind, company: company, createdAt: now)
                let state = ContractState(try require(contract: number, in: snapshot))
                try record("contract add", of: .contract(number), from: Nothing.none, to: state, in: transaction)
                return state
            }
        }
    }

    /// - Parameter day: `2026-12-01`; nil: today.
    package func openContract(_ text: String, on day: String? = nil) throws -> ContractState {
        try refusing {
            let day = try day.map(ContractText.day) ?? today
            return try changeContract(.openContract, "contract open", text) { transaction, entry in
                try transaction.setOpened(entry.number, on: day)
            }
        }
    }

    /// The contract counts as not opened; its numbers and rules stay.
    package func closeContract(_ text: String) throws -> ContractState {
        try changeContract(.closeContract, "contract close", text) { transaction, entry in
            try transaction.setOpened(entry.number, on: nil)
        }
    }

    /// Removes a contract that no number and no site stands under any more.
    package func removeContract(_ text: String) throws -> ContractState {
        try refusing {
            try write(.removeContract, on: .contract(text)) { transaction in
                let entry = try require(contract: text, in: transaction.snapshot)
                try removeEmptyContract(entry, transaction)
                let before = ContractState(entry)
                try record(
                    "contract remove", of: .contract(entry.number), from: before, to: Nothing.none, in: transaction)
                return before
            }
        }
    }

    func removeEmptyContract(_ entry: ContractEntry, _ transaction: ControlTransaction) throws {
        let numbers = try transaction.snapshot.numberCount(of: entry.number)
        guard numbers == 0 else { throw ContractRefusal.contractHasNumbers(entry.number, count: numbers) }
        let sites = try transaction.snapshot.sites(of: entry.number).count
        guard sites == 0 else { throw ContractRefusal.contractHasSites(entry.number, count: sites) }
        let accounts = try transaction.snapshot.accountCount(of: entry.number)
        guard accounts == 0 else { throw ContractRefusal.contractHasAccounts(entry.number, count: accounts) }
        let groups = try transaction.snapshot.userGroups(giving: entry.number)
        guard groups.isEmpty else { throw ContractRefusal.contractInGroups(entry.number, groups: groups) }
        try transaction.removeContract(entry.number)
    }

    package func contract(_ text: String) throws -> ContractState {
        try refusing {
            try read(.showContract, on: .contract(text)) { ContractState(try require(contract: text, in: $0)) }
        }
    }

    /// A page in the order of their numbers: those after `number`, or the first ones.
    ///
    /// - Parameters:
    ///   - company: nil: of all.
    ///   - kind: one of ``serviceKinds()``; nil: of all.
    package func contracts(
        after number: String? = nil, of company: String? = nil, kind: String? = nil, limit: Int
    ) throws -> [ContractState] {
        try refusing {
            let company = try company.map(ContractText.knownName)
            return try read(.listContracts, on: company.map(Matter.company) ?? .reached) { snapshot in
                if let company { _ = try require(company: company, in: snapshot) }
                return try snapshot.contracts(after: number, of: company, kind: kind, within: reach, limit: limit)
                    .map(ContractState.init)
            }
        }
    }

    func changeContract(
        _ useCase: UseCase, _ action: String, _ text: String,
        _ change: (ControlTransaction, ContractEntry) throws -> Void
    ) throws -> ContractState {
        try refusing {
            try write(useCase, on: .contract(text)) { transaction in
                let entry = try require(contract: text, in: transaction.snapshot)
                try change(transaction, entry)
                let state = ContractState(try require(contract: entry.number, in: transaction.snapshot))
                try record(
                    action, of: .contract(entry.number), from: ContractState(entry), to: state, in: transaction)
                return state
            }
        }
    }

    func require(contract text: String, in snapshot: ControlSnapshot) throws -> ContractEntry {
        let number = ContractText.code(text)
        guard let entry = try snapshot.contract(number) else { throw ContractRefusal.noSuchContract(number) }
        return entry
    }

    /// The day by this machine's calendar.
    private var today: String {
        let parts = Calendar.current.dateComponents([.year, .month, .day], from: Date(milliseconds: now))
        let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
