import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Which of Diversion and History-Info a gateway gets, and what the one tells of the other that is taken off")
struct GatewayDiversionTests: UsualPeers {
    private let alice = "sip:+815011110001@lab.test;user=phone"

    @Test("a gateway gets the headers that it is set to get")
    func perNextHop() throws {
        for (diversion, history) in [(true, false), (false, true), (false, false)] {
            let hop = NextHop(host: "198.51.100.1", sendsDiversion: diversion, sendsHistoryInfo: history)
            let bench = RouterBench.alice(
                forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", [hop]))
            let (call, reached) = try bench.callForwarded(to: gateway)
            #expect((reached.first(.diversion) != nil) == diversion)
            #expect((reached.first(.historyInfo) != nil) == history)
            try bench.endAsBusy(call, at: gateway, reached)
            bench.finish()
        }
    }

    /// One diversion, told by both headers.
    private let receivedBoth = [
        "Diversion: <sip:first@far.example>;reason=user-busy",
        "History-Info: <sip:first@far.example>;index=1, <sip:\(Sample.alice)@lab.test;cause=486>;index=1.1;mp=1",
    ]

    private func trunk(diversion: Bool, history: Bool) -> TrunkTable {
        Sample.trunk(
            "03", [NextHop(host: "198.51.100.1", sendsDiversion: diversion, sendsHistoryInfo: history)])
    }

    @Test(
        "a header that a gateway is not set to get does not go there, whoever wrote it; the other one tells all",
        arguments: [0, 1, 2])
    func receivedPerNextHop(came: Int) throws {
        let headers = came == 0 ? receivedBoth : [receivedBoth[came - 1]]
        for (diversion, history) in [(true, false), (false, true), (false, false)] {
            let bench = RouterBench.alice(
                forwarding: [.always: Sample.toTokyo], trunks: trunk(diversion: diversion, history: history))
            let (call, reached) = try bench.callForwarded(to: gateway, headers: headers)
            #expect(reached.listValues(.diversion).count == (diversion ? 2 : 0))
            #expect(reached.listValues(.historyInfo).count { $0.contains("cause=") } == (history ? 2 : 0))
            #expect(reached.listValues(.historyInfo).count == (history ? 3 : 0))
            try bench.endAsBusy(call, at: gateway, reached)
            bench.finish()
        }
    }

    /// What reaches the gateway of a call that no rule changes.
    private func passedThrough(_ headers: [String], _ trunks: TrunkTable) throws -> SIPMessage {
        let bench = RouterBench(trunks: trunks)
        let call = bench.call(Sample.tokyo, from: gateway2, headers: headers)
        let reached = try bench.expect(gateway, "INVITE")
        try bench.endAsBusy(call, at: gateway, reached, heardBy: gateway2)
        bench.finish()
        return reached
    }

    @Test("a call that only passes through tells a gateway of its diversions in the header that it is set to get")
    func receivedPassingThrough() throws {
        let diversion = "Diversion: <sip:first@far.example>;reason=user-busy;counter=1;privacy=off"
        let history = [
            "History-Info: <sip:first@far.example>;index=1",
            "History-Info: <sip:second@far.example;cause=486>;index=1.1",
        ]
        let passed = try passedThrough([diversion], trunk(diversion: true, history: true))
        #expect(passed.headers(named: "Diversion").count == 1 && passed.first(.historyInfo) == nil)
        let asHistory = try passedThrough([diversion], trunk(diversion: false, history: true))
        #expect(asHistory.first(.diversion) == nil)
        #expect(
            asHistory.listValues(.historyInfo) == [
                "<sip:first@far.example>;index=1", "<\(asHistory.requestURIText);cause=486>;index=1.1;mp=1",
            ])
        let asDiversion = try passedThrough(history, trunk(diversion: true, history: false))
        #expect(asDiversion.first(.historyInfo) == nil)
        #expect("Diversion: " + asDiversion.listValues(.diversion).joined() == diversion)
        let silent = try passedThrough([diversion] + history, trunk(diversion: false, history: false))
        #expect(silent.first(.diversion) == nil && silent.first(.historyInfo) == nil)
    }

