import Foundation
import Testing

@testable import Tsunagi

@Suite struct HistoryCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for arguments in [
            ["number", "add", "1001"], ["block", "add", "1001", "0901111222"], ["company", "add", "Alpha"],
            ["contract", "add", "C-1", "--kind", "smart-pbx", "--company", "Alpha"],
        ] {
            #expect(try tsunagi.run(arguments: arguments).exitCode == 0, "\(arguments)")
        }
    }

    @Test("changes are shown for a number, a company, a contract, and for everything")
    func shows() throws {
        try prepare()
        #expect(try tsunagi.run("history", "1001", "--json").list.count == 2)
        #expect(try tsunagi.run("history", "show", "--company", "Alpha", "--json").list.count == 1)
        #expect(try tsunagi.run("history", "show", "--contract", "c-1", "--json").list.count == 1)
        #expect(try tsunagi.run("history", "--json").list.compactMap { $0["id"] as? Int } == [4, 3, 2, 1])
        #expect(try tsunagi.run("history", "show", "--contract", "C-2").exitCode == 1)
        #expect(try tsunagi.run("history", "show", "1001", "--company", "Alpha").exitCode == 64)
    }

    @Test("changes are shown of a time, a day to its end, and as many as are asked for, however many pages that takes")
    func times() throws {
        try prepare()
        func ids(_ arguments: String...) throws -> [Int] {
            let result = try tsunagi.run(arguments: ["history", "--json"] + arguments)
            #expect(result.exitCode == 0, "\(result.errors)")
            return result.list.compactMap { $0["id"] as? Int }
        }
        #expect(try ids("--since", "2020-01-01").count == 4)
        #expect(try ids("--since", "2098-12-28T09:00").isEmpty)
        #expect(try ids("--since", "2020-01-01", "--until", "2098-12-28", "--limit", "3") == [4, 3, 2])
        #expect(try ids("--until", "2020-01-01T09:00").isEmpty)
        #expect(try ids("1001", "--until", "2020-01-01").isEmpty)
        #expect(try ids("--contract", "C-1", "--since", "2098-01-01").isEmpty)
        #expect(try tsunagi.run("history", "--until", "2020-01-01").output == "Nothing was changed then.\n")
        let lines = (0..<2_345).map { "\(10_000 + $0)\n" }.joined()
        #expect(try tsunagi.run("number", "import", "-", input: "number\n" + lines).exitCode == 0)
        #expect(try ids("--limit", "2100") == Array((250...2_349).reversed()))
        #expect(try ids("--limit", "9999999").count == 2_349)
        #expect(try ids().count == 50)
    }

    @Test("changes are shown for an account, with its name beside its id")
    func accounts() throws {
        try prepare()
        let added = try tsunagi.run(
            "user", "add", "taro@example.co.jp", "--company", "Alpha", "--name", "Taro", "--telephone", "03-1234-5678")
        #expect(added.exitCode == 0)
        #expect(try tsunagi.run("user", "edit", "taro@example.co.jp", "--title", "Head").exitCode == 0)
        let list = try tsunagi.run("history", "--user", "TARO@example.co.jp", "--json").list
        #expect(list.compactMap { $0["action"] as? String } == ["user edit", "user add"])
        #expect(list.allSatisfy { $0["name"] as? String == "taro@example.co.jp" && $0["key"] as? String != nil })
        #expect((list.first?["before"] as? [String: Any])?["title"] as? String == "")
        #expect(try tsunagi.run("history", "--login", "ghost01").exitCode == 1)
        #expect(try tsunagi.run("history", "--admin", "admin1", "--login", "tokyo01").exitCode == 64)
    }

    @Test("a change of a block list tells who came and who went; as JSON it tells all of it before and after")
    func blockList() throws {
        try prepare()
        #expect(try tsunagi.run("block", "add", "1001", "09011112222").exitCode == 0)
        #expect(try tsunagi.run("block", "remove", "1001", "0901111222").exitCode == 0)
        let lines = try tsunagi.run("history", "1001").output.split(separator: "\n").filter { $0.contains("callers") }
        #expect(
            lines == [
                "    callers: removed 0901111222", "    callers: added 09011112222", "    callers: added 0901111222",
            ])
        let removal = try #require(try tsunagi.run("history", "1001", "--json").list.first)
        func callers(_ side: String) -> [[String: Any]] {
            (removal[side] as? [String: Any])?["callers"] as? [[String: Any]] ?? []
        }
        #expect(callers("before").compactMap { $0["caller"] as? String } == ["0901111222", "09011112222"])
        #expect(callers("after").compactMap { $0["blockedAt"] as? String }.count == 1)
    }

    @Test("times of a change are told on the clock of the data directory, within what was before and after too")
    func localTimes() throws {
        #expect(try tsunagi.run("settings", "time-zone", "America/New_York").exitCode == 0)
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        let text = try tsunagi.run("history", "1001").output
        let time = #/createdAt: (\d{4}-\d\d-\d\d \d\d):\d\d:\d\d[,}]/#
        let shown = try #require(text.firstMatch(of: time), "\(text)").1
        let entry = try #require(try tsunagi.run("history", "1001", "--json").list.first)
        let stored = try #require((entry["after"] as? [String: Any])?["createdAt"] as? String)
        let moment = try #require(try? Date(stored, strategy: .iso8601))
        #expect(LocalTime.text(moment, in: try #require(TimeZone(identifier: "America/New_York"))).hasPrefix(shown))
        #expect(!text.contains(#/\dZ/#))
    }

    @Test("a change is undone by its id, and one that a later change stands on is not")
    func undoes() throws {
        try prepare()
        let refused = try tsunagi.run("history", "undo", "1")
        #expect(refused.exitCode == 1 && refused.errors.contains("the later change 2 of the same (block add"))
        #expect(try tsunagi.run("history", "undo", "2", "--json").object["action"] as? String == "block undo")
        #expect(try tsunagi.run("block", "list", "1001").output == "1001 blocks no callers\n")
        #expect(try tsunagi.run("history", "undo", "99").exitCode == 1)
        #expect(try tsunagi.run("history", "undo", "last").exitCode == 64)
    }

    @Test("verify counts what is as it was written, and exits 1 with the first entry that is not")
    func verifies() throws {
        try prepare()
        #expect(try tsunagi.run("history", "verify", "--json").object["entries"] as? Int == 4)
        let tool = Process()
        tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tool.arguments = [
            "sqlite3", tsunagi.dataDirectory + "/control.db",
            "DROP TRIGGER history_is_kept; DELETE FROM history WHERE id = 4",
        ]
        try tool.run()
        tool.waitUntilExit()
        let result = try tsunagi.run("history", "verify")
        #expect(result.exitCode == 1 && result.errors.contains("entry 4 of the history was removed"))
    }
}
