import Foundation
import GRDB

/// Looks for what must not be in a database file: pages that don't fit, rows without what they refer to, a history that
/// was altered.
package enum DatabaseInspection {
    package struct Flaw: Sendable, Equatable {
        /// The name of the file.
        package let file: String
        package let text: String
        /// Pages don't fit: what else the file tells is not to be believed.
        package let isOfPages: Bool
        /// There is no such file, where one has to be.
        package var isOfAbsence = false
    }

    /// What is wrong with a data directory's databases. Takes seconds for a million numbers.
    ///
    /// - Parameter limit: flaws of one sort that are told.
    /// - Throws: ``StorageError`` when a file can't be opened.
    package static func flaws(of directory: DataDirectory, limit: Int) throws -> [Flaw] {
        try DataDirectory.databases.flatMap { name, schema -> [Flaw] in
            let path = directory.path + "/" + name
            guard FileManager.default.fileExists(atPath: path) else {
                // No server may have run here yet, so there need be no registrations.
                guard name == DataDirectory.controlName else { return [] }
                return [Flaw(file: name, text: "it is not there", isOfPages: false, isOfAbsence: true)]
            }
            do {
                let queue = try DatabaseFile.openForReading(path, schema: schema)
                return try StorageError.translating(path) {
                    try queue.read { db in
                        try flaws(in: name, db, limit: limit)
                    }
                }
            } catch StorageError.damaged(_, let reason) {
                return [Flaw(file: name, text: reason, isOfPages: true)]
            }
        }
    }

    static func flaws(in file: String, _ db: Database, limit: Int) throws -> [Flaw] {
        let answers = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(limit))")
        guard answers == ["ok"] else { return answers.map { Flaw(file: file, text: $0, isOfPages: true) } }
        var flaws: [Flaw] = []
        let orphans = try Row.fetchCursor(db, sql: "PRAGMA foreign_key_check")
        while flaws.count < limit, let row = try orphans.next() {
            let (table, parent) = (row[0] as String, row[2] as String)
            let text = "a row of \(table) refers to one of \(parent) that is not there"
            flaws.append(Flaw(file: file, text: text, isOfPages: false))
        }
        if file == DataDirectory.controlName, try db.tableExists("history_head"), let flaw = try HistoryChain.flaw(db) {
            flaws.append(Flaw(file: file, text: flaw.description, isOfPages: false))
        }
        return flaws
    }
}

extension DataDirectory {
    /// The database files and what they have to be.
    static let databases = [
        (controlName, ControlSchema.schema), (runtimeName, RuntimeSchema.schema),
    ]

    /// The files that others than their owner may read or write, and the directories if others may write there.
    package func exposedPaths() throws -> [String] {
        func mode(_ path: String) -> Int {
            // Of what a link leads to: everybody may read the link.
            let file = WorkDirectory.resolved(path)
            return (try? FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]) as? Int ?? 0
        }
        let files = Self.databases.map(\.0).filter { FileManager.default.fileExists(atPath: path + "/" + $0) }
        let all = (try files + keyFiles()).map { path + "/" + $0 }
        let directories = Set(all.map(WorkDirectory.parent(of:))).union([path]).sorted()
        return directories.filter { mode($0) & 0o022 != 0 } + all.filter { mode($0) & 0o077 != 0 }
    }
}
