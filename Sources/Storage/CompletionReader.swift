package import Directory
import GRDB

/// What a shell offers for a word that is being typed: names and numbers of a data directory, by what they begin with.
/// Nearly each is one look into an index, however many there are, and nothing is made or changed.
package struct CompletionReader {
    /// How many are offered at most.
    package static let limit = 50
    /// Sorts behind everything that a name goes on with.
    private static let end = "\u{10FFFF}"

    private let queue: DatabaseQueue

    /// - Throws: ``StorageError`` where no data directory is.
    package init(_ directory: DataDirectory) throws {
        queue = try DatabaseFile.openForReading(directory.controlPath, schema: ControlSchema.schema)
    }

    /// Numbers, as they are dialled, or in international form where the prefix is of it.
    package func numbers(_ prefix: String) throws -> [String] {
        let query = "SELECT canonical AS name FROM number"
        let found = try names(query, prefix)
        if prefix.hasPrefix("+") { return found }
        // An extension may begin with 0 as well.
        let others = try NumberPlan.japan.globalPrefix(ofDialled: prefix).map { try names(query, $0) } ?? []
        return (found + others).prefix(Self.limit).map { PhoneNumber(trustedCanonical: $0).national }
    }

    package func companies(_ prefix: String) throws -> [String] {
        try names("SELECT name FROM company", prefix)
    }

    /// Contracts, and voice contracts where the prefix allows them.
    package func contracts(_ prefix: String) throws -> [String] {
        Array(
            (try names("SELECT number AS name FROM contract", prefix.uppercased()) + voiceContracts(prefix))
                .prefix(Self.limit))
    }

    package func voiceContracts(_ prefix: String) throws -> [String] {
        try names("SELECT number AS name FROM voice_contract", prefix.uppercased())
    }

    package func sites(_ prefix: String) throws -> [String] {
        try names("SELECT DISTINCT code AS name FROM site", prefix.uppercased())
    }

    /// The user groups of a company; nil: of all.
    package func groups(_ prefix: String, of company: String?) throws -> [String] {
        try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT g.name FROM user_group g JOIN company y ON y.id = g.company_id
                    WHERE (?1 IS NULL OR y.name = ?1) AND g.name >= ?2 AND g.name < ?3 ORDER BY g.name LIMIT ?4
                    """, arguments: [company, prefix, prefix + Self.end, Self.limit])
        }
    }

    package func accounts(_ kind: AccountKind, _ prefix: String) throws -> [String] {
        try names("SELECT name FROM (SELECT name FROM account WHERE kind = '\(kind.rawValue)')", prefix)
    }

    /// The saved destinations of a number.
    package func destinations(of number: PhoneNumber) throws -> [String] {
        try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT d.destination FROM number n JOIN saved_destination d ON d.number_id = n.id
                    WHERE n.canonical = ? ORDER BY d.slot
                    """, arguments: [number.canonical]
            ).map { Destination(stored: $0).description }
        }
    }

    private func names(_ query: String, _ prefix: String) throws -> [String] {
        try queue.read { db in
            try String.fetchAll(
                db, sql: "\(query) WHERE name >= ?1 AND name < ?2 ORDER BY name LIMIT ?3",
                arguments: [prefix, prefix + Self.end, Self.limit])
        }
    }
}
