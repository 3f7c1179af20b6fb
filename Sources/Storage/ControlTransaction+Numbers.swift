package import Directory
import GRDB

extension ControlTransaction {
    /// - Parameter createdAt: milliseconds since the Unix epoch.
    /// - Throws: ``StorageError/refused(reason:)`` when it exists already.
    package func addNumber(_ number: PhoneNumber, createdAt: Int64) throws {
        try execute(
            "INSERT INTO number (canonical, national, created_at) VALUES (?, ?, ?)",
            [number.canonical, number.national, createdAt])
    }

    /// Removes a number with its password, rules and lists. False: there was none.
    @discardableResult
    package func removeNumber(_ number: PhoneNumber) throws -> Bool {
        try execute("DELETE FROM number WHERE canonical = ?", [number.canonical])
        return db.changesCount > 0
    }

    /// - Parameter credentials: nil takes the password away.
    package func setCredentials(_ credentials: DigestCredentials?, realm: String, of number: PhoneNumber) throws {
        try execute(
            "DELETE FROM credential WHERE number_id = (SELECT id FROM number WHERE canonical = ?)",
            [number.canonical])
        guard let credentials else { return }
        try execute(
            """
            INSERT INTO credential (number_id, username, realm, ha1_sha256, ha1_md5)
            SELECT id, ?, ?, ?, ? FROM number WHERE canonical = ?
            """,
            [credentials.username, realm, credentials.sha256, credentials.md5, number.canonical])
    }

    /// Takes the passwords of all numbers away.
    package func removeAllCredentials() throws {
        try execute("DELETE FROM credential")
    }
}
