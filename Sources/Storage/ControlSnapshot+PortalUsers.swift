import GRDB

extension ControlSnapshot {
    package func portalUser(_ email: String) throws -> PortalUserEntry? {
        try portalUsers(where: Condition("a.kind = 'portal-user' AND a.name = ?", [email]), limit: 1).first
    }

    package func portalUser(id: String) throws -> PortalUserEntry? {
        try portalUsers(where: Condition("a.id = ?", [id]), limit: 1).first
    }

    /// A page.
    ///
    /// - Parameter offset: how many come before it.
    package func portalUsers(
        _ filter: PortalUserFilter = PortalUserFilter(), within reach: Reach = .everything,
        orderedBy order: PortalUserOrder = PortalUserOrder(), offset: Int = 0, limit: Int
    ) throws -> [PortalUserEntry] {
        try portalUsers(
            where: Self.condition(filter, reach), orderedBy: order.sql(at: filter.now), offset: offset, limit: limit)
    }

    package func portalUserCount(
        _ filter: PortalUserFilter = PortalUserFilter(), within reach: Reach = .everything
    ) throws -> Int {
        let condition = Self.condition(filter, reach)
        return try Int.fetchOne(
            db,
            kept: """
                SELECT count(*) FROM portal_user u JOIN account a ON a.id = u.account_id WHERE \(condition.sql)
                """, arguments: condition.arguments) ?? 0
    }

    /// How many of a company's administrators are not suspended, without one of them.
    ///
    /// - Parameter active: only those who have a password count.
    package func administratorCount(of company: String, besides id: String, active: Bool) throws -> Int {
        try Int.fetchOne(
            db,
            kept: """
                SELECT count(*) FROM company y JOIN portal_user u ON u.company_id = y.id
                JOIN account a ON a.id = u.account_id
                WHERE y.name = ? AND u.role = 'administrator' AND NOT u.is_suspended AND a.id <> ?
                    AND (NOT ? OR a.password_hash IS NOT NULL)
                """, arguments: [company, id, active]) ?? 0
    }

    /// The contracts that the groups of a user give, in order.
    package func contracts(ofPortalUser id: String) throws -> [String] {
        try String.fetchAll(
            db,
            kept: """
                SELECT DISTINCT t.number FROM user_group_member m
                JOIN user_group_contract c ON c.group_id = m.group_id JOIN contract t ON t.id = c.contract_id
                WHERE m.account_id = ? ORDER BY t.number
                """, arguments: [id])
    }

    package func userGroup(_ name: String, of company: String) throws -> UserGroupEntry? {
        try userGroups(where: Condition("y.name = ? AND g.name = ?", [company, name]), limit: 1).first
    }

    package func userGroup(id: String) throws -> UserGroupEntry? {
        try userGroups(where: Condition("g.id = ?", [id]), limit: 1).first
    }

    /// In the order of companies and names.
    ///
    /// - Parameter company: nil: of all.
    package func userGroups(of company: String? = nil, within reach: Reach = .everything, limit: Int) throws
        -> [UserGroupEntry]
    {
        let limits = reach.limits + (company.map { [.company($0)] } ?? [])
        return try userGroups(where: Condition("TRUE").and(limits.map(\.onUserGroup)), limit: limit)
    }

    /// The groups that give a contract, by their names.
    package func userGroups(giving contract: String) throws -> [String] {
        try String.fetchAll(
            db,
            kept: """
                SELECT g.name FROM contract t JOIN user_group_contract c ON c.contract_id = t.id
                JOIN user_group g ON g.id = c.group_id WHERE t.number = ? ORDER BY g.name
                """, arguments: [contract])
    }

    private static func condition(_ filter: PortalUserFilter, _ reach: Reach) -> Condition {
        Condition("TRUE").and(filter.conditions + reach.limits.map(\.onPortalUser))
    }

    private func portalUsers(
        where condition: Condition, orderedBy order: String = "u.name, a.name", offset: Int = 0, limit: Int
    ) throws -> [PortalUserEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(AccountEntry.columns), y.name, u.name, u.telephone, u.language, u.second_factor, u.role,
                       u.title, u.mobile_number, u.time_zone, u.comment, u.wants_notifications, u.is_suspended,
                       u.terms_version, u.terms_accepted_at,
                       (SELECT json_group_array(name) FROM
                           (SELECT g.name FROM user_group_member m JOIN user_group g ON g.id = m.group_id
                            WHERE m.account_id = a.id ORDER BY g.name))
                FROM account a JOIN portal_user u ON u.account_id = a.id JOIN company y ON y.id = u.company_id
                WHERE \(condition.sql) ORDER BY \(order) LIMIT ? OFFSET ?
                """)
        return try Row.fetchAll(statement, arguments: condition.arguments + [limit, offset])
            .compactMap(PortalUserEntry.init)
    }

    private func userGroups(where condition: Condition, limit: Int) throws -> [UserGroupEntry] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT g.id, y.name, g.name,
                       (SELECT json_group_array(number) FROM
                           (SELECT t.number FROM user_group_contract c JOIN contract t ON t.id = c.contract_id
                            WHERE c.group_id = g.id ORDER BY t.number)),
                       (SELECT json_group_array(name) FROM
                           (SELECT a.name FROM user_group_member m JOIN account a ON a.id = m.account_id
                            WHERE m.group_id = g.id ORDER BY a.name))
                FROM user_group g JOIN company y ON y.id = g.company_id
                WHERE \(condition.sql) ORDER BY y.name, g.name LIMIT ?
                """, arguments: condition.arguments + [limit]
        ).map { row in
            UserGroupEntry(
                id: row[0], company: row[1], name: row[2], contracts: Reach.Limit.list(row[3]),
                members: Reach.Limit.list(row[4]))
        }
    }
}

extension PortalUserEntry {
    fileprivate init?(_ row: Row) {
        guard let account = AccountEntry(row) else { return nil }
        let first = AccountEntry.columnCount
        self.init(
            account: account, company: row[first],
            details: PortalUserDetails(
                name: row[first + 1], telephone: row[first + 2], language: row[first + 3],
                secondFactor: row[first + 4], role: row[first + 5], title: row[first + 6],
                mobileNumber: row[first + 7], timeZone: row[first + 8], comment: row[first + 9],
                wantsNotifications: row[first + 10]),
            isSuspended: row[first + 11], termsVersion: row[first + 12], termsAcceptedAt: row[first + 13],
            groups: Reach.Limit.list(row[first + 14]))
    }
}
