import Directory
import Foundation
import GRDB
import Testing

@testable import Storage

@Suite("What a shell offers")
struct CompletionTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            for text in ["05012345678", "05012349999", "0312345678", "1001", "0120", "+12125550100"] {
                try transaction.addNumber(PhoneNumber(text), createdAt: 1)
            }
            try transaction.addCompanyWithContracts()
        }
    }

    private func reader() throws -> CompletionReader { try CompletionReader(temporary.directory) }

    @Test(
        "numbers are offered as they are dialled, whatever they are kept as",
        arguments: [
            ("0501234", ["05012345678", "05012349999"]), ("05012345", ["05012345678"]), ("10", ["1001"]),
            ("012", ["0120"]), ("0", ["0120", "0312345678", "05012345678", "05012349999"]), ("9", []),
            ("+8150", ["+815012345678", "+815012349999"]), ("+1", ["+12125550100"]),
            ("", ["+12125550100", "0312345678", "05012345678", "05012349999", "0120", "1001"]),
        ] as [(String, [String])])
    func numbers(prefix: String, expected: [String]) throws {
        #expect(try reader().numbers(prefix) == expected)
    }

    @Test("no more are offered than a person can look at")
    func limits() throws {
        try control.write { transaction in
            for index in 10_000..<10_200 { try transaction.addNumber(PhoneNumber("05077\(index)0"), createdAt: 1) }
        }
        #expect(try reader().numbers("05077").count == CompletionReader.limit)
        #expect(try reader().numbers("").count == CompletionReader.limit)
    }

    @Test("contracts are offered in either case, and saved destinations by their number")
    func others() throws {
        #expect(try reader().contracts("c-").contains("C-1"))
        #expect(try reader().companies("").count > 0)
        let alice = try PhoneNumber("05012345678")
        try control.write { transaction in
            try transaction.save(
                SavedDestination(slot: 2, destination: .number(PhoneNumber("0312345678")), typed: "03", savedAt: 1),
                of: alice)
        }
        #expect(try reader().destinations(of: alice) == ["0312345678"])
    }

    @Test("every look is one into an index, so that a million numbers take no longer")
    func indexed() throws {
        for query in ["SELECT canonical AS name FROM number", "SELECT name FROM company"] {
            let plan = try control.read { snapshot in
                try Row.fetchAll(
                    snapshot.db,
                    sql: "EXPLAIN QUERY PLAN \(query) WHERE name >= 'a' AND name < 'b' ORDER BY name LIMIT 50"
                ).map { $0["detail"] as String }.joined(separator: "; ")
            }
            #expect(plan.contains("SEARCH") && !plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "\(plan)")
        }
    }
}
