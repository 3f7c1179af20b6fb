import GRDB

/// What was answered to a request with an idempotency key.
package struct APIAnswerEntry: Sendable, Equatable {
    /// By which the request is known to be the same.
    package let request: String
    /// Nil: it was begun, and no answer was kept.
    package let status: Int?
    /// In lines of `name: value`.
    package let headers: String
    package let body: String

    package init(request: String, status: Int?, headers: String, body: String) {
        self.request = request
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension ControlTransaction {
    /// Answers of one account that are kept at most; the oldest goes for a new one.
    static let answerLimit = 10_000

    package func apiAnswer(of accountID: String, key: String) throws -> APIAnswerEntry? {
        try Row.fetchOne(
            db, kept: "SELECT request, status, headers, body FROM api_answer WHERE account_id = ? AND key = ?",
            arguments: [accountID, key]
        ).map { row in
            let status: Int = row[1]
            return APIAnswerEntry(request: row[0], status: status == 0 ? nil : status, headers: row[2], body: row[3])
        }
    }

    /// - Parameter moment: milliseconds since the Unix epoch.
    package func beginAPIAnswer(of accountID: String, key: String, request: String, at moment: Int64) throws {
        try execute(
            """
            INSERT INTO api_answer (account_id, key, request, status, headers, body, begun_at)
            VALUES (?, ?, ?, 0, '', '', ?)
            """, [accountID, key, request, moment])
        try execute(
            """
            DELETE FROM api_answer WHERE account_id = ?1 AND key IN (
                SELECT key FROM api_answer WHERE account_id = ?1 ORDER BY begun_at DESC LIMIT -1 OFFSET ?2)
            """, [accountID, Self.answerLimit])
    }

    package func setAPIAnswer(
        of accountID: String, key: String, status: Int, headers: String, body: String
    ) throws {
        try execute(
            "UPDATE api_answer SET status = ?, headers = ?, body = ? WHERE account_id = ? AND key = ?",
            [status, headers, body, accountID, key])
    }

    /// The request came to nothing, and may be made again.
    package func removeAPIAnswer(of accountID: String, key: String) throws {
        try execute("DELETE FROM api_answer WHERE account_id = ? AND key = ?", [accountID, key])
    }
}
