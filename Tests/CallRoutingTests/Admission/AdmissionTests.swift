import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("What is refused before any work is done for it")
struct AdmissionTests: UsualPeers {
    private func number(_ response: SIPMessage, _ name: HeaderName) -> Int {
        response.value(name).flatMap { Int($0) } ?? 0
    }

    @Test(
        "a new call is answered 503 with Retry-After at once, and nothing is remembered of it",
        arguments: [Admission.overloaded, .limited])
    func refused(admission: Admission) throws {
        let bench = RouterBench.alice(at: Sample.phoneA)
        bench.admission = admission
        let call = bench.call(Sample.alice)
        let response = try bench.expect(caller, "503")
        #expect((5...10).contains(number(response, .retryAfter)))
        #expect(bench.router.placesTaken == 0)
        bench.send(call.acknowledgement(of: response), from: caller)
        bench.expectNothing(phoneA, caller)
        #expect(bench.router.counters.limits[.overload] == (admission == .overloaded ? 1 : 0))
        #expect(bench.router.counters.limits[.sources] == (admission == .limited ? 1 : 0))
        bench.admission = .open
        bench.send(call, from: caller)
        try bench.expect(phoneA, "INVITE")
    }

    @Test("those who are refused together are not all told to come back together")
    func spread() throws {
        let bench = RouterBench.alice(at: Sample.phoneA)
        bench.admission = .overloaded
        let waits = try (0..<100).map { _ in
            bench.call(Sample.alice)
            return number(try bench.expect(caller, "503"), .retryAfter)
        }
        #expect(Set(waits) == Set(5...10))
    }

    @Test("a call that was accepted goes on as ever: retransmissions, answers, new requests in it, and its end")
    func acceptedGoesOn() throws {
        let bench = RouterBench.alice(at: Sample.phoneA)
        let call = bench.call(Sample.alice)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.admission = .overloaded
        bench.send(call, from: caller)
        #expect(!bench.kinds(caller).contains("503"))
        var dialogs = try bench.answer(phoneA, invite, of: call)
        bench.send(dialogs.caller.request("INVITE"), from: caller)
        let again = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 200, to: again)
        try bench.expect(caller, "200")
        bench.send(dialogs.called.request("BYE"), from: phoneA)
        let bye = try bench.expect(caller, "BYE")
        bench.reply(caller, 200, to: bye)
        try bench.expect(phoneA, "200")
    }

    @Test("a caller who gives up is heard")
    func cancelled() throws {
        let bench = RouterBench.alice(at: Sample.phoneA)
        let call = bench.call(Sample.alice)
        let invite = try bench.ring(phoneA)
        bench.admission = .overloaded
        bench.send(call.cancel, from: caller)
        try bench.expectCancel(phoneA, of: invite)
    }

    @Test(
        "an emergency call is never refused, with or without a prefix before the number, however it is written",
        arguments: ["110", "184119", "%31%31%30", "1-1-0", "110;phone-context=lab.test"])
    func emergency(number: String) throws {
        let bench = RouterBench(trunks: Sample.trunk("1", Sample.gateway2))
        bench.admission = .overloaded
        bench.call(number, from: gateway)
        try bench.expect(gateway2, "INVITE")
    }

    // MARK: - Who goes on asking

    private func watched(_ change: (inout SourceLimits) -> Void = { _ in }) -> (RouterBench, SourceLedger) {
        var limits = SourceLimits()
        change(&limits)
        let ledger = SourceLedger(limits, seed: 1)
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice), Sample.record(Sample.bob, password: "builder")], sources: ledger)
        return (bench, ledger)
    }

    private func register(_ bench: RouterBench, _ headers: [String]) {
        var script = bench.request("REGISTER", Sample.bob, from: stranger)
        script.uri = "sip:lab.test"
        script.headers = headers
        bench.send(script, from: stranger)
    }

    @Test(
        "a program that looks for servers to break into gets no answer, and is banned",
        arguments: ["friendly-scanner", "SIPVicious 0.3", "sipcli/v1.8"])
    func scanner(name: String) {
        let (bench, ledger) = watched()
        var script = bench.request("OPTIONS", Sample.alice, from: stranger)
        script.headers = ["User-Agent: \(name)"]
        bench.send(script, from: stranger)
        #expect(bench.takeAll(stranger).isEmpty && bench.router.placesTaken == 0)
        let bans = ledger.takeUntold()
        #expect(bans.map(\.source) == ["203.0.113.66"] && bans.map(\.reason) == [.scanner])
    }

    @Test("who tries one wrong password after the other is banned, and one who mistypes it is not")
    func passwords() throws {
        let (bench, ledger) = watched { $0.wrongPasswords = 3 }
        func attempt() throws {
            register(bench, [])
            let challenge = try bench.expect(stranger, "401")
            let offer = try #require(challenge.headers(named: "WWW-Authenticate").first)
            register(
                bench,
                [
                    "Authorization: "
                        + Sample.digest(
                            offer, method: "REGISTER", uri: "sip:lab.test", username: Sample.bob, password: "guess")
                ])
            try bench.expect(stranger, "401")
        }
        for _ in 0..<3 { try attempt() }
        #expect(ledger.takeUntold().isEmpty)
        try attempt()
        #expect(ledger.takeUntold().map(\.reason) == [.passwords])
    }

    @Test("who asks for one name after the other and answers no challenge is banned")
    func guessing() throws {
        let (bench, ledger) = watched { $0.unansweredChallenges = 20 }
        for _ in 0..<20 { register(bench, []) }
        #expect(ledger.takeUntold().isEmpty)
        register(bench, [])
        #expect(ledger.takeUntold().map(\.reason) == [.guessing])
    }
}
