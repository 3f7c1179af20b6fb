import Foundation
import Testing

@Suite struct ContractCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for arguments in [
            ["company", "add", "Alpha"], ["contract", "add", "y1", "--kind", "ip-voice", "--company", "Alpha"],
            ["contract", "add", "C-1", "--kind", "dotphone-office", "--company", "Alpha"],
            ["site", "add", "Y1", "TOKYO", "--name", "Tokyo"],
            ["contract", "voice", "add", "N1", "--contract", "Y1", "--site", "TOKYO"],
            ["number", "add", "05012345678", "--voice-contract", "N1"], ["number", "add", "1001"],
        ] {
            let result = try tsunagi.run(arguments: arguments)
            #expect(result.exitCode == 0, "\(arguments): \(result.errors)")
        }
    }

    @Test("a contract is opened, shown with its sites, and closed")
    func contracts() throws {
        try prepare()
        let opened = try tsunagi.run("contract", "open", "Y1", "--on", "2026-12-01", "--json")
        #expect(opened.object["openedOn"] as? String == "2026-12-01")
        let shown = try tsunagi.run("contract", "show", "Y1", "--json").object
        #expect((shown["sites"] as? [[String: Any]])?.first?["voiceContracts"] as? [String] == ["N1"])
        #expect(try tsunagi.run("contract", "show", "Y1").output.contains("opened on 2026-12-01"))
        #expect(try tsunagi.run("contract", "close", "Y1").output.contains("not opened"))
        #expect(try tsunagi.run("contract", "list", "--company", "Alpha", "--json").list.count == 2)
        #expect(try tsunagi.run("contract", "kinds", "--json").list.count == 3)
        #expect(try tsunagi.run("company", "show", "Alpha", "--json").object["contracts"] != nil)
        #expect(try tsunagi.run("site", "list", "Y1").output.contains("representative"))
    }

    @Test("an option decides what can be switched on, for a contract and for one number")
    func options() throws {
        try prepare()
        let set = ["forward", "set", "05012345678", "--when", "busy", "--to", "1001"]
        let refused = try tsunagi.run(arguments: set)
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("tsunagi option add forwarding --contract Y1"), "\(refused.errors)")
        #expect(try tsunagi.run("option", "add", "forwarding", "--contract", "Y1").output == "Y1: forwarding\n")
        #expect(try tsunagi.run(arguments: set).exitCode == 0)
        #expect(try tsunagi.run("option", "remove", "forwarding", "--number", "05012345678").exitCode == 0)
        #expect(try tsunagi.run("forward", "show", "05012345678").output.contains("(needs the option forwarding)"))
        #expect(try tsunagi.run("forward", "list").output.contains("busy → 1001 (needs the option forwarding)"))
        #expect(try tsunagi.run("forward", "off", "05012345678").exitCode == 0)
        #expect(try tsunagi.run("history", "05012345678").output.contains("busy → 1001 (needs the option forwarding)"))
        let listed = try tsunagi.run("option", "list", "--number", "05012345678", "--json").object
        #expect(listed["options"] as? [String] == [])
        #expect(try tsunagi.run("option", "add", "forwarding").exitCode == 64)
        #expect(try tsunagi.run("option", "add", "wishes", "--contract", "Y1").exitCode == 64)
    }

    @Test("numbers are put under contracts and listed by them")
    func numbers() throws {
        try prepare()
        for (filter, expected) in [
            (["--contract", "Y1"], ["05012345678"]), (["--site", "TOKYO"], ["05012345678"]),
            (["--company", "Alpha"], ["05012345678"]), (["--contract", "C-1"], []),
        ] {
            let list = try tsunagi.run(arguments: ["number", "list", "--json"] + filter).list
            #expect(list.compactMap { $0["number"] as? String } == expected, "\(filter)")
        }
        let assigned = try tsunagi.run("number", "assign", "1001", "--contract", "C-1", "--kind", "multiple", "--json")
        #expect(assigned.object["kind"] as? String == "multiple")
        #expect(try tsunagi.run("number", "show", "1001").output.contains("multiple under C-1 of Alpha"))
        #expect(try tsunagi.run("number", "assign", "1001", "--none").output == "1001 is now under no contract\n")
        #expect(try tsunagi.run("number", "assign", "1001").exitCode == 64)
        #expect(try tsunagi.run("number", "assign", "1001", "--none", "--contract", "C-1").exitCode == 64)
        #expect(try tsunagi.run("number", "list", "--contract", "C-9").exitCode == 1)
    }

    @Test("what still has something under it is not removed")
    func refusesRemoval() throws {
        try prepare()
        for arguments in [
            ["company", "remove", "Alpha"], ["contract", "remove", "Y1"], ["site", "remove", "Y1", "TOKYO"],
            ["contract", "voice", "remove", "N1"],
        ] {
            let refused = try tsunagi.run(arguments: arguments)
            #expect(refused.exitCode == 1 && refused.errors.contains("remove"), "\(refused.errors)")
        }
        #expect(try tsunagi.run("number", "remove", "05012345678").exitCode == 0)
        for arguments in [
            ["contract", "voice", "remove", "N1"], ["site", "remove", "Y1", "TOKYO"], ["contract", "remove", "Y1"],
            ["contract", "remove", "C-1"], ["company", "rename", "Alpha", "Beta"], ["company", "remove", "Beta"],
        ] {
            #expect(try tsunagi.run(arguments: arguments).exitCode == 0, "\(arguments)")
        }
    }

    @Test("destinations are saved, listed with the rules that use them, and forgotten")
    func destinations() throws {
        try prepare()
        #expect(try tsunagi.run("destination", "set", "1001", "2", "03-1234-5678").output == "2  0312345678\n")
        #expect(try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "0312345678").exitCode == 0)
        #expect(try tsunagi.run("destination", "list", "1001").output == "2  0312345678  (busy)\n")
        #expect(try tsunagi.run("destination", "remove", "1001", "2").exitCode == 1)
        #expect(try tsunagi.run("forward", "off", "1001").exitCode == 0)
        #expect(try tsunagi.run("destination", "remove", "1001", "2", "--json").list.isEmpty)
        #expect(try tsunagi.run("destination", "set", "1001", "6", "0312345678").exitCode == 1)
    }
}
