import ControlPlane
import Directory
import Storage
import Testing

@Suite struct ScreeningTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111"])
        alice = try number("05011111111")
    }

    @Test("rejection alone is of withheld numbers; reasons are added and taken away")
    func rejectsByReason() throws {
        #expect(try session.anonymous(of: alice).rejected == [])
        #expect(try session.rejectAnonymous([], of: alice).rejected == [.withheld])
        #expect(try session.rejectAnonymous([.payphone], of: alice).rejected == [.withheld, .payphone])
        #expect(try session.acceptAnonymous([.withheld], of: alice).rejected == [.payphone])
        #expect(try session.anonymous(of: alice).accepted == [.withheld, .unavailable, .interaction])
        #expect(try session.acceptAnonymous([], of: alice).rejected == [])
    }

    @Test("a form that was opened before somebody else's change is told of it, and changes nothing")
    func changedSince() throws {
        let sheet = try session.anonymousSheet(of: alice)
        #expect(sheet.lastAnonymousChange == nil)
        _ = try session.rejectAnonymous([.payphone], of: alice)
        #expect(throws: ControlError.self) {
            try session.unlessChanged(since: sheet.lastChange).setAnonymous([.withheld], of: alice)
        }
        let now = try session.anonymousSheet(of: alice)
        #expect(
            now.anonymous.rejected == [.payphone] && now.lastAnonymousChange?.action == "anonymous reject"
        )
        _ = try session.unlessChanged(since: now.lastChange).setAnonymous([.withheld], of: alice)
        #expect(try session.anonymous(of: alice).rejected == [.withheld])
    }

    @Test("a caller is blocked and unblocked in any form of the number")
    func blocks() throws {
        _ = try session.block(number("090-1111-2222"), for: alice)
        #expect(try session.block(number("+819011112222"), for: alice).callers.map(\.caller) == ["09011112222"])
        #expect(try ControlReader(fixture.directory).record(of: alice)?.blockedCallers == [number("09011112222")])
        #expect(try session.unblock(number("09011112222"), for: alice).callers.isEmpty)
        #expect(throws: ControlError.notBlocked(caller: try number("09011112222"), number: alice)) {
            try session.unblock(number("09011112222"), for: alice)
        }
    }

    @Test("who no call could come from is not taken for the block list")
    func refusesCallers() throws {
        let refusals: [(String, CallerRefusal)] = [
            ("sip:bob@elsewhere.test", .atHost("sip:bob@elsewhere.test", user: try number("bob"))),
            ("SIPS:bob@elsewhere.test", .atHost("SIPS:bob@elsewhere.test", user: try number("bob"))),
            ("sip:1002@elsewhere.test", .atHost("sip:1002@elsewhere.test", user: try number("1002"))),
            ("184-090-1111-2222", .presentationPrefix("184", rest: "09011112222")),
            ("186110", .presentationPrefix("186", rest: "110")),
            ("090*", .wildcard(try number("090*"))), ("090-1111-*", .wildcard(try number("090-1111-*"))),
            ("anonymous", .nobody(try number("anonymous"))), ("Unknown", .nobody(try number("Unknown"))),
        ]
        for (text, refusal) in refusals {
            #expect(throws: ControlError.caller(refusal), "\(text)") { try session.block(typed: text, for: alice) }
        }
        #expect(try session.blockList(of: alice).callers.isEmpty)
    }

    @Test("a number at any host, a name, a short extension and whatever is a number of ours are taken")
    func takesCallers() throws {
        for ours in ["184123", "*21"] { _ = try session.addNumber(typed: ours) }
        for text in ["sip:09011112222@elsewhere.test", "bob", "tel:1002", "1841", "184123", "*21"] {
            _ = try session.block(typed: text, for: alice)
        }
        #expect(
            Set(try session.blockList(of: alice).callers.map(\.caller))
                == ["09011112222", "bob", "1002", "1841", "184123", "*21"])
    }

    @Test("a caller who is refused now and was taken once stays readable, can be named again, taken off and put back")
    func keepsStoredCallers() throws {
        let caller = try number("18409011112222")
        try fixture.database.write { try $0.block(BlockedCaller(caller: caller, blockedAt: 1), for: alice) }
        #expect(try session.blockList(of: alice).callers.map(\.caller) == ["18409011112222"])
        #expect(try session.block(typed: "18409011112222", for: alice).callers.count == 1)
        #expect(try session.unblock(caller, for: alice).callers.isEmpty)
        let removal = try #require(try session.history(of: alice, limit: 1).first)
        _ = try session.undo(removal.id)
        #expect(try session.blockList(of: alice).callers.map(\.caller) == ["18409011112222"])
    }

    @Test("the thirty-first caller is refused")
    func limitsBlockList() throws {
        for index in 10..<40 { _ = try session.block(number("\(index)"), for: alice) }
        #expect(throws: ControlError.blockListFull(alice)) { try session.block(number("99"), for: alice) }
        #expect(try session.blockList(of: alice).callers.count == 30)
    }
}

