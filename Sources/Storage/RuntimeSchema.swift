/// The schema of `runtime.db`: registrations and the call log. Written all the time, by the server.
enum RuntimeSchema {
    static let schema = Schema(
        applicationID: 0x5453_4E52,  // "TSNR"
        migrations: [
            SchemaMigration(name: "1 bindings, calls", sql: bindings + calls),
            SchemaMigration(name: "2 bans", sql: bans),
            SchemaMigration(name: "3 bans by end", sql: bansByEnd),
            SchemaMigration(name: "4 details of several calls in one row", sql: sharedDetails),
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

    /// A row of `call_details` has the details of calls that were written together, one behind the other: to find the row's
    /// place and write its header takes longer than to write what stands in it. The calls' sequences follow one another
    /// from `first` on; where in the row a call's detail begins and how many octets it has stands with the call. A detail
    /// of before has a row alone.
    private static let sharedDetails = """
        CREATE TABLE call_details (
            first INTEGER PRIMARY KEY,
            details BLOB NOT NULL
        ) STRICT;
        INSERT INTO call_details (first, details) SELECT sequence, detail FROM call_detail;
        DROP TABLE call_detail;
        ALTER TABLE call RENAME COLUMN bytes TO detail_size;
        UPDATE call SET detail_size =
            coalesce((SELECT length(details) FROM call_details WHERE first = sequence), 0);
        ALTER TABLE call ADD COLUMN detail_at INTEGER NOT NULL DEFAULT 0;

        """

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
