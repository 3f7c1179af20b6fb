import GRDB

/// Accounts within reach. A company has its portal users and their groups; the administrator IDs and login IDs of a
/// contract belong to that contract's administrator, not to the users of the portal, even of the same company.
extension Reach.Limit {
    /// On a row of `portal_user u`.
    var onPortalUser: Condition {
        switch self {
        case .company(let name): Condition("u.company_id = (SELECT id FROM company WHERE name = ?)", [name])
        case .contracts, .numbers: Condition("FALSE")
        }
    }

    /// On a row of `user_group g`.
    var onUserGroup: Condition {
        switch self {
        case .company(let name): Condition("g.company_id = (SELECT id FROM company WHERE name = ?)", [name])
        case .contracts, .numbers: Condition("FALSE")
        }
    }

    /// On a row of `administrator_id d` with its `contract t`.
    var onAdministratorID: Condition {
        switch self {
        case .contracts(_, of: nil): onContract
        case .company, .contracts, .numbers: Condition("FALSE")
        }
    }

    /// On a row of `login_id l` with its `contract t`.
    var onLoginID: Condition {
        switch self {
        case .contracts(_, of: nil): onContract
        case .company, .contracts: Condition("FALSE")
        case .numbers:
            Condition(
                """
                l.account_id IN (SELECT m.account_id FROM number n JOIN login_number m ON m.number_id = n.id
                                 WHERE \(amongNumbers.sql))
                """, amongNumbers.arguments)
        }
    }

    /// On a row of `history h` that is about an account or a group: as long as it is there, and of a company's users and
    /// groups what they were when they were removed.
    var onAccountHistory: Condition {
        let (user, group, administrator, login) = (onPortalUser, onUserGroup, onAdministratorID, onLoginID)
        let gone = onRemovedHistory
        return Condition(
            """
            (\(gone.sql) OR CASE h.object
                WHEN 'user' THEN h.key IN (SELECT u.account_id FROM portal_user u WHERE \(user.sql))
                WHEN 'group' THEN h.key IN (SELECT g.id FROM user_group g WHERE \(group.sql))
                WHEN 'admin' THEN h.key IN (SELECT d.account_id FROM administrator_id d
                    JOIN contract t ON t.id = d.contract_id WHERE \(administrator.sql))
                WHEN 'login' THEN h.key IN (SELECT l.account_id FROM login_id l
                    JOIN contract t ON t.id = l.contract_id WHERE \(login.sql))
                ELSE FALSE END)
            """, gone.arguments + user.arguments + group.arguments + administrator.arguments + login.arguments)
    }

    /// What was removed has no row to tell whose it was, but names its company. That name counts since it is the
    /// company's: before, it may have been another's.
    private var onRemovedHistory: Condition {
        guard case .company(let name) = self else { return Condition("FALSE") }
        return Condition(
            """
            h.object IN ('user', 'group') AND h.after IS NULL AND json_extract(h.before, '$.company') = ?
            AND h.id > coalesce((SELECT max(m.id) FROM history m WHERE m.object = 'company' AND m.key = ?), 0)
            """, [name, name])
    }
}
