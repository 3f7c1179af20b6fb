package import Directory
import GRDB

/// Accounts and what they sign in with. The stored texts are those of the values of signing in: who sets them has read
/// them in the same transaction.
extension ControlTransaction {
    /// Takes an account away, with all that it is: its sealed secret, its groups or its numbers.
    package func removeAccount(_ id: String) throws {
        try execute("DELETE FROM account WHERE id = ?", [id])
    }

    /// - Throws: ``StorageError/refused(reason:)`` when another account of the kind has it.
    package func renameAccount(_ id: String, to name: String) throws {
        try execute("UPDATE account SET name = ? WHERE id = ?", [name, id])
    }

    /// - Parameters:
    ///   - hash: the stored text of a password hash; nil takes the password away.
    ///   - mustChange: the person has to choose another one at the next sign-in.
    ///   - moment: milliseconds since the Unix epoch.
    package func setPassword(_ hash: String?, of id: String, mustChange: Bool, at moment: Int64) throws {
        try execute(
            "UPDATE account SET password_hash = ?, password_set_at = ?, must_change_password = ? WHERE id = ?",
            [hash, hash.map { _ in moment }, mustChange, id])
    }

    /// Keeps the same password in another hash. Sessions go on.
    ///
    /// - Parameter former: the stored text that it takes the place of; where another stands now, that stays.
    package func renewPassword(_ hash: String, inPlaceOf former: String, of id: String) throws {
        try execute(
            "UPDATE account SET password_hash = ?, renewals = renewals + 1 WHERE id = ? AND password_hash = ?",
            [hash, id, former])
    }

    /// Keeps the same secret of an authenticator app, sealed with another key. Sessions go on.
    package func renewSecondFactorSecret(_ secret: String, of id: String) throws {
        try execute("UPDATE account SET totp_secret = ?, renewals = renewals + 1 WHERE id = ?", [secret, id])
    }

    /// - Parameter lockout: the stored text of a lockout.
    package func setLockout(_ lockout: String, of id: String) throws {
        try execute("UPDATE account SET lockout = ? WHERE id = ?", [lockout, id])
    }

    /// Sets up an authenticator app, or takes it away; codes that were used with a former one mean nothing any more.
    ///
    /// - Parameter secret: the stored text of a secret that was sealed for this account; nil takes it away.
    package func setSecondFactorSecret(_ secret: String?, of id: String) throws {
        try execute("UPDATE account SET totp_secret = ?, totp = 'totp/1' WHERE id = ?", [secret, id])
    }

    /// - Parameter totp: the stored text of which codes of the app were used.
    package func setTOTP(_ totp: String, of id: String) throws {
        try execute("UPDATE account SET totp = ? WHERE id = ?", [totp, id])
    }

    /// - Parameter codes: the stored text of recovery codes; nil voids all of them.
    package func setRecoveryCodes(_ codes: String?, of id: String) throws {
        try execute("UPDATE account SET recovery_codes = ? WHERE id = ?", [codes, id])
    }

    /// - Parameter digits: of an administrator ID or a login ID; nil: no codes can be sent to it.
    package func setSMSNumber(_ digits: String?, of id: String) throws {
        try execute("UPDATE account SET sms_number = ? WHERE id = ?", [digits, id])
    }

    /// - Parameter language: of an administrator ID or a login ID, `ja` or `en`; nil: none is chosen.
    package func setLanguage(_ language: String?, of id: String) throws {
        try execute("UPDATE account SET language = ? WHERE id = ?", [language, id])
    }

    func addAccount(_ id: String, _ kind: AccountKind, named name: String, createdAt: Int64) throws {
        try execute(
            "INSERT INTO account (id, kind, name, created_at) VALUES (?, ?, ?, ?)",
            [id, kind.rawValue, name, createdAt]
        )
    }
}

/// Administrator IDs and login IDs.
extension ControlTransaction {
    /// - Parameters:
    ///   - id: 36 characters that no account has had before.
    ///   - createdAt: milliseconds since the Unix epoch.
    package func addAdministratorID(_ id: String, named name: String, to contract: String, createdAt: Int64) throws {
        try addAccount(id, .administratorID, named: name, createdAt: createdAt)
        try execute(
            "INSERT INTO administrator_id (account_id, contract_id) VALUES (?, (SELECT id FROM contract WHERE number = ?))",
            [id, contract])
    }

    /// - Parameters:
    ///   - id: 36 characters that no account has had before.
    ///   - createdAt: milliseconds since the Unix epoch.
    package func addLoginID(_ id: String, named name: String, to contract: String, createdAt: Int64) throws {
        try addAccount(id, .loginID, named: name, createdAt: createdAt)
        try execute(
            """
            INSERT INTO login_id (account_id, contract_id, name)
            VALUES (?, (SELECT id FROM contract WHERE number = ?), ?)
            """, [id, contract, name])
    }

    /// Takes all its numbers from a login ID.
    package func takeNumbers(fromLogin id: String) throws {
        try execute("DELETE FROM login_number WHERE account_id = ?", [id])
    }

    /// Gives numbers to a login ID: those of them that stand under its contract, as pilot or direct-dial, and are not
    /// another's.
    package func giveNumbers(_ numbers: [PhoneNumber], toLogin id: String) throws {
        for number in numbers {
            try execute(
                """
                INSERT OR IGNORE INTO login_number (number_id, account_id, contract_id, kind)
                SELECT c.number_id, l.account_id, c.contract_id, c.kind FROM number n
                JOIN contracted_number c ON c.number_id = n.id AND c.kind IN ('pilot', 'direct-dial')
                JOIN login_id l ON l.contract_id = c.contract_id
                WHERE n.canonical = ? AND l.account_id = ?
                """, [number.canonical, id])
        }
    }

    /// The id of the login ID that a number belongs to.
    func loginID(of number: PhoneNumber) throws -> String? {
        try String.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT m.account_id FROM number n JOIN login_number m ON m.number_id = n.id WHERE n.canonical = ?
                    """), arguments: [number.canonical])
    }
}
