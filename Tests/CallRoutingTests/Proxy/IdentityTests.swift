import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Who may call whom, and as whom (RFC 3261 §22.3, RFC 3325)")
struct IdentityTests: UsualPeers {
    private func bench() -> RouterBench {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, password: "wonder"), Sample.record(Sample.bob, password: "builder"),
                Sample.record(Sample.carol),
            ], trunks: Sample.trunk("0", gateway))
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        bench.register(Sample.carol, phoneC)
        return bench
    }

    private func aliceURI(_ user: String = Sample.alice) -> String { "sip:\(user)@lab.test" }

    @Test("a call that claims one of our numbers is challenged, and goes on with the right password")
    func challenge() throws {
        let bench = bench()
        let (call, reached) = try bench.authenticatedCall(
            "0312345678", from: phoneA, as: Sample.alice, password: "wonder", at: gateway)
        #expect(reached.listValues(.pAssertedIdentity) == ["<sip:+815011110001@lab.test;user=phone>"])
        #expect(reached.first(.proxyAuthorization) == nil)
        try bench.endAsBusy(call, at: gateway, reached, heardBy: phoneA)
        bench.finish()
    }

    @Test("SHA-256 is offered before MD5; a wrong password is challenged again")
    func wrongPassword() throws {
        let bench = bench()
        var call = bench.call("0312345678", from: phoneA, fromURI: aliceURI())
        let challenge = try bench.expectFailure(407, of: call, phoneA)
        let offers = challenge.headers(named: "Proxy-Authenticate")
        #expect(offers.count == 2 && offers[0].contains("SHA-256") && offers[1].contains("MD5"))
        call.branch += "-2"
        call.cseq += 1
        call.headers = [
            "Proxy-Authorization: "
                + Sample.digest(
                    offers[1], method: "INVITE", uri: call.uri, username: Sample.alice, password: "guess")
        ]
        bench.send(call, from: phoneA)
        try bench.expectFailure(407, of: call, phoneA)
        bench.expectNothing(gateway)
        bench.finish()
    }

    @Test("a challenge is sent once and remembered nowhere; a request that comes again is challenged again")
    func challengedOnce() throws {
        let bench = bench()
        let call = bench.invite("0312345678", from: phoneA, fromURI: aliceURI())
        let register = bench.request("REGISTER", Sample.alice, from: stranger)
        for _ in 0..<2 {
            bench.send(call, from: phoneA)
            let challenge = try bench.expect(phoneA, "407")
            bench.send(register, from: stranger)
            try bench.expect(stranger, "401")
            #expect(bench.router.placesTaken == 0)
            bench.wait(seconds: 40)
            bench.send(call.acknowledgement(of: challenge), from: phoneA)
        }
        bench.expectNothing(phoneA, stranger, gateway)
        bench.finish()
    }

    @Test("nobody presents another's number: 403, in whatever form the number is written")
    func anotherNumber() throws {
        for form in ["sip:\(Sample.bob)@lab.test", "sip:+815011110002@far.example", "tel:+81-50-1111-0002"] {
            let bench = bench()
            try bench.authenticate("0312345678", from: phoneA, fromURI: form, as: Sample.alice, password: "wonder") {
                call in
                try bench.expectFailure(403, of: call, phoneA)
            }
            bench.expectNothing(gateway)
            bench.finish()
        }
    }

    @Test("a Diversion or History-Info that is not a trusted peer's proves nothing, though it counts for the limit")
    func untrustedDiversion() throws {
        let (ours, abroad) = (aliceURI(), "sip:0312345678@lab.test")
        for header in [
            "Diversion: <\(ours)>;reason=unconditional;counter=1",
            "History-Info: <\(ours)>;index=1, <\(abroad);cause=302>;index=1.1;mp=1",
        ] {
            let bench = bench()
            // That Alice had forwarded the call would let it out, and show another's number.
            let call = bench.call("0312345678", from: stranger, headers: [header])
            try bench.expectFailure(404, of: call, stranger)
            let claim = "sip:\(Sample.bob)@lab.test"
            try bench.authenticate(
                "0312345678", from: phoneA, fromURI: claim, as: Sample.alice, password: "wonder", headers: [header]
            ) { call in
                try bench.expectFailure(403, of: call, phoneA)
            }
            bench.expectNothing(gateway)
            bench.finish()
        }
        let bench = RouterBench.alice(at: phoneA, forwarding: [.always: Sample.toBob])
        let diverted = "Diversion: <\(ours)>;reason=no-answer;counter=5"
        try bench.expectFailure(
            480, of: bench.call(Sample.alice, from: stranger, headers: [diverted]), stranger)
        bench.finish()
    }

    @Test("a number without a password is nobody's to use from outside")
    func noPassword() throws {
        let bench = bench()
        let call = bench.call(Sample.alice, from: stranger, fromURI: aliceURI(Sample.carol))
        try bench.expectFailure(403, of: call, stranger)
        bench.finish()
    }

    @Test(
        "strangers reach our numbers and nothing else",
        arguments: [
            "sip:0312345678@lab.test", "tel:0312345678", "sip:0312345678@192.0.2.1", "sip:bob@far.example",
            "sip:nobody@lab.test", "sip:110@lab.test", "sip:18405011110001@lab.test", "sip:lab.test",
        ])
    func strangers(uri: String) throws {
        let bench = bench()
        bench.names["far.example"] = ["203.0.113.99"]
        for method in ["INVITE", "MESSAGE"] {
            let request = bench.request(method, uri, from: stranger)
            bench.send(request, from: stranger)
            let response = try bench.expect(stranger, "404")
            if method == "INVITE" { bench.send(request.acknowledgement(of: response), from: stranger) }
        }
        bench.expectNothing(gateway, foreign, phoneA)
        bench.finish()
    }

    @Test("a stranger's Route to somewhere else leads nowhere")
    func strangersRoute() throws {
        let bench = bench()
        let call = bench.call(
            Sample.alice, from: stranger, headers: ["Route: <sip:192.0.2.1;lr>, <\(gateway.contact);lr>"])
        try bench.expectFailure(404, of: call, stranger)
        bench.expectNothing(gateway, phoneA)
        bench.finish()
    }

    @Test("an anonymous caller or an unknown name of our domain may call our numbers, but has to prove itself for more")
    func anonymousRelay() throws {
        for uri in ["sip:anonymous@anonymous.invalid", "sip:ghost@lab.test"] {
            let bench = bench()
            let inside = bench.call(Sample.alice, fromURI: uri)
            try bench.endAsBusy(inside, at: phoneA)
            let outside = bench.call("0312345678", fromURI: uri)
            try bench.expectFailure(407, of: outside)
            bench.finish()
        }
    }

    @Test("what a stranger asserts is taken off; what a trusted peer asserts goes on")
    func asserted() throws {
        let bench = bench()
        let assertions = [
            "P-Asserted-Identity: <sip:+81399998888@far.example>", "P-Asserted-Identity: \"x\" <tel:+81399998888>",
            "Remote-Party-ID: <sip:+81399998888@far.example>;privacy=off",
        ]
        let lie = bench.call(Sample.alice, from: stranger, headers: assertions)
        var reached = try bench.expect(phoneA, "INVITE")
        #expect(reached.first(.pAssertedIdentity) == nil && reached.first(.remotePartyID) == nil)
        try bench.endAsBusy(lie, at: phoneA, reached, heardBy: stranger)
        let truth = bench.call(Sample.alice, from: gateway, headers: assertions)
        reached = try bench.expect(phoneA, "INVITE")
        #expect(reached.count(.pAssertedIdentity) == 2)
        try bench.endAsBusy(truth, at: phoneA, reached, heardBy: gateway)
        bench.finish()
    }

    @Test(
        "a withheld identity is told to trusted peers only, however the privacy is written",
        arguments: [
            ["Privacy: id"], ["Privacy: header", "Privacy: user;ID"], ["Privacy: critical", "Privacy: history; id"],
        ])
    func withheld(privacy: [String]) throws {
        let bench = bench()
        bench.set(Sample.record(Sample.carol, [.always: Sample.toTokyo]))
        let headers = ["P-Asserted-Identity: <sip:+81399998888@far.example>"] + privacy
        let call = bench.call(Sample.alice, from: gateway, fromURI: Sample.anonymous, headers: headers)
        let toPhone = try bench.expect(phoneA, "INVITE")
        #expect(toPhone.first(.pAssertedIdentity) == nil)
        #expect(toPhone.count(.privacy) == privacy.count)
        try bench.endAsBusy(call, at: phoneA, toPhone, heardBy: gateway)
        let other = bench.call(
            Sample.carol, from: gateway, fromURI: Sample.anonymous, headers: headers)
        try bench.expect(gateway, "181")
        let toPeer = try bench.expect(gateway, "INVITE")
        #expect(toPeer.count(.pAssertedIdentity) == 1)
        try bench.endAsBusy(other, at: gateway, toPeer, heardBy: gateway)
        bench.finish()
    }

    @Test(
        "a history that a response withholds is told to trusted callers only",
        arguments: [
            (["History-Info: <sip:+81399998888@far.example?Privacy=history>;index=1"], 0),
            (["History-Info: <sip:+81399998888@far.example>;index=1", "Privacy: history"], 0),
            (["History-Info: <sip:+81399998888@far.example>;index=1"], 1),
        ])
    func historyInResponse(headers: [String], toldToStrangers: Int) throws {
        let bench = RouterBench.alice(forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", gateway))
        for (peer, count) in [(caller, toldToStrangers), (gateway2, 1)] {
            let (call, invite) = try bench.callForwarded(to: gateway, from: peer)
            bench.reply(gateway, 180, to: invite, headers: headers)
            #expect(try bench.expect(peer, "180").count(.historyInfo) == count)
            try bench.endAsBusy(call, at: gateway, invite, heardBy: peer)
        }
        bench.finish()
    }

    @Test("what OPTIONS to the server requires and nobody knows is named in a 420")
    func requiredOfServer() throws {
        let bench = bench()
        for (required, status) in [("foo, path", 420), ("path", 200)] {
            var ping = bench.request("OPTIONS", "sip:lab.test")
            ping.headers = ["Require: \(required)"]
            bench.send(ping, from: caller)
            let answer = try bench.expect(caller, String(status))
            #expect(answer.value(.unsupported) == (status == 420 ? "foo" : nil))
        }
        bench.finish()
    }

    @Test("a phone on a trusted network is still a phone: what is withheld is not told to it")
    func trustedPhone() throws {
        let bench = bench()
        let phone = Peer("phoneT", "198.51.100.77:5060")
        bench.register(Sample.alice, phone)
        let call = bench.call(
            Sample.alice, from: gateway, headers: ["P-Asserted-Identity: <tel:+81399998888>", "Privacy: id"])
        let reached = try bench.expect(phone, "INVITE")
        #expect(reached.first(.pAssertedIdentity) == nil)
        try bench.endAsBusy(call, at: phone, reached, heardBy: gateway)
        bench.finish()
    }

    @Test("what a phone asserts in a response or within a dialog is taken off too")
    func assertedByPhone() throws {
        let bench = bench()
        let (call, invite) = try bench.callReaching(phoneA)
        let lie = "P-Asserted-Identity: <tel:+81399998888>"
        bench.reply(phoneA, 180, to: invite, headers: [lie])
        #expect(try bench.expect(caller, "180").first(.pAssertedIdentity) == nil)
        bench.reply(phoneA, 200, to: invite, headers: [lie])
        let answer = try bench.expect(caller, "200")
        #expect(answer.first(.pAssertedIdentity) == nil)
        var dialog = Dialog(callerOf: call, caller, answer)
        bench.send(dialog.request("ACK"), from: caller)
        try bench.expect(phoneA, "ACK")
        var update = dialog.request("UPDATE")
        update.headers.append(lie)
        let reached = try bench.relay(update, to: phoneA)
        #expect(reached.first(.pAssertedIdentity) == nil)
        bench.finish()
    }

    @Test("a name that a trusted peer asserts at its own domain is not the name of one of ours")
    func foreignNameAsserted() throws {
        let bench = bench()
        var blocked = Sample.record(Sample.alice)
        blocked.blockedCallers = [bench.number("mallory")]
        bench.set(blocked)
        let call = bench.call(
            Sample.alice, from: gateway, headers: ["P-Asserted-Identity: <sip:mallory@far.example>"])
        try bench.endAsBusy(call, at: phoneA, heardBy: gateway)
        bench.finish()
    }

    @Test("a request other than INVITE to a number goes to its phones; to an unknown one: 404")
    func message() throws {
        let bench = bench()
        bench.set(Sample.record(Sample.alice, [.always: Sample.toTokyo]))
        var message = bench.request("MESSAGE", Sample.alice)
        message.body = "hello"
        let reached = try bench.relay(message, to: phoneA, answeredBy: 202)
        #expect(reached.text(reached.body) == "hello")
        bench.expectNothing(gateway)
        bench.finish()
    }

    @Test("OPTIONS to the server itself is answered with what it can")
    func options() throws {
        let bench = bench()
        for uri in ["sip:lab.test", "sip:192.0.2.1:5060"] {
            let ping = bench.request("OPTIONS", uri, from: stranger)
            bench.send(ping, from: stranger)
            let response = try bench.expect(stranger, "200")
            #expect(response.headers(named: "Allow").first?.contains("INVITE") == true)
        }
        bench.finish()
    }

    @Test("a REGISTER with a user part in its Request-URI is the registrar's business, and rings no phone")
    func registerWithUser() throws {
        let bench = bench()
        let register = bench.request("REGISTER", Sample.alice, from: stranger)
        bench.send(register, from: stranger)
        try bench.expect(stranger, "401")
        bench.expectNothing(phoneA)
        bench.finish()
    }

    @Test("what comes back to us from ourselves is a stranger's, even where our own address is trusted")
    func ourOwnAddress() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)], trunks: Sample.trunk("0", gateway)) {
            $0.trustedNetworks = ["192.0.2.0/24"].compactMap { IPNetwork($0) }
        }
        let own = Peer("server", RouterBench.address)
        // A phone that has registered one of our own addresses, to have calls go through our trunks.
        bench.register(Sample.alice, [(phoneA, 1000)], contact: "sip:0312345678@192.0.2.1")
        let (call, there) = try bench.callReaching(own)
        bench.send(there.bytes, from: own)
        let refused = try bench.expect(own, "404")
        bench.send(refused.bytes, from: own)
        bench.takeAll(own)
        try bench.expectFailure(404, of: call)
        bench.expectNothing(gateway)
        bench.finish()
    }
}
