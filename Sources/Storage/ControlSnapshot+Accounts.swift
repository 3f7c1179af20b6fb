package import Directory
import GRDB

extension ControlSnapshot {
    package func account(id: String) throws -> AccountEntry? {
        let statement = try db.cachedStatement(sql: "SELECT \(AccountEntry.columns) FROM account a WHERE a.id = ?")
        return try Row.fetchOne(statement, arguments: [id]).flatMap(AccountEntry.init)
    }

    /// The account that a name signs in to, in upper or lower case.
    package func account(_ kind: AccountKind, named name: String) throws -> AccountEntry? {
        try Row.fetchOne(
            db, kept: "SELECT \(AccountEntry.columns) FROM account a WHERE a.kind = ? AND a.name = ?",
            arguments: [kind.rawValue, name]
        ).flatMap(AccountEntry.init)
    }

    package func administratorID(_ name: String) throws -> AdministratorIDEntry? {
        try administratorIDs(where: Condition("a.kind = 'administrator-id' AND a.name = ?", [name]), limit: 1).first
    }

    package func administratorID(id: String) throws -> AdministratorIDEntry? {
        try administratorIDs(where: Condition("a.id = ?", [id]), limit: 1).first
    }

    /// The administrator ID of a contract, if it has one.
    package func administratorID(of contract: String) throws -> AdministratorIDEntry? {
        try administratorIDs(where: Condition("t.number = ?", [contract]), limit: 1).first
    }

    /// A page in the order of names: those after `name`, or the first ones.
    package func administratorIDs(after name: String? = nil, limit: Int) throws -> [AdministratorIDEntry] {
        try administratorIDs(
            where: Condition("a.kind = 'administrator-id' AND a.name > ?", [name ?? ""]), limit: limit)
    }

    package func loginID(_ name: String) throws -> LoginIDEntry? {
        try loginIDs(where: Condition("a.kind = 'login-id' AND a.name = ?", [name]), limit: 1).first
    }

    package func loginID(id: String) throws -> LoginIDEntry? {
        try loginIDs(where: Condition("a.id = ?", [id]), limit: 1).first
    }

    /// A page in the order of names: those after `name`, or the first ones.
    ///
    /// - Parameter contract: nil: of all.
    package func loginIDs(
        after name: String? = nil, of contract: String? = nil, within reach: Reach = .everything, limit: Int
    ) throws -> [LoginIDEntry] {
        let first = Condition("a.kind = 'login-id' AND a.name > ?", [name ?? ""])
        return try loginIDs(
            where: first.and(contract.map { [Condition("t.number = ?", [$0])] } ?? [])
                .and(reach.limits.map(\.onLoginID)), limit: limit)
    }

    /// A page of those whose name or number has a text in it, in the order of names, and how many these are in all.
    ///
    /// - Parameters:
    ///   - text: a part of a login ID or of one of its numbers as it is dialled, with or without hyphens; empty: all.
    ///   - page: the first one is 1; the last one stands for those behind it.
    ///   - size: how many login IDs a page has.
    package func loginIDs(matching text: String, within reach: Reach, page: Int, size: Int) throws -> LoginIDEntryPage {
        // A search looks at all of them; a page alone is read from the index, and all that is told of each afterwards.
        let found = text.isEmpty ? nil : try self.loginIDs(matching: text, within: reach)
        let all = Condition("\(Self.loginRows(within: reach)) WHERE TRUE").and(reach.limits.map(\.onLoginID))
        let total =
            try found?.count
            ?? Int.fetchOne(db, kept: "SELECT count(*) FROM \(all.sql)", arguments: all.arguments) ?? 0
        let page = min(max(1, page), max(1, (total + size - 1) / size))
        let before = (page - 1) * size
        let here =
            try found.map { Array($0.dropFirst(before).prefix(size)) }
            ?? String.fetchAll(
                db, kept: "SELECT l.account_id FROM \(all.sql) ORDER BY l.name LIMIT ? OFFSET ?",
                arguments: all.arguments + [size, before])
        let entries = try loginIDs(
            where: Condition("a.id IN (SELECT value FROM json_each(?))", [Reach.Limit.json(here)]), limit: size)
        return LoginIDEntryPage(entries: entries, total: total, page: page)
    }

    /// CROSS fixes the order where there are contracts to start from, so that login IDs of others are not read.
    private static func join(within reach: Reach) -> String {
        reach.limits.contains { if case .contracts = $0 { true } else { false } } ? "CROSS JOIN" : "JOIN"
    }

    private static func loginRows(within reach: Reach) -> String {
        "contract t \(join(within: reach)) login_id l ON l.contract_id = t.id"
    }

