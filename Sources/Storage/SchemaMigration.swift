import GRDB

/// One step of a schema: never edited once it has shipped, later steps follow it.
struct SchemaMigration: Sendable {
    let name: String
    let sql: String
    /// What SQL alone can't do, after it.
    var finish: @Sendable (Database) throws -> Void = { _ in }
}

/// The schema of one database file: its steps in order. The version is their number, kept in `user_version`.
struct Schema: Sendable {
    /// Marks the file as ours (`PRAGMA application_id`).
    let applicationID: Int32
    let migrations: [SchemaMigration]

    var version: Int { migrations.count }
}
