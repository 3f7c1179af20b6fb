package import Directory
import GRDB

/// A kind of service that can be contracted, as the data has it.
package struct ServiceKind: Sendable, Equatable {
    package let kind: String
    package let nameInJapanese: String
    package let nameInEnglish: String
    /// Its contracts are voice groups (`Y…`) with sites and voice contracts.
    package let hasVoiceGroup: Bool
}

/// A customer, as a list has it.
package struct CompanyEntry: Sendable, Equatable {
    package let name: String
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
    package let contractCount: Int
}

/// A contract of a company: for one service, with numbers of its own or with sites.
package struct ContractEntry: Sendable, Equatable {
    /// A base contract number, or a voice group ID.
    package let number: String
    package let company: String
    package let kind: ServiceKind
    /// `2026-12-01`; nil: not opened yet, or closed.
    package let openedOn: String?
    package let options: [OptionService]
}

/// A place of a voice group, with the voice contracts that numbers there stand under.
package struct SiteEntry: Sendable, Equatable {
    package let code: String
    package let name: String
    package let isRepresentative: Bool
    /// In order.
    package let voiceContracts: [String]
}

/// A voice contract (`N…`) and where it is.
package struct VoiceContractEntry: Sendable, Equatable {
    package let number: String
    package let contract: String
    package let site: String
}

extension ControlSnapshot {
    /// All there are, in the order of ``ServiceKind/kind``.
    package func serviceKinds() throws -> [ServiceKind] {
        try Row.fetchAll(db, kept: "SELECT kind, name_ja, name_en, has_voice_group FROM service_kind ORDER BY kind")
            .map { ServiceKind(kind: $0[0], nameInJapanese: $0[1], nameInEnglish: $0[2], hasVoiceGroup: $0[3]) }
    }

    /// Nil: there is none of this name.
    package func company(named name: String) throws -> CompanyEntry? {
        try companies(where: Condition("y.name = ?", [name]), limit: 1).first
    }

    /// A page in the order of names: those after `name`, or the first ones.
    package func companies(after name: String? = nil, within reach: Reach = .everything, limit: Int) throws
        -> [CompanyEntry]
    {
        try companies(
            where: Condition("y.name > ?", [name ?? ""]).and(reach.limits.map(\.onCompany)), limit: limit)
    }

    package func contract(_ number: String) throws -> ContractEntry? {
        try contracts(where: Condition("t.number = ?", [number]), limit: 1).first
    }

    /// How many numbers a contract has.
    package func numberCount(of contract: String) throws -> Int {
        try Int.fetchOne(
            db,
            kept: "SELECT count(*) FROM contract t JOIN contracted_number a ON a.contract_id = t.id WHERE t.number = ?",
            arguments: [contract]) ?? 0
    }

    /// A page in the order of their numbers: those after `number`, or the first ones.
    ///
    /// - Parameters:
    ///   - company: nil: of all.
    ///   - kind: of service; nil: of all.
    package func contracts(
        after number: String? = nil, of company: String? = nil, kind: String? = nil, within reach: Reach = .everything,
        limit: Int
    ) throws -> [ContractEntry] {
        let limits = reach.limits + (company.map { [.company($0)] } ?? [])
        return try contracts(
            where: Condition("t.number > ? AND (? IS NULL OR t.kind = ?)", [number ?? "", kind, kind])
                .and(limits.map(\.onContract)), limit: limit)
    }

    /// The sites of a voice group, its representative first.
    package func sites(of contract: String) throws -> [SiteEntry] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT s.code, s.name, s.is_representative,
                       (SELECT group_concat(number) FROM
                           (SELECT v.number FROM voice_contract v WHERE v.site_id = s.id ORDER BY v.number))
                FROM site s JOIN contract t ON t.id = s.contract_id WHERE t.number = ?
                ORDER BY s.is_representative DESC, s.code
                """, arguments: [contract]
        ).map { row in
            SiteEntry(
                code: row[0], name: row[1], isRepresentative: row[2],
                voiceContracts: ((row[3] as String?) ?? "").split(separator: ",").map(String.init))
        }
    }

    /// Whether any voice group has a site of this code.
    ///
    /// - Parameter company: whose voice groups; nil: anybody's.
    package func hasSite(_ code: String, of company: String? = nil, within reach: Reach = .everything) throws -> Bool {
        let limits = reach.limits + (company.map { [.company($0)] } ?? [])
        let site = Condition("s.code = ?", [code]).and(limits.map(\.onContract))
        return try Bool.fetchOne(
            db,
            kept: """
                SELECT EXISTS (SELECT 1 FROM site s JOIN contract t ON t.id = s.contract_id WHERE \(site.sql))
                """, arguments: site.arguments) ?? false
    }

    /// Whether a contract's numbers stand under voice contracts; nil: there is no such contract. Costs the same however
    /// many numbers it has.
    package func hasVoiceGroup(contract number: String) throws -> Bool? {
        try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT has_voice_group FROM contract WHERE number = ?"), arguments: [number])
    }

    /// Costs the same however many numbers the contract has.
    package func options(ofContract number: String) throws -> [OptionService] {
        let statement = try db.cachedStatement(
            sql: "SELECT o.option FROM contract t JOIN contract_option o ON o.contract_id = t.id WHERE t.number = ?")
        let options = try String.fetchSet(statement, arguments: [number])
        return OptionService.allCases.filter { options.contains($0.rawValue) }
    }

    package func voiceContract(_ number: String) throws -> VoiceContractEntry? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT v.number, t.number, s.code FROM voice_contract v
                JOIN site s ON s.id = v.site_id JOIN contract t ON t.id = v.contract_id WHERE v.number = ?
                """)
        return try Row.fetchOne(statement, arguments: [number])
            .map { VoiceContractEntry(number: $0[0], contract: $0[1], site: $0[2]) }
    }

    /// The pilot number of a voice contract, if it has one.
    package func pilot(of voiceContract: String) throws -> PhoneNumber? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT n.canonical FROM voice_contract v
                JOIN contracted_number a ON a.voice_contract_id = v.id AND a.kind = 'pilot'
                JOIN number n ON n.id = a.number_id WHERE v.number = ?
                """)
        return try String.fetchOne(statement, arguments: [voiceContract]).map(PhoneNumber.init(trustedCanonical:))
    }

    private func companies(where condition: Condition, limit: Int) throws -> [CompanyEntry] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT y.name, y.created_at, (SELECT count(*) FROM contract t WHERE t.company_id = y.id)
                FROM company y WHERE \(condition.sql) ORDER BY y.name LIMIT ?
                """, arguments: condition.arguments + [limit]
        ).map { CompanyEntry(name: $0[0], createdAt: $0[1], contractCount: $0[2]) }
    }

    private func contracts(where condition: Condition, limit: Int) throws -> [ContractEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.number, y.name, k.kind, k.name_ja, k.name_en, k.has_voice_group, t.opened_on,
                       (SELECT group_concat(o.option) FROM contract_option o WHERE o.contract_id = t.id)
                FROM contract t JOIN company y ON y.id = t.company_id JOIN service_kind k ON k.kind = t.kind
                WHERE \(condition.sql) ORDER BY t.number LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: condition.arguments + [limit]).map { row in
            let options = ((row[7] as String?) ?? "").split(separator: ",").map(String.init)
            return ContractEntry(
                number: row[0], company: row[1],
                kind: ServiceKind(
                    kind: row[2], nameInJapanese: row[3], nameInEnglish: row[4], hasVoiceGroup: row[5]),
                openedOn: row[6], options: OptionService.allCases.filter { options.contains($0.rawValue) })
        }
    }
}
