import Directory
import Testing

@testable import Storage

@Suite struct HistoryChainTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        for index in 1...5 { try append(index, control) }
    }

    private func append(_ index: Int, _ control: ControlDatabase) throws {
        try control.write { transaction in
            _ = try transaction.append(
                HistoryEntry(
                    at: Int64(index), actor: "root", source: "cli", object: "number", key: "\(index)",
                    action: "number add", before: nil, after: "{}"))
        }
    }

    /// As someone would who can write the file.
    private func tamper(_ sql: String) throws {
        try temporary.sqlite(
            "control.db", "DROP TRIGGER history_is_kept; DROP TRIGGER history_is_unaltered; " + sql)
    }

    private func flaw() throws -> HistoryFlaw? {
        do {
            _ = try control.read { try $0.verifyHistory() }
            return nil
        } catch let flaw as HistoryFlaw {
            return flaw
        }
    }

    @Test("a transaction knows which entry is the first of its own, and so does one within it, whatever was taken back")
    func firstEntry() throws {
        struct Withdrawn: Error {}
        let other = try ControlDatabase(temporary.directory, readers: 1)
        for control in [control, other] {
            let last = try control.read { try $0.lastChange() }
            try control.together { transaction in
                #expect(transaction.firstEntry == last + 1)
                for index in 6...7 {
                    try append(index, control)
                    try control.write { #expect($0.firstEntry == last + 1) }
                    try control.read { _ in try control.write { #expect($0.firstEntry == last + 1) } }
                }
                #expect(throws: Withdrawn.self) {
                    try control.write { _ in
                        try append(8, control)
                        throw Withdrawn()
                    }
                }
                try control.write { #expect($0.firstEntry == last + 1) }
            }
            try control.write { #expect($0.firstEntry == last + 3) }
        }
    }

    @Test("what was written is found as it was")
    func verifies() throws {
        #expect(try control.read { try $0.verifyHistory() } == 5)
        #expect(try control.read { try $0.history(limit: 2).map(\.id) } == [5, 4])
    }

    @Test(
        "the first entry that was altered or is missing is named, at the end too",
        arguments: [
            ("UPDATE history SET actor = 'nobody' WHERE id = 3", HistoryFlaw.altered(id: 3)),
            ("UPDATE history SET before = '{}' WHERE id = 1", .altered(id: 1)),
            ("UPDATE history SET on_behalf_of = '' WHERE id = 5", .altered(id: 5)),
            ("UPDATE history SET hash = (SELECT hash FROM history WHERE id = 1) WHERE id = 2", .altered(id: 2)),
            ("DELETE FROM history WHERE id = 1", .missing(id: 1)),
            ("DELETE FROM history WHERE id = 3", .missing(id: 3)),
            ("DELETE FROM history WHERE id = 5", .missing(id: 5)),
            ("DELETE FROM history WHERE id > 2", .missing(id: 3)),
            ("DELETE FROM history", .missing(id: 1)),
            ("DELETE FROM history_head", .altered(id: 5)),
            (
                "INSERT INTO history (at, actor, source, object, key, action) VALUES (1, 'x', 'x', 'x', 'x', 'x')",
                .foreign(id: 6)
            ),
        ])
    func namesFlaw(sql: String, expected: HistoryFlaw) throws {
        try tamper(sql)
        #expect(try flaw() == expected)
        // What is written afterwards does not cover it up.
        try append(7, control)
        #expect(try flaw() != nil)
    }

    @Test("entries of a database that did not chain them are chained in their order")
    func chainsExisting() throws {
        let old = try TemporaryDataDirectory()
        let before = Schema(
            applicationID: ControlSchema.schema.applicationID,
            migrations: Array(ControlSchema.schema.migrations.prefix(2)))
        _ = try DatabaseFile.open(old.directory.controlPath, schema: before, directory: old.directory)
        try old.sqlite(
            "control.db",
            """
            WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 2500)
            INSERT INTO history (at, actor, source, object, key, action) SELECT n, 'root', 'cli', 'x', n, 'x' FROM i
            """)
        let migrated = try ControlDatabase(old.directory)
        #expect(try migrated.read { try $0.verifyHistory() } == 2_500)
        #expect(throws: SQLiteToolError.self) { try old.sqlite("control.db", "UPDATE history SET actor = 'x'") }
        #expect(throws: SQLiteToolError.self) { try old.sqlite("control.db", "DELETE FROM history") }
    }
}
