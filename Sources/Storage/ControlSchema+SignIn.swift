extension ControlSchema {
    /// Who is signed in or about to be. Of tokens and codes there are only hashes here, in the stored text of the values of
    /// signing in; what is set up and not confirmed yet is sealed.
    ///
    /// What was reached with means that an account has no longer is over with them, whoever takes them away: triggers end
    /// its sessions and sign-ins.
    static let signIn = """
        CREATE TABLE session (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 64),
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 43),
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            represented_id TEXT REFERENCES account (id) ON DELETE CASCADE,
            parent_id TEXT REFERENCES session (id) ON DELETE CASCADE,
            source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 64),
            value TEXT NOT NULL CHECK (value GLOB 'session/*'),
            started_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            CHECK ((represented_id IS NULL) = (parent_id IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_by_account ON session (account_id, seen_at);
        CREATE INDEX session_by_represented ON session (represented_id) WHERE represented_id IS NOT NULL;
        CREATE INDEX session_by_parent ON session (parent_id) WHERE parent_id IS NOT NULL;
        CREATE TABLE sign_in (
            hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 43),
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            value TEXT NOT NULL CHECK (value GLOB 'sign-in/*'),
            new_totp_secret TEXT CHECK (new_totp_secret GLOB 'sealed/*'),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sign_in_by_account ON sign_in (account_id, expires_at);
        CREATE TABLE one_time_code (
            account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            value TEXT NOT NULL CHECK (value GLOB 'code/*'),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE link (
            hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 43),
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            value TEXT NOT NULL CHECK (value GLOB 'link/*'),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX link_by_account ON link (account_id);
        CREATE TABLE send_history (
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            purpose TEXT NOT NULL CHECK (purpose IN ('code', 'link')),
            value TEXT NOT NULL CHECK (value GLOB 'sends/*'),
            sent_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, purpose)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE refused_sign_ins (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            count INTEGER NOT NULL
        ) STRICT;
        INSERT INTO refused_sign_ins (id, count) VALUES (1, 0);
        CREATE TABLE terms (
            version TEXT NOT NULL PRIMARY KEY CHECK (length(version) BETWEEN 1 AND 64),
            japanese TEXT NOT NULL CHECK (length(japanese) BETWEEN 1 AND 200000),
            english TEXT NOT NULL CHECK (length(english) BETWEEN 1 AND 200000),
            published_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """
        + [
            trigger(
                "password_ends_sessions", "password_hash ON account",
                when: "NEW.password_hash IS NOT OLD.password_hash",
                ends: ["session", "sign_in", "one_time_code", "link"]),
            trigger(
                "totp_ends_sessions", "totp_secret ON account",
                when: "OLD.totp_secret IS NOT NULL AND NEW.totp_secret IS NOT OLD.totp_secret",
                ends: ["session", "sign_in"]),
            trigger(
                "address_voids_codes", "name, sms_number ON account",
                when: "NEW.name <> OLD.name OR NEW.sms_number IS NOT OLD.sms_number", ends: ["one_time_code", "link"]),
            trigger(
                "factor_ends_sessions", "second_factor ON portal_user", key: "account_id",
                when: "NEW.second_factor <> OLD.second_factor AND OLD.second_factor <> 'open'",
                ends: ["session", "sign_in"]),
            trigger(
                "suspension_ends_sessions", "is_suspended ON portal_user", key: "account_id",
                when: "NEW.is_suspended > OLD.is_suspended", ends: ["session", "sign_in", "one_time_code", "link"]),
        ].joined()

    private static func trigger(
        _ name: String, _ event: String, key: String = "id", when condition: String, ends tables: [String]
    ) -> String {
        """
        CREATE TRIGGER \(name) AFTER UPDATE OF \(event) WHEN \(condition)
        BEGIN
        \(tables.map { "    DELETE FROM \($0) WHERE account_id = NEW.\(key);" }.joined(separator: "\n"))
        END;

        """
    }
}
