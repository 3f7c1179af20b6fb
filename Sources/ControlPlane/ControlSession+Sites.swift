import Storage

/// A site of a voice group, for showing and for history.
package struct SiteState: Codable, Sendable, Equatable {
    /// The voice group ID.
    package let contract: String
    /// The site ID.
    package let site: String
    package let name: String
    package let isRepresentative: Bool
    package let voiceContracts: [String]

    init(_ entry: SiteEntry, of contract: String) {
        self.contract = contract
        site = entry.code
        name = entry.name
        isRepresentative = entry.isRepresentative
        voiceContracts = entry.voiceContracts
    }
}

/// Which site represents a voice group, for history.
struct RepresentativeState: Codable, Equatable {
    let contract: String
    /// Nil: none does.
    let site: String?
}

/// A voice contract, for showing and for history.
package struct VoiceContractState: Codable, Sendable, Equatable {
    package let voiceContract: String
    package let contract: String
    package let site: String

    init(_ entry: VoiceContractEntry) {
        voiceContract = entry.number
        contract = entry.contract
        site = entry.site
    }
}

extension ControlSession {
    /// Adds a site to a voice group. The first one represents it.
    ///
    /// - Parameter represents: the site takes that over from the one that has it.
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addSite(
        _ text: String, named nameText: String, to contractText: String, represents: Bool = false
    ) throws -> SiteState {
        try refusing {
            let (site, name) = (try ContractText.site(text), try ContractText.name(nameText))
            return try write(.addSite, on: .contract(contractText)) { transaction in
                let contract = try voiceGroup(contractText, in: transaction.snapshot)
                let others = try transaction.snapshot.sites(of: contract)
                guard !others.contains(where: { $0.code == site }) else {
                    throw ContractRefusal.siteExists(site, contract: contract)
                }
                try transaction.addSite(site, name: name, to: contract)
                let added = try require(site: site, of: contract, in: transaction.snapshot)
                try record("site add", of: .contract(contract), from: Nothing.none, to: added, in: transaction)
                if represents || others.isEmpty { try represent(site, of: contract, in: transaction) }
                return try require(site: site, of: contract, in: transaction.snapshot)
            }
        }
    }

    package func renameSite(_ text: String, of contractText: String, to nameText: String) throws -> SiteState {
        try refusing {
            let name = try ContractText.name(nameText)
            return try write(.renameSite, on: .contract(contractText)) { transaction in
                let contract = try voiceGroup(contractText, in: transaction.snapshot)
                let before = try require(site: text, of: contract, in: transaction.snapshot)
                try transaction.renameSite(before.site, of: contract, to: name)
                let state = try require(site: before.site, of: contract, in: transaction.snapshot)
                try record("site rename", of: .contract(contract), from: before, to: state, in: transaction)
                return state
            }
        }
    }

    /// The site represents the voice group from now on, in place of the one that did.
    package func setRepresentative(_ text: String, of contractText: String) throws -> SiteState {
        try refusing {
            try write(.setRepresentative, on: .contract(contractText)) { transaction in
                let contract = try voiceGroup(contractText, in: transaction.snapshot)
                let site = try require(site: text, of: contract, in: transaction.snapshot).site
                try represent(site, of: contract, in: transaction)
                return try require(site: site, of: contract, in: transaction.snapshot)
            }
        }
    }

    /// Removes a site that no voice contract is at any more.
    package func removeSite(_ text: String, of contractText: String) throws -> SiteState {
        try refusing {
            try write(.removeSite, on: .contract(contractText)) { transaction in
                let contract = try voiceGroup(contractText, in: transaction.snapshot)
                let before = try require(site: text, of: contract, in: transaction.snapshot)
                guard before.voiceContracts.isEmpty else {
                    throw ContractRefusal.siteHasVoiceContracts(before.site, voiceContracts: before.voiceContracts)
                }
                try transaction.removeSite(before.site, of: contract)
                try record("site remove", of: .contract(contract), from: before, to: Nothing.none, in: transaction)
                return before
            }
        }
    }