    /// The accounts of all whose name or number has a text in it, in the order of names.
    private func loginIDs(matching text: String, within reach: Reach) throws -> [String] {
        // Longer than any name; and SQLite refuses patterns of more than 50,000 octets.
        guard text.utf8.count <= 100 else { return [] }
        let reached = reach.limits.map(\.onLoginID)
        let pattern = "%" + text.replacing(#/[\\%_]/#) { "\\" + $0.output } + "%"
        var found = Condition(
            "SELECT l.account_id, l.name FROM \(Self.loginRows(within: reach)) WHERE l.name LIKE ? ESCAPE '\\'",
            [pattern]
        ).and(reached)
        let digits = text.filter { $0 != "-" }
        if !digits.isEmpty, digits.utf8.allSatisfy(NumberPlan.isDialable) {
            let join = Self.join(within: reach)
            let byNumber = Condition(
                """
                SELECT l.account_id, l.name FROM contract t \(join) contracted_number c ON c.contract_id = t.id
                \(join) number n ON n.id = c.number_id \(join) login_number m ON m.number_id = n.id
                \(join) login_id l ON l.account_id = m.account_id WHERE instr(n.national, ?)
                """, [digits]
            ).and(reached)
            found = Condition("\(found.sql) UNION \(byNumber.sql)", found.arguments + byNumber.arguments)
        }
        return try String.fetchAll(
            db, kept: "SELECT account_id FROM (\(found.sql)) ORDER BY name COLLATE NOCASE", arguments: found.arguments)
    }

    /// How many administrator IDs and login IDs stand under a contract.
    package func accountCount(of contract: String) throws -> Int {
        try Int.fetchOne(
            db,
            kept: """
                SELECT (SELECT count(*) FROM login_id l WHERE l.contract_id = t.id)
                     + (SELECT count(*) FROM administrator_id d WHERE d.contract_id = t.id)
                FROM contract t WHERE t.number = ?
                """, arguments: [contract]) ?? 0
    }

    /// The login ID that a number belongs to.
    package func loginID(of number: PhoneNumber) throws -> String? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT a.name FROM number n JOIN login_number m ON m.number_id = n.id
                JOIN account a ON a.id = m.account_id WHERE n.canonical = ?
                """)
        return try String.fetchOne(statement, arguments: [number.canonical])
    }

    private func administratorIDs(where condition: Condition, limit: Int) throws -> [AdministratorIDEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(AccountEntry.columns), y.name, t.number FROM account a
                JOIN administrator_id d ON d.account_id = a.id
                JOIN contract t ON t.id = d.contract_id JOIN company y ON y.id = t.company_id
                WHERE \(condition.sql) ORDER BY a.name LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: condition.arguments + [limit]).compactMap { row in
            AccountEntry(row).map {
                let next = AccountEntry.columnCount
                return AdministratorIDEntry(account: $0, company: row[next], contract: row[next + 1])
            }
        }
    }

    private func loginIDs(where condition: Condition, limit: Int) throws -> [LoginIDEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(AccountEntry.columns), t.number
                FROM contract t JOIN login_id l ON l.contract_id = t.id JOIN account a ON a.id = l.account_id
                WHERE \(condition.sql) ORDER BY a.name LIMIT ?
                """)
        let rows = try Row.fetchAll(statement, arguments: condition.arguments + [limit])
        let accounts = rows.compactMap(AccountEntry.init)
        let numbers = try numbers(ofLogins: accounts.map(\.id))
        return zip(accounts, rows).map { account, row in
            LoginIDEntry(
                account: account, contract: row[AccountEntry.columnCount], numbers: numbers[account.id] ?? [])
        }
    }

    private func numbers(ofLogins ids: [String]) throws -> [String: [LoginIDEntry.Number]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT m.account_id, n.canonical, m.kind,
                       (SELECT group_concat(o.option) FROM number_option o WHERE o.number_id = n.id)
                FROM json_each(?) j JOIN login_number m ON m.account_id = j.value
                JOIN number n ON n.id = m.number_id ORDER BY n.canonical
                """)
        let rows = try Row.fetchAll(statement, arguments: [Reach.Limit.json(ids)])
        return Dictionary(grouping: rows) { $0[0] as String }.mapValues { rows in
            rows.map { row in
                let options = ((row[3] as String?) ?? "").split(separator: ",").map(String.init)
                return LoginIDEntry.Number(
                    number: PhoneNumber(trustedCanonical: row[1]),
                    kind: ContractedNumberKind(rawValue: row[2]) ?? .pilot,
                    options: OptionService.allCases.filter { options.contains($0.rawValue) })
            }
        }
    }
}

extension AccountEntry {
    /// Of a row of `account a`, in the order that ``init(_:)`` reads them.
    static let columns = """
        a.id, a.kind, a.name, a.password_hash, a.password_set_at, a.must_change_password, a.lockout, a.sms_number,
        a.totp_secret, a.totp, a.recovery_codes, a.created_at, a.language
        """
    static let columnCount = 13

    /// Nil for a kind that this release does not know, which the schema does not let in.
    init?(_ row: Row) {
        guard let kind = AccountKind(rawValue: row[1]) else { return nil }
        self.init(
            id: row[0], kind: kind, name: row[2], passwordHash: row[3], passwordSetAt: row[4],
            mustChangePassword: row[5], lockout: row[6], smsNumber: row[7], totpSecret: row[8], totp: row[9],
            recoveryCodes: row[10], createdAt: row[11], language: row[12])
    }
}
