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

    private static let onStream = Peer("stranger", "203.0.113.66:40000", .tcp)

    private func register(_ bench: RouterBench, _ headers: [String], from sender: Peer? = nil) {
        let sender = sender ?? stranger
        var script = bench.request("REGISTER", Sample.bob, from: sender)
        script.uri = "sip:lab.test"
        script.headers = headers
        bench.send(script, from: sender)
    }

    /// An answer to a challenge that somebody has got, with a wrong password.
    private func guess(_ bench: RouterBench, challengedAt asked: Peer) throws -> String {
        register(bench, [], from: asked)
        let challenge = try bench.expect(asked, "401")
        let offer = try #require(challenge.headers(named: "WWW-Authenticate").first)
        return "Authorization: "
            + Sample.digest(offer, method: "REGISTER", uri: "sip:lab.test", username: Sample.bob, password: "guess")
    }

    @Test(
        "a program that looks for servers to break into gets no answer, and is banned if it is really there",
        arguments: ["friendly-scanner", "SIPVicious 0.3", "sipcli/v1.8"])
    func scanner(name: String) {
        for (peer, reasons) in [(stranger, []), (Self.onStream, [Ban.Reason.scanner])] {
            let (bench, ledger) = watched()
            var script = bench.request("OPTIONS", Sample.alice, from: peer)
            script.headers = ["User-Agent: \(name)"]
            bench.send(script, from: peer)
            #expect(bench.takeAll(peer).isEmpty && bench.router.placesTaken == 0)
            let bans = ledger.takeUntold()
            #expect(bans.map(\.reason) == reasons && bans.allSatisfy { $0.source == "203.0.113.66" })
        }
    }

    @Test("who tries one wrong password after the other is banned, and one who mistypes it is not")
    func passwords() throws {
        let (bench, ledger) = watched { $0.wrongPasswords = 3 }
        func attempt() throws {
            register(bench, [try guess(bench, challengedAt: stranger)])
            try bench.expect(stranger, "401")
        }
        for _ in 0..<3 { try attempt() }
        #expect(ledger.takeUntold().isEmpty)
        try attempt()
        #expect(ledger.takeUntold().map(\.reason) == [.passwords])
    }

    @Test("wrong passwords in the name of somebody who was sent no nonce ban nobody, and are told nothing")
    func forgedPasswords() throws {
        let (bench, ledger) = watched { $0.wrongPasswords = 3 }
        let digest = Sample.digest(
            "Digest nonce=\"made up\", algorithm=SHA-256", method: "REGISTER", uri: "sip:lab.test",
            username: Sample.bob, password: "guess")
        for _ in 0..<10 {
            register(bench, ["Authorization: " + digest])
            let answer = try bench.expect(stranger, "401")
            #expect(answer.headers(named: "WWW-Authenticate").allSatisfy { $0.hasSuffix("stale=true") })
        }
        #expect(ledger.takeUntold().isEmpty)
    }

    @Test("wrong passwords in another's name are those of the one who got the nonce")
    func borrowedNonce() throws {
        let (bench, ledger) = watched { $0.wrongPasswords = 3 }
        for _ in 0..<4 {
            register(bench, [try guess(bench, challengedAt: stranger)], from: caller)
            try bench.expect(caller, "401")
        }
        let bans = ledger.takeUntold()
        #expect(bans.map(\.reason) == [.passwords] && bans.map(\.source) == ["203.0.113.66"])
    }

    @Test("who asks for one name after the other gets no more challenges, and is banned if it is really there")
    func guessing() throws {
        for (peer, reasons) in [(stranger, []), (Self.onStream, [Ban.Reason.guessing])] {
            let (bench, ledger) = watched { $0.unansweredChallenges = 20 }
            for _ in 0..<20 { register(bench, [], from: peer) }
            #expect(bench.takeAll(peer).count == 20 && ledger.takeUntold().isEmpty)
            register(bench, [], from: peer)
            #expect(bench.takeAll(peer).isEmpty && bench.router.placesTaken == 0)
            #expect(ledger.takeUntold().map(\.reason) == reasons)
        }
    }
}
