package import Directory
import GRDB

extension ControlTransaction {
    /// - Parameter createdAt: milliseconds since the Unix epoch.
    /// - Throws: ``StorageError/refused(reason:)`` when it exists already.
    package func addNumber(_ number: PhoneNumber, createdAt: Int64) throws {
        try db.execute(
            sql: "INSERT INTO number (canonical, national, created_at) VALUES (?, ?, ?)",
            arguments: [number.canonical, number.national, createdAt])
    }

    /// Removes a number with its password, rules and lists. False: there was none.
    @discardableResult
    package func removeNumber(_ number: PhoneNumber) throws -> Bool {
        try db.execute(sql: "DELETE FROM number WHERE canonical = ?", arguments: [number.canonical])
        return db.changesCount > 0
    }

    /// - Parameter credentials: nil takes the password away.
    package func setCredentials(_ credentials: DigestCredentials?, realm: String, of number: PhoneNumber) throws {
        try db.execute(
            sql: "DELETE FROM credential WHERE number_id = (SELECT id FROM number WHERE canonical = ?)",
            arguments: [number.canonical])
        guard let credentials else { return }
        try db.execute(
            sql: """
                INSERT INTO credential (number_id, username, realm, ha1_sha256, ha1_md5)
                SELECT id, ?, ?, ?, ? FROM number WHERE canonical = ?
                """,
            arguments: [credentials.username, realm, credentials.sha256, credentials.md5, number.canonical])
    }

    /// Takes the passwords of all numbers away.
    package func removeAllCredentials() throws {
        try db.execute(sql: "DELETE FROM credential")
    }
}