@Suite struct TrunkTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws { fixture = try ControlFixture() }

    @Test("gateways are tried in the order in which they were given, unless a priority says otherwise")
    func adds() throws {
        let state = try session.addTrunk(
            prefix: "03",
            gateways: [
                "sip:gw.example", "sip:[2001:db8::1]:5080;transport=tcp", "192.0.2.1:5062;weight=7;priority=0",
            ],
            sendsDiversion: false)
        #expect(state.hops.map(\.priority) == [0, 1, 0])
        #expect(
            state.hops.map(\.uri) == [
                "sip:gw.example:5060", "sip:[2001:db8::1]:5080;transport=tcp", "sip:192.0.2.1:5062",
            ])
        #expect(state.hops.allSatisfy { !$0.sendsDiversion && $0.sendsHistoryInfo })
        let route = try ControlReader(fixture.directory).trunks().route(to: number("0312345678"))
        #expect(route?.hops.map(\.host) == ["gw.example", "192.0.2.1", "2001:db8::1"])
        #expect(route?.hops[1].weight == 7)
    }

    @Test("a prefix has one trunk, which is removed as a whole")
    func addsOnceAndRemoves() throws {
        _ = try session.addTrunk(prefix: "+1", gateways: ["gw.example"])
        #expect(throws: ControlError.trunkExists(prefix: "+1")) {
            try session.addTrunk(prefix: "+1", gateways: ["gw.example"])
        }
        #expect(try session.trunks().map(\.prefix) == ["+1"])
        #expect(try session.removeTrunk(prefix: "+1").prefix == "+1")
        #expect(throws: ControlError.noSuchTrunk(prefix: "+1")) { try session.removeTrunk(prefix: "+1") }
        #expect(try session.trunks().isEmpty)
    }

    @Test(
        "what is no gateway is refused",
        arguments: [
            "", "sips:gw.example", "sip:user@gw.example", "sip:gw.example:70000", "sip:gw.example;transport=ws",
            "sip:gw.example;weight=0", "sip:gw.example;priority=x", "sip:gw.example;color=red", "gw .example",
        ])
    func refusesHop(text: String) {
        #expect(throws: ControlError.self) { try session.addTrunk(prefix: "03", gateways: [text]) }
    }

    @Test("a gateway in full width is the one that it stands for")
    func fullWidthHop() throws {
        let trunk = try session.addTrunk(prefix: "０３", gateways: ["１９２．０．２．１：５０８０", "ｓｉｐ：ｇｗ．ｅｘａｍｐｌｅ"])
        #expect(trunk.hops.map(\.uri) == ["sip:192.0.2.1:5080", "sip:gw.example:5060"])
    }

    @Test("what is no prefix is refused", arguments: ["", "+", "abc", "0 x", String(repeating: "1", count: 32)])
    func refusesPrefix(text: String) {
        #expect(throws: ControlError.invalidPrefix(text)) {
            try session.addTrunk(prefix: text, gateways: ["gw.example"])
        }
    }
}
