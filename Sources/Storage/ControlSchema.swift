/// The schema of `control.db`: what administrators set. Precious and rarely written.
///
/// Whatever writes to it, the rules that routing relies on are constraints here, and triggers put each changed
/// object into the change feed (``changedObjects``). So a change made with the sqlite3 tool holds as well.
enum ControlSchema {
    static let schema = Schema(
        applicationID: 0x5453_4E43,  // "TSNC"
        migrations: [
            SchemaMigration(name: "1 numbers, rules, trunks, history", sql: numbers + rules + trunks + history + feed),
            SchemaMigration(name: "2 companies, contracts, options", sql: contracts),
            SchemaMigration(name: "3 chained history", sql: historyChain, finish: chainHistory),
            SchemaMigration(name: "4 accounts", sql: accounts),
            SchemaMigration(name: "5 outbox", sql: outbox),
            SchemaMigration(name: "6 schedules, holidays", sql: schedules),
            SchemaMigration(name: "7 sign-in", sql: signIn),
            SchemaMigration(name: "8 temporary forwarding", sql: temporaryForwarding),
            SchemaMigration(name: "9 schedules of anonymous call rejection", sql: anonymousSchedules),
            SchemaMigration(name: "10 renewals of what accounts sign in with", sql: renewals),
            SchemaMigration(name: "11 tokens of programs", sql: tokens),
            SchemaMigration(name: "12 last sign-ins", sql: lastSignIns),
            SchemaMigration(name: "13 renewals end no tokens", sql: tokenRenewals),
            SchemaMigration(name: "14 languages of administrator IDs and login IDs", sql: languages),
            SchemaMigration(name: "15 names of login IDs beside their contracts", sql: loginNames),
            SchemaMigration(name: "16 what tokens of programs were made with", sql: tokenHeirs),
        ])

    private static let numbers = """
        CREATE TABLE number (
            id INTEGER PRIMARY KEY,
            canonical TEXT NOT NULL UNIQUE
                CHECK (length(canonical) BETWEEN 1 AND 32 AND canonical <> 'voicemail' AND canonical NOT GLOB '*:*'),
            national TEXT NOT NULL,
            ring_seconds INTEGER NOT NULL DEFAULT 30 CHECK (ring_seconds BETWEEN 5 AND 30),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE credential (
            number_id INTEGER PRIMARY KEY REFERENCES number (id) ON DELETE CASCADE,
            username TEXT NOT NULL UNIQUE CHECK (length(username) BETWEEN 1 AND 32),
            realm TEXT NOT NULL,
            ha1_sha256 TEXT NOT NULL CHECK (length(ha1_sha256) = 64 AND ha1_sha256 NOT GLOB '*[^0-9a-f]*'),
            ha1_md5 TEXT NOT NULL CHECK (length(ha1_md5) = 32 AND ha1_md5 NOT GLOB '*[^0-9a-f]*')
        ) STRICT;
        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
            value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 255)
        ) STRICT, WITHOUT ROWID;

        """

    private static let rules = """
        CREATE TABLE saved_destination (
            number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
            slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 5),
            destination TEXT NOT NULL CHECK (length(destination) BETWEEN 1 AND 255 AND destination <> 'voicemail'),
            typed TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            PRIMARY KEY (number_id, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX saved_destination_by_destination ON saved_destination (destination);
        CREATE TABLE forwarding_rule (
            number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
            condition TEXT NOT NULL CHECK (condition IN ('always', 'busy', 'no-answer', 'unreachable')),
            slot INTEGER,
            voicemail INTEGER NOT NULL DEFAULT 0 CHECK (voicemail IN (0, 1)),
            PRIMARY KEY (number_id, condition),
            FOREIGN KEY (number_id, slot) REFERENCES saved_destination (number_id, slot),
            CHECK ((slot IS NULL) = voicemail)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE anonymous_rejection (
            number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
            reason TEXT NOT NULL CHECK (reason IN ('withheld', 'payphone', 'unavailable', 'interaction')),
            PRIMARY KEY (number_id, reason)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blocked_caller (
            number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
            caller TEXT NOT NULL CHECK (length(caller) BETWEEN 1 AND 32),
            blocked_at INTEGER NOT NULL,
            PRIMARY KEY (number_id, caller)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER blocked_caller_limit BEFORE INSERT ON blocked_caller
        WHEN (SELECT count(*) FROM blocked_caller WHERE number_id = NEW.number_id) >= 30
        BEGIN
            SELECT RAISE(ABORT, 'a number can block at most 30 callers');
        END;

        """

