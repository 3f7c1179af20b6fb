import Foundation
import Testing

@Suite struct ManyNumbersCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for arguments in [
            ["company", "add", "Alpha"], ["contract", "add", "Y1", "--kind", "ip-voice", "--company", "Alpha"],
            ["option", "add", "forwarding", "--contract", "Y1"], ["site", "add", "Y1", "TOKYO", "--name", "Tokyo"],
            ["contract", "voice", "add", "N1", "--contract", "Y1", "--site", "TOKYO"],
            ["number", "add", "05012345678", "--voice-contract", "N1"],
            ["number", "add", "05012345679", "--voice-contract", "N1", "--kind", "direct-dial"],
            ["number", "add", "1001"], ["forward", "set", "05012345678", "--when", "busy", "--to", "1001"],
        ] {
            let result = try tsunagi.run(arguments: arguments)
            #expect(result.exitCode == 0, "\(arguments): \(result.errors)")
        }
    }

    private func explain(at time: String) throws -> String {
        try tsunagi.run("explain", "--from", "0901111222", "--to", "05012345678", "--at", time).output
    }

    @Test("the office loses its line: a look before, one command, and back again")
    func emergency() throws {
        try prepare()
        let set = ["forward", "set", "--site", "TOKYO", "--to", "1001", "--until", "2098-12-28T09:00"]
        let preview = try tsunagi.run(arguments: set + ["--preview"])
        #expect(preview.exitCode == 0)
        #expect(
            preview.output.contains(
                "05012345678       always → 1001 until 2098-12-28 09:00, busy → 1001 (resting)  (was: busy → 1001)"))
        #expect(preview.output.hasSuffix("2 would change: only a preview\n"), "\(preview.output)")
        #expect(try tsunagi.run("forward", "list").output == "05012345678       busy → 1001\n")

        let done = try tsunagi.run(arguments: set)
        #expect(done.exitCode == 0)
        #expect(done.output.hasSuffix("2 changed: operation 1 (\"tsunagi forward restore 1\" takes it back)\n"))
        let show = try tsunagi.run("forward", "show", "05012345678").output
        #expect(show.contains("  always       → 1001  temporarily, until 2098-12-28 09:00\n"), "\(show)")
        #expect(show.contains("  busy         → 1001  (resting)\n"))
        #expect(try tsunagi.run("forward", "list", "--json").list.count == 2)
        #expect(
            try explain(at: "2098-12-28T08:59").contains(
                "temporary forwarding until 2098-12-28 09:00 lies over the rule always of 05012345678: to 1001"))
        #expect(try explain(at: "2098-12-28T09:00").contains("no phone is registered for 05012345678"))
        let operations = try tsunagi.run("forward", "operations").output
        #expect(
            operations.contains("always → 1001 until 2098-12-28 09:00  site TOKYO  (2 numbers, in force for 2, by "))
        #expect(try tsunagi.run("forward", "operations", "1", "--json").list.count == 2)

        let restored = try tsunagi.run("forward", "restore", "--site", "TOKYO")
        #expect(restored.exitCode == 0, "\(restored.errors)")
        #expect(restored.output.contains("2 changed: operation 2"))
        #expect(try tsunagi.run("forward", "list").output == "05012345678       busy → 1001\n")
        #expect(try tsunagi.run("history", "verify").exitCode == 0)
    }

    @Test("numbers of a file: the refused are listed with their reasons, and nothing is done unless they are skipped")
    func file() throws {
        try prepare()
        let file = FileFixture("05012345678,Tokyo\n# the boss\n\n1001\n05099999999\n")
        let set = ["forward", "set", "--numbers", file.path, "--when", "no-answer", "--to", "1001"]
        let refused = try tsunagi.run(arguments: set)
        #expect(refused.exitCode == 1)
        #expect(refused.output.contains("05099999999       refused: 05099999999 is not one of our numbers"))
        #expect(refused.output.contains("1001              refused: 1001 can't forward to itself"))
        #expect(refused.errors.contains("2 of 3 numbers are refused: nothing was changed"), "\(refused.errors)")
        #expect(try tsunagi.run("forward", "show", "05012345678").output.contains("no-answer") == false)
        let skipped = try tsunagi.run(arguments: set + ["--skip-refused", "--json"])
        #expect(skipped.exitCode == 0)
        #expect(skipped.object["isDone"] as? Bool == true)
        #expect((skipped.object["changed"] as? [[String: Any]])?.count == 1)
        #expect((skipped.object["refused"] as? [[String: Any]])?.count == 2)
        #expect(
            try tsunagi.run("forward", "set", "--numbers", "/nonexistent", "--to", "1001", "--until", "2h").exitCode
                == 1)
    }

    @Test("restore leaves what was changed since, and tells which")
    func restore() throws {
        try prepare()
        let set = ["forward", "set", "--contract", "N1", "--when", "unreachable", "--to", "1001"]
        #expect(try tsunagi.run(arguments: set).exitCode == 0)
        #expect(try tsunagi.run("forward", "off", "05012345679").exitCode == 0)
        let preview = try tsunagi.run("forward", "restore", "1", "--preview")
        #expect(preview.output.contains("1 would change, 1 left as they are, see above: only a preview"))
        let restored = try tsunagi.run("forward", "restore")
        #expect(restored.exitCode == 0)
        #expect(restored.output.contains("05012345679       left as it is: the later change"), "\(restored.output)")
        #expect(try tsunagi.run("forward", "list").output == "05012345678       busy → 1001\n")
        let nothing = try tsunagi.run("forward", "restore", "1")
        #expect(nothing.exitCode == 1)
        #expect(nothing.errors.contains("nothing was put back"))
    }

    @Test("who asks for an operation that is not there or was put back already is told what is the matter")
    func nothingToRestore() throws {
        try prepare()
        let missing = try tsunagi.run("forward", "restore", "1001")
        #expect(missing.exitCode == 1)
        #expect(missing.errors.contains("there is no operation 1001, see \"tsunagi forward operations\""))
        #expect(missing.errors.contains("tsunagi forward restore --number 1001"))
        #expect(try tsunagi.run("forward", "set", "--site", "TOKYO", "--to", "1001", "--until", "2h").exitCode == 0)
        #expect(try tsunagi.run("forward", "restore", "1").exitCode == 0)
        let again = try tsunagi.run("forward", "restore", "1")
        #expect(again.output == "nothing to put back: all 2 numbers are as before, so it was put back already\n")
        let same = ["forward", "set", "--site", "TOKYO", "--when", "busy", "--to", "1001"]
        #expect(try tsunagi.run(arguments: same).exitCode == 0)
        #expect(try tsunagi.run(arguments: same).output == "0 changed, 2 stay as they are\n")
    }

    @Test("lists are of a site or a company as well; one that is not there is no empty list")
    func lists() throws {
        try prepare()
        #expect(try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "0312345678").exitCode == 0)
        func numbers(_ arguments: String...) throws -> [String] {
            try tsunagi.run(arguments: arguments + ["--json"]).list.compactMap { $0["number"] as? String }
        }
        #expect(try numbers("forward", "list") == ["05012345678", "1001"])
        for place in [
            ["--site", "tokyo"], ["--company", "Alpha"], ["--contract", "Y1"], ["--voice-contract", "N1"],
        ] {
            #expect(try numbers("forward", "list", place[0], place[1]) == ["05012345678"])
            #expect(try numbers("number", "list", place[0], place[1]) == ["05012345678", "05012345679"])
        }
        for noun in ["number", "forward"] {
            let unknown = try tsunagi.run(noun, "list", "--site", "OSAKA")
            #expect(unknown.exitCode == 1 && unknown.errors.contains("there is no site OSAKA"), "\(unknown.errors)")
        }
        #expect(try tsunagi.run("company", "add", "Beta").exitCode == 0)
        #expect(try tsunagi.run("number", "list", "--company", "Beta", "--site", "TOKYO").exitCode == 1)
        #expect(try tsunagi.run("forward", "off", "05012345678").exitCode == 0)
        let none = try tsunagi.run("forward", "list", "--site", "TOKYO")
        #expect(none.exitCode == 0 && none.output == "None of these numbers forwards its calls.\n")
    }

    @Test("one number, for a time, with a text that is quickly typed")
    func single() throws {
        try prepare()
        let set = try tsunagi.run("forward", "set", "05012345678", "--to", "1001", "--until", "2h", "--json")
        #expect(set.exitCode == 0, "\(set.errors)")
        #expect((set.object["temporary"] as? [[String: Any]])?.first?["when"] as? String == "always")
        #expect(try tsunagi.run("forward", "off", "05012345678", "--until", "23:59").exitCode == 0)
        #expect(
            try tsunagi.run("forward", "show", "05012345678").output.contains("  all          off  temporarily, until ")
        )
        #expect(try tsunagi.run("history", "05012345678", "--limit", "1").output.contains("always off until "))
        #expect(try tsunagi.run("forward", "restore", "05012345678").exitCode == 0)
        #expect(try tsunagi.run("forward", "show", "05012345678").output.contains("temporarily") == false)
    }

    @Test(
        "wrong usage exits 64",
        arguments: [
            ["set", "--to", "1001", "--when", "busy"], ["set", "1001", "--to", "05012345678"],
            ["set", "1001", "--site", "TOKYO", "--to", "1", "--when", "busy"],
            ["set", "1001", "--to", "1", "--until", "soon"],
            ["set", "1001", "--to", "1", "--until", "2h", "--ring", "9"],
            ["set", "1001", "--to", "1", "--until", "2h", "--days", "mon"],
            ["set", "1001", "--to", "1", "--until", "2h", "--preview"],
            ["set", "--contract", "Y1", "--numbers", "f", "--to", "1", "--until", "2h"], ["off", "--preview"],
            ["restore", "7", "--site", "TOKYO"], ["set", "1001", "--to", "1", "--until", "0h"],
        ])
    func wrongUsage(arguments: [String]) throws {
        #expect(try tsunagi.run(arguments: ["forward"] + arguments).exitCode == 64)
    }
}