    /// The sites of a voice group, its representative first.
    package func sites(of contractText: String) throws -> [SiteState] {
        try refusing {
            try read(.listSites, on: .contract(contractText)) { snapshot in
                let contract = try voiceGroup(contractText, in: snapshot)
                return try snapshot.sites(of: contract).map { SiteState($0, of: contract) }
            }
        }
    }

    package func addVoiceContract(_ text: String, at siteText: String, of contractText: String) throws
        -> VoiceContractState
    {
        try refusing {
            let number = try ContractText.voiceContract(text)
            return try write(.addVoiceContract, on: .contract(contractText)) { transaction in
                let contract = try voiceGroup(contractText, in: transaction.snapshot)
                let site = try require(site: siteText, of: contract, in: transaction.snapshot)
                if let other = try transaction.snapshot.voiceContract(number) {
                    throw ContractRefusal.voiceContractExists(number, contract: other.contract)
                }
                try transaction.addVoiceContract(number, at: site.site, of: contract)
                let state = VoiceContractState(try require(voiceContract: number, in: transaction.snapshot))
                try record(
                    "voice-contract add", of: .contract(contract), from: Nothing.none, to: state, in: transaction)
                return state
            }
        }
    }

    /// Removes a voice contract that no number stands under any more.
    package func removeVoiceContract(_ text: String) throws -> VoiceContractState {
        try refusing {
            try write(.removeVoiceContract, on: .voiceContract(text)) { transaction in
                let before = VoiceContractState(try require(voiceContract: text, in: transaction.snapshot))
                try removeEmptyVoiceContract(before.voiceContract, transaction)
                try record(
                    "voice-contract remove", of: .contract(before.contract), from: before, to: Nothing.none,
                    in: transaction)
                return before
            }
        }
    }

    func removeEmptyVoiceContract(_ number: String, _ transaction: ControlTransaction) throws {
        if let first = try transaction.snapshot.numbers(in: NumberFilter(voiceContract: number), limit: 1).first {
            throw ContractRefusal.voiceContractHasNumbers(number, first: first.number)
        }
        try transaction.removeVoiceContract(number)
    }

    /// Lets a site represent its voice group, and writes down which one did before.
    private func represent(_ site: String, of contract: String, in transaction: ControlTransaction) throws {
        let before = try representative(of: contract, in: transaction.snapshot)
        try transaction.setRepresentative(site, of: contract)
        let state = try representative(of: contract, in: transaction.snapshot)
        try record("representative set", of: .contract(contract), from: before, to: state, in: transaction)
    }

    func representative(of contract: String, in snapshot: ControlSnapshot) throws -> RepresentativeState {
        RepresentativeState(
            contract: contract, site: try snapshot.sites(of: contract).first(where: \.isRepresentative)?.code)
    }

    private func voiceGroup(_ text: String, in snapshot: ControlSnapshot) throws -> String {
        let entry = try require(contract: text, in: snapshot)
        guard entry.kind.hasVoiceGroup else { throw ContractRefusal.noVoiceGroup(contract: entry.number) }
        return entry.number
    }

    func require(site text: String, of contract: String, in snapshot: ControlSnapshot) throws -> SiteState {
        let code = ContractText.code(text)
        guard let entry = try snapshot.sites(of: contract).first(where: { $0.code == code }) else {
            throw ContractRefusal.noSuchSite(code, contract: contract)
        }
        return SiteState(entry, of: contract)
    }

    func require(voiceContract text: String, in snapshot: ControlSnapshot) throws -> VoiceContractEntry {
        let number = ContractText.code(text)
        guard let entry = try snapshot.voiceContract(number) else {
            throw ContractRefusal.noSuchVoiceContract(number)
        }
        return entry
    }
}
