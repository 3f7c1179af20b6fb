import Directory
package import Storage

extension ControlSession {
    /// Makes everything as a blueprint says, all of it or, when something is refused, nothing.
    ///
    /// Each change is made by the use case that makes it by hand, and has its own entry in the history. Where it is much,
    /// it is tried out on a copy first, and others may write meanwhile.
    ///
    /// - Parameters:
    ///   - commits: false: only tells what would be changed, without keeping anybody from writing.
    ///   - tell: is told, in pages, the entries of the history that this wrote, or would write, when all is done.
    /// - Returns: how many they are; 0: everything is so already.
    /// - Throws: ``BlueprintRefusal`` with the place, `StorageError`, what `tell` throws.
    @discardableResult
    package func apply(_ blueprint: Blueprint, commits: Bool = true, _ tell: ([HistoryEntry]) throws -> Void) throws
        -> Int
    {
        let (written, session) = try doLarge(.applyBlueprint, isShort: blueprint.isShort, commits: commits) { session in
            let written = try session.perform(blueprint)
            return (written, !written.isEmpty)
        }
        var last = written.lowerBound - 1
        while last < written.upperBound - 1,
            case let page = try session.entries(after: last, before: written.upperBound), let end = page.last
        {
            try tell(page)
            last = end.id
        }
        return written.count
    }

    /// The same, with all the entries at once.
    package func apply(_ blueprint: Blueprint, commits: Bool = true) throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        try apply(blueprint, commits: commits) { entries += $0 }
        return entries
    }

    /// - Returns: the ids of the entries.
    private func perform(_ blueprint: Blueprint) throws -> Range<Int64> {
        struct Nowhere: Error {}
        var written: Range<Int64> = 0..<0
        do {
            try together(.applyBlueprint) { snapshot in
                let first = try snapshot.lastChange() + 1
                try BlueprintApplication(session: self, blueprint: blueprint, lastChange: first - 1).perform()
                written = try first..<(snapshot.lastChange() + 1)
                // What changes nothing leaves nothing in the change feed either.
                guard !written.isEmpty else { throw Nowhere() }
            }
        } catch is Nowhere {}
        return written
    }

    private func entries(after last: Int64, before end: Int64) throws -> [HistoryEntry] {
        try read(.applyBlueprint, on: .service) { snapshot in
            try snapshot.history(after: last, limit: min(Self.pageSize, Int(end - last - 1)))
        }
    }
}

/// A blueprint on its way into the database, in an order in which everything stands on what it needs.
struct BlueprintApplication {
    let session: ControlSession
    let blueprint: Blueprint
    /// The last entry of the history before this.
    let lastChange: Int64

    func perform() throws {
        try applySettings()
        try applyTerms()
        try applyHolidays()
        for trunk in blueprint.trunks { try apply(trunk) }
        try BlueprintPlace.unique(blueprint.companies.map(\.name)) { try ContractText.knownName($0) }
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