    @Test("Diversion is taken off: what it alone tells stands before the history that came, which stays as it came")
    func untoldInHistory() throws {
        let first = "Diversion: <sip:first@far.example>;reason=user-busy"
        let toHistory = trunk(diversion: false, history: true)
        let bench = RouterBench.alice(forwarding: [.always: Sample.toTokyo], trunks: toHistory)
        for (headers, told, last) in [
            (
                [first, "History-Info: <sip:\(Sample.alice)@lab.test>;index=1"],
                [
                    "<sip:first@far.example>;index=0", "<sip:\(Sample.alice)@lab.test;cause=486>;index=0.1;mp=0",
                    "<sip:\(Sample.alice)@lab.test>;index=1",
                ], "1"
            ),
            (
                [
                    "Diversion: <sip:second@far.example>;reason=no-answer", first + ";privacy=full",
                    "History-Info: <sip:second@far.example>;index=1",
                    "History-Info: <sip:\(Sample.alice)@lab.test;cause=408>;index=1.1;mp=1",
                ],
                [
                    "<sip:first@far.example?Privacy=history>;index=0",
                    "<sip:second@far.example;cause=486>;index=0.1;mp=0", "<sip:second@far.example>;index=1",
                    "<sip:\(Sample.alice)@lab.test;cause=408>;index=1.1;mp=1",
                ], "1.1"
            ),
        ] {
            let (call, reached) = try bench.callForwarded(to: gateway, headers: headers)
            #expect(reached.first(.diversion) == nil)
            #expect(
                reached.listValues(.historyInfo) == told + ["<\(reached.requestURIText)>;index=\(last).1;mp=\(last)"])
            try bench.endAsBusy(call, at: gateway, reached)
        }
        bench.finish()
        // A peer may have used the zero for the same.
        for (index, earlier) in [("1", "0"), ("0.1", "0.0")] {
            let came = "<sip:\(Sample.tokyo)@lab.test>;index=\(index)"
            let passed = try passedThrough([first, "History-Info: \(came)"], toHistory)
            #expect(passed.first(.diversion) == nil)
            #expect(
                passed.listValues(.historyInfo) == [
                    "<sip:first@far.example>;index=\(earlier)",
                    "<sip:\(Sample.tokyo)@lab.test;cause=486>;index=\(earlier).1;mp=\(earlier)", came,
                ])
        }
    }

    @Test("History-Info is taken off: what it alone tells stands below the Diversion that came, which stays as it came")
    func untoldInDiversion() throws {
        let history =
            "History-Info: <sip:first@far.example>;index=1, <sip:second@far.example;cause=486>;index=1.1;mp=1, "
            + "<sip:\(Sample.alice)@lab.test;cause=408>;index=1.1.1;mp=1.1"
        let first = "<sip:first@far.example>;reason=user-busy;counter=1;privacy=off"
        let toDiversion = trunk(diversion: true, history: false)
        let bench = RouterBench.alice(forwarding: [.always: Sample.toTokyo], trunks: toDiversion)
        // A counter of 2 has told of the first already.
        for (counter, told) in [(1, [first]), (2, [])] {
            let second = "<sip:second@far.example>;reason=no-answer;counter=\(counter)"
            let headers = ["Diversion: \(second)", history]
            let (call, reached) = try bench.callForwarded(to: gateway, headers: headers)
            #expect(reached.first(.historyInfo) == nil)
            #expect(
                reached.listValues(.diversion)
                    == ["<\(alice)>;reason=unconditional;counter=1;privacy=off", second] + told)
            try bench.endAsBusy(call, at: gateway, reached)
            let passed = try passedThrough(headers, toDiversion)
            #expect(passed.first(.historyInfo) == nil)
            #expect(passed.listValues(.diversion) == [second] + told)
        }
        bench.finish()
    }

    @Test("two headers that go on both stay as they came, however much more the one tells than the other")
    func bothGoOn() throws {
        let diversion = "<sip:first@far.example>;reason=user-busy"
        let history = "<sip:\(Sample.alice)@lab.test>;index=1"
        let headers = ["Diversion: \(diversion)", "History-Info: \(history)"]
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(to: gateway, headers: headers)
        #expect(
            reached.listValues(.diversion) == ["<\(alice)>;reason=unconditional;counter=1;privacy=off", diversion])
        #expect(reached.listValues(.historyInfo) == [history, "<\(reached.requestURIText)>;index=1.1;mp=1"])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
        let passed = try passedThrough(headers, trunk(diversion: true, history: true))
        #expect(passed.listValues(.diversion) == [diversion] && passed.listValues(.historyInfo) == [history])
    }

    @Test("who sent the call on is the entry that mp names, else the one before")
    func mappedEntry() throws {
        let history = [
            "History-Info: <sip:first@far.example?Privacy=history>;index=1",
            "History-Info: <sip:second@far.example;cause=486>;index=1.1;mp=1",
            "History-Info: <sip:third@far.example;cause=408>;index=1.2;mp=1",
            "History-Info: <sip:fourth@far.example;cause=302>;index=1.3;mp=7",
        ]
        let reached = try passedThrough(history, trunk(diversion: true, history: false))
        #expect(
            reached.listValues(.diversion) == [
                "<sip:third@far.example>;reason=unconditional;counter=1;privacy=off",
                "<sip:first@far.example>;reason=no-answer;counter=1;privacy=full",
                "<sip:first@far.example>;reason=user-busy;counter=1;privacy=full",
            ])
    }
}
