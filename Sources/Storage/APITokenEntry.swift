import GRDB

/// What a program signs in with, in the name of an account. Times are milliseconds since the Unix epoch.
package struct APITokenEntry: Sendable, Equatable {
    package let id: String
    package let accountID: String
    package let accountKind: AccountKind
    package let accountName: String
    /// What it is for, in the words of whoever made it.
    package let name: String
    package let mayWrite: Bool
    package let numbersOnly: Bool
    package let createdAt: Int64
    package let expiresAt: Int64
    /// Nil: never.
    package let usedAt: Int64?
    package let usedFrom: String?
}

/// A token to be kept.
package struct NewAPIToken: Sendable {
    package let id: String
    /// Of the secret.
    package let hash: String
    package let accountID: String
    package let name: String
    package let mayWrite: Bool
    package let numbersOnly: Bool
    package let createdAt: Int64
    package let expiresAt: Int64
    /// The id of the token that it was made with, and ends with; nil: none.
    package let origin: String?

    package init(
        id: String, hash: String, accountID: String, name: String, mayWrite: Bool, numbersOnly: Bool,
        createdAt: Int64, expiresAt: Int64, madeWith origin: String? = nil
    ) {
        self.id = id
        self.hash = hash
        self.accountID = accountID
        self.name = name
        self.mayWrite = mayWrite
        self.numbersOnly = numbersOnly
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.origin = origin
    }
}

extension ControlSnapshot {
    /// - Parameter hash: of the secret.
    package func apiToken(hash: String) throws -> APITokenEntry? {
        try apiTokens(where: Condition("k.hash = ?", [hash]), limit: 1).first
    }

    package func apiToken(id: String) throws -> APITokenEntry? {
        try apiTokens(where: Condition("k.id = ?", [id]), limit: 1).first
    }

    /// The latest first.
    ///
    /// - Parameter owner: an account whose own tokens are within reach in any case.
    package func apiTokens(after place: ListPlace? = nil, within reach: Reach, owner: String?, limit: Int) throws
        -> [APITokenEntry]
    {
        try apiTokens(
            where: .behind(place, at: "k.created_at", id: "k.id").and(
                reach.limits.map { $0.onAccount("k.account_id", ownedBy: owner) }),
            limit: limit)
    }

    /// Those of one account, the latest first.
    package func apiTokens(of accountID: String, limit: Int) throws -> [APITokenEntry] {
        try apiTokens(where: Condition("k.account_id = ?", [accountID]), limit: limit)
    }

    package func apiTokenCount(of accountID: String) throws -> Int {
        try Int.fetchOne(db, kept: "SELECT count(*) FROM api_token WHERE account_id = ?", arguments: [accountID]) ?? 0
    }

    /// Those that were made with a token, and with those, the latest first.
    package func heirs(ofAPIToken id: String) throws -> [APITokenEntry] {
        try apiTokens(
            where: Condition(
                """
                k.id IN (
                    WITH RECURSIVE heir (id) AS (
                        SELECT id FROM api_token WHERE made_with = ?
                        UNION SELECT t.id FROM api_token t JOIN heir ON t.made_with = heir.id)
                    SELECT id FROM heir)
                """, [id]), limit: -1)
    }

    private func apiTokens(where condition: Condition, limit: Int) throws -> [APITokenEntry] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT k.id, k.account_id, a.kind, a.name, k.name, k.may_write, k.numbers_only, k.created_at,
                    k.expires_at, k.used_at, k.used_from
                FROM api_token k JOIN account a ON a.id = k.account_id
                WHERE \(condition.sql) ORDER BY k.created_at DESC, k.id LIMIT ?
                """, arguments: condition.arguments + [limit]
        ).compactMap { row in
            guard let kind = AccountKind(rawValue: row[2]) else { return nil }
            return APITokenEntry(
                id: row[0], accountID: row[1], accountKind: kind, accountName: row[3], name: row[4], mayWrite: row[5],
                numbersOnly: row[6], createdAt: row[7], expiresAt: row[8], usedAt: row[9], usedFrom: row[10])
        }
    }
}

extension ControlTransaction {
    package func add(_ token: NewAPIToken) throws {
        try execute(
            """
            INSERT INTO api_token
                (id, hash, account_id, name, may_write, numbers_only, created_at, expires_at, made_with)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                token.id, token.hash, token.accountID, token.name, token.mayWrite, token.numbersOnly, token.createdAt,
                token.expiresAt, token.origin,
            ])
    }

    /// With those that were made with it.
    package func removeAPIToken(_ id: String) throws {
        try execute("DELETE FROM api_token WHERE id = ?", [id])
    }

    /// - Parameter moment: milliseconds since the Unix epoch.
    package func setAPITokenUsed(_ id: String, at moment: Int64, from source: String) throws {
        try execute("UPDATE api_token SET used_at = ?, used_from = ? WHERE id = ?", [moment, source, id])
    }

    /// Forgets tokens that are over, and answers that nobody may ask for any more.
    package func forgetAPI(expiredBy moment: Int64, answeredBefore begun: Int64) throws {
        try execute("DELETE FROM api_token WHERE expires_at <= ?", [moment])
        try execute("DELETE FROM api_answer WHERE begun_at < ?", [begun])
    }
}
