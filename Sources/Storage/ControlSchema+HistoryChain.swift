import GRDB

extension ControlSchema {
    /// The trigger that keeps entries unaltered is away while those that exist are chained.
    static let historyChain = """
        DROP TRIGGER history_is_unaltered;
        ALTER TABLE history ADD COLUMN hash TEXT
            CHECK (hash IS NULL OR (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'));
        CREATE TABLE history_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            count INTEGER NOT NULL CHECK (count >= 0),
            hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
        ) STRICT;
        """

    @Sendable
    static func chainHistory(_ db: Database) throws {
        try HistoryChain.chainExisting(db)
        try db.execute(
            sql: """
                CREATE TRIGGER history_is_unaltered BEFORE UPDATE ON history
                BEGIN
                    SELECT RAISE(ABORT, 'history entries are never altered');
                END;
                """)
    }
}
