import Directory
import Foundation
import Testing

@testable import Storage

/// A data directory of its own for one test, gone afterwards.
final class TemporaryDataDirectory {
    let directory: DataDirectory
    /// Around the directory, for what is put beside it.
    private let place: String

    init() throws {
        place = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString
        directory = try DataDirectory(path: place + "/data", environment: [:])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: place)
    }

    /// Runs SQL on a database file as the sqlite3 tool would: past all of our code.
    func sqlite(_ file: String, _ sql: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["sqlite3", "-bail", directory.path + "/" + file]
            + (sql.hasPrefix(".") ? [sql] : ["PRAGMA foreign_keys = ON; " + sql])
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SQLiteToolError(text: text) }
    }
}

struct SQLiteToolError: Error {
    let text: String
}

extension ControlTransaction {
    /// A company with both sorts of contracts: the voice group `Y1` with the voice contract `N1` at its site `S1`, and the
    /// base contract `C-1`.
    func addCompanyWithContracts() throws {
        try addCompany("Alpha", createdAt: 1)
        try addContract("Y1", kind: "ip-voice", company: "Alpha", createdAt: 1)
        try addContract("C-1", kind: "dotphone-office", company: "Alpha", createdAt: 1)
        try addSite("S1", name: "Tokyo", to: "Y1")
        try addVoiceContract("N1", at: "S1", of: "Y1")
    }
}

extension PhoneNumber {
    static let alice = PhoneNumber(trustedCanonical: "+815011111111")
    static let bob = PhoneNumber(trustedCanonical: "+815022222222")
    static let office = PhoneNumber(trustedCanonical: "+81312345678")
}
