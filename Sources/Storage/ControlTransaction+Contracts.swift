package import Directory
import GRDB

/// Where a number is put.
package enum ContractPlace: Sendable, Equatable {
    /// Under a contract without voice groups.
    case contract(String)
    /// Under a voice contract (`N…`).
    case voiceContract(String)
}

/// Companies, contracts, sites and voice contracts. What something else stands under is not removed:
/// ``StorageError/refused(reason:)``, as for what exists already.
extension ControlTransaction {
    /// - Parameter createdAt: milliseconds since the Unix epoch.
    package func addCompany(_ name: String, createdAt: Int64) throws {
        try execute("INSERT INTO company (name, created_at) VALUES (?, ?)", [name, createdAt])
    }

    package func renameCompany(_ name: String, to newName: String) throws {
        try execute("UPDATE company SET name = ? WHERE name = ?", [newName, name])
    }

    package func removeCompany(_ name: String) throws {
        try execute("DELETE FROM company WHERE name = ?", [name])
    }

    /// - Parameters:
    ///   - number: a base contract number, or a voice group ID if the kind has voice groups.
    ///   - createdAt: milliseconds since the Unix epoch.
    package func addContract(_ number: String, kind: String, company: String, createdAt: Int64) throws {
        try execute(
            """
            INSERT INTO contract (company_id, kind, has_voice_group, number, created_at)
            SELECT y.id, k.kind, k.has_voice_group, ?, ? FROM company y, service_kind k
            WHERE y.name = ? AND k.kind = ?
            """, [number, createdAt, company, kind])
    }

    /// - Parameter day: `2026-12-01`; nil: it is not open.
    package func setOpened(_ contract: String, on day: String?) throws {
        try execute("UPDATE contract SET opened_on = ? WHERE number = ?", [day, contract])
    }

    package func removeContract(_ number: String) throws {
        try execute("DELETE FROM contract WHERE number = ?", [number])
    }

    package func addSite(_ code: String, name: String, to contract: String) throws {
        try execute(
            "INSERT INTO site (contract_id, code, name) SELECT id, ?, ? FROM contract WHERE number = ?",
            [code, name, contract])
    }

    package func renameSite(_ code: String, of contract: String, to name: String) throws {
        try execute(
            "UPDATE site SET name = ? WHERE code = ? AND contract_id = (SELECT id FROM contract WHERE number = ?)",
            [name, code, contract])
    }

    /// - Parameter code: nil: the voice group has no representative site.
    package func setRepresentative(_ code: String?, of contract: String) throws {
        // In two steps: the index allows one at a time.
        for (value, condition) in [(0, "code IS NOT ?"), (1, "code IS ?")] {
            try execute(
                """
                UPDATE site SET is_representative = ?
                WHERE \(condition) AND contract_id = (SELECT id FROM contract WHERE number = ?)
                """, [value, code, contract])
        }
    }

    package func removeSite(_ code: String, of contract: String) throws {
        try execute(
            "DELETE FROM site WHERE code = ? AND contract_id = (SELECT id FROM contract WHERE number = ?)",
            [code, contract])
    }

    package func addVoiceContract(_ number: String, at site: String, of contract: String) throws {
        try execute(
            """
            INSERT INTO voice_contract (contract_id, site_id, number)
            SELECT t.id, s.id, ? FROM site s JOIN contract t ON t.id = s.contract_id
            WHERE s.code = ? AND t.number = ?
            """, [number, site, contract])
    }

    package func removeVoiceContract(_ number: String) throws {
        try execute("DELETE FROM voice_contract WHERE number = ?", [number])
    }
}

extension ControlTransaction {
    /// Puts a number under a contract, with all the contract's options; nil takes it from under any. It stays its
    /// login ID's where both the contract and the kind still allow it.
    ///
    /// - Parameter former: what ``lift(_:)`` gave, of a number that was taken from its place before.
    package func place(
        _ number: PhoneNumber, at place: ContractPlace?, as kind: ContractedNumberKind, login former: String? = nil
    ) throws {
        let login = try loginID(of: number) ?? former
        try execute(
            "DELETE FROM contracted_number WHERE number_id = (SELECT id FROM number WHERE canonical = ?)",
            [number.canonical])
        switch place {
        case .contract(let contract)?:
            try execute(
                """
                INSERT INTO contracted_number (number_id, contract_id, has_voice_group, kind)
                SELECT n.id, t.id, t.has_voice_group, ? FROM number n, contract t
                WHERE n.canonical = ? AND t.number = ?
                """, [kind.rawValue, number.canonical, contract])
        case .voiceContract(let voiceContract)?:
            try execute(
                """
                INSERT INTO contracted_number (number_id, contract_id, has_voice_group, voice_contract_id, kind)
                SELECT n.id, v.contract_id, 1, v.id, ? FROM number n, voice_contract v
                WHERE n.canonical = ? AND v.number = ?
                """, [kind.rawValue, number.canonical, voiceContract])
        case nil: return
        }
        if let login { try giveNumbers([number], toLogin: login) }
    }

    /// Takes a number from its place, so that another can have it before this one has its new place.
    ///
    /// - Returns: the account of its login ID, which it gets back with its new place.
    package func lift(_ number: PhoneNumber) throws -> String? {
        let login = try loginID(of: number)
        try place(number, at: nil, as: .pilot)
        return login
    }

    package func set(_ option: OptionService, of contract: String, to isContracted: Bool) throws {
        try execute(
            isContracted
                ? """
                INSERT OR IGNORE INTO contract_option (contract_id, option)
                SELECT id, ?2 FROM contract WHERE number = ?1
                """
                : """
                DELETE FROM contract_option
                WHERE contract_id = (SELECT id FROM contract WHERE number = ?1) AND option = ?2
                """, [contract, option.rawValue])
    }

    /// Withholds an option of its contract from a number, or gives it back.
    package func withhold(_ option: OptionService, from number: PhoneNumber, _ isWithheld: Bool) throws {
        try execute(
            isWithheld
                ? """
                INSERT OR IGNORE INTO withheld_option (number_id, option)
                SELECT a.number_id, ?2 FROM contracted_number a JOIN number n ON n.id = a.number_id
                WHERE n.canonical = ?1
                """
                : """
                DELETE FROM withheld_option
                WHERE number_id = (SELECT id FROM number WHERE canonical = ?1) AND option = ?2
                """, [number.canonical, option.rawValue])
    }
}
