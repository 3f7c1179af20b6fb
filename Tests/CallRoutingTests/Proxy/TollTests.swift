import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("What a phone may have our gateways dial: judged by where the copy is sent")
struct TollTests: UsualPeers {
    /// Ways to say where the gateway is: in a trunk, and by a phone. The name service knows both names.
    private static let disguises = [
        ("gw.example", "198.51.100.1"), ("198.51.100.1", "alias.example"), ("GW.example", "alias.example"),
    ]

    private func bench(trunk host: String, forwarding: [ForwardingCondition: Destination] = [:]) -> RouterBench {
        let hops = [NextHop(host: "gone.example"), NextHop(host: host)]
        let bench = RouterBench.alice(forwarding: forwarding, trunks: Sample.trunk("0", hops))
        for name in ["gw.example", "alias.example"] { bench.names[name] = ["198.51.100.1"] }
        return bench
    }

    private func expectForbidden(_ bench: RouterBench, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let flaws = try bench.decisions(sourceLocation: sourceLocation).compactMap { decision -> String? in
            if case .destinationForbidden(Sample.alice, _, let flaw) = decision { flaw } else { nil }
        }
        #expect(flaws.count == 1, sourceLocation: sourceLocation)
    }

    @Test("a phone's 302 leads to no gateway by another name of it", arguments: disguises)
    func deflection(trunk: String, host: String) throws {
        let bench = bench(trunk: trunk)
        bench.register(Sample.alice, phoneA)
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 302, headers: ["Contact: <sip:0990123456@\(host)>"])
        try bench.expectFailure(480, of: call)
        bench.expectNothing(gateway)
        try expectForbidden(bench)
        bench.finish()
    }

    @Test("a contact leads to no gateway by another name of it: the phone is unreachable", arguments: disguises)
    func contact(trunk: String, host: String) throws {
        let bench = bench(trunk: trunk, forwarding: [.unreachable: Sample.toBob])
        bench.register(Sample.alice, [(phoneA, 1000)], contact: "sip:0990123456@\(host)")
        let (call, invite) = try bench.callForwarded(to: phoneB)
        bench.expectNothing(gateway)
        try bench.endAsBusy(call, at: phoneB, invite)
        try expectForbidden(bench)
        bench.finish()
    }

    @Test("a contact leads to no gateway by its Path either, nor by digits that are no number")
    func path() throws {
        for contact in ["sip:0990123456@192.0.2.11", "sip:09901234560000000@192.0.2.11"] {
            let bench = bench(trunk: "gw.example")
            bench.register(Sample.alice, [(phoneA, 1000)], path: ["<sip:198.51.100.1;lr>"], contact: contact)
            try bench.expectFailure(480, of: bench.call(Sample.alice))
            bench.expectNothing(gateway)
            try expectForbidden(bench)
            bench.finish()
        }
    }

    @Test("what our gateways may not dial another host may, whose affair it is")
    func elsewhere() throws {
        let bench = bench(trunk: "gw.example")
        bench.register(Sample.alice, [(foreign, 1000)], contact: foreign.contact(user: "0990123456"))
        var (call, invite) = try bench.callReaching(foreign)
        try bench.divert(foreign, 302, invite, headers: ["Contact: <sip:0990123456@203.0.113.5:5090>"])
        let other = Peer("other", "203.0.113.5:5090")
        try bench.endAsBusy(call, at: other)
        // By a rule the operator may send it anywhere.
        bench.set(Sample.record(Sample.alice, [.always: .uri("sip:0990123456@198.51.100.1")]))
        (call, invite) = try bench.callForwarded(to: gateway)
        try bench.endAsBusy(call, at: gateway, invite)
        bench.finish()
    }

    @Test(
        "a gateway takes what it may dial, from a phone too",
        arguments: [Sample.alice, Sample.bob, "0312345678", "pbx"])
    func allowed(user: String) throws {
        let bench = bench(trunk: "gw.example")
        bench.set(Sample.record(Sample.bob))
        bench.register(Sample.alice, [(gateway, 1000)], contact: "sip:\(user)@198.51.100.1")
        let (call, invite) = try bench.callReaching(gateway)
        try bench.endAsBusy(call, at: gateway, invite)
        bench.finish()
    }

    @Test("a caller who gives up while the gateways' names are looked up is heard")
    func cancelled() throws {
        let bench = bench(trunk: "gw.example")
        bench.slowNames = ["gw.example"]
        bench.register(Sample.alice, [(foreign, 1000)], contact: foreign.contact(user: "0990123456"))
        let call = bench.call(Sample.alice)
        bench.expectNothing(foreign)
        try bench.giveUp(call)
        try bench.expectFailure(487, of: call)
        bench.answerLookups()
        bench.expectNothing(foreign)
        bench.finish()
    }
}