    private static let trunks = """
        CREATE TABLE trunk (
            id INTEGER PRIMARY KEY,
            prefix TEXT NOT NULL UNIQUE
                CHECK (length(prefix) BETWEEN 1 AND 32 AND ltrim(prefix, '+') NOT GLOB '*[^0-9*#]*'),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE trunk_hop (
            trunk_id INTEGER NOT NULL REFERENCES trunk (id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 16),
            host TEXT NOT NULL CHECK (length(host) BETWEEN 1 AND 253),
            port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
            transport TEXT NOT NULL CHECK (transport IN ('udp', 'tcp')),
            weight INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 100),
            priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 65535),
            sends_diversion INTEGER NOT NULL CHECK (sends_diversion IN (0, 1)),
            sends_history_info INTEGER NOT NULL CHECK (sends_history_info IN (0, 1)),
            PRIMARY KEY (trunk_id, position)
        ) STRICT, WITHOUT ROWID;

        """

    /// Entries stay when their object is removed; nothing takes one away or alters it.
    private static let history = """
        CREATE TABLE history (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL CHECK (length(actor) > 0),
            source TEXT NOT NULL CHECK (length(source) > 0),
            on_behalf_of TEXT,
            object TEXT NOT NULL CHECK (length(object) > 0),
            key TEXT NOT NULL,
            action TEXT NOT NULL CHECK (length(action) > 0),
            before TEXT CHECK (before IS NULL OR json_valid(before)),
            after TEXT CHECK (after IS NULL OR json_valid(after))
        ) STRICT;
        CREATE INDEX history_by_object ON history (object, key, id);
        CREATE TRIGGER history_is_kept BEFORE DELETE ON history
        BEGIN
            SELECT RAISE(ABORT, 'history entries are never removed');
        END;
        CREATE TRIGGER history_is_unaltered BEFORE UPDATE ON history
        BEGIN
            SELECT RAISE(ABORT, 'history entries are never altered');
        END;

        """

    /// The feed holds each object once, under the revision of its last change; a follower reads what lies beyond the
    /// revision that it has seen.
    private static let feed =
        """
        CREATE TABLE change (
            revision INTEGER PRIMARY KEY AUTOINCREMENT,
            object TEXT NOT NULL CHECK (object IN ('number', 'trunk', 'setting')),
            key TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX change_by_object ON change (object, key);

        """
        + feedTriggers("number", object: "number", key: "%.canonical")
        + ["credential", "saved_destination", "forwarding_rule", "anonymous_rejection", "blocked_caller"]
        .map { feedTriggers($0, object: "number", key: "(SELECT canonical FROM number WHERE id = %.number_id)") }
        .joined()
        + feedTriggers("trunk", object: "trunk", key: "%.prefix")
        + feedTriggers("trunk_hop", object: "trunk", key: "(SELECT prefix FROM trunk WHERE id = %.trunk_id)")
        + feedTriggers("setting", object: "setting", key: "%.name")

    /// In `key`, `%` stands for the row. A child's parent can be gone already when a removal cascades; then the
    /// parent's own trigger has told of it.
    static func feedTriggers(_ table: String, object: String, key: String) -> String {
        [("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])].map { event, rows in
            let steps = rows.map { row in
                let rowKey = key.replacing("%", with: row)
                return """
                        DELETE FROM change WHERE object = '\(object)' AND key = \(rowKey);
                        INSERT INTO change (object, key) SELECT '\(object)', \(rowKey) WHERE \(rowKey) IS NOT NULL;
                    """
            }
            return """
                CREATE TRIGGER \(table)_feeds_\(event.lowercased()) AFTER \(event) ON \(table)
                BEGIN
                \(steps.joined(separator: "\n"))
                END;

                """
        }.joined()
    }
}
