extension ControlSchema {
    /// Forwarding that lies over numbers' own rules for a time, and what was done to many numbers at once.
    ///
    /// A row without a destination switches the rule off meanwhile. Rows whose time is over mean nothing any more; the
    /// next operation takes them away.
    static let temporaryForwarding =
        """
        CREATE TABLE forwarding_operation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL CHECK (length(actor) > 0),
            source TEXT NOT NULL CHECK (length(source) > 0),
            kind TEXT NOT NULL CHECK (kind IN ('set', 'off', 'restore')),
            summary TEXT NOT NULL CHECK (length(summary) > 0),
            scope TEXT NOT NULL CHECK (length(scope) > 0),
            until INTEGER,
            restores INTEGER REFERENCES forwarding_operation (id),
            CHECK (restores IS NULL OR kind = 'restore')
        ) STRICT;
        CREATE INDEX forwarding_operation_by_restored ON forwarding_operation (restores) WHERE restores IS NOT NULL;
        CREATE TABLE operation_entry (
            operation_id INTEGER NOT NULL REFERENCES forwarding_operation (id),
            history_id INTEGER NOT NULL UNIQUE REFERENCES history (id),
            PRIMARY KEY (operation_id, history_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE temporary_forwarding (
            number_id INTEGER NOT NULL REFERENCES number (id) ON DELETE CASCADE,
            condition TEXT NOT NULL CHECK (condition IN ('always', 'busy', 'no-answer', 'unreachable')),
            destination TEXT CHECK (length(destination) BETWEEN 1 AND 255),
            until INTEGER NOT NULL CHECK (until > 0),
            operation_id INTEGER REFERENCES forwarding_operation (id),
            PRIMARY KEY (number_id, condition)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX temporary_forwarding_by_operation ON temporary_forwarding (operation_id);
        CREATE INDEX temporary_forwarding_by_end ON temporary_forwarding (until);

        """
        + feedTriggers(
            "temporary_forwarding", object: "number", key: "(SELECT canonical FROM number WHERE id = %.number_id)")
}
