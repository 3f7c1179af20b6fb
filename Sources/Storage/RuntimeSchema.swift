import GRDB

/// The schema of `runtime.db`: registrations and the call log. Written all the time, by the server.
enum RuntimeSchema {
    static let schema = Schema(
        applicationID: 0x5453_4E52,  // "TSNR"
        migrations: [
            SchemaMigration(name: "1 bindings, calls", sql: bindings + calls),
            SchemaMigration(name: "2 bans", sql: bans),
            SchemaMigration(name: "3 bans by end", sql: bansByEnd),
            SchemaMigration(name: "4 details of several calls in one row", sql: detailPlaces, finish: freeDetails),
        ])

    /// `binding_removal` is how a command tells a running server, which serves bindings from memory, that one has
    /// been taken away.
    private static let bindings = """
        CREATE TABLE binding (
            number TEXT NOT NULL,
            position INTEGER NOT NULL,
            contact TEXT NOT NULL,
            parameters TEXT NOT NULL,
            q INTEGER NOT NULL CHECK (q BETWEEN 0 AND 1000),
            call_id TEXT NOT NULL,
            cseq INTEGER NOT NULL CHECK (cseq BETWEEN 0 AND 4294967295),
            expires_at INTEGER NOT NULL,
            received TEXT,
            path TEXT NOT NULL CHECK (json_valid(path)),
            user_agent TEXT,
            PRIMARY KEY (number, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE binding_removal (
            revision INTEGER PRIMARY KEY AUTOINCREMENT,
            number TEXT NOT NULL,
            contact TEXT,
            at INTEGER NOT NULL
        ) STRICT;

        """

    /// Times in milliseconds since the Unix epoch.
    private static let bans = """
        CREATE TABLE ban (
            source TEXT PRIMARY KEY,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// Those that are over, and those that end first, are deleted with each ban that comes.
    private static let bansByEnd = """
        CREATE INDEX ban_by_end ON ban (until);

        """

    /// A row of `call_detail` has the details of calls that were written together, one behind the other: to find the row's
    /// place and to write its header takes longer than to write what stands in it. The calls' sequences follow one another
    /// from the row's on; where in it a call's detail begins stands with the call. A detail of before has a row alone.
    private static let detailPlaces = """
        ALTER TABLE call ADD COLUMN detail_at INTEGER NOT NULL DEFAULT 0;

        """

    /// A row of details stays when the call that it is named by goes, for the others that are in it: it refers to no call any
    /// more. A constraint that only goes needs no copy of the rows, which may take as long as phones wait for their answer:
    /// by SQLite's own rules (ALTER TABLE, section 7) the table's text alone is changed.
    private static func freeDetails(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
        try db.execute(sql: "PRAGMA writable_schema = ON")
        try db.execute(
            sql: "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'call_detail'",
            arguments: ["CREATE TABLE call_detail (sequence INTEGER PRIMARY KEY, detail BLOB NOT NULL) STRICT"])
        try db.execute(sql: "PRAGMA schema_version = \(version + 1); PRAGMA writable_schema = OFF")
    }

    /// What lists show stands apart from the long detail, so that a search through a million calls reads little.
    private static let calls = """
        CREATE TABLE call (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            call_id TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            answered_at INTEGER,
            ended_at INTEGER NOT NULL,
            caller TEXT NOT NULL,
            callee TEXT NOT NULL,
            status INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX call_by_start ON call (started_at);
        CREATE TABLE call_detail (
            sequence INTEGER PRIMARY KEY REFERENCES call (sequence) ON DELETE CASCADE,
            detail BLOB NOT NULL
        ) STRICT;
        CREATE TABLE call_log (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            count INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO call_log (id, count, bytes) VALUES (1, 0, 0);

        """
}
