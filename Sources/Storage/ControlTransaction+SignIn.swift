import GRDB

/// Who is signed in or about to be. The stored texts are those of the values of signing in.
extension ControlTransaction {
    /// Sessions of one account at most: the one that was used longest ago ends for a new one.
    static let sessionLimit = 50
    /// Sign-ins of one account at most that are under way; the oldest is over for a new one.
    static let signInLimit = 10

    /// Keeps a session, with another token if it is there already.
    package func save(_ session: NewSession) throws {
        try execute(
            """
            INSERT INTO session (
                id, hash, account_id, represented_id, parent_id, source, value, started_at, seen_at, former_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, (SELECT signed_in_at FROM account WHERE id = ?3))
            ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, value = excluded.value
            """,
            [
                session.id, session.hash, session.accountID, session.representedID, session.parentID, session.source,
                session.value, session.startedAt,
            ])
        try execute(
            """
            DELETE FROM session WHERE id IN (
                SELECT id FROM session WHERE account_id = ?1 AND id <> ?2 ORDER BY seen_at DESC, id LIMIT -1 OFFSET ?3)
            """, [session.accountID, session.id, Self.sessionLimit - 1])
    }

    /// A person has signed in: the next session tells of it.
    ///
    /// - Parameter moment: milliseconds since the Unix epoch.
    package func setSignedIn(_ accountID: String, at moment: Int64) throws {
        try execute("UPDATE account SET signed_in_at = ? WHERE id = ?", [moment, accountID])
    }

    /// - Parameters:
    ///   - value: the session's stored text.
    ///   - moment: milliseconds since the Unix epoch.
    package func setSessionSeen(_ id: String, value: String, at moment: Int64) throws {
        try execute("UPDATE session SET value = ?, seen_at = ? WHERE id = ?", [value, moment, id])
    }

    /// Ends a session, and those that depend on it.
    package func removeSession(_ id: String) throws {
        try execute("DELETE FROM session WHERE id = ?", [id])
    }

    /// - Parameter hash: of its token.
    package func removeSession(hash: String) throws {
        try execute("DELETE FROM session WHERE hash = ?", [hash])
    }

    package func save(_ signIn: SignInEntry) throws {
        try execute(
            """
            INSERT INTO sign_in (hash, account_id, value, new_totp_secret, expires_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET value = excluded.value, new_totp_secret = excluded.new_totp_secret
            """, [signIn.hash, signIn.accountID, signIn.value, signIn.newTOTPSecret, signIn.expiresAt])
        try execute(
            """
            DELETE FROM sign_in WHERE hash IN (
                SELECT hash FROM sign_in WHERE account_id = ?1 AND hash <> ?2 ORDER BY expires_at DESC
                LIMIT -1 OFFSET ?3)
            """, [signIn.accountID, signIn.hash, Self.signInLimit - 1])
    }

    package func removeSignIn(hash: String) throws {
        try execute("DELETE FROM sign_in WHERE hash = ?", [hash])
    }

    /// Voids the code that was sent before.
    package func setOneTimeCode(_ value: String, of accountID: String, expiresAt: Int64) throws {
        try execute(
            "INSERT OR REPLACE INTO one_time_code (account_id, value, expires_at) VALUES (?, ?, ?)",
            [accountID, value, expiresAt])
    }

    package func setSendHistory(
        _ value: String, of accountID: String, for purpose: SendPurpose, at moment: Int64
    ) throws {
        try execute(
            "INSERT OR REPLACE INTO send_history (account_id, purpose, value, sent_at) VALUES (?, ?, ?, ?)",
            [accountID, purpose.rawValue, value, moment])
    }

    package func save(_ link: LinkEntry) throws {
        try execute(
            "INSERT OR REPLACE INTO link (hash, account_id, value, expires_at) VALUES (?, ?, ?, ?)",
            [link.hash, link.accountID, link.value, link.expiresAt])
    }

    /// Takes back what links an account was sent.
    package func removeLinks(of accountID: String) throws {
        try execute("DELETE FROM link WHERE account_id = ?", [accountID])
    }

    /// Counts a refused sign-in, whether or not there is an account of the name: a commit takes time, and it must not tell.
    package func countRefusedSignIn() throws {
        try execute("UPDATE refused_sign_ins SET count = count + 1")
    }

    package func addTerms(_ terms: TermsEntry) throws {
        try execute(
            "INSERT INTO terms (version, japanese, english, published_at) VALUES (?, ?, ?, ?)",
            [terms.version, terms.japanese, terms.english, terms.publishedAt])
    }

    /// Forgets what is over. All times are milliseconds since the Unix epoch.
    ///
    /// - Parameters:
    ///   - startedBefore: sessions that were started before it are over,
    ///   - seenBefore: and so are those that were last used before it.
    /// - Returns: how many rows went.
    package func forgetSignIns(expiredBy now: Int64, startedBefore: Int64, seenBefore: Int64, sentBefore: Int64) throws
        -> Int
    {
        let before = db.totalChangesCount
        for table in ["sign_in", "one_time_code", "link"] {
            try execute("DELETE FROM \(table) WHERE expires_at <= ?", [now])
        }
        try execute("DELETE FROM send_history WHERE sent_at <= ?", [sentBefore])
        try execute("DELETE FROM session WHERE started_at <= ? OR seen_at <= ?", [startedBefore, seenBefore])
        return db.totalChangesCount - before
    }

    /// Ends every session, sign-in and token of a program, and voids every link and code: in a database that was put back,
    /// some of them were ended or used since.
    package func forgetSignIns() throws {
        for table in ["session", "sign_in", "one_time_code", "link", "api_token"] {
            try execute("DELETE FROM \(table)")
        }
    }
}
