extension ControlSchema {
    /// Who may sign in, with what, and for what. The operator is the system account on the machine and has no row.
    static let accounts = credentials + portalUsers + userGroups + contractAccounts

    /// What all kinds of accounts have in common. An id is never given twice, and a row keeps its own for ever:
    /// sessions, sealed secrets and the history go by it, while names change.
    ///
    /// What belongs to signing in is kept in the stored text of its types, each of which names its form and version.
    private static let credentials = """
        CREATE TABLE account (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
            kind TEXT NOT NULL CHECK (kind IN ('portal-user', 'administrator-id', 'login-id')),
            name TEXT NOT NULL COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 254 AND name NOT GLOB '*[^!-~]*'),
            password_hash TEXT CHECK (password_hash GLOB '$scrypt$*'),
            password_set_at INTEGER,
            must_change_password INTEGER NOT NULL DEFAULT 0 CHECK (must_change_password IN (0, 1)),
            lockout TEXT NOT NULL DEFAULT 'lockout/1 failures=0' CHECK (lockout GLOB 'lockout/*'),
            sms_number TEXT CHECK (length(sms_number) = 11 AND sms_number NOT GLOB '*[^0-9]*'
                AND sms_number NOT GLOB '00*'),
            totp_secret TEXT CHECK (totp_secret GLOB 'sealed/*'),
            totp TEXT NOT NULL DEFAULT 'totp/1' CHECK (totp GLOB 'totp/*'),
            recovery_codes TEXT CHECK (recovery_codes GLOB 'recovery/*'),
            created_at INTEGER NOT NULL,
            UNIQUE (kind, name),
            UNIQUE (id, kind),
            CHECK ((password_hash IS NULL) = (password_set_at IS NULL)),
            CHECK (kind <> 'portal-user' OR sms_number IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER account_keeps_its_id BEFORE UPDATE OF id, kind ON account
        WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind
        BEGIN
            SELECT RAISE(ABORT, 'an account keeps its id and its kind');
        END;

        """

    /// The name of the account is the e-mail address. `open`: the user chooses between TOTP and mail.
    private static let portalUsers = """
        CREATE TABLE portal_user (
            account_id TEXT NOT NULL PRIMARY KEY,
            account_kind TEXT NOT NULL DEFAULT 'portal-user' CHECK (account_kind = 'portal-user'),
            company_id INTEGER NOT NULL REFERENCES company (id) ON DELETE RESTRICT,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name = trim(name)),
            telephone TEXT NOT NULL CHECK (length(telephone) BETWEEN 1 AND 32),
            language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
            second_factor TEXT NOT NULL CHECK (second_factor IN ('totp', 'mail', 'none', 'open')),
            role TEXT NOT NULL CHECK (role IN ('general', 'administrator')),
            title TEXT NOT NULL DEFAULT '' CHECK (length(title) <= 100),
            mobile_number TEXT NOT NULL DEFAULT '' CHECK (length(mobile_number) <= 32),
            time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
            comment TEXT NOT NULL DEFAULT '' CHECK (length(comment) <= 1000),
            wants_notifications INTEGER NOT NULL CHECK (wants_notifications IN (0, 1)),
            is_suspended INTEGER NOT NULL DEFAULT 0 CHECK (is_suspended IN (0, 1)),
            terms_version TEXT CHECK (length(terms_version) BETWEEN 1 AND 64),
            terms_accepted_at INTEGER,
            UNIQUE (account_id, company_id),
            FOREIGN KEY (account_id, account_kind) REFERENCES account (id, kind) ON DELETE CASCADE,
            CHECK ((terms_version IS NULL) = (terms_accepted_at IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX portal_user_by_company ON portal_user (company_id);

        """

    /// Which contracts a general user may work on: those of the groups that the user is in. The composite keys keep
    /// one company's groups, contracts and users together.
    private static let userGroups = """
        CREATE UNIQUE INDEX contract_with_company ON contract (id, company_id);
        CREATE TABLE user_group (
            id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
            company_id INTEGER NOT NULL REFERENCES company (id) ON DELETE RESTRICT,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name = trim(name)),
            UNIQUE (company_id, name),
            UNIQUE (id, company_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE user_group_contract (
            group_id TEXT NOT NULL,
            contract_id INTEGER NOT NULL,
            company_id INTEGER NOT NULL,
            PRIMARY KEY (group_id, contract_id),
            FOREIGN KEY (group_id, company_id) REFERENCES user_group (id, company_id) ON DELETE CASCADE,
            FOREIGN KEY (contract_id, company_id) REFERENCES contract (id, company_id) ON DELETE RESTRICT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX user_group_contract_by_contract ON user_group_contract (contract_id);
        CREATE TABLE user_group_member (
            group_id TEXT NOT NULL,
            account_id TEXT NOT NULL,
            company_id INTEGER NOT NULL,
            PRIMARY KEY (group_id, account_id),
            FOREIGN KEY (group_id, company_id) REFERENCES user_group (id, company_id) ON DELETE CASCADE,
            FOREIGN KEY (account_id, company_id) REFERENCES portal_user (account_id, company_id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX user_group_member_by_account ON user_group_member (account_id);

        """

    /// Administrator IDs and login IDs stand under one contract, a login ID's numbers under the same. A number that
    /// goes to another contract, or becomes one of the multiple numbers of a line, is its login ID's no longer.
    private static let contractAccounts = """
        CREATE TABLE administrator_id (
            account_id TEXT NOT NULL PRIMARY KEY,
            account_kind TEXT NOT NULL DEFAULT 'administrator-id' CHECK (account_kind = 'administrator-id'),
            contract_id INTEGER NOT NULL UNIQUE REFERENCES contract (id) ON DELETE RESTRICT,
            FOREIGN KEY (account_id, account_kind) REFERENCES account (id, kind) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE login_id (
            account_id TEXT NOT NULL PRIMARY KEY,
            account_kind TEXT NOT NULL DEFAULT 'login-id' CHECK (account_kind = 'login-id'),
            contract_id INTEGER NOT NULL REFERENCES contract (id) ON DELETE RESTRICT,
            UNIQUE (account_id, contract_id),
            FOREIGN KEY (account_id, account_kind) REFERENCES account (id, kind) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX login_id_by_contract ON login_id (contract_id);
        CREATE UNIQUE INDEX contracted_number_for_login ON contracted_number (number_id, contract_id, kind);
        CREATE TABLE login_number (
            number_id INTEGER PRIMARY KEY,
            account_id TEXT NOT NULL,
            contract_id INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('pilot', 'direct-dial')),
            FOREIGN KEY (account_id, contract_id) REFERENCES login_id (account_id, contract_id) ON DELETE CASCADE,
            FOREIGN KEY (number_id, contract_id, kind) REFERENCES contracted_number (number_id, contract_id, kind)
                ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX login_number_by_account ON login_number (account_id);
        """
}
