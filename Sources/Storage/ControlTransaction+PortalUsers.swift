import GRDB

extension ControlTransaction {
    /// - Parameters:
    ///   - id: 36 characters that no account has had before.
    ///   - createdAt: milliseconds since the Unix epoch.
    package func addPortalUser(
        _ id: String, email: String, of company: String, _ details: PortalUserDetails, createdAt: Int64
    ) throws {
        try addAccount(id, .portalUser, named: email, createdAt: createdAt)
        try execute(
            """
            INSERT INTO portal_user (account_id, company_id, name, telephone, language, second_factor, role, title,
                mobile_number, time_zone, comment, wants_notifications)
            VALUES (?, (SELECT id FROM company WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, [id, company] + details.arguments)
    }

    package func setDetails(_ details: PortalUserDetails, ofPortalUser id: String) throws {
        try execute(
            """
            UPDATE portal_user SET name = ?, telephone = ?, language = ?, second_factor = ?, role = ?, title = ?,
                mobile_number = ?, time_zone = ?, comment = ?, wants_notifications = ?
            WHERE account_id = ?
            """, details.arguments + [id])
    }

    package func setSuspended(_ isSuspended: Bool, portalUser id: String) throws {
        try execute("UPDATE portal_user SET is_suspended = ? WHERE account_id = ?", [isSuspended, id])
    }

    /// - Parameter moment: milliseconds since the Unix epoch.
    package func setTermsAccepted(_ version: String, byPortalUser id: String, at moment: Int64) throws {
        try execute(
            "UPDATE portal_user SET terms_version = ?, terms_accepted_at = ? WHERE account_id = ?",
            [version, moment, id])
    }

    /// Puts a user into these groups of the company, and into no others.
    package func setGroups(_ names: [String], ofPortalUser id: String) throws {
        try execute("DELETE FROM user_group_member WHERE account_id = ?", [id])
        for name in names {
            try execute(
                """
                INSERT INTO user_group_member (group_id, account_id, company_id)
                SELECT g.id, u.account_id, u.company_id FROM portal_user u
                JOIN user_group g ON g.company_id = u.company_id WHERE u.account_id = ? AND g.name = ?
                """, [id, name])
        }
    }

    /// - Parameter id: 36 characters that no group has had before.
    package func addUserGroup(_ id: String, named name: String, to company: String) throws {
        try execute(
            "INSERT INTO user_group (id, company_id, name) VALUES (?, (SELECT id FROM company WHERE name = ?), ?)",
            [id, company, name])
    }

    package func renameUserGroup(_ id: String, to name: String) throws {
        try execute("UPDATE user_group SET name = ? WHERE id = ?", [name, id])
    }

    package func removeUserGroup(_ id: String) throws {
        try execute("DELETE FROM user_group WHERE id = ?", [id])
    }

    /// Lets a group give these contracts of its company, and no others.
    package func setContracts(_ contracts: [String], ofGroup id: String) throws {
        try execute("DELETE FROM user_group_contract WHERE group_id = ?", [id])
        for contract in contracts {
            try execute(
                """
                INSERT INTO user_group_contract (group_id, contract_id, company_id)
                SELECT g.id, t.id, g.company_id FROM user_group g, contract t
                WHERE g.id = ? AND t.number = ?
                """, [id, contract])
        }
    }

    /// Lets these users of its company, by their e-mail addresses, be in a group, and no others.
    package func setMembers(_ emails: [String], ofGroup id: String) throws {
        try execute("DELETE FROM user_group_member WHERE group_id = ?", [id])
        for email in emails {
            try execute(
                """
                INSERT INTO user_group_member (group_id, account_id, company_id)
                SELECT g.id, a.id, g.company_id FROM user_group g, account a
                WHERE g.id = ? AND a.kind = 'portal-user' AND a.name = ?
                """, [id, email])
        }
    }
}

extension PortalUserDetails {
    /// In the order of the table's columns.
    fileprivate var arguments: StatementArguments {
        [
            name, telephone, language, secondFactor, role, title, mobileNumber, timeZone, comment, wantsNotifications,
        ]
    }
}
