extension ControlSchema {
    /// What an account signs in with may be kept in another form and stay the same: a password hashed at another cost, a
    /// secret sealed with another key. That is counted, and ends no sessions; whatever else changes it still does.
    static let renewals =
        "ALTER TABLE account ADD COLUMN renewals INTEGER NOT NULL DEFAULT 0;\n"
        + [
            replacedTrigger(
                "password_ends_sessions", "password_hash", when: "NEW.password_hash IS NOT OLD.password_hash",
                ends: ["session", "sign_in", "one_time_code", "link"]),
            replacedTrigger(
                "totp_ends_sessions", "totp_secret",
                when: "OLD.totp_secret IS NOT NULL AND NEW.totp_secret IS NOT OLD.totp_secret",
                ends: ["session", "sign_in"]),
        ].joined()

    /// So do the tokens of programs.
    static let tokenRenewals = replacedTrigger(
        "password_ends_tokens", "password_hash", when: "NEW.password_hash IS NOT OLD.password_hash",
        ends: ["api_token"])

    private static func replacedTrigger(
        _ name: String, _ column: String, when condition: String, ends tables: [String]
    ) -> String {
        """
        DROP TRIGGER \(name);
        CREATE TRIGGER \(name) AFTER UPDATE OF \(column) ON account WHEN \(condition) AND NEW.renewals = OLD.renewals
        BEGIN
        \(tables.map { "    DELETE FROM \($0) WHERE account_id = NEW.id;" }.joined(separator: "\n"))
        END;

        """
    }
}
