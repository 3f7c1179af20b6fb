import Foundation
import Testing

@Suite struct AccountCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for arguments in [
            ["company", "add", "Alpha"], ["contract", "add", "C-1", "--kind", "dotphone-office", "--company", "Alpha"],
            ["option", "add", "forwarding", "--contract", "C-1"],
            ["number", "add", "05011111111", "--contract", "C-1", "--kind", "direct-dial"],
            ["number", "add", "05022222222", "--contract", "C-1", "--kind", "multiple"],
            [
                "user", "add", "hanako@example.co.jp", "--company", "Alpha", "--name", "Hanako", "--telephone",
                "03-1234-5678", "--role", "administrator",
            ],
            [
                "user", "add", "taro@example.co.jp", "--company", "Alpha", "--name", "Taro", "--telephone",
                "03-1234-5679", "--second-factor", "mail", "--language", "en", "--no-notifications",
            ],
            ["group", "add", "Sales", "--company", "Alpha"],
            ["admin", "add", "admin1", "--contract", "C-1"],
            ["login", "add", "tokyo01", "05011111111", "--contract", "C-1"],
        ] {
            let result = try tsunagi.run(arguments: arguments)
            #expect(result.exitCode == 0, "\(arguments): \(result.errors)")
        }
    }

    @Test("portal users are added, searched, changed and suspended")
    func users() throws {
        try prepare()
        let list = try tsunagi.run("user", "list", "--search", "TARO", "--json").list
        #expect(list.count == 1 && list.first?["status"] as? String == "invited")
        #expect(list.first?["language"] as? String == "en" && list.first?["wantsNotifications"] as? Bool == false)
        let page = try tsunagi.run("user", "list", "--page-size", "1", "--page", "2")
        #expect(page.output.contains("taro@example.co.jp") && page.errors.contains("page 2 of 2, 2 users"))
        let edited = try tsunagi.run(
            "user", "edit", "taro@example.co.jp", "--group", "Sales", "--title", "Head", "--json")
        #expect(edited.object["groups"] as? [String] == ["Sales"] && edited.object["language"] as? String == "en")
        #expect(
            try tsunagi.run("user", "edit", "taro@example.co.jp", "--no-groups", "--json").object["groups"]
                as? [String] == [])
        #expect(try tsunagi.run("user", "suspend", "taro@example.co.jp").output.contains("suspended"))
        #expect(try tsunagi.run("user", "resume", "taro@example.co.jp").output.contains("invited"))
        #expect(try tsunagi.run("user", "show", "taro@example.co.jp").output.contains("Head"))
        let refused = try tsunagi.run("user", "remove", "hanako@example.co.jp")
        #expect(refused.exitCode == 1 && refused.errors.contains("last portal administrator"))
        #expect(try tsunagi.run("user", "reset-totp", "taro@example.co.jp").exitCode == 1)
        #expect(try tsunagi.run("user", "remove", "taro@example.co.jp").output == "removed taro@example.co.jp\n")
        #expect(try tsunagi.run("history", "undo", try lastChange()).exitCode == 0)
        #expect(try tsunagi.run("user", "list", "--page", "2").exitCode == 64)
    }

    @Test("what others have typed neither looks like lines of ours nor is obeyed, and as JSON it is as it is")
    func showsForeignText() throws {
        try prepare()
        let comment = "x\n  role           administrator\u{202E}"
        #expect(try tsunagi.run("user", "edit", "taro@example.co.jp", "--comment", comment).exitCode == 0)
        let written = #"x\n  role           administrator\u{202E}"#
        let lines = try tsunagi.run("user", "show", "taro@example.co.jp").output.split(separator: "\n")
        #expect(lines.contains { $0.hasSuffix(written) })
        #expect(lines.filter { $0.hasPrefix("  role ") }.count == 1)
        let history = try tsunagi.run("history", "--user", "taro@example.co.jp").output
        #expect(history.contains("    comment: \(written)  (was )"))
        let object = try tsunagi.run("user", "show", "taro@example.co.jp", "--json").object
        #expect(object["comment"] as? String == comment)
    }

    private func lastChange() throws -> String {
        let id = try #require(try tsunagi.run("history", "--limit", "1", "--json").list.first?["id"] as? Int)
        return String(id)
    }

    @Test("groups are given contracts and members")
    func groups() throws {
        try prepare()
        let contracts = try tsunagi.run("group", "contracts", "Sales", "C-1", "--company", "Alpha", "--json").object
        #expect(contracts["contracts"] as? [String] == ["C-1"])
        #expect(
            try tsunagi.run("group", "members", "Sales", "taro@example.co.jp", "--company", "Alpha").output
                .contains("taro@example.co.jp"))
        #expect(try tsunagi.run("group", "rename", "Sales", "Support", "--company", "Alpha").exitCode == 0)
        #expect(try tsunagi.run("group", "list", "--json").list.first?["group"] as? String == "Support")
        #expect(try tsunagi.run("group", "show", "Support", "--company", "Alpha").output.contains("C-1"))
        #expect(try tsunagi.run("group", "remove", "Support", "--company", "Alpha").exitCode == 0)
        #expect(try tsunagi.run("group", "remove", "Support", "--company", "Alpha").exitCode == 1)
    }

    @Test("administrator IDs and login IDs get passwords and SMS numbers, and are listed with them")
    func logins() throws {
        try prepare()
        let issued = try tsunagi.run("login", "password", "tokyo01")
        let password = issued.output.trimmingCharacters(in: .newlines)
        #expect(password.count == 12 && issued.errors.contains("only once"))
        #expect(try tsunagi.run("admin", "password", "admin1", "--json").object["password"] is String)
        #expect(try !tsunagi.run("history", "--json").output.contains(password))
        let history = try tsunagi.run("history").output
        for line in ["login password  tokyo01  by", "admin add  admin1  by", "user add  taro@example.co.jp  by"] {
            #expect(history.contains(line), "\(history)")
        }
        let wrong = try tsunagi.run(
            "admin", "sms", "--contract", "C-1", "--administrator", "09012345678", "tokyo01=0901111222")
        #expect(wrong.exitCode == 1 && wrong.errors.contains("this one has 10: correct these"), "\(wrong.errors)")
        #expect(try tsunagi.run("admin", "show", "admin1").output.contains("no SMS number"))
        let set = try tsunagi.run(
            "admin", "sms", "--contract", "C-1", "--administrator", "09012345678", "tokyo01=09011112222", "--json")
        #expect(set.list.compactMap { $0["smsNumber"] as? String } == ["09012345678", "09011112222"])
        let line = try tsunagi.run("login", "list", "--contract", "C-1").output
        #expect(line.contains("05011111111 (forwarding)") && line.contains("has a password to be changed"))
        let multiple = try tsunagi.run("login", "assign", "tokyo01", "05022222222")
        #expect(multiple.exitCode == 1 && multiple.errors.contains("050複数番号"))
        #expect(try tsunagi.run("login", "unlock", "tokyo01").output == "tokyo01 is not locked\n")
        #expect(try tsunagi.run("admin", "unlock", "admin1").exitCode == 0)
        #expect(try tsunagi.run("user", "unlock", "taro@example.co.jp").exitCode == 0)
        #expect(try tsunagi.run("login", "show", "tokyo01", "--json").object["numbers"] as? [String] == ["05011111111"])
        #expect(try tsunagi.run("admin", "list", "--json").list.count == 1)
        #expect(try tsunagi.run("admin", "edit", "admin1", "--language", "en").output.hasSuffix(", in English\n"))
        let edited = try tsunagi.run("login", "edit", "tokyo01", "--language", "en", "--json").object
        #expect(edited["language"] as? String == "en")
        #expect(try tsunagi.run("login", "edit", "tokyo01", "--no-language", "--json").object["language"] == nil)
        #expect(try tsunagi.run("login", "edit", "tokyo01").exitCode == 64)
        #expect(try tsunagi.run("login", "edit", "tokyo01", "--language", "fr").exitCode == 64)
        #expect(try tsunagi.run("admin", "sms", "--contract", "C-1").exitCode == 64)
        #expect(try tsunagi.run("login", "remove", "tokyo01").output == "removed tokyo01\n")
        #expect(try tsunagi.run("admin", "remove", "admin1").output == "removed admin1\n")
    }
}
