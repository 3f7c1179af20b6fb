import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("A call is forwarded by the rules of its number")
struct ForwardingServiceTests: UsualPeers {
    @Test("a call to a registered number rings its phone, is answered and ended through the signed route")
    func plainCall() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        #expect(invite.requestURIText == phoneA.contact)
        #expect(invite.value(.maxForwards) == "69")
        #expect(invite.listValues(.via).count == 2)
        try bench.ring(phoneA, invite)
        var (dialog, called) = try bench.answer(phoneA, invite, of: call)
        let info = try bench.relay(dialog.request("INFO"), to: phoneA)
        #expect(info.listValues(.route).isEmpty)
        let bye = try bench.relay(called.request("BYE"), from: phoneA, to: caller)
        #expect(bye.requestURIText == caller.contact)
        #expect(try bench.decisions().last == .answered(by: Sample.alice))
        bench.finish()
    }

    @Test("an unconditional rule sends the call on before the phone rings")
    func always() throws {
        let bench = RouterBench.alice(
            at: phoneA, forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", gateway))
        let (call, invite) = try bench.callForwarded(to: gateway)
        #expect(invite.requestURIText == "sip:0312345678@198.51.100.1:5060;user=phone;cause=302")
        bench.expectNothing(phoneA)
        try bench.ring(gateway, invite)
        try bench.answer(gateway, invite, of: call)
        bench.finish()
    }

    @Test("a busy phone sends the call on to the destination for busy")
    func busy() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.busy: Sample.toBob])
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 486)
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("a phone that nobody answers is cancelled, and the call goes on at once")
    func noAnswer() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 10)
        let (call, first) = try bench.callRinging(at: phoneA)
        bench.wait(10_000, withNothingFor: phoneA, phoneB, caller)
        try bench.expect(caller, "181")
        let second = try bench.expect(phoneB, "INVITE")
        try bench.expectCancel(phoneA, of: first)
        try bench.answer(phoneB, second, of: call)
        bench.finish()
    }

    @Test("a phone that says nothing for four seconds counts as unreachable")
    func silence() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.unreachable: Sample.toBob])
        let call = bench.call(Sample.alice)
        bench.wait(4_000, withNothingFor: phoneB)
        try bench.expect(caller, "181")
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("the CANCEL at the end of the ring time says Reason: SIP;cause=408 to each phone, never 200 (RFC 3326)")
    func reasonOfCancel() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2, forwarding: [.noAnswer: Sample.toBob], ring: 10)
        let call = bench.call(Sample.alice)
        let (first, second) = (try bench.ring(phoneA), try bench.ring(phoneA2))
        bench.wait(10_000, withNothingFor: phoneA, phoneA2)
        for (phone, invite) in [(phoneA, first), (phoneA2, second)] {
            let cancel = try bench.expectCancel(phone, of: invite)
            #expect(cancel.headers(named: "Reason") == ["SIP;cause=408;text=\"No answer\""])
        }
        try bench.expect(caller, "181")
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("a phone that can't be reached over its flow, 430, counts as unreachable (RFC 5626 §11.5)")
    func flowFailed() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.unreachable: Sample.toBob])
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 430)
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("an Identity header (STIR, RFC 8224) goes on octet for octet, whether or not the call is forwarded")
    func identity() throws {
        let line =
            "identity:  eyJhbGciOiJFUzI1NiJ9.eyJkZXN0Ijp7InRuIjpbIjgxIl19fQ.c2ln ;"
            + "info=<https://cert.example/a.pem>;alg=ES256; ppt=\"shaken\""
        for rules in [[:], [ForwardingCondition.always: Sample.toTokyo]] {
            let bench = RouterBench.alice(at: phoneA, forwarding: rules, trunks: Sample.trunk("03", gateway))
            let target = rules.isEmpty ? phoneA : gateway
            let call = bench.call(Sample.alice, headers: [line])
            if !rules.isEmpty { try bench.expect(caller, "181") }
            let invite = try bench.expect(target, "INVITE")
            #expect(invite.whole.contains("\r\n\(line)\r\n"), "\(invite.whole)")
            #expect(invite.headers(named: "Identity").count == 1)
            try bench.endAsBusy(call, at: target, invite)
            bench.finish()
        }
    }

    @Test("a gateway that is set to get no diversions gets no 181 for its calls")
    func noForwardingToldToGateway() throws {
        let hop = NextHop(host: "198.51.100.1", sendsDiversion: false)
        let bench = RouterBench.alice(forwarding: [.always: Sample.toBob], trunks: Sample.trunk("03", [hop]))
        let (call, invite) = try bench.callReaching(phoneB, from: gateway)
        bench.expectNothing(gateway)
        try bench.answer(phoneB, invite, of: call, gateway)
        bench.finish()
    }

    @Test("an emergency service that calls back is neither rejected nor forwarded, if a trusted peer says so")
    func emergencyCallback() throws {
        var record = Sample.record(Sample.alice, [.always: Sample.toBob, .busy: Sample.toBob])
        record.anonymousCalls = AnonymousCallPolicy(rejected: [.withheld])
        let bench = RouterBench.alice(at: phoneA, forwarding: [.busy: Sample.toBob])
        bench.set(record)
        let headers = ["Priority: PSAP-Callback", "Privacy: id"]
        let call = bench.call(Sample.alice, from: gateway, fromURI: Sample.anonymous, headers: headers)
        try bench.endAsBusy(call, at: phoneA, heardBy: gateway)
        let claim = bench.call(Sample.alice, fromURI: Sample.anonymous, headers: headers)
        try bench.expectFailure(433, of: claim)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("an emergency service that calls from a peer's own domain is not forwarded")
    func emergencyCaller() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.always: Sample.toBob])
        let call = bench.call(
            Sample.alice, from: gateway, fromURI: Sample.anonymous,
            headers: ["P-Asserted-Identity: <sip:110@carrier.example;user=phone>"])
        try bench.endAsBusy(call, at: phoneA, heardBy: gateway)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("an emergency number that the configuration gives in full is met in any form")
    func emergencyNumberInFull() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.always: Sample.toBob]) {
            $0.planning.emergencyNumbers = EmergencyNumbers(["110", "050-1111-0001"])
        }
        try bench.endAsBusy(bench.call("sip:+815011110001@lab.test"), at: phoneA)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test(
        "a phone can't send calls on to what the operator forbids, whatever it writes into Contact",
        arguments: [
            "sip:0990123456@lab.test", "tel:+12025550123", "sip:104@lab.test", "tel:110", "sip:119@lab.test",
            "sip:0570000000@198.51.100.1", "sip:1840990123456@198.51.100.1", "sip:184110@lab.test",
            "sip:0990123456@GW.Example", "sip:0990123456@x.invalid;maddr=198.51.100.1",
            // Longer than any number: a gateway may dial the beginning of it.
            "sip:09901234560000000@198.51.100.1",
        ])
    func forbiddenDeflection(contact: String) throws {
        let trunks =
            ["0", "1", "+1"].flatMap { Sample.trunk($0, gateway).routes }
            + Sample.trunk("9", [NextHop(host: "gw.example")]).routes
        let bench = RouterBench.alice(at: phoneA, phoneA2, trunks: TrunkTable(routes: trunks))
        let call = bench.call(Sample.alice)
        try bench.fail(phoneA, 302, headers: ["Contact: <\(contact)>"])
        // It counts as one phone that has failed: the other rings on.
        let other = try bench.ring(phoneA2)
        try bench.endAsBusy(call, at: phoneA2, other)
        bench.expectNothing(gateway)
        let isTold = try bench.decisions().contains { decision in
            if case .destinationForbidden(Sample.alice, _, _) = decision { true } else { false }
        }
        #expect(isTold)
        bench.finish()
    }

    @Test("what the operator allows a phone may send calls on to; a rule's URI that names a number is held to the same")
    func allowedDeflection() throws {
        let premium = Destination.uri("sip:0990123456@lab.test")
        let bench = RouterBench.alice(
            at: phoneA, forwarding: [.busy: premium], trunks: Sample.trunk("0", gateway))
        let refused = bench.call(Sample.alice)
        try bench.divert(phoneA, 486)
        try bench.expectFailure(480, of: refused)
        bench.directory.forbidden = []
        for status in [486, 302] {
            let call = bench.call(Sample.alice)
            try bench.divert(phoneA, status, headers: ["Contact: <sip:0990123456@lab.test>"])
            try bench.endAsBusy(call, at: gateway)
        }
        bench.finish()
    }

    @Test("a blocked caller is turned away before the call could be forwarded")
    func blockedCaller() throws {
        let bench = RouterBench.alice(forwarding: [.always: Sample.toBob])
        var record = Sample.record(Sample.alice, [.always: Sample.toBob])
        record.blockedCallers = [bench.number("0901111222")]
        bench.set(record)
        let call = bench.call(Sample.alice, fromURI: "sip:+81901111222@peer.example")
        try bench.expectFailure(603, of: call)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test(
        "what only systems read as an address is no host: it leads nowhere", arguments: ["198.51.25601", "3325256705"])
    func addressInDisguise(host: String) throws {
        let bench = RouterBench.alice(at: phoneA, trunks: Sample.trunk("0", gateway))
        bench.names[host] = [gateway.endpoint.address.description]
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 302, headers: ["Contact: <sip:0990123456@\(host)>"])
        try bench.expectFailure(500, of: call)
        bench.expectNothing(gateway)
        bench.finish()
    }

    @Test("of a phone's contacts those are tried where the call has not been")
    func deflectionPastTheCircle() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.set(Sample.record(Sample.bob))
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice)
        let contacts = "<sip:\(Sample.alice)@lab.test>;q=0.1, <sip:\(Sample.bob)@lab.test>;q=0.9"
        try bench.divert(phoneA, 302, headers: ["Contact: \(contacts)"])
        try bench.endAsBusy(call, at: phoneB)
        bench.expectNothing(phoneA)
        bench.finish()
    }
}
