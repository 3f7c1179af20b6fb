import Foundation
import Testing

@Suite struct ImportCommandTests {
    let tsunagi = TsunagiProcess()

    private let table = """
        IP電話番号,番号種別,呼出時間,無条件転送,話中転送,無応答転送,不通時転送,番号非通知拒否\r
        ０５０－１２３４－５６７８,,２０,,03-1234-5678,留守番電話,,非通知 公衆電話\r
        1001,,,,,,,\r

        """

    @Test("a table is previewed, taken up, and a second time there is nothing to change")
    func takesUp() throws {
        let file = FileFixture("\u{FEFF}" + table)
        let preview = try tsunagi.run("number", "import", file.path, "--preview")
        #expect(preview.exitCode == 0, "\(preview.errors)")
        #expect(preview.output.contains("    busy: none → 0312345678\n"), "\(preview.output)")
        #expect(preview.output.hasSuffix("numbers would be: 2 added; nothing was changed\n"))
        #expect(preview.errors.isEmpty)
        #expect(try tsunagi.run("number", "list", "--json").list.isEmpty)
        #expect(try tsunagi.run("number", "import", file.path).output == "\(file.path): numbers: 2 added\n")
        #expect(try tsunagi.run("anonymous", "show", "05012345678").output.contains("payphone"))
        let again = try tsunagi.run("number", "import", "-", "--json", input: table)
        #expect(again.object["unchanged"] as? Int == 2 && again.object["changeCount"] as? Int == 0)
        #expect(try tsunagi.run("history", "verify").exitCode == 0)
    }

    @Test("what is exported in any encoding and language is taken up again without a change", arguments: ["en", "ja"])
    func roundTrip(language: String) throws {
        _ = try tsunagi.run("number", "import", "-", input: table)
        _ = try tsunagi.run("settings", "forbidden-destinations", "--none")
        _ = try tsunagi.run("forward", "set", "1001", "--when", "always", "--to", "+1 212 555 0100")
        for encoding in ["utf-8", "utf-8-bom", "shift_jis"] {
            let file = FileFixture("")
            for noun in ["number", "destination"] {
                let export = try tsunagi.run(
                    noun, "export", file.path, "--overwrite", "--encoding", encoding, "--language", language)
                #expect(export.output == "\(file.path): 2 numbers\n", "\(export.errors)")
                let back = try tsunagi.run(noun, "import", file.path, "--encoding", encoding, "--json")
                #expect(back.object["unchanged"] as? Int == 2, "\(back.output)")
            }
        }
        let text = try tsunagi.run("destination", "export").output
        #expect(try tsunagi.run("destination", "export", "-").output == text)
        #expect(text.contains("\r\n1001,'+1 212 555 0100,,,,\r\n"), "\(text)")
    }

