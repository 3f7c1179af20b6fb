extension ControlSchema {
    /// A login ID's name beside its contract too, so that a page in the order of names is read from one index, however
    /// many there are.
    static let loginNames = """
        ALTER TABLE login_id ADD COLUMN name TEXT COLLATE NOCASE;
        UPDATE login_id SET name = (SELECT a.name FROM account a WHERE a.id = login_id.account_id);
        DROP INDEX login_id_by_contract;
        CREATE INDEX login_id_by_name ON login_id (contract_id, name);
        CREATE TRIGGER login_id_follows_its_account AFTER UPDATE OF name ON account
        WHEN NEW.kind = 'login-id' AND NEW.name <> OLD.name COLLATE BINARY
        BEGIN
            UPDATE login_id SET name = NEW.name WHERE account_id = NEW.id;
        END;

        """
}
