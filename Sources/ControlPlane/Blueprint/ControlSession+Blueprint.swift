import Directory
package import Storage

extension ControlSession {
    /// Makes everything as a blueprint says, all of it or, when something is refused, nothing.
    ///
    /// Each change is made by the use case that makes it by hand, and has its own entry in the history.
    ///
    /// - Parameter commits: false: only tells what would be changed.
    /// - Returns: the entries of the history that this wrote, or would write; none: everything is so already.
    /// - Throws: ``BlueprintRefusal`` with the place, `StorageError`.
    package func apply(_ blueprint: Blueprint, commits: Bool = true) throws -> [HistoryEntry] {
        struct Nowhere: Error {}
        var entries: [HistoryEntry] = []
        do {
            try together(.applyBlueprint) { snapshot in
                let last = try snapshot.history(limit: 1).first?.id ?? 0
                try BlueprintApplication(session: self, blueprint: blueprint).perform()
                entries = try snapshot.history(after: last)
                // What changes nothing leaves nothing in the change feed either.
                guard commits, !entries.isEmpty else { throw Nowhere() }
            }
        } catch is Nowhere {}
        return entries
    }
}

/// A blueprint on its way into the database, in an order in which everything stands on what it needs.
struct BlueprintApplication {
    let session: ControlSession
    let blueprint: Blueprint

    func perform() throws {
        try applySettings()
        try applyTerms()
        try applyHolidays()
        for trunk in blueprint.trunks { try apply(trunk) }
        try BlueprintPlace.unique(blueprint.companies.map(\.name)) { try ContractText.name($0) }
        for company in blueprint.companies where !company.isAbsent { try apply(company) }
        try BlueprintPlace.unique(blueprint.contracts.map(\.number), ContractText.code)
        for contract in blueprint.contracts where !contract.isAbsent { try apply(contract) }
        try applyNumbers()
        try applyPortal()
        try applyContractAccounts()
        for contract in blueprint.contracts { try removeParts(of: contract) }
        for company in blueprint.companies where company.isAbsent { try remove(company) }
    }

    private func apply(_ trunk: Blueprint.Trunk) throws {
        try trunk.prefix.doing { prefix in
            let present = try session.trunk(prefix: prefix)
            switch (present, trunk.isAbsent) {
            case (nil, true): return
            case (_?, true): _ = try session.removeTrunk(prefix: prefix)
            case (nil, false):
                guard let gateways = trunk.gateways else { throw BlueprintPlace.missing("gateways", at: trunk.prefix) }
                try gateways.doing {
                    _ = try session.addTrunk(
                        prefix: prefix, gateways: $0, sendsDiversion: trunk.sendsDiversion ?? true,
                        sendsHistoryInfo: trunk.sendsHistoryInfo ?? true)
                }
            case (_?, false):
                try (trunk.gateways?.place ?? trunk.prefix.place).doing {
                    _ = try session.setTrunk(
                        prefix: prefix, gateways: trunk.gateways?.value, sendsDiversion: trunk.sendsDiversion,
                        sendsHistoryInfo: trunk.sendsHistoryInfo)
                }
            }
        }
    }

    private func apply(_ company: Blueprint.Company) throws {
        try company.name.doing { name in
            if try !session.hasCompany(named: name) { _ = try session.addCompany(named: name) }
        }
    }

    private func remove(_ company: Blueprint.Company) throws {
        try company.name.doing { name in
            if try session.hasCompany(named: name) { _ = try session.removeCompany(named: name) }
        }
    }
}

extension BlueprintPlace {
    /// - Throws: ``BlueprintRefusal`` for what is named twice.
    static func unique(_ names: [Stated<String>], _ canonical: (String) throws -> String) throws {
        var seen: [String: BlueprintPlace] = [:]
        for name in names {
            guard let first = seen.updateValue(name.place, forKey: try name.doing(canonical)) else { continue }
            throw BlueprintRefusal(place: name.place, reason: "\(name.value) is there already, in \(first)")
        }
    }

    static func missing(_ part: String, at stated: Stated<String>) -> BlueprintRefusal {
        BlueprintRefusal(
            place: stated.place, reason: "\(stated.value) does not exist yet, and needs \(part) to be added")
    }
}
