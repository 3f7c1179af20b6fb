import GRDB

extension ControlSnapshot {
    /// - Parameter hash: of the session's token.
    package func session(hash: String) throws -> SessionEntry? {
        try sessions(where: Condition("s.hash = ?", [hash]), limit: 1).first
    }

    package func session(id: String) throws -> SessionEntry? {
        try sessions(where: Condition("s.id = ?", [id]), limit: 1).first
    }

    /// The latest first.
    ///
    /// - Parameter owner: an account whose own sessions are within reach in any case.
    package func sessions(after place: ListPlace? = nil, within reach: Reach, owner: String?, limit: Int) throws
        -> [SessionEntry]
    {
        try sessions(
            where: .behind(place, at: "s.started_at", id: "s.id").and(
                reach.limits.map { $0.onSession(ownedBy: owner) }), limit: limit)
    }

    /// Those of one account, the latest first.
    package func sessions(of accountID: String, limit: Int) throws -> [SessionEntry] {
        try sessions(where: Condition("s.account_id = ?", [accountID]), limit: limit)
    }

    /// - Parameter hash: of the sign-in's token.
    package func signIn(hash: String) throws -> SignInEntry? {
        try Row.fetchOne(
            db, kept: "SELECT hash, account_id, value, new_totp_secret, expires_at FROM sign_in WHERE hash = ?",
            arguments: [hash]
        ).map { row in
            SignInEntry(hash: row[0], accountID: row[1], value: row[2], newTOTPSecret: row[3], expiresAt: row[4])
        }
    }

    /// The stored text of the code that was sent to an account last.
    package func oneTimeCode(of accountID: String) throws -> String? {
        try String.fetchOne(db, kept: "SELECT value FROM one_time_code WHERE account_id = ?", arguments: [accountID])
    }

    /// The stored text of when messages were sent to an account.
    package func sendHistory(of accountID: String, for purpose: SendPurpose) throws -> String? {
        try String.fetchOne(
            db, kept: "SELECT value FROM send_history WHERE account_id = ? AND purpose = ?",
            arguments: [accountID, purpose.rawValue])
    }

    /// - Parameter hash: of the link's token.
    package func link(hash: String) throws -> LinkEntry? {
        try Row.fetchOne(
            db, kept: "SELECT hash, account_id, value, expires_at FROM link WHERE hash = ?", arguments: [hash]
        ).map { LinkEntry(hash: $0[0], accountID: $0[1], value: $0[2], expiresAt: $0[3]) }
    }

    /// The terms that hold: those that were published last. Nil: there are none.
    package func terms() throws -> TermsEntry? {
        try Row.fetchOne(
            db,
            kept: """
                SELECT version, japanese, english, published_at FROM terms ORDER BY published_at DESC, version DESC
                LIMIT 1
                """
        ).map { TermsEntry(version: $0[0], japanese: $0[1], english: $0[2], publishedAt: $0[3]) }
    }

    package func hasTerms(version: String) throws -> Bool {
        try Bool.fetchOne(
            db, kept: "SELECT EXISTS (SELECT 1 FROM terms WHERE version = ?)", arguments: [version]) ?? false
    }

    private func sessions(where condition: Condition, limit: Int) throws -> [SessionEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT s.id, s.account_id, a.kind, a.name, s.represented_id, r.name, s.value, s.source,
                       s.former_at
                FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN account r ON r.id = s.represented_id
                WHERE \(condition.sql) ORDER BY s.started_at DESC, s.id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: condition.arguments + [limit]).compactMap { row in
            guard let kind = AccountKind(rawValue: row[2]) else { return nil }
            return SessionEntry(
                id: row[0], accountID: row[1], accountKind: kind, accountName: row[3], representedID: row[4],
                representedName: row[5], value: row[6], source: row[7], formerSignInAt: row[8])
        }
    }
}

extension Reach.Limit {
    /// On a row of `session s`: of an account that is within reach, or one's own.
    func onSession(ownedBy owner: String?) -> Condition { onAccount("s.account_id", ownedBy: owner) }

    /// On a column with the id of an account: one that is within reach, or one's own.
    func onAccount(_ column: String, ownedBy owner: String?) -> Condition {
        let (user, administrator, login) = (onPortalUser, onAdministratorID, onLoginID)
        return Condition(
            """
            (\(column) = ? OR \(column) IN (
                SELECT u.account_id FROM portal_user u WHERE \(user.sql)
                UNION ALL SELECT d.account_id FROM administrator_id d JOIN contract t ON t.id = d.contract_id
                    WHERE \(administrator.sql)
                UNION ALL SELECT l.account_id FROM login_id l JOIN contract t ON t.id = l.contract_id
                    WHERE \(login.sql)))
            """, [owner] + user.arguments + administrator.arguments + login.arguments)
    }
}
