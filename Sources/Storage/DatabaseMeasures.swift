import GRDB

/// What there is to be told of a database's file and of its transactions.
package struct DatabaseMeasures: Sendable {
    /// `control` or `runtime`.
    package let name: String
    /// Octets of the file, and of the log of what was committed last (WAL).
    package let size: Int
    package let logSize: Int
    /// The transactions of this process.
    package let commits: CommitMeter.Reading

    init(_ name: String, _ file: OpenFile, _ meter: CommitMeter) {
        self.name = name
        (size, logSize) = file.sizes
        commits = meter.reading
    }
}

extension ControlDatabase {
    package var measures: DatabaseMeasures { DatabaseMeasures("control", file, commits) }

    /// Finds out whether it can be read and written. Nothing is written for that: each commit makes routing read the
    /// rules anew. ``RuntimeDatabase/probe()`` tells whether the disk takes anything.
    ///
    /// - Throws: ``StorageError``.
    package func probe() throws {
        try file.check()
        _ = try read { try $0.setting(.realm) }
        let reading = commits.reading
        if reading.isFailing, let failure = reading.lastFailure { throw failure.error }
    }
}

extension RuntimeDatabase {
    package var measures: DatabaseMeasures { DatabaseMeasures("runtime", file, commits) }

    /// Finds out whether it can be read and written, by writing what is there already.
    ///
    /// - Throws: ``StorageError``.
    package func probe() throws {
        try file.check()
        try write { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            // The page that it stands on is written whether or not it changes, and synced as any commit.
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
    }
}