    @Test("schedules are exported, taken up where nothing was, and stay where the table has no columns for them")
    func schedules() throws {
        _ = try tsunagi.run("number", "import", "-", input: table)
        for command in [
            ["forward", "set", "05012345678", "--when", "busy", "--to", "voicemail", "--hours", "18:00-09:00"]
                + ["--days", "mon-fri,holidays", "--ends", "2098-12-28T09:00:00+09:00"],
            ["anonymous", "reject", "05012345678", "--days", "sat,sun"],
        ] {
            let result = try tsunagi.run(arguments: command)
            #expect(result.exitCode == 0, "\(result.errors)")
        }
        let whole = try tsunagi.run("number", "export").output
        let fields = [",18:00-09:00,\"mon-fri,holidays\",2098-12-28T09:00:00+09:00,", ",\"sat,sun\",\r\n"]
        for field in fields { #expect(whole.contains(field), "\(whole)") }
        let back = try tsunagi.run("number", "import", "-", "--json", input: whole)
        #expect(back.object["unchanged"] as? Int == 2 && back.object["changeCount"] as? Int == 0, "\(back.errors)")
        // The table that it was made of has no schedules, and leaves them.
        _ = try tsunagi.run("number", "import", "-", input: table)
        #expect(try tsunagi.run("forward", "show", "05012345678").output.contains("18:00-09:00"))
        let other = TsunagiProcess()
        #expect(try other.run("number", "import", "-", input: whole).exitCode == 0)
        #expect(try other.run("number", "export").output == whole)
        let cleared = whole.replacing("18:00-09:00,\"mon-fri,holidays\",2098-12-28T09:00:00+09:00", with: ",,")
        #expect(try other.run("number", "import", "-", input: cleared).exitCode == 0)
        #expect(try other.run("number", "export").output == cleared)
    }

    @Test("a schedule that can't be read, has no rule, or stands without the others is refused in its column")
    func refusedSchedules() throws {
        func refusal(_ row: String) throws -> String {
            let parts = ["always", "busy", "no-answer", "unreachable"]
            let columns = parts + parts.flatMap { part in ["hours", "days", "ends"].map { "\(part)-\($0)" } }
            let heading = (["number"] + columns).joined(separator: ",")
            return try tsunagi.run("number", "import", "-", input: heading + "\n05012345678,\(row)\n").errors
        }
        #expect(try refusal("0312345678,,,,9-18").contains("always-hours: \"9-18\" are no hours"))
        #expect(try refusal("0312345678,,,,,fry").contains("always-days: \"fry\""))
        #expect(try refusal("0312345678,,,,,,tomorrow").contains("always-ends: \"tomorrow\" is no time"))
        #expect(try refusal(",,,,09:00-18:00").contains("always-hours: there is nothing in always"))
        let partial = try tsunagi.run("number", "import", "-", input: "number,busy-hours\n1001,09:00-18:00\n")
        #expect(partial.errors.contains("does not name always, busy,"), "\(partial.errors)")
    }

    @Test("an apostrophe before a number keeps its zero and is no part of it; a letter among its digits is refused")
    func apostrophes() throws {
        let heading = "number,destination-1,destination-2,destination-3,destination-4,destination-5\n"
        let taken = try tsunagi.run(
            "number", "import", "-", input: heading + "'05099990001,'0312345678,,,,\nalice,,,,,\n")
        #expect(taken.exitCode == 0, "\(taken.errors)")
        #expect(
            try tsunagi.run("number", "list", "--json").list.map { $0["number"] as? String } == [
                "05099990001", "alice",
            ])
        #expect(try tsunagi.run("destination", "list", "05099990001").output.contains("0312345678"))
        let refused = try tsunagi.run(
            "number", "import", "-", input: "number\n05099990002\nO5012345679\n050X1234567\n")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("line 3, number: \"O5012345679\" looks like a telephone number"))
        #expect(refused.errors.contains("line 4, number: \"050X1234567\" looks like a telephone number"))
        #expect(try tsunagi.run("number", "list", "--json").list.count == 2)
    }

    @Test("a folder in the place of a table is told as one")
    func folder() throws {
        let result = try tsunagi.run("number", "import", FileManager.default.temporaryDirectory.path)
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("is a directory: give a file in it"), "\(result.errors)")
        #expect(!result.errors.contains("Error Domain"))
    }

    @Test("login IDs are exported and taken up again")
    func logins() throws {
        _ = try tsunagi.run("company", "add", "例")
        _ = try tsunagi.run("contract", "add", "C-1001", "--company", "例", "--kind", "dotphone-office")
        _ = try tsunagi.run("number", "add", "05012345678", "--contract", "C-1001")
        let table = "ログインID,契約番号,利用者番号,SMS認証番号\r\ntokyo01,c-1001,050-1234-5678,09012345678\r\n"
        let result = try tsunagi.run("login", "import", "-", input: table)
        #expect(result.output == "standard input: login IDs: 1 added\n", "\(result.errors)")
        #expect(try tsunagi.run("login", "import", "-", input: "ログインID,言語\r\ntokyo01,英語\r\n").exitCode == 0)
        for scope in [["--contract", "C-1001"], ["--company", "例"], []] {
            let export = try tsunagi.run(arguments: ["login", "export"] + scope)
            #expect(
                export.output
                    == "login-id,contract,numbers,sms-number,language\r\n"
                    + "tokyo01,C-1001,05012345678,09012345678,en\r\n")
            let back = try tsunagi.run("login", "import", "-", "--json", input: export.output)
            #expect(back.object["unchanged"] as? Int == 1 && back.object["changeCount"] as? Int == 0)
        }
        let lost = try tsunagi.run("login", "import", "-", input: "login-id,sms-number\ntokyo01,9012345678\n")
        #expect(lost.exitCode == 1 && lost.errors.contains("has lost its leading 0"), "\(lost.errors)")
    }

    @Test("each refused row is told with its line, its column and the reason, and nothing is changed")
    func refuses() throws {
        let bad = "number,ring-seconds\n1001,10\n05012345678,99\n5012345678,\n\"x\"y,\n1001,\n1002,5,6\n"
        let result = try tsunagi.run("number", "import", "-", "--json", input: bad)
        #expect(result.exitCode == 1)
        let refused = result.object["refused"] as? [[String: Any]] ?? []
        #expect(refused.map { $0["line"] as? Int } == [3, 4, 5, 6, 7])
        #expect(refused.first?["column"] as? String == "ring-seconds")
        #expect(result.errors.contains("standard input, line 3, ring-seconds: a phone can ring for 5 to 30 seconds"))
        #expect(result.errors.contains("tsunagi: standard input: 5 of 6 rows are refused, so nothing was changed"))
        #expect(try tsunagi.run("number", "list", "--json").list.isEmpty)
    }

    @Test(
        "a file that is no table is refused with the reason",
        arguments: [
            ("", "is empty"), ("telephone\n1001\n", "there is no column \"telephone\""),
            ("number,Number\n", "is there twice"), ("ring-seconds\n10\n", "does not name number"),
            ("number,busy\n", "does not name always, no-answer, unreachable"),
            ("number,リスト1\n", "destination-2, destination-3"), ("\"number\n", "has no end"),
        ])
    func headings(text: String, reason: String) throws {
        let result = try tsunagi.run("number", "import", "-", input: text)
        #expect(result.exitCode == 1)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test("a file in another encoding than the one that is given is refused with a remedy")
    func encodings() throws {
        let file = FileFixture("")
        try #require(table.data(using: .shiftJIS)).write(to: URL(fileURLWithPath: file.path))
        let asUTF8 = try tsunagi.run("number", "import", file.path)
        #expect(asUTF8.exitCode == 1 && asUTF8.errors.contains("--encoding shift_jis"), "\(asUTF8.errors)")
        #expect(try tsunagi.run("number", "import", file.path, "--encoding", "shift_jis").exitCode == 0)
        try #require(table.data(using: .utf16)).write(to: URL(fileURLWithPath: file.path))
        #expect(try tsunagi.run("number", "import", file.path).errors.contains("UTF-16"))
        #expect(try tsunagi.run("number", "import", "/nonexistent").errors.contains("no such file"))
    }
}
