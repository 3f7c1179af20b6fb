extension ControlSchema {
    /// What programs sign in with. Of a token there is only a hash here. Another password of the account ends its tokens:
    /// whoever had the old one may have made them.
    ///
    /// What was answered under an idempotency key is kept for as long as it may be asked for again; status 0 stands for an
    /// answer that was not given yet.
    static let tokens = """
        CREATE TABLE api_token (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 8 AND 64),
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 43),
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
            may_write INTEGER NOT NULL CHECK (may_write IN (0, 1)),
            numbers_only INTEGER NOT NULL CHECK (numbers_only IN (0, 1)),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
            used_at INTEGER,
            used_from TEXT CHECK (length(used_from) BETWEEN 1 AND 64),
            CHECK ((used_at IS NULL) = (used_from IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX api_token_by_account ON api_token (account_id, created_at);
        CREATE TABLE api_answer (
            account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
            request TEXT NOT NULL CHECK (length(request) = 64),
            status INTEGER NOT NULL CHECK (status = 0 OR status BETWEEN 200 AND 599),
            headers TEXT NOT NULL,
            body TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX api_answer_by_time ON api_answer (begun_at);
        CREATE TRIGGER password_ends_tokens AFTER UPDATE OF password_hash ON account
        WHEN NEW.password_hash IS NOT OLD.password_hash
        BEGIN
            DELETE FROM api_token WHERE account_id = NEW.id;
        END;

        """

    /// The token that another one was made with, which goes with it, whatever it goes by. NULL: a person has made it.
    static let tokenHeirs = """
        ALTER TABLE api_token ADD COLUMN made_with TEXT REFERENCES api_token (id) ON DELETE CASCADE;
        CREATE INDEX api_token_by_origin ON api_token (made_with) WHERE made_with IS NOT NULL;

        """
}
