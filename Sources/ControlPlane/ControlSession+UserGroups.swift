import Storage

/// A user group, for showing and for history.
package struct UserGroupState: Codable, Sendable, Equatable {
    package let id: String
    package let company: String
    package let group: String
    /// The contracts that its members may work on.
    package let contracts: [String]
    /// By their e-mail addresses.
    package let members: [String]

    init(_ entry: UserGroupEntry) {
        id = entry.id
        company = entry.company
        group = entry.name
        contracts = entry.contracts
        members = entry.members
    }
}

/// All that can be set of a user group, as a form has it.
package struct UserGroupForm: Codable, Sendable, Equatable {
    package let name: String
    package let contracts: [String]
    /// By their e-mail addresses.
    package let members: [String]

    package init(name: String, contracts: [String], members: [String]) {
        self.name = name
        self.contracts = contracts
        self.members = members
    }
}

extension ControlSession {
    /// Adds a group that gives no contract yet.
    ///
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addGroup(_ text: String, to companyText: String) throws -> UserGroupState {
        try refusing {
            let (name, company) = (try ContractText.name(text), try ContractText.knownName(companyText))
            return try write(.addGroup, on: .company(company)) { transaction in
                _ = try require(company: company, in: transaction.snapshot)
                guard try transaction.snapshot.userGroup(name, of: company) == nil else {
                    throw AccountRefusal.groupExists(name, company: company)
                }
                let id = Self.newID()
                try transaction.addUserGroup(id, named: name, to: company)
                let state = UserGroupState(try require(group: name, of: company, in: transaction.snapshot))
                try record("group add", of: .group(id), from: Nothing.none, to: state, in: transaction)
                return state
            }
        }
    }

    package func renameGroup(_ text: String, of company: String, to newText: String) throws -> UserGroupState {
        try changeGroup(.renameGroup, "group rename", text, of: company) { entry, transaction in
            let name = try ContractText.name(newText, inPlaceOf: entry.name)
            guard try name == entry.name || transaction.snapshot.userGroup(name, of: entry.company) == nil else {
                throw AccountRefusal.groupExists(name, company: entry.company)
            }
            try transaction.renameUserGroup(entry.id, to: name)
        }
    }

    /// Lets a group give these contracts of its company, and no others.
    package func setContracts(_ texts: [String], ofGroup text: String, of company: String) throws -> UserGroupState {
        try changeGroup(.setGroupContracts, "group contracts", text, of: company) { entry, transaction in
            try set(contracts: texts, of: entry, transaction)
        }
    }

    /// Lets these users of its company be in a group, and no others.
    package func setMembers(_ emails: [String], ofGroup text: String, of company: String) throws -> UserGroupState {
        try changeGroup(.setGroupMembers, "group members", text, of: company) { entry, transaction in
            try set(members: emails, of: entry, transaction)
        }
    }

    /// Sets all of it at once, or nothing.
    package func fillGroup(_ text: String, of company: String, _ form: UserGroupForm) throws -> UserGroupState {
        try refusing {
            let (name, company) = (try ContractText.knownName(text), try ContractText.knownName(company))
            return try write(.renameGroup, on: .group(name, company: company)) { _ in
                let renamed = try renameGroup(name, of: company, to: form.name).group
                _ = try setContracts(form.contracts, ofGroup: renamed, of: company)
                return try setMembers(form.members, ofGroup: renamed, of: company)
            }
        }
    }

    /// Its members lose what the group gave them.
    package func removeGroup(_ text: String, of companyText: String) throws -> UserGroupState {
        try refusing {
            let (name, company) = (try ContractText.knownName(text), try ContractText.knownName(companyText))
            return try write(.removeGroup, on: .group(name, company: company)) { transaction in
                let entry = try require(group: name, of: company, in: transaction.snapshot)
                try remove(entry, transaction)
                return UserGroupState(entry)
            }
        }
    }

    package func group(_ text: String, of companyText: String) throws -> UserGroupState {
        try refusing {
            let (name, company) = (try ContractText.knownName(text), try ContractText.knownName(companyText))
            return try read(.showGroup, on: .group(name, company: company)) {
                UserGroupState(try require(group: name, of: company, in: $0))
            }
        }
    }

    /// By its id, which stays when its name changes.
    package func group(id: String) throws -> UserGroupState {
        try refusing {
            try read(.showGroup, on: .reached) { snapshot in
                guard let entry = try snapshot.userGroup(id: id),
                    try snapshot.has(.userGroup(entry.name, company: entry.company), within: reach)
                else { throw AccountRefusal.noSuchGroup(id, company: "") }
                return UserGroupState(entry)
            }
        }
    }

    /// In the order of companies and names.
    ///
    /// - Parameter companyText: nil: of all.
    package func groups(of companyText: String? = nil, limit: Int) throws -> [UserGroupState] {
        try refusing {
            let company = try companyText.map { try ContractText.knownName($0) }
            return try read(.listGroups, on: company.map(Matter.company) ?? .reached) { snapshot in
                if let company { _ = try require(company: company, in: snapshot) }
                return try snapshot.userGroups(of: company, within: reach, limit: limit).map(UserGroupState.init)
            }
        }
    }

    private func changeGroup(
        _ useCase: UseCase, _ action: String, _ text: String, of companyText: String,
        _ change: (UserGroupEntry, ControlTransaction) throws -> Void
    ) throws -> UserGroupState {
        try refusing {
            let (name, company) = (try ContractText.knownName(text), try ContractText.knownName(companyText))
            return try write(useCase, on: .group(name, company: company)) { transaction in
                let entry = try require(group: name, of: company, in: transaction.snapshot)
                try change(entry, transaction)
                guard let changed = try transaction.snapshot.userGroup(id: entry.id) else {
                    throw AccountRefusal.noSuchGroup(name, company: company)
                }
                let state = UserGroupState(changed)
                try record(action, of: .group(entry.id), from: UserGroupState(entry), to: state, in: transaction)
                return state
            }
        }
    }
}

/// The parts of use cases and of their undoing.
extension ControlSession {
    func require(group name: String, of company: String, in snapshot: ControlSnapshot) throws -> UserGroupEntry {
        guard let entry = try snapshot.userGroup(name, of: company) else {
            throw AccountRefusal.noSuchGroup(name, company: company)
        }
        return entry
    }

    func set(contracts texts: [String], of entry: UserGroupEntry, _ transaction: ControlTransaction) throws {
        let contracts = Set(texts.map(ContractText.code)).sorted()
        for contract in contracts {
            guard try transaction.snapshot.contract(contract)?.company == entry.company else {
                throw AccountRefusal.contractOfAnother(contract, company: entry.company)
            }
        }
        try transaction.setContracts(contracts, ofGroup: entry.id)
    }

    func set(members emails: [String], of entry: UserGroupEntry, _ transaction: ControlTransaction) throws {
        var members: Set<String> = []
        for text in emails {
            let email = try AccountText.email(text)
            guard let user = try transaction.snapshot.portalUser(email), user.company == entry.company else {
                throw AccountRefusal.userOfAnother(email, company: entry.company)
            }
            members.insert(user.account.name)
        }
        try transaction.setMembers(members.sorted(), ofGroup: entry.id)
    }

    func remove(_ entry: UserGroupEntry, _ transaction: ControlTransaction) throws {
        try transaction.removeUserGroup(entry.id)
        try record(
            "group remove", of: .group(entry.id), from: UserGroupState(entry), to: Nothing.none, in: transaction)
    }
}
