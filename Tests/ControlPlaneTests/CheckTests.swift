import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct CheckTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333", "1001"])
        alice = try number("05011111111")
    }

    private func findings(
        voicemail: Bool = true, trusted: Bool = true, emergency: Set<PhoneNumber> = [],
        ownNumber: @escaping (String) -> PhoneNumber? = { _ in nil }
    ) throws -> [CheckFinding] {
        var findings: [CheckFinding] = []
        let surroundings = CheckSurroundings(
            hasVoicemail: voicemail, hasTrustedNetworks: trusted, emergencyNumbers: emergency, ownNumber: ownNumber)
        try session.checkRules(surroundings) { findings.append($0) }
        return findings
    }

    @Test("rules that do their work are not found")
    func sound() throws {
        _ = try session.addTrunk(prefix: "03", gateways: ["sip:gw.example"])
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678")
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        _ = try session.setForwarding(of: alice, when: .unreachable, to: "sip:bob@example.jp")
        _ = try session.setForwarding(of: number("05022222222"), when: .busy, to: "voicemail")
        #expect(try findings().isEmpty)
    }

    @Test("a destination without a trunk, a number that was removed and an address of ours that nobody has are found")
    func nowhere() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.setForwarding(of: alice, when: .always, to: "05022222222")
        _ = try session.setForwarding(of: alice, when: .unreachable, to: "sip:nobody@lab.test")
        _ = try session.removeNumber(number("05022222222"))
        _ = try session.addTrunk(prefix: "05", gateways: ["sip:gw.example"])
        let found = try findings { _ in try? number("nobody") }
        #expect(found.map(\.kind) == [.nowhere, .nowhere, .nowhere])
        #expect(found.map(\.thing) == Array(repeating: "05011111111", count: 3))
        #expect(found[0].text.hasSuffix("go to 05022222222, which was one of our numbers and was removed"))
        #expect(found[1].text.hasSuffix("to which no trunk leads"))
        #expect(found[2].text.hasSuffix("where no number of ours is"))
        #expect(found[1].remedy.contains("tsunagi forward off 05011111111 --when busy"))
    }

    @Test("a URI from before, which nothing can be sent to any more, is found")
    func wayThatIsNone() throws {
        let ways = [(ForwardingCondition.busy, "sips:bob@example.jp"), (.always, "sip:bob@example.jp;transport=ws")]
        for (place, (condition, uri)) in ways.enumerated() {
            try fixture.database.write { transaction in
                try transaction.save(
                    SavedDestination(slot: place + 1, destination: .uri(uri), typed: uri, savedAt: 1), of: alice)
                try transaction.setRule(condition, to: .slot(place + 1), of: alice)
            }
        }
        let found = try findings()
        #expect(found.map(\.kind) == [.nowhere, .nowhere])
        #expect(
            Set(found.map(\.text)) == [
                "calls always go to sip:bob@example.jp;transport=ws, but transport is udp or tcp",
                "calls when busy go to sips:bob@example.jp, but nothing is sent over TLS: give it as sip:",
            ])
    }

    @Test("voice mail that the configuration does not name is found")
    func voicemail() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail")
        #expect(try findings(voicemail: false).map(\.kind) == [.voicemail])
    }

    @Test("rules and rejections whose option was taken away are found")
    func option() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        _ = try session.assignNumber(alice, to: .contract("C-1"))
        for option in [OptionService.forwarding, .anonymousRejection, .messageBox] {
            _ = try session.addOption(option, toContract: "C-1")
        }
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail")
        _ = try session.setForwarding(of: alice, when: .always, to: "05022222222")
        _ = try session.rejectAnonymous([], of: alice)
        #expect(try findings().isEmpty)
        _ = try session.removeOption(.messageBox, fromContract: "C-1")
        #expect(try findings().map(\.kind) == [.option])
        _ = try session.removeOption(.forwarding, from: alice)
        _ = try session.removeOption(.anonymousRejection, from: alice)
        let found = try findings()
        #expect(found.map(\.kind) == [.option, .option, .option])
        #expect(found.last?.text.contains("anonymous-rejection") == true)
    }

    @Test("callers on block lists from whom no call can come are found, with what takes them off")
    func blockList() throws {
        let bob = try number("05022222222")
        _ = try session.addNumber(typed: "unknown")
        for caller in ["unknown", "0901111222"] { _ = try session.block(typed: caller, for: alice) }
        func store(_ caller: String, for number: PhoneNumber) throws {
            try fixture.database.write {
                try $0.block(BlockedCaller(caller: ControlSession.parsed(caller), blockedAt: 1), for: number)
            }
        }
        try store("18409011112222", for: alice)
        for caller in ["0312*", "Anonymous"] { try store(caller, for: bob) }
        let found = try findings()
        #expect(found.allSatisfy { $0.kind == .blockList && $0.severity == .warning })
        #expect(found.map(\.thing) == ["05011111111", "05022222222", "05022222222"])
        #expect(
            found.first?.text == "its block list has 18409011112222, which turns nobody away, because it begins with "
                + "184, which is dialled before a number and part of no caller's")
        #expect(
            found.map(\.remedy) == [
                "take it off with \"tsunagi block remove 05011111111 18409011112222\", and block 09011112222 with "
                    + "\"tsunagi block add 05011111111 09011112222\"",
                "take it off with \"tsunagi block remove 05022222222 '0312*'\", and block each number in full with "
                    + "\"tsunagi block add 05022222222 …\"",
                "take it off with \"tsunagi block remove 05022222222 Anonymous\", and turn those calls away with "
                    + "\"tsunagi anonymous reject 05022222222\"",
            ])
        _ = try session.unblock(ControlSession.parsed("18409011112222"), for: alice)
        for caller in ["0312*", "Anonymous"] { _ = try session.unblock(ControlSession.parsed(caller), for: bob) }
        #expect(try findings().isEmpty)
    }

    @Test("numbers that no phone can register are found, but not those that need none")
    func unregistrable() throws {
        _ = try session.setPassword("x", of: alice)
        _ = try session.setForwarding(of: number("05022222222"), when: .always, to: "05011111111")
        _ = try session.setForwarding(of: number("05033333333"), when: .busy, to: "05011111111")
        #expect(try findings(trusted: false).map(\.thing) == ["05033333333", "1001"])
        #expect(try findings(trusted: false).allSatisfy { $0.kind == .unregistrable })
    }

    @Test("users in no group, groups without contracts and login IDs without numbers are found")
    func idle() throws {
        let accounts = try AccountFixture()
        func found() throws -> [String] {
            var found: [String] = []
            try accounts.session.checkAccounts { finding in
                #expect(finding.kind == .idle)
                found.append(finding.thing)
            }
            return found
        }
        #expect(try found() == ["taro@example.co.jp", "Sales"])
        _ = try accounts.session.setMembers(["taro@example.co.jp"], ofGroup: "Sales", of: "Alpha")
        _ = try accounts.session.setContracts(["C-1"], ofGroup: "Sales", of: "Alpha")
        #expect(try found().isEmpty)
        _ = try accounts.session.removeNumber(number("05011111111"))
        #expect(try found() == ["tokyo01"])
    }

    @Test("what lies over rules for a time is judged as rules are, until it is over")
    func temporary() throws {
        let end: Int64 = 1_800_003_600_000
        func lay(_ condition: ForwardingCondition, to text: String) throws {
            _ = try session.changeForwarding(of: alice, .layOver(condition, to: text, until: end))
        }
        _ = try session.setForwarding(of: alice, when: .always, to: "05033333333")
        try lay(.always, to: "0312345678")
        try lay(.busy, to: "voicemail")
        try lay(.noAnswer, to: "05022222222")
        _ = try session.changeForwarding(of: alice, .layOff(.unreachable, until: end))
        let found = try findings(voicemail: false)
        #expect(found.map(\.kind) == [.nowhere, .voicemail])
        #expect(
            found.first?.text.hasPrefix("until 2027-01-15 18:00, calls always go to 0312345678, which is not one")
                == true)
        #expect(found.first?.remedy.contains("forward set 05011111111 --when always --to … --until …") == true)
        #expect(found.last?.remedy.contains("tsunagi forward restore --number 05011111111") == true)
        _ = try session.removeNumber(number("05022222222"))
        #expect(try findings().map(\.text).last?.hasSuffix("which was one of our numbers and was removed") == true)
        let later = fixture.session(.operator, at: end)
        var left: [CheckFinding] = []
        let surroundings = CheckSurroundings(hasVoicemail: false, hasTrustedNetworks: true, ownNumber: { _ in nil })
        try later.checkRules(surroundings) { left.append($0) }
        #expect(left.isEmpty)
    }

    @Test("what lies over rules without its option, or closes a circle, is found too")
    func temporaryWithoutOption() throws {
        let bob = try number("05022222222")
        _ = try session.setForwarding(of: bob, when: .always, to: "05011111111")
        try fixture.database.write { transaction in
            try transaction.setTemporaryForwarding(
                StoredTemporaryForwarding(
                    condition: .busy, destination: .number(bob), until: 1_800_003_600_000, operation: nil), of: alice)
        }
        #expect(try findings().map(\.kind) == [.loop])
        _ = try session.stopForwarding(of: bob)
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "Alpha")
        _ = try session.assignNumber(alice, to: .contract("C-1"))
        let found = try findings()
        #expect(found.map(\.kind) == [.option])
        #expect(
            found.first?.text == "the temporary forwarding of calls when busy until 2027-01-15 18:00 does nothing, "
                + "for lack of the option forwarding")
    }

    @Test("what leads to an emergency number of the configuration, or is one, is found with what the server does there")
    func emergency() throws {
        _ = try session.setForbiddenDestinations([])
        _ = try session.addTrunk(prefix: "11", gateways: ["sip:gw.example"])
        _ = try session.setForwarding(of: alice, when: .busy, to: "112")
        _ = try session.setForwarding(of: alice, when: .always, to: "911")
        _ = try session.setForwarding(of: alice, when: .noAnswer, to: "1001")
        _ = try session.setForwarding(of: alice, when: .unreachable, to: "sip:112@gw.example")
        _ = try session.changeForwarding(
            of: number("05022222222"), .layOver(.always, to: "112", until: 1_800_003_600_000))
        _ = try session.saveDestination("112", as: 5, of: number("05033333333"))
        let found = try findings(emergency: [number("112"), number("911"), number("1001")])
        let rules = found.filter { $0.kind == .emergency }
        #expect(rules.map(\.thing) == Array(repeating: "05011111111", count: 4) + ["05022222222"])
        #expect(
            rules.map { $0.text.split(separator: ": ").last ?? "" } == [
                "no trunk leads there, so they are answered 404", "the server puts them through, by the trunk for 11",
                "they ring the phones of that number of ours, and no rule of it applies",
                "the server turns them away (480) at a domain of its own and at a gateway",
                "the server puts them through, by the trunk for 11",
            ])
        #expect(rules.allSatisfy { $0.severity == .fault })
        let others = found.filter { $0.kind == .emergencyNumber }
        #expect(others.map(\.thing) == ["1001", "05033333333"] && others.allSatisfy { $0.severity == .warning })
        #expect(others.last?.text.hasPrefix("its saved destination 5, 112, is an emergency number") == true)
        #expect(found.count == 7)
        #expect(try findings().map(\.text).allSatisfy { !$0.contains("emergency") })
    }

    @Test("a circle that was made past our code is found once, with its way")
    func loop() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        _ = try session.setForwarding(of: number("05022222222"), when: .always, to: "05033333333")
        try fixture.database.write { transaction in
            let third = try number("05033333333")
            try transaction.save(
                SavedDestination(slot: 1, destination: .number(alice), typed: "", savedAt: 1), of: third)
            try transaction.setRule(.unreachable, to: .slot(1), of: third)
        }
        let found = try findings()
        #expect(found.map(\.kind) == [.loop])
        #expect(found.first?.text.hasSuffix("05011111111 → 05022222222 → 05033333333 → 05011111111") == true)
    }
}

@Suite struct ForwardingGraphTests {
    private func circles(_ edges: [(Int64, Int64)]) -> [[Int64]] {
        var graph = ForwardingGraph()
        for (from, to) in edges { graph.add(from: from, to: to) }
        return graph.circles()
    }

    @Test("chains, trees and diamonds have no circle")
    func none() {
        #expect(circles([]).isEmpty)
        #expect(circles([(1, 2), (2, 3), (1, 3), (4, 3), (3, 9)]).isEmpty)
    }

    @Test("each group of numbers in circles is told once, by its shortest through the lowest")
    func several() {
        let edges: [(Int64, Int64)] = [
            (1, 2), (2, 3), (3, 4), (4, 1), (3, 1), (5, 5), (6, 1), (7, 8), (8, 7), (8, 5), (9, 10),
        ]
        #expect(circles(edges) == [[1, 2, 3, 1], [5, 5], [7, 8, 7]])
    }

    @Test("a circle through a hundred thousand numbers needs no recursion")
    func long() {
        let count: Int64 = 100_000
        let found = circles((0..<count).map { ($0, ($0 + 1) % count) })
        #expect(found.count == 1 && found.first?.count == Int(count) + 1)
    }
}
