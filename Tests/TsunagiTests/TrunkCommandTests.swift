import Foundation
import Testing

@Suite struct TrunkCommandTests {
    let tsunagi = TsunagiProcess()

    @Test("a trunk is changed in one step, which the history tells; what is not said stays")
    func setsTrunk() throws {
        #expect(try tsunagi.run("trunk", "add", "03", "sip:gw.example", "--no-diversion").exitCode == 0)
        let set = try tsunagi.run("trunk", "set", "03", "sip:gw2.example", "sip:gw3.example:5070", "--json")
        let hops = try #require(set.object["hops"] as? [[String: Any]])
        #expect(hops.compactMap { $0["host"] as? String } == ["gw2.example", "gw3.example"])
        #expect(hops.allSatisfy { $0["sendsDiversion"] as? Bool == false && $0["sendsHistoryInfo"] as? Bool == true })
        #expect(try tsunagi.run("trunk", "set", "03", "--diversion").exitCode == 0)
        #expect(try !tsunagi.run("trunk", "list").output.contains("no Diversion"))
        #expect(
            try tsunagi.run("history", "--json").list.compactMap { $0["action"] as? String } == [
                "trunk set", "trunk set", "trunk add",
            ])
        #expect(try tsunagi.run("history", "undo", "3").exitCode == 0)
        #expect(try tsunagi.run("trunk", "list").output.contains("no Diversion"))
        let again = try tsunagi.run("trunk", "add", "03", "sip:gw.example")
        #expect(again.exitCode == 1 && again.errors.contains("tsunagi trunk set 03"))
        let missing = try tsunagi.run("trunk", "set", "06", "sip:gw.example")
        #expect(missing.exitCode == 1 && missing.errors.contains("there is no trunk for 06"))
        #expect(try tsunagi.run("trunk", "set", "03").exitCode == 64)
    }
}
